"""Whatever a model says to a hole in real code, in twelve languages: what is shown fits its place.

A hole is cut into a text; the reply is what was cut out, that and more, that in a fence, a part of it, or rubbish.
"""

from __future__ import annotations

import random
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flashls.engine.completion.complete import complete
from flashls.engine.session import Session
from flashls.models.scripted import Reply, Scripted
from flashls.syntax.languages import language_id_of
from flashls.types import Cursor, Ghost, Silence
from tests.engine.check import CURSOR, cursor_in, engine_for

_SAMPLES = [*sorted((Path(__file__).parent / "samples").iterdir()), Path(textwrap.__file__)]
_EXAMPLES = 60
_LONGEST = 6000
_CLOSERS = set(")]};,:'\"`> ")


@dataclass(frozen=True, slots=True)
class _Hole:
    """A text without a part of it; ``right`` is what stands right of the hole in its row."""

    before: str
    cut: str
    after: str

    @property
    def right(self) -> str:
        return self.after.split("\n", 1)[0].strip()


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: language_id_of(path))
async def test_what_is_shown_fits(path: Path) -> None:
    chance = random.Random(path.name)
    for hole, reply in _questions(_text(path), chance):
        outcome, cursor = await _outcome(path, hole, reply)
        if isinstance(outcome, Silence):
            assert outcome.reason != "error", (hole, reply, outcome)
        else:
            assert outcome.text.strip(), (hole, reply)
            assert (outcome.start, outcome.end, outcome.version) == (cursor.offset, cursor.offset, 1)
            assert not _says_twice(hole, outcome.text), (hole, reply, outcome)


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: language_id_of(path))
async def test_the_rest_of_a_row_is_shown_as_it_was(path: Path) -> None:
    """However the model wraps it, and whether or not it goes on with what stands there already."""
    chance = random.Random(path.name)
    text = _text(path)
    for hole in (_rest_of_a_row(text, chance) for _ in range(_EXAMPLES // 3)):
        for said in (hole.cut, f"```\n{hole.cut}\n```", hole.cut + hole.after[:200]):
            outcome, _ = await _outcome(path, hole, Reply(said, piece_size=64))
            assert isinstance(outcome, Ghost), (hole, said, outcome)
            assert outcome.text == hole.cut, (hole, said)


def _text(path: Path) -> str:
    return path.read_text("utf-8")[:_LONGEST]


async def _outcome(path: Path, hole: _Hole, reply: Reply) -> tuple[Ghost | Silence, Cursor]:
    session = Session()
    cursor = await cursor_in(session, hole.before + CURSOR + hole.after, language_id_of(path), path.as_uri())
    outcome = await complete(engine_for(Scripted([reply])), session, cursor, explicit=True)
    session.close_all()
    return outcome, cursor


def _questions(text: str, chance: random.Random) -> Iterator[tuple[_Hole, Reply]]:
    for _ in range(_EXAMPLES):
        hole = chance.choice((_part_of_a_row, _rest_of_a_row, _rows))(text, chance)
        rubbish = "".join(chance.choices(text + "(){}[]'\"`\n\t\\😀", k=chance.randrange(60)))
        said = chance.choice((hole.cut, hole.cut + hole.after[:300], f"```\n{hole.cut}\n```", rubbish, None))
        if said is None:
            yield hole, Reply(hole.cut[: chance.randrange(len(hole.cut) + 1)], reason="length", piece_size=64)
        else:
            yield hole, Reply(said, piece_size=chance.choice((5, 64, 1000)))


def _part_of_a_row(text: str, chance: random.Random) -> _Hole:
    start, end = _row(text, chance)
    first = chance.randrange(start, end)
    last = chance.randrange(first, end) + 1
    return _Hole(text[:first], text[first:last], text[last:])


def _rest_of_a_row(text: str, chance: random.Random) -> _Hole:
    start, end = _row(text, chance)
    first = chance.randrange(start, end)
    return _Hole(text[:first], text[first:end], text[end:])


def _rows(text: str, chance: random.Random) -> _Hole:
    start, end = _row(text, chance)
    for _ in range(chance.randrange(6)):
        end = max(end, text.find("\n", end + 1))
    return _Hole(text[:start], text[start:end], text[end:])


def _row(text: str, chance: random.Random) -> tuple[int, int]:
    """The ends of a row's text, without its indentation; no row that begins with what ends a block above it."""
    while True:
        at = chance.randrange(len(text))
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        row = text[start:end].lstrip()
        if end > 0 and row and not row.startswith((")", "]", "}", "end")):
            return end - len(row), end


def _says_twice(hole: _Hole, ghost: str) -> bool:
    """Whether a ghost ends with what stands right of the cursor, without a need: closers may be of its own brackets."""
    twice = bool(hole.right) and ghost.rstrip().endswith(hole.right) and not hole.cut.rstrip().endswith(hole.right)
    return twice and not set(hole.right) <= _CLOSERS
