"""Which replies are kept, and that a kept one answers without the model."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from flashls.models.cached import Cached
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Overloaded
from flashls.prompt.seal import seal
from flashls.store.disk import Replies
from flashls.types import Call, Draft, End, Piece, Prompt, Text, Usage

CALL = Call("1", "complete")


def prompt(text: str = "def f():", sample: int = 0) -> Prompt:
    return seal(Draft((Text("user", text),), sample=sample))


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def ask(model: Cached, question: Prompt, call: Call = CALL) -> tuple[str, End | None]:
    text, end = "", None
    async with aclosing(model.stream(question, call)) as items:
        async for item in items:
            if isinstance(item, Piece):
                text += item.text
            else:
                end = item
    return text, end


KEPT = [
    Reply("return 1"),
    Reply("x" * 5000, piece_size=7),
    Reply("cut at the limit", reason="length"),
    Reply(""),
    Reply('quotes " and \\ and grüße 😀\n\0'),
]
NOT_KEPT = [
    Reply("no", reason="blocked"),
    Reply("", reason="length"),
    Reply("part", fail=Overloaded("busy")),
    Reply("", fail=Overloaded("busy")),
    Reply("part", cut=True),
    Reply("half of a pair \ud83d"),
]


@pytest.mark.parametrize("reply", KEPT, ids=range(len(KEPT)))
async def test_a_finished_reply_answers_again_after_a_restart(tmp_path: Path, reply: Reply) -> None:
    inner = Scripted([reply])
    for restart in range(2):
        replies = Replies(tmp_path)
        text, end = await ask(Cached(inner, "scripted/scripted", replies), prompt())
        await replies.aclose(10)
        assert text == reply.text
        assert end is not None
        assert (end.reason, end.model, end.cached) == (reply.reason, inner.name, restart == 1)
        assert end.usage == Usage() or restart == 0
    assert len(inner.prompts) == 1


@pytest.mark.parametrize("reply", NOT_KEPT, ids=range(len(NOT_KEPT)))
async def test_any_other_reply_is_asked_for_again(tmp_path: Path, reply: Reply) -> None:
    inner = Scripted([reply, "good"])
    replies = Replies(tmp_path)
    model = Cached(inner, "scripted/scripted", replies)
    if reply.fail is None:
        await ask(model, prompt())
    else:
        with pytest.raises(Overloaded):
            await ask(model, prompt())
    assert (await ask(model, prompt()))[0] == "good"
    await replies.aclose(10)
    assert len(inner.prompts) == 2


async def test_a_cancelled_reply_closes_the_stream_and_is_not_kept(tmp_path: Path) -> None:
    inner = Scripted([Reply("never whole", stall=True), "good"])
    replies = Replies(tmp_path)
    model = Cached(inner, "scripted/scripted", replies)
    task = asyncio.create_task(ask(model, prompt()))
    while not inner.open:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (inner.open, inner.closed) == (0, 1)
    assert (await ask(model, prompt()))[0] == "good"
    await replies.aclose(10)


async def test_a_reader_that_leaves_early_closes_the_stream(tmp_path: Path) -> None:
    inner = Scripted(["a long reply that is not read to its end", "good"])
    replies = Replies(tmp_path)
    model = Cached(inner, "scripted/scripted", replies)
    async with aclosing(model.stream(prompt(), CALL)) as items:
        async for _ in items:
            break
    assert (inner.open, inner.closed) == (0, 1)
    assert (await ask(model, prompt()))[0] == "good"
    await replies.aclose(10)


async def test_a_reader_that_stops_at_the_end_has_it_kept(tmp_path: Path) -> None:
    inner = Scripted(["whole"])
    replies = Replies(tmp_path)
    model = Cached(inner, "scripted/scripted", replies)
    async with aclosing(model.stream(prompt(), CALL)) as items:
        async for item in items:
            if isinstance(item, End):
                break
    assert await ask(model, prompt()) == ("whole", End("stop", Usage(), inner.name, cached=True))
    await replies.aclose(10)


@pytest.mark.parametrize(
    ("name", "question", "call", "hit"),
    [
        ("scripted/scripted", prompt(), CALL, True),
        ("scripted/scripted", prompt(), Call("2", "fix", priority=3, session="s"), True),
        ("a/other", prompt(), CALL, False),
        ("scripted/scripted", prompt("def g():"), CALL, False),
        ("scripted/scripted", prompt(sample=1), CALL, False),
    ],
)
async def test_what_counts_is_the_model_and_the_prompt(
    tmp_path: Path, name: str, question: Prompt, call: Call, hit: bool
) -> None:
    inner = Scripted(["reply"])
    replies = Replies(tmp_path)
    await ask(Cached(inner, "scripted/scripted", replies), prompt())
    await ask(Cached(inner, name, replies), question, call)
    await replies.aclose(10)
    assert len(inner.prompts) == (1 if hit else 2)


@pytest.mark.parametrize("kept", ["", "no json", "[]", '{"reason":"blocked?","model":"m","text":"t"}', '{"text":"t"}'])
async def test_what_is_no_reply_is_a_miss(tmp_path: Path, kept: str) -> None:
    replies = Replies(tmp_path)
    question = prompt()
    replies.put(f"a/b:{question.digest}", kept)
    assert (await ask(Cached(Scripted(["fresh"]), "scripted/scripted", replies), question))[0] == "fresh"
    await replies.aclose(10)


async def test_the_disk_holds_no_secret(tmp_path: Path) -> None:
    secret = "AK" + "IA" + "Q3EGRIQ7HAZ2LKJ5"
    question = prompt(f'key = "{secret}"')
    replies = Replies(tmp_path)
    await ask(Cached(Scripted(lambda asked, _: str(asked.parts)), "scripted/scripted", replies), question)
    await replies.aclose(10)
    found = content(tmp_path)
    assert b"REDACTED" in found
    assert secret.encode() not in found


async def test_the_reply_of_a_model_that_stood_in_is_not_kept(tmp_path: Path) -> None:
    replies = Replies(tmp_path)
    await ask(Cached(Scripted(["second best"], "other/model"), "scripted/scripted", replies), prompt())
    assert (await ask(Cached(Scripted(["good"]), "scripted/scripted", replies), prompt()))[0] == "good"
    await replies.aclose(10)


async def test_servers_that_give_their_models_the_same_name_are_apart(tmp_path: Path) -> None:
    replies = Replies(tmp_path)
    for text, endpoint in (("one", ""), ("two", "http://127.0.0.1:1"), ("three", "http://127.0.0.1:2")):
        model = Cached(Scripted([text]), "scripted/scripted", replies, endpoint)
        assert (await ask(model, prompt()))[0] == text
    await replies.aclose(10)


async def test_what_is_secret_in_an_address_is_not_written(tmp_path: Path) -> None:
    replies = Replies(tmp_path)
    endpoint = "https://me:pass-word@llm.example.com/v1?key=sk-secret"
    await ask(Cached(Scripted(["kept"], "a/b"), "a/b", replies, endpoint), prompt())
    assert (await ask(Cached(Scripted(["new"], "a/b"), "a/b", replies, endpoint), prompt()))[0] == "kept"
    await replies.aclose(10)
    assert b"llm.example.com" in content(tmp_path)
    assert b"pass-word" not in content(tmp_path)
    assert b"sk-secret" not in content(tmp_path)
