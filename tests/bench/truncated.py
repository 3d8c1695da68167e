"""truncated: files cut off at random places, through indexing and gathering: nothing of that may raise.

``python -m tests.bench truncated [--seconds N] [--seed N] [--in FOLDER ...]``; else in Python's own library. Each file
is indexed as it would be from disk, as far as it goes, and every other one is then asked about as an open
document, over the index of those before it. Each exception is printed with its file; the exit status tells of any.
"""

from __future__ import annotations

import argparse
import random
import sys
import sysconfig
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flashls.context.gather import extras, gather
from flashls.index.extract import extract
from flashls.index.facts import Facts
from flashls.index.files import File
from flashls.index.memory import Memory
from flashls.index.redacted import masked
from flashls.index.upkeep import facts
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Budget, Cursor, Snapshot, Workspace
from tests.bench.harness import table

_LONGEST = 300_000
_AGAIN = 40  # files after which the index is made anew
_SKIPPED = {".git", "node_modules", "__pycache__"}


@dataclass(slots=True)
class Run:
    """What came of some files: how many were indexed and asked about, and what was raised, with its file."""

    indexed: int = 0
    asked: int = 0
    raised: list[str] = field(default_factory=list)


def main() -> None:
    """Prints the table, and what was raised."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench truncated")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in", dest="folders", type=Path, nargs="+", default=[Path(sysconfig.get_path("stdlib"))])
    given = parser.parse_args(sys.argv[sys.argv.index("truncated") + 1 :])
    dice, rows, raised = random.Random(given.seed), list[list[str]](), list[str]()
    for folder in given.folders:
        run = truncated(folder.absolute(), dice, given.seconds / len(given.folders))
        rows.append([folder.name, str(run.indexed), str(run.asked), str(len(run.raised))])
        raised += run.raised
    print(table("Files cut off at random", ["folder", "indexed", "asked about", "raised"], rows))
    sys.exit("\n".join(raised) or 0)


def truncated(root: Path, dice: random.Random, seconds: float, most: int = 1_000_000) -> Run:
    """Cuts off, indexes and asks about the files below a folder in any order, for so long or as many at most."""
    run, known, index = Run(), list[Facts](), Memory(())
    paths = sorted(_files(root))
    dice.shuffle(paths)
    until = time.monotonic() + seconds
    for path in paths[:most]:
        if time.monotonic() > until:
            break
        data = path.read_bytes()
        data = data[: dice.randrange(len(data) + 1)]
        try:
            known += _indexed(path.relative_to(root).as_posix(), data)
            run.indexed += 1
            if run.indexed % _AGAIN == 0:
                index = Memory(known)
            if run.indexed % 2:
                _asked(root, path, data, index, dice)
                run.asked += 1
        except Exception:
            run.raised.append(f"{path}, the first {len(data)} bytes:\n{traceback.format_exc(limit=-4)}")
    return run


def _files(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        inside = _SKIPPED.isdisjoint(path.relative_to(root).parts)
        if inside and language_of(language_id_of(path)) and path.is_file() and path.stat().st_size <= _LONGEST:
            yield path


def _indexed(path: str, data: bytes) -> Iterator[Facts]:
    """What the indexer keeps; and what it would have swallowed, for it reads on after a file it cannot extract from."""
    language = language_of(language_id_of(path))
    if language:
        extract(path, language, masked(data))
    found = facts(File(path, language_id_of(path), len(data), 1, 1), data)
    if found:
        yield found


def _asked(root: Path, path: Path, data: bytes, index: Memory, dice: random.Random) -> None:
    text, language = data.decode("utf-8", "replace"), language_id_of(path)
    lines = lines_of(text)
    snapshot = Snapshot(path.as_uri(), language, 0, lines, parsed(language_of(language), text), 0)
    cursor = Cursor(snapshot, dice.choice((lines.length, dice.randrange(lines.length + 1))))
    budget = Budget(500, 125, dice.choice((0, 64, 1024)), 40, 1, 4.0)
    gather(cursor, budget, extras(cursor, Workspace(root=str(root), index=index), budget), str(root))
