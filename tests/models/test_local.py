"""The embedded model behind the seam: a made-up one for what is ours, the real one for what is the model's."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from flashls.models.host import ensure, place, running
from flashls.models.local import Local
from flashls.models.seam import Garbled, NotFound, Refused, Stalled, Unreachable
from flashls.models.slots import Slots
from flashls.models.weights import WEIGHTS, Weights, find
from flashls.sources import data_path
from flashls.types import Call, End, Fim, Image, Piece, Prompt, Snippet, Text
from tests.models import tiny
from tests.models.hosts import ended, idle, kill

_CALL = Call("1", "complete")
_REAL = "qwen2.5-coder-0.5b"


@dataclass(frozen=True, slots=True)
class _Data:
    """A data folder with weights in it."""

    folder: Path
    row: Weights

    @property
    def weights(self) -> Path:
        return self.folder / "models" / self.row.file

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Local]:
        slots = Slots()
        try:
            yield Local(self.row.name, self.folder, slots, {self.row.name: self.row})
        finally:
            await slots.aclose()

    async def answer(self, prompt: Prompt, call: Call = _CALL) -> tuple[str, End]:
        async with self.opened() as model:
            return await _answer(model, prompt, call)


async def _answer(model: Local, prompt: Prompt, call: Call = _CALL) -> tuple[str, End]:
    items = [item async for item in model.stream(prompt, call)]
    assert [type(item) for item in items] == [*[Piece] * (len(items) - 1), End]
    assert isinstance(items[-1], End)
    return "".join(item.text for item in items if isinstance(item, Piece)), items[-1]


def _fim(prefix: str, suffix: str = "", max_tokens: int = 8, extra: tuple[Snippet, ...] = ()) -> Prompt:
    return Prompt((), Fim(extra, prefix, suffix), max_tokens=max_tokens)


def _chat(text: str, max_tokens: int = 8) -> Prompt:
    return Prompt((Text("user", text),), max_tokens=max_tokens)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Data]:
    folder = tmp_path_factory.mktemp("data")
    (folder / "models").mkdir()
    size = tiny.write(folder / "models" / "tiny.gguf").stat().st_size
    with ended(folder / "run"):
        yield _Data(folder, Weights("tiny", "tiny.gguf", size, "", "", "", 1))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Data]:
    path = find(_REAL, data_path(os.environ) / "models")
    if path is None:
        pytest.fail(f"the weights are missing: flashls models pull {_REAL}")
    folder = tmp_path_factory.mktemp("data")
    (folder / "models").symlink_to(path.parent, target_is_directory=True)
    with ended(folder / "run"):
        asyncio.run(ensure(folder / "models" / path.name, folder / "run"))
        yield _Data(folder, WEIGHTS[_REAL])


async def test_fills_in_the_middle(made_up: _Data) -> None:
    text, end = await made_up.answer(_fim("def f():\n    return ", "\n"))
    assert len(text) == 8
    assert (end.reason, end.model, end.usage.output) == ("length", "local/tiny", 8)
    assert end.usage.input == len("def f():\n    return " + "\n") + 3
    assert not end.usage.estimated


@pytest.mark.parametrize(
    "text",
    ["<|fim_middle|>", "<|fim_suffix|>x<|endoftext|>", "<|im_start|>\nsystem", "<|repo_name|><|file_sep|>", "<|"],
)
async def test_a_special_token_in_the_text_is_text(made_up: _Data, text: str) -> None:
    plain = "." * len(text)
    for make in (_fim, lambda said: _fim("", said), lambda said: _fim("", extra=(_snippet(said),)), _chat):
        (_, special), (_, usual) = await made_up.answer(make(text)), await made_up.answer(make(plain))
        assert special.usage.input == usual.usage.input


def _snippet(text: str) -> Snippet:
    return Snippet("a.py", text, "similar", 1.0, "open")


@pytest.mark.parametrize("prompt", [_fim("for row in rows:\n    ", "\nprint(row)"), _chat("What is a list?")])
async def test_what_was_read_is_not_read_again(made_up: _Data, prompt: Prompt) -> None:
    first, _ = await made_up.answer(prompt)
    second, end = await made_up.answer(prompt)
    assert first == second
    assert end.usage.cached == end.usage.input - 1


async def test_each_kind_of_task_keeps_its_own_cache(made_up: _Data) -> None:
    code, words = _fim("x" * 200), _chat("y" * 200)
    for _ in range(2):
        ends = [(await made_up.answer(prompt))[1] for prompt in (code, words)]
    assert [end.usage.cached for end in ends] == [end.usage.input - 1 for end in ends]


async def test_ends_before_a_stop_string(made_up: _Data) -> None:
    whole, _ = await made_up.answer(_fim("a", max_tokens=30))
    stop = whole[4]
    text, end = await made_up.answer(replace(_fim("a", max_tokens=30), stop=(stop,)))
    assert (text, end.reason) == (whole[: whole.index(stop)], "stop")


async def test_one_question_one_answer_and_samples_of_their_own(made_up: _Data) -> None:
    prompt = _chat("Write.", max_tokens=20)
    texts = [(await made_up.answer(replace(prompt, sample=sample)))[0] for sample in (0, 1, 2, 0, 1, 2)]
    assert texts[:3] == texts[3:]
    assert len(set(texts)) == 3


@pytest.mark.parametrize(
    ("prompt", "error", "said"),
    [
        (_fim("x" * 9000), Refused, "too long"),
        (Prompt((Text("user", "Look"), Image("image/png", b"x"))), Refused, "pictures"),
    ],
)
async def test_what_cannot_be_answered_is_said(made_up: _Data, prompt: Prompt, error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        await made_up.answer(prompt)


@pytest.mark.parametrize(
    ("name", "said"), [(_REAL, f"flashls models pull {_REAL}"), ("gpt", "no embedded model gpt: there are qwen2.5")]
)
async def test_missing_weights_name_the_command_that_gets_them(tmp_path: Path, name: str, said: str) -> None:
    slots = Slots()
    with pytest.raises(NotFound, match=said):
        await _answer(Local(name, tmp_path, slots), _fim("a"))
    await slots.aclose()


async def test_a_deadline_is_kept(made_up: _Data) -> None:
    with pytest.raises(Stalled):
        await made_up.answer(_fim("a", max_tokens=8000), Call("1", "complete", deadline=time.monotonic() + 0.5))


@pytest.mark.parametrize("prompt", [_fim("a", max_tokens=8000), _chat("a", max_tokens=8000)])
async def test_giving_up_frees_the_slot(made_up: _Data, prompt: Prompt) -> None:
    host = await ensure(made_up.weights, made_up.folder / "run")
    async with made_up.opened() as model:
        async with aclosing(model.stream(prompt, _CALL)) as stream:
            assert isinstance(await anext(stream), Piece)
        assert model.slots.busy == 0
        assert await asyncio.to_thread(idle, host, 5)


async def test_every_client_shares_the_process(made_up: _Data) -> None:
    await asyncio.gather(*(made_up.answer(_fim("a")) for _ in range(3)))
    assert len(list((made_up.folder / "run").glob("*.json"))) == 1


async def test_a_process_that_died_is_started_again(made_up: _Data) -> None:
    before = await ensure(made_up.weights, made_up.folder / "run")
    async with made_up.opened() as model:
        first = await _answer(model, _fim("a"))
        await asyncio.to_thread(kill, before.pid, signal.SIGKILL)
        assert (await _answer(model, _fim("a")))[0] == first[0]
    after = running(place(made_up.weights, made_up.folder / "run"))
    assert after is not None
    assert after.pid != before.pid


async def test_a_reply_that_breaks_off_is_not_begun_again(made_up: _Data) -> None:
    host = await ensure(made_up.weights, made_up.folder / "run")
    async with made_up.opened() as model, aclosing(model.stream(_fim("a", max_tokens=8000), _CALL)) as stream:
        await anext(stream)
        os.kill(host.pid, signal.SIGKILL)
        with pytest.raises((Garbled, Unreachable)):
            while True:
                await anext(stream)


_HOLES = [
    ("python", 'def add(a, b):\n    """The sum."""\n    return ', "\n\n\nprint(add(1, 2))\n"),
    ("typescript", "export function double(xs: number[]): number[] {\n  return xs.map(", ");\n}\n"),
    ("go", "package main\n\nfunc Max(a, b int) int {\n\tif a > b {\n\t\treturn ", "\n\t}\n\treturn b\n}\n"),
]


@pytest.mark.model
@pytest.mark.parametrize(("prefix", "suffix"), [hole[1:] for hole in _HOLES], ids=[hole[0] for hole in _HOLES])
async def test_real_code(real: _Data, prefix: str, suffix: str) -> None:
    text, end = await real.answer(_fim(prefix, suffix, max_tokens=16))
    assert text.strip()
    assert end.usage.output <= 16


@pytest.mark.model
async def test_real_prose_does_not_follow_the_code(real: _Data) -> None:
    prompt = _fim(
        "export function debounce(f: () => void, ms: number) {\n  let timer: number | null;\n  return () => {\n    ",
        "\n  };\n}\n",
        max_tokens=64,
        extra=(Snippet("clamp.ts", "export const clamp = (x: number) => Math.min(x, 1);", "similar", 1.0, "open"),),
    )
    text, _ = await real.answer(prompt)
    assert "```" not in text


@pytest.mark.model
async def test_real_text_that_spells_a_special_token(real: _Data) -> None:
    prefix = 'MARKS = ["<|fim_prefix|>", "<|fim_middle|>"]\n\n\ndef count(tokens):\n    return len('
    text, _ = await real.answer(_fim(prefix, ")\n"))
    assert text.startswith("tokens")


@pytest.mark.model
async def test_real_chat_streams(real: _Data) -> None:
    prompt = Prompt((Text("system", "Answer in one word."), Text("user", "What colour is the sky?")), max_tokens=12)
    text, end = await real.answer(prompt)
    assert "blue" in text.lower()
    assert end.reason == "stop"


@pytest.mark.model
async def test_real_json_follows_the_schema(real: _Data) -> None:
    schema = {
        "type": "object",
        "properties": {"line": {"type": "integer"}, "word": {"type": "string", "maxLength": 12}},
        "required": ["line", "word"],
        "additionalProperties": False,
    }
    text, _ = await real.answer(replace(_chat("Which word is on line 3 of: a\nb\ncat", 40), schema=schema))
    said = json.loads(text)
    assert (type(said["line"]), type(said["word"])) == (int, str)


@pytest.mark.model
async def test_real_stream_given_up_while_the_prompt_is_read(real: _Data) -> None:
    host = await ensure(real.weights, real.folder / "run")
    async with real.opened() as model:
        task = asyncio.create_task(_answer(model, _fim("value = compute(index, other)\n" * 300)))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert await asyncio.to_thread(idle, host, 10)
