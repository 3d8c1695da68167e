"""Upkeep: brings the database in line with the workspace's files, reading only those that changed."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from flashls.index.facts import Definition, Facts
from flashls.index.files import MOST_BYTES, File, Walk, content, file, files, language, manifest, walk
from flashls.index.ignores import GIT_IGNORE, MODEL_IGNORES
from flashls.index.redacted import masked, redacted
from flashls.index.writer import Writer
from flashls.syntax.languages import language_of
from flashls.text.secrets import find_secrets

_BATCH = 300  # files a transaction
_BATCH_SECONDS = 3.0
_RACY = 2_000_000_000  # nanoseconds within which a file can change again and keep its time, with coarse clocks
_MOST_SINGLE = 200  # changed paths above which a scan is cheaper
_DATA = frozenset(("json", "jsonc", "xml", "xsl", "markdown", "regex"))  # known by name only: nothing in them is code
_RULES = frozenset((GIT_IGNORE, *MODEL_IGNORES, ".git", ".gitmodules"))

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """What is indexed: the folder, what ``paths.off`` hides in it, the longest file in bytes."""

    root: Path
    off: tuple[str, ...] = ()
    most_bytes: int = MOST_BYTES


class Upkeep:
    """Keeps one database. ``report`` is told how many files of how many are done, ``stopped`` asked between files.

    What goes wrong with the database is raised as by ``Writer``; a file that cannot be read is as good as gone.
    """

    def __init__(self, writer: Writer, source: Source, report: Report, stopped: Callable[[], bool]) -> None:
        self.writer = writer
        self._source = source
        self._report, self._stopped = report, stopped
        self._stored = writer.stored()
        self._plan: Walk | None = None

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._stored)

    def scan(self) -> int:
        """Looks at every file's time and size, and takes in what changed; how many files that were."""
        plan = self._plan = walk(self._source.root, self._source.off, self._source.most_bytes)
        stale: list[File] = []
        gone = dict.fromkeys(self._stored)
        for found in files(plan):
            gone.pop(found.path, None)
            stored = self._stored.get(found.path)
            if stored is None or not stored.same(found):
                stale.append(found)
            if self._stopped():
                return 0
        return self._update(stale, gone)

    def changed(self, paths: Iterable[str]) -> int:
        """Takes in files that are said to have changed, come or gone; how many did."""
        wanted = dict.fromkeys(paths)
        if len(wanted) > _MOST_SINGLE or any(path.rpartition("/")[2] in _RULES for path in wanted):
            return self.scan()
        plan = self._plan
        if plan is None:
            return self.scan()
        stale: list[File] = []
        gone: list[str] = []
        for path in wanted:
            if Path(plan.root, path).is_dir():
                return self.scan()
            found = self._one(plan, path)
            if found:
                stale.append(found)
            else:
                gone += [known for known in self._stored if known == path or known.startswith(path + "/")]
        return self._update(stale, gone)

    def _one(self, plan: Walk, path: str) -> File | None:
        return file(plan, path) if language(path.rpartition("/")[2]) else None

    def _update(self, stale: list[File], gone: Iterable[str]) -> int:
        count = 0
        for path in gone:
            self._drop(path)
            count += 1
        until = time.monotonic() + _BATCH_SECONDS
        pending = 0
        for done, found in enumerate(stale):
            if self._stopped():
                break
            count += self._take(found)
            pending += 1
            if pending == _BATCH or time.monotonic() > until:
                self.writer.commit()
                self._report(done + 1, len(stale))
                pending, until = 0, time.monotonic() + _BATCH_SECONDS
        if count or pending:
            self.writer.commit(settle=True)
        if count > _BATCH:
            self.writer.checkpoint()
        return count

    def _drop(self, path: str) -> None:
        if self._stored.pop(path, None):
            self.writer.remove(path)

    def _take(self, found: File) -> bool:
        """Reads a file and takes it in, if its bytes are other than before; whether they are.

        None whose path holds a secret: the path itself would lie on the disk.
        """
        if find_secrets(found.path):
            return False
        before = self._stored.get(found.path)
        data = _read(self._source.root / found.path, self._source.most_bytes)
        if data is None:
            self._drop(found.path)
            return before is not None
        if time.time_ns() - max(found.mtime, found.ctime) < _RACY:
            found = replace(found, mtime=0)
        digest = hashlib.blake2b(data, digest_size=16).digest()
        if before and before.digest == digest:
            self._stored[found.path] = self.writer.touch(before, found)
            return False
        name = found.path.rpartition("/")[2]
        text = redacted(masked(data).decode("utf-8", "replace")) if manifest(name) else None
        self._stored[found.path] = self.writer.put(found, digest, facts(found, data), text)
        return True


def facts(found: File, data: bytes) -> Facts | None:
    """What is kept of a file; None where it cannot be read. Of generated code there are no chunks to search."""
    kind = content(found.path, data)
    if kind == "unreadable":
        return None
    row = language_of(found.language)
    if row is None or found.language in _DATA:
        return Facts(found.path, row.name if row else found.language)
    from flashls.index.extract import extract  # its imports take longer than a scan that finds nothing new

    try:
        known = extract(found.path, row, masked(data))
    except Exception as error:  # one file must not end the index of all the others
        sys.stderr.write(f"{found.path}: {type(error).__name__}\n")
        return Facts(found.path, row.name)
    shown = tuple(map(_shown, known.definitions))
    return replace(known, definitions=shown, chunks=() if kind == "generated" else known.chunks)


def _shown(one: Definition) -> Definition:
    signature, doc = redacted(one.signature), redacted(one.doc)
    return (
        one
        if (signature, doc) == (one.signature, one.doc)
        else msgspec.structs.replace(one, signature=signature, doc=doc)
    )


def _read(path: Path, most: int) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as opened:
            data = opened.read(most + 1)
    except OSError:
        return None
    return data if len(data) <= most else None
