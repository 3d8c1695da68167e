"""How much of a prompt equals the beginning of the one before, while somebody types: what prefix caches live on.

Replays a session, its requests made where the suggestion before them did not say what was typed. Without more, the
session is made from a file of this project, in this project as workspace. The last column: how many requests began
with all that is meant to last, or with as much of it as Gemini wants. ``FLASHLS_TRACE`` names a recorded one, in
the format of josephg/editing-traces (``.json`` or ``.json.gz``); ``FLASHLS_TRACE_KEYS`` how many edits of it.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import flashls.engine.session
from flashls.engine.budget import cheapest
from flashls.engine.completion.ahead import gathered
from flashls.engine.completion.asking import question
from flashls.engine.engine import Engine, Route
from flashls.index.extract import extract
from flashls.index.memory import Memory
from flashls.models.catalog import price
from flashls.models.profiles import profile
from flashls.models.scripted import Scripted
from flashls.settings import Settings
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import Parsing, edited
from flashls.text.edits import Change, apply
from flashls.text.lines import BlockLines, lines_of
from flashls.types import Budget, Cursor, Form, Prompt, Snapshot, Snippet, Text, Workspace
from tests.bench.harness import table

_KEYS = 2_000
_CACHED = 4_096  # equal leading tokens that Gemini wants before it caches them by itself
_SEEN = 40  # characters before the cursor by which its place in the finished text is found
_HOSTED, _LOCAL = "gemini/gemini-3.5-flash-lite", "local/qwen2.5-coder-0.5b"
Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """A session: the document it is about, as it was and as it became, and each edit: offset, deleted, inserted."""

    path: Path
    start: str
    end: str
    edits: tuple[Edit, ...]
    root: Path | None = None


def main() -> None:
    """Prints the table."""
    trace = _recorded(Path(os.environ["FLASHLS_TRACE"])) if os.environ.get("FLASHLS_TRACE") else made()
    hosted, local = profile(_HOSTED), profile(_LOCAL)
    grown = cheapest(hosted.budget, price(_HOSTED, date.today()), hosted.caching, hits=1.0)
    asked: list[tuple[str, Budget, Form]] = [
        (_HOSTED, hosted.budget, "chat"), (f"{_HOSTED}, grown to what is cached", grown, "chat"),
        (_LOCAL, local.budget, "fim"),
    ]  # fmt: skip
    rows = [replayed(trace, budget, form).row(name) for name, budget, form in asked]
    header = ["model", "edits", "requests", "characters", "equal to the last", "of what lasts"]
    print(table(f"Prompts that begin like the one before: {trace.path.name}", header, rows))


@dataclass(slots=True)
class Replayed:
    """What the requests of a session were like: lengths, and how much of each began like the one before."""

    edits: int
    sizes: list[int] = field(default_factory=list)
    equal: list[int] = field(default_factory=list)
    lasting: list[bool] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The characters equal to the previous prompt's prefix, of all that were sent."""
        return sum(self.equal) / sum(self.sizes)

    def row(self, name: str) -> list[str]:
        hits = sum(self.lasting) / len(self.lasting)
        size = statistics.median(self.sizes)
        return [name, f"{self.edits:,}", f"{len(self.sizes):,}", f"{size:,.0f}", f"{self.share:.0%}", f"{hits:.0%}"]


def replayed(trace: Trace, budget: Budget, form: Form) -> Replayed:
    """Replays a session against a model that says what will be typed to the end of the row."""
    route = Route(Scripted([""]), "bench/bench", budget, form=form)
    engine, desk = Engine(Settings(), {"complete": route}), _Desk(trace)
    found = Replayed(len(trace.edits))
    last = suggested = ""
    snippets: tuple[Snippet, ...] = ()
    place: tuple[int, str] | None = None
    for at, deleted, inserted in trace.edits:
        desk.apply(at, deleted, inserted)
        if inserted and not deleted and suggested.startswith(inserted):
            suggested = suggested[len(inserted) :]
            if suggested:
                continue
        if not inserted:
            suggested = ""
            continue
        cursor = desk.cursor(at + len(inserted))
        here = desk.place(cursor)
        if here != place:
            place, snippets = here, gathered(cursor, desk.workspace, engine.terms(route), snippets)
        prompt = question(engine, route, cursor, snippets, str(trace.root) if trace.root else None).prompt
        sent = _sent(prompt)
        if last:
            pairs = enumerate(zip(sent, last, strict=False))
            equal = next((n for n, (one, other) in pairs if one != other), min(len(sent), len(last)))
            found.sizes.append(len(sent))
            found.equal.append(equal)
            found.lasting.append(equal >= min(_lasting(prompt), _CACHED * budget.chars_per_token))
        last, suggested = sent, desk.rest_of_row(cursor)
    return found


def _sent(prompt: Prompt) -> str:
    if prompt.fim and not prompt.parts:
        return "".join(f"{s.path}\n{s.text}\n" for s in prompt.fim.extra) + prompt.fim.prefix + prompt.fim.suffix
    return "".join(part.text for part in prompt.parts if isinstance(part, Text))


def _lasting(prompt: Prompt) -> int:
    """How long the part is that is meant to stay the same."""
    if prompt.fim and not prompt.parts:
        return sum(len(s.path) + len(s.text) + 2 for s in prompt.fim.extra)
    return sum(len(part.text) for part in prompt.lasting)


class _Desk:
    """The document, edit by edit."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        found = language_of(language_id_of(trace.path))
        assert found is not None
        self._language = found
        self._lines: BlockLines = lines_of(trace.start)
        self._tree = Parsing(found, self._lines).step(60_000)
        root = trace.root
        self.workspace = Workspace((), str(root), _index(root, trace.path)) if root else Workspace()

    def apply(self, at: int, deleted: int, inserted: str) -> None:
        lines = self._lines
        change = Change(lines.point(at), lines.point(at + deleted), inserted)
        self._lines, edit = apply(lines, change)
        self._tree = edited(self._tree, edit) if self._tree else None

    def cursor(self, offset: int) -> Cursor:
        self._tree = Parsing(self._language, self._lines, self._tree).step(60_000)
        snapshot = Snapshot(self._trace.path.as_uri(), self._language.ids[0], 1, self._lines, self._tree, 1)
        return Cursor(snapshot, offset)

    def place(self, cursor: Cursor) -> tuple[int, str]:
        row, column = self._lines.point(cursor.offset)
        return row, self._lines[row][:column].rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")

    def rest_of_row(self, cursor: Cursor) -> str:
        """What the finished text says after the cursor, where its place can be told."""
        seen = self._lines.before(cursor.offset, _SEEN)
        at = self._trace.end.find(seen)
        return self._trace.end[at + len(seen) :].split("\n", 1)[0] if at >= 0 else ""


def _index(root: Path, without: Path) -> Memory:
    files = [file for file in sorted(root.rglob("*.py")) if file != without]
    python = language_of("python")
    assert python is not None
    return Memory(extract(file.relative_to(root).as_posix(), python, file.read_bytes()) for file in files)


def _recorded(file: Path) -> Trace:
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    found: dict[str, Any] = json.loads(data)
    patches = ((at, gone, new) for txn in found["txns"] for at, gone, new in txn["patches"])
    edits = tuple(islice(patches, 1 + int(os.environ.get("FLASHLS_TRACE_KEYS", _KEYS))))
    start, first = found["startContent"], edits[0]
    start = start[: first[0]] + first[2] + start[first[0] + first[1] :]  # a recording begins with pasting the file
    return Trace(Path("/trace/trace.rs"), start, found["endContent"], edits[1:])


def made(keys: int = 1_000) -> Trace:
    """A file of this project typed by somebody who writes some functions of it anew, top to bottom, with slips."""
    path = Path(flashls.engine.session.__file__)
    end, pick = path.read_text("utf-8"), random.Random(7)
    rows = end.splitlines(keepends=True)
    missing = sorted(n for begin in pick.sample(range(20, len(rows) - 12), 8) for n in range(begin, begin + 8))
    start = "".join(row for n, row in enumerate(rows) if n not in missing)
    return Trace(path, start, end, tuple(islice(_typed(rows, set(missing), pick), keys)), path.parents[2])


def _typed(rows: list[str], missing: set[int], pick: random.Random) -> Iterator[Edit]:
    at = 0
    for n, row in enumerate(rows):
        for char in row if n in missing else "":
            if char.isalpha() and pick.random() < 0.02:
                yield at, 0, "x"
                yield at, 1, ""
            yield at, 0, char
            at += 1
        at += 0 if n in missing else len(row)


if __name__ == "__main__":
    main()
