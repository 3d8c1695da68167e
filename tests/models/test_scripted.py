"""The double keeps the seam's promises, and reads its script from a file."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from flashls.models.scripted import Reply, Scripted, load
from flashls.models.seam import ModelError, RateLimited
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Fim, Piece, Prompt, Task, Text

CALL = Call("1", "complete")


def prompt(last: str = "", prefix: str | None = None) -> Prompt:
    return seal(Draft((Text("user", last),), fim=None if prefix is None else Fim((), prefix, "")))


async def read(model: Scripted, asked: Prompt | None = None, call: Call = CALL) -> list[Piece | End]:
    async with aclosing(model.stream(asked or prompt(), call)) as stream:
        return [item async for item in stream]


async def text_of(model: Scripted, asked: Prompt | None = None, call: Call = CALL) -> str:
    return "".join(item.text for item in await read(model, asked, call) if isinstance(item, Piece))


async def test_pieces_come_in_order_and_then_one_end() -> None:
    items = await read(Scripted([Reply("abcde", piece_size=2, reason="length")]))
    assert items[:-1] == [Piece("ab"), Piece("cd"), Piece("e")]
    assert isinstance(items[-1], End)
    assert (items[-1].reason, items[-1].model) == ("length", "scripted/scripted")


async def test_replies_come_in_turn_and_the_last_one_again() -> None:
    model = Scripted(["a", Reply("b")])
    assert [await text_of(model, prompt(str(n))) for n in range(3)] == ["a", "b", "b"]
    assert [asked.parts[0] for asked in model.prompts] == [Text("user", str(n)) for n in range(3)]


async def test_a_function_sees_the_prompt_and_the_call() -> None:
    model = Scripted(lambda asked, call: f"{call.task}:{len(asked.parts)}")
    assert await text_of(model) == "complete:1"


async def test_a_failure_comes_after_the_pieces() -> None:
    model = Scripted([Reply("ab", fail=RateLimited("slow down"))])
    async with aclosing(model.stream(prompt(), CALL)) as stream:
        assert await anext(stream) == Piece("ab")
        with pytest.raises(RateLimited, match="slow down"):
            await anext(stream)
    assert (model.open, model.closed) == (0, 1)


async def test_a_cut_reply_has_no_end() -> None:
    assert await read(Scripted([Reply("ab", cut=True)])) == [Piece("ab")]


async def test_a_stalled_reply_ends_only_when_its_task_is_cancelled() -> None:
    model = Scripted([Reply("ab", stall=True)])
    task = asyncio.create_task(read(model))
    await asyncio.sleep(0.01)
    assert (task.done(), model.open) == (False, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (model.open, model.closed) == (0, 1)


SCRIPT: list[dict[str, Any]] = [
    {"task": "explain", "text": "It adds."},
    {"when": r"return \Z", "text": "a + b"},
    {"when": "^import", "text": "os", "piece_size": 1, "delay": 0.0, "reason": "length"},
    {"when": "boom", "text": "1", "fail": "out of order"},
]


@pytest.mark.parametrize(
    ("task", "last", "prefix", "text"),
    [
        ("explain", "", None, "It adds."),
        ("explain", "return ", None, "It adds."),
        ("complete", "unlike", "def f(a, b):\n    return ", "a + b"),
        ("complete", "return ", None, "a + b"),
        ("complete", "return ", "nothing of the sort", ""),
        ("complete", "", "import ", "os"),
        ("complete", "", "x import ", ""),
    ],
)
async def test_the_first_row_that_fits_answers(
    tmp_path: Path, task: Task, last: str, prefix: str | None, text: str
) -> None:
    path = tmp_path / "replies.json"
    path.write_text(json.dumps(SCRIPT))
    assert await text_of(Scripted(load(path)), prompt(last, prefix), Call("1", task)) == text


async def test_a_row_looks_at_all_that_is_asked_and_not_at_what_all_questions_begin_with(tmp_path: Path) -> None:
    path = tmp_path / "replies.json"
    path.write_text(json.dumps([{"when": "rhyme", "text": "wrong"}, {"when": "code", "text": "right"}]))
    parts = (Text("system", "rhyme", stable=True), Text("user", "code"), Text("user", "in JSON"))
    assert await text_of(Scripted(load(path)), seal(Draft(parts)), Call("1", "review")) == "right"


async def test_a_row_can_fail_and_say_how_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "replies.json"
    path.write_text(json.dumps(SCRIPT))
    with pytest.raises(ModelError, match="out of order"):
        await read(Scripted(load(path)), prompt("", "boom"))
    end = (await read(Scripted(load(path)), prompt("", "import ")))[-1]
    assert isinstance(end, End)
    assert end.reason == "length"


@pytest.mark.parametrize(
    "text",
    ["{", "5", '{"text": "x"}', '["x"]', '[{"when": "("}]', '[{"text": 5}]', '[{"delay": "x"}]', '[{"piece_size": 0}]'],
)
def test_a_file_that_is_no_script_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "replies.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"replies\.json"):
        load(path)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"replies\.json"):
        load(tmp_path / "replies.json")
