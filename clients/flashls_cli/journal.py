"""The journal of a batch: what is done so far, so that the same command goes on where it was ended.

One line of JSON for each file that is done, in a file that only its owner can read; gone when all is done.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from flashls import __version__
from flashls.store.private import make_private

_KEPT_S = 7 * 86_400


class Entry(msgspec.Struct, frozen=True):
    """A file that is done: its name, what it was done with, what came of it (JSON), and what that cost."""

    name: str
    digest: str
    value: Any
    usd: float | None = None


@dataclass(slots=True)
class Journal:
    """What is done of one batch; without a ``path`` nothing is kept."""

    path: Path | None = None
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    _lost: bool = False

    @property
    def keeps(self) -> bool:
        """Whether all that is done is kept for a later command."""
        return self.path is not None and not self._lost

    def find(self, name: str, digest: str) -> Entry | None:
        """What came of a file, if it is done and was the same then."""
        return self.entries.get((name, digest))

    def add(self, entry: Entry) -> None:
        """Writes down that a file is done, at once: the process may be killed at any moment."""
        self.entries[entry.name, entry.digest] = entry
        if self.path is not None:
            try:
                with self.path.open("ab") as file:
                    file.write(msgspec.json.encode(entry) + b"\n")
            except OSError:  # a full disk is no reason to end: only going on later is lost
                self._lost = True

    def finish(self) -> None:
        """Forgets it all: there is nothing left to go on with."""
        if self.path is not None:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)


def journal_at(folder: Path, *batch: str) -> Journal:
    """The journal of the batch that the texts stand for; those of batches that nobody took up for a week go."""
    with suppress(OSError):
        for old in folder.glob("*.jsonl") if folder.is_dir() else ():
            if time.time() - old.stat().st_mtime > _KEPT_S:
                old.unlink()
    path = folder / f"{digest_of(__version__, *batch)[:32]}.jsonl"
    try:
        make_private(path)
        rows = path.read_bytes().split(b"\n")
    except OSError:
        return Journal()
    if rows[-1]:  # the line that was being written when the process was killed
        _end_row(path)
    journal = Journal(path)
    for row in rows:
        with suppress(msgspec.MsgspecError):
            entry = msgspec.json.decode(row, type=Entry)
            journal.entries[entry.name, entry.digest] = entry
    return journal


def digest_of(*texts: str) -> str:
    """A SHA-256 in hex over several texts, which tells where each of them ends."""
    return hashlib.sha256(
        msgspec.json.encode([text.encode("utf-8", "surrogatepass").hex() for text in texts])
    ).hexdigest()


def _end_row(path: Path) -> None:
    with suppress(OSError), path.open("ab") as file:
        file.write(b"\n")
