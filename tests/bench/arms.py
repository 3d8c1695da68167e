"""Two of our own defaults as arms of an experiment, on the embedded model: is what it is shown of other files worth it?

``python -m tests.bench arms``; needs the weights of the small model (``flashls models pull``). Rows of this project's
own code are cut somewhere, and what is suggested there counts as accepted where it is the rest of the row, letter for
letter: a stand-in for users, who accept other things, too. The arms get the same places, in an order by
chance; each file is a window. What is shown comes from the ledger, through what ``flashls stats`` reckons with; the
last row compares place by place, which tells more than the arms' intervals do.

``FLASHLS_BENCH_MINUTES`` is the longest that it takes, ``FLASHLS_BENCH_PLACES`` how many places there are,
``FLASHLS_BENCH_SEED`` which.
"""

from __future__ import annotations

import ast
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import flashls
from flashls.app import App, build
from flashls.engine.completion.complete import complete
from flashls.engine.engine import Engine
from flashls.engine.session import Session
from flashls.index.extract import extract
from flashls.index.facts import Facts
from flashls.index.memory import Memory
from flashls.models.weights import WEIGHTS, find
from flashls.sources import data_path
from flashls.syntax.languages import language_of
from flashls.types import Cursor, Ghost
from flashls_cli.intervals import mean_of
from flashls_cli.stats_arms import HEADER, arms, cells
from tests.bench.harness import table
from tests.models.hosts import ended

_NAME = "qwen2.5-coder-0.5b"
_MINUTES, _PLACES, _SEED, _A_FILE, _NEIGHBOURS = 9.0, 60, 7, 4, 12
_WINDOW = {"prefix": 300}  # less than usual, in both: a cold prompt is read slowly
_ARMS = {"usual": _WINDOW, "file-alone": _WINDOW | {"extra": 0}}
_LEAST = 6  # characters that are left of a row
_ROOT = Path(flashls.__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Place:
    """A row cut at an offset: what stands before and after, and the ``rest`` of the row that was there."""

    path: Path
    before: str
    rest: str
    after: str


def main() -> None:
    """Prints the table."""
    weights = find(_NAME, data_path(os.environ) / "models")
    if weights is None:
        sys.exit(f"flashls models pull {_NAME}")
    with tempfile.TemporaryDirectory() as folder, ended(Path(folder) / "run"):
        (Path(folder) / "models").mkdir()
        (Path(folder) / "models" / WEIGHTS[_NAME].file).symlink_to(weights)
        print(asyncio.run(_local(Path(folder))))


def places(root: Path, most: int, seed: int = _SEED) -> list[Place]:
    """Places in the code of a folder: a few neighbouring rows of each file, cut between two words of their second half.

    Neighbours, because a model that has read what stands before one of them soon has read what stands before the next.
    """
    pick, found = random.Random(seed), list[Place]()
    files = sorted(root.rglob("*.py"))
    pick.shuffle(files)
    for path in files:
        text = path.read_text("utf-8")
        rows = text.splitlines(keepends=True)
        fit = [(n, cuts) for n in _statements(text) if (cuts := _cuts(rows[n].rstrip("\n")))]
        begin = pick.randrange(max(len(fit) - _NEIGHBOURS, 1))
        near = fit[begin : begin + _NEIGHBOURS]
        for n, cuts in sorted(pick.sample(near, min(_A_FILE, len(near)))):
            row, at = rows[n].rstrip("\n"), pick.choice(cuts)
            found.append(Place(path, "".join(rows[:n]) + row[:at], row[at:], "\n" + "".join(rows[n + 1 :])))
    return found[:most]


def _statements(text: str) -> list[int]:
    """The rows, from 0, in which statements in functions begin, but strings that stand alone."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [node for function in functions for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return sorted({
        node.lineno - 1 for node in inside if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant)
    })  # fmt: skip


def _cuts(row: str) -> list[int]:
    """Where a row can be cut: behind half of what it says, with something left that is worth suggesting."""
    half = (len(row) - len(row.lstrip()) + len(row)) // 2
    return [at for at in range(half, len(row) - _LEAST + 1) if row[at - 1] in " (,.=["]


async def _local(folder: Path) -> str:
    settings = {
        "models": {"complete": [f"local/{_NAME}"]}, "cache": {"enabled": False},
        "complete": {"timeout_s": 120, "multiline": False, "max_tokens": 48},
        "experiment": {"name": "context", "arms": _ARMS},
    }  # fmt: skip
    data = str(folder)
    app = await build({"FLASHLS_DATA": data, "FLASHLS_CACHE": data, "FLASHLS_CONFIG": os.devnull}, settings)
    assert not app.problems, app.problems
    try:
        await app.warm()
        most, seed, minutes = (os.environ.get(f"FLASHLS_BENCH_{name}") for name in ("PLACES", "SEED", "MINUTES"))
        wanted = places(_ROOT, int(most or _PLACES), int(seed or _SEED))
        return await compared(app, wanted, _ROOT, float(minutes or _MINUTES))
    finally:
        await app.aclose()


async def compared(app: App, wanted: Sequence[Place], root: Path, minutes: float) -> str:
    """What became of the places of a folder in the two arms of an app, as a table and a comparison in pairs."""
    found = await _asked(app, wanted, root, minutes)
    rows = [cells(arm) for arm in arms((await app.ledger.figures(0)).windows)]
    shown = table("What a model is shown of other files", HEADER, rows)
    gains = [(float(sum(b - a for a, b in pairs)), len(pairs)) for pairs in found.right.values()]
    gain, (first, second) = mean_of(gains), sorted(app.engine.arms)
    more = (
        "" if gain is None else f"; {second} is right more often than {first} by {gain.value * 100:+.1f} points"
        f" (95 %: {gain.low * 100:+.1f} to {gain.high * 100:+.1f})"
    )  # fmt: skip
    silent = ", ".join(f"{n} {why}" for why, n in found.silent.most_common()) or "never"
    return f"{shown}\n{sum(n for _, n in gains)} places in {len(gains)} files{more}\nsilent: {silent}\n"


@dataclass(slots=True)
class _Found:
    """For each place of a file whether the suggestion was right, in the arms' order by name; why there was none."""

    right: dict[Path, list[tuple[bool, bool]]] = field(default_factory=dict)
    silent: Counter[str] = field(default_factory=Counter)


async def _asked(app: App, wanted: Sequence[Place], root: Path, minutes: float) -> _Found:
    until, pick, found = time.monotonic() + 60 * minutes, random.Random(11), _Found()
    facts, names = dict(_facts(root)), sorted(app.engine.arms)
    for path in dict.fromkeys(place.path for place in wanted):
        if time.monotonic() > until:
            break
        others = Memory(each for other, each in facts.items() if other != path)
        answers = dict[str, list[bool]]()
        for name in pick.sample(names, len(names)):
            session = _window(app, name, others, root)
            here = [place for place in wanted if place.path == path]
            answers[name] = [await _is_right(app.engine.arms[name], session, place) for place in here]
            found.silent.update(f"{each.outcome} ({name})" for each in session.events if each.outcome != "ghost")
            session.close_all()
        found.right[path] = list(zip(answers[names[0]], answers[names[1]], strict=True))
    return found


def _window(app: App, arm: str, index: Memory, root: Path) -> Session:
    """A window in an arm, whose clock goes on by a second whenever it is looked at: all that is shown is seen."""
    session = Session(record=app.ledger.record, root=str(root), index=index)
    session.fates.arm, session.fates.timer = app.engine.arms[arm].arm, count().__next__
    return session


async def _is_right(engine: Engine, session: Session, place: Place) -> bool:
    """Whether the suggestion is the rest of the row; it is then taken, else the row is typed on."""
    uri, at = place.path.as_uri(), len(place.before)
    session.documents.open(uri, "python", 1, place.before + place.after)
    cursor = Cursor(await session.documents.parsed(uri), at)
    session.look_ahead(cursor, engine.terms(engine.routes["complete"]))
    await session.track(uri).ahead.settle(20)
    outcome = await complete(engine, session, cursor, explicit=True)
    flight = session.track(uri).flight
    if flight is not None:
        await flight.wait(lambda: False)  # a row is shown before the stream has ended, and to be counted it has to
    right = isinstance(outcome, Ghost) and outcome.text.rstrip() == place.rest.rstrip()
    lines = cursor.snapshot.lines
    if isinstance(outcome, Ghost):
        session.fates.changed(uri, lines, at, at, outcome.text if right else "\0")
    session.close(uri)
    return right


def _facts(root: Path) -> Iterator[tuple[Path, Facts]]:
    python = language_of("python")
    assert python is not None
    for path in sorted(root.rglob("*.py")):
        yield path, extract(path.relative_to(root).as_posix(), python, path.read_bytes())


if __name__ == "__main__":
    main()
