"""Requests as bodies: equal to what Anthropic's own SDK sends for the same question."""

from __future__ import annotations

import base64
from typing import Any

import anthropic
import pytest
from anthropic import transform_schema

from flashls.models.anthropic_wire import count_request, request, strict
from flashls.models.profiles import profile
from flashls.models.seam import Refused
from flashls.prompt.seal import seal
from flashls.types import Draft, Image, Prompt, Role, Task, Text
from tests.models.anthropic_server import serve

NEW, ALWAYS, OLD, OLDEST = "claude-haiku-5-5", "claude-opus-5-5", "claude-haiku-4-5", "claude-3-haiku-20240307"
PNG = b"\x89PNG"
SCHEMA = {
    "type": "object",
    "title": "Fix",
    "properties": {
        "line": {"type": "integer", "minimum": 1, "maximum": 10, "description": "A row"},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": 3},
        "when": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "edit": {"$ref": "#/$defs/Edit"},
    },
    "required": ["line"],
    "$defs": {"Edit": {"type": "object", "properties": {"old": {"type": "string", "pattern": "^a"}}}},
}


def prompt(*parts: Text | Image, **more: Any) -> Prompt:
    return seal(Draft(parts, **more))


def text(role: Role, words: str, stable: bool = False) -> Text:
    return Text(role, words, stable)


def made(asked: Prompt, model: str = NEW, task: Task = "explain") -> dict[str, Any]:
    return request(model, asked, task, profile(f"work/{model}"))


PLAIN = prompt(text("system", "s"), text("user", "u"), max_tokens=16)
LOOK = prompt(text("system", "s"), text("user", "what?"), Image("image/png", PNG), max_tokens=16)
TALK = prompt(text("user", "a"), text("model", "b"), text("user", "c"), stop=("x", "y"), max_tokens=16)
LONG = "x" * 10_000
KEPT = prompt(text("system", "s", True), text("user", LONG, True), text("user", "q"), max_tokens=16)
FITTING = prompt(text("user", "fix"), schema=SCHEMA, thinking="high", max_tokens=16)
HARD = prompt(text("user", "u"), thinking="high", max_tokens=16)

IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG)}}
SAME: list[tuple[str, str, Prompt, dict[str, Any]]] = [
    ("a question", OLDEST, PLAIN, {"max_tokens": 16, "system": "s", "messages": [{"role": "user", "content": "u"}]}),
    (
        "a picture",
        OLDEST,
        LOOK,
        {
            "max_tokens": 16,
            "system": "s",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "what?"}, IMAGE]}],
        },
    ),
    (
        "a talk",
        OLDEST,
        TALK,
        {
            "max_tokens": 16,
            "messages": [
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": "b"},
                {"role": "user", "content": "c"},
            ],
            "stop_sequences": ["x", "y"],
        },
    ),
    (
        "cached parts",
        OLDEST,
        KEPT,
        {
            "max_tokens": 16,
            "system": "s",
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": LONG, "cache_control": {"type": "ephemeral"}},
                        {"type": "text", "text": "q"},
                    ],
                }
            ],
        },
    ),
    (
        "a schema and hard thinking",
        NEW,
        FITTING,
        {
            "max_tokens": 24_592,
            "messages": [{"role": "user", "content": "fix"}],
            "thinking": {"type": "adaptive"},
            "output_config": {
                "effort": "high",
                "format": {"type": "json_schema", "schema": transform_schema(SCHEMA)},
            },
        },
    ),
    (
        "hard thinking within a budget",
        OLD,
        HARD,
        {
            "max_tokens": 24_592,
            "messages": [{"role": "user", "content": "u"}],
            "thinking": {"type": "enabled", "budget_tokens": 16_384},
        },
    ),
]


@pytest.mark.parametrize(("name", "model", "asked", "arguments"), SAME, ids=[row[0] for row in SAME])
async def test_our_body_is_the_sdks(name: str, model: str, asked: Prompt, arguments: dict[str, Any]) -> None:
    model = model if model != OLDEST else "claude-3-haiku"  # an id that the server still knows
    arguments = _plain(arguments)
    async with serve() as server, anthropic.AsyncAnthropic(api_key="k", base_url=server.url) as client:
        async with client.messages.stream(model=model, **arguments) as stream:
            await stream.get_final_message()
        assert made(asked, model) == server.requests[0].body


async def test_our_count_is_the_sdks() -> None:
    async with serve() as server, anthropic.AsyncAnthropic(api_key="k", base_url=server.url) as client:
        await client.messages.count_tokens(model=NEW, system="s", messages=[{"role": "user", "content": "u"}])
        assert count_request(NEW, PLAIN, profile(f"work/{NEW}")) == server.requests[0].body


def test_schemas_are_told_as_the_sdk_tells_them() -> None:
    assert strict(SCHEMA) == transform_schema(SCHEMA)


def turns(asked: Prompt, model: str = NEW) -> list[tuple[str, Any]]:
    return [(turn["role"], turn["content"]) for turn in made(asked, model)["messages"]]


def blocks(*texts: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": each} for each in texts]


def test_neighbours_of_one_role_are_one_turn() -> None:
    asked = prompt(*(text(role, word) for role, word in [("user", "a"), ("user", "b"), ("model", "c"), ("user", "d")]))  # type: ignore[arg-type]
    assert turns(asked) == [("user", blocks("a", "b")), ("assistant", "c"), ("user", "d")]


@pytest.mark.parametrize(
    ("model", "more", "last"),
    [
        (NEW, {}, "user"),
        (ALWAYS, {}, "user"),
        (OLD, {}, "assistant"),
        (OLD, {"schema": {"type": "object"}}, "user"),
        (OLDEST, {"schema": {"type": "object"}}, "assistant"),
    ],
)
def test_a_models_turn_is_last_only_where_it_may(model: str, more: dict[str, Any], last: str) -> None:
    assert turns(prompt(text("user", "q"), text("model", "a"), **more), model)[-1][0] == last


def test_a_prefill_ends_without_space_and_without_thoughts() -> None:
    body = made(prompt(text("user", "q"), text("model", "a = \n"), thinking="high", max_tokens=5), OLD)
    assert body["messages"][-1]["content"] == "a ="
    assert ("thinking" in body, body["max_tokens"]) == (False, 5)


def test_blank_parts_and_stops_are_left_out() -> None:
    body = made(prompt(text("system", " "), text("user", "\n"), text("user", "q"), stop=("\n\n", "", "x", "x")))
    assert ("system" in body, body["messages"]) == (False, [{"role": "user", "content": "q"}])
    assert body["stop_sequences"] == ["x"]


@pytest.mark.parametrize(
    ("parts", "model", "marked"),
    [
        ([("system", LONG, True), ("user", "q", False)], NEW, ["system"]),
        ([("system", "s", True), ("user", LONG, True), ("user", "q", False)], NEW, ["messages"]),
        ([("user", LONG, True), ("system", "s", True), ("user", "q", False)], NEW, ["messages"]),
        ([("user", LONG, True), ("system", "s", False), ("user", "q", False)], NEW, []),
        ([("system", "s", True), ("user", "q", False)], NEW, []),
        ([("system", LONG, False), ("user", LONG, True)], NEW, []),
        ([("system", LONG, True), ("user", "q", False)], OLD, []),
    ],
)
def test_long_stable_beginnings_are_marked_for_the_cache(parts: Any, model: str, marked: list[str]) -> None:
    body = made(prompt(*(text(*part) for part in parts)), model)
    assert [name for name in ("system", "messages") if "cache_control" in str(body.get(name))] == marked
    assert str(body).count("cache_control") == len(marked)


@pytest.mark.parametrize(
    ("model", "task", "thinking", "sent", "tokens"),
    [
        (NEW, "complete", None, ({"type": "disabled"}, "low"), 100),
        (NEW, "explain", None, ({"type": "adaptive"}, "low"), 100 + 2048),
        (NEW, "explain", "medium", ({"type": "adaptive"}, "medium"), 100 + 8192),
        ("claude-sonnet-5-5", "complete", None, ({"type": "between_tools"}, "low"), 100),
        ("claude-sonnet-5", "complete", None, ({"type": "disabled"}, "low"), 100),
        (ALWAYS, "complete", None, ({"type": "adaptive"}, "low"), 100 + 2048),
        (OLD, "complete", None, (None, None), 100),
        (OLD, "explain", None, ({"type": "enabled", "budget_tokens": 1024}, None), 100 + 2048),
        (OLDEST, "explain", "high", (None, None), 100),
    ],
)
def test_thinking_and_the_room_it_needs(model: str, task: Task, thinking: Any, sent: Any, tokens: int) -> None:
    body = made(prompt(text("user", "q"), thinking=thinking, max_tokens=100), model, task)
    assert (body.get("thinking"), body.get("output_config", {}).get("effort")) == sent
    assert body["max_tokens"] == tokens


def test_no_more_tokens_than_the_model_writes() -> None:
    assert made(prompt(text("user", "q"), max_tokens=99_999), OLDEST)["max_tokens"] == 4096


@pytest.mark.parametrize(
    ("asked", "model", "told"),
    [
        (prompt(), NEW, "asks nothing"),
        (prompt(text("system", "only")), NEW, "asks nothing"),
        (prompt(text("user", "q"), cached_content="cachedContents/x"), NEW, "stored with Gemini"),
        (prompt(text("user", "q"), Image("image/bmp", b"x")), NEW, "image/bmp: use PNG"),
        (prompt(text("user", "q"), Image("image/png", b"x")), "qwen2.5-coder", "takes no pictures"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: Prompt, model: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        made(asked, model)


def _plain(value: Any) -> Any:
    """The SDK takes a picture's data as text."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return value.decode() if isinstance(value, bytes) else value
