"""A stream is closed where the call wants no more of it, and counts as finished."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from flashls.models.enough import Enough
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Overloaded
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Piece, Text, Usage

PROMPT = seal(Draft((Text("user", "x"),)))
_WANTS_ALL = Call("1", "complete", enough=lambda text: text == "abc")


async def answer(model: Scripted, call: Call) -> tuple[list[str], End | None]:
    """The pieces and the End; the model's stream must be over by then."""
    pieces, end = [], None
    async with aclosing(Enough(model, "scripted/a").stream(PROMPT, call)) as stream:
        async for item in stream:
            if isinstance(item, Piece):
                pieces.append(item.text)
            else:
                assert end is None
                end = item
    assert model.open == 0
    return pieces, end


@pytest.mark.parametrize(
    ("wanted", "pieces", "closed"),
    [(1, ["ab"], 1), (2, ["ab"], 1), (3, ["ab", "cd"], 1), (5, ["ab", "cd", "e"], 1), (6, ["ab", "cd", "e"], 0)],
)
async def test_reads_no_further_than_enough(wanted: int, pieces: list[str], closed: int) -> None:
    model = Scripted([Reply("abcde", piece_size=2, reason="length")])
    said, end = await answer(model, Call("1", "complete", enough=lambda text: len(text) >= wanted))
    assert said == pieces
    assert model.closed == closed
    assert end is not None
    assert (end.reason, end.model) == (("stop", "scripted/a") if closed else ("length", model.name))
    assert end.usage.estimated


async def test_without_a_limit_all_is_read() -> None:
    model = Scripted([Reply("abcde", piece_size=2)])
    pieces, end = await answer(model, Call("1", "explain"))
    assert ("".join(pieces), end and end.reason, model.closed) == ("abcde", "stop", 0)


async def test_enough_ends_a_stream_that_would_stall_after_it() -> None:
    model = Scripted([Reply("abc", piece_size=1, stall=True)])
    pieces, end = await answer(model, Call("1", "complete", enough=lambda text: text == "abc"))
    assert (pieces, end and end.reason, model.closed) == (["a", "b", "c"], "stop", 1)


async def test_what_was_asked_counts_too() -> None:
    asked = seal(Draft((Text("user", "x" * 320),)))
    async with aclosing(Enough(Scripted(["abc"]), "scripted/a").stream(asked, _WANTS_ALL)) as stream:
        *_, end = [item async for item in stream]
    assert isinstance(end, End)
    assert end.usage == Usage(input=100, output=1, estimated=True)


async def test_a_failure_passes_through() -> None:
    model = Scripted([Reply("ab", fail=Overloaded("busy"))])
    with pytest.raises(Overloaded, match="busy"):
        await answer(model, Call("1", "complete", enough=lambda text: False))


async def test_a_reader_that_leaves_closes_the_stream() -> None:
    model = Scripted([Reply("abcd", piece_size=1, stall=True)])
    async with aclosing(Enough(model, "scripted/a").stream(PROMPT, Call("1", "complete"))) as stream:
        assert await anext(stream) == Piece("a")
    assert (model.open, model.closed) == (0, 1)
