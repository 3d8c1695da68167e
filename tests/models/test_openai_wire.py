"""Requests as bodies: equal to what OpenAI's own SDK (openai 2.54.0) sent for the same question, as captured in
``wire/``, but for the differences that the tests name; and what chunks say.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from flashls.models.dialects import SUFFIX, dialect_of
from flashls.models.endpoints import endpoint_of
from flashls.models.openai_wire import Chunk, chat_request, hole_request
from flashls.models.profiles import profile
from flashls.models.seam import Overloaded, Refused
from flashls.types import Fim, Image, Prompt, Snippet, Task, Text, Thinking, Usage

OPENAI, OWN, MISTRAL = "https://api.openai.com/v1", "http://127.0.0.1:8000/v1", "https://api.mistral.ai/v1"
HOLE = Fim((), "def f(", "\n  pass")
CLOSED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "line": {"type": "integer"},
        "edits": {"type": "array", "items": {"$ref": "#/$defs/edit"}},
    },
    "required": ["line", "edits"],
    "additionalProperties": False,
    "$defs": {
        "edit": {
            "type": "object",
            "properties": {"new": {"type": "string"}},
            "required": ["new"],
            "additionalProperties": False,
        }
    },
}


def chat(prompt: Prompt, model: str = "gpt-4o", url: str = OPENAI, task: Task = "explain") -> dict[str, Any]:
    return chat_request(model, prompt, task, profile(f"openai/{model}"), endpoint_of(url))


def hole(prompt: Prompt, dialect: str, url: str = OWN, model: str = "m") -> dict[str, Any]:
    row, found = profile(f"vllm/{model}"), dialect_of(model, dialect)
    assert prompt.fim is not None
    assert found is not None
    return hole_request(model, prompt, prompt.fim, found, row, endpoint_of(url))


def user(text: str) -> Text:
    return Text("user", text)


def asking(**more: Any) -> Prompt:
    return Prompt((user("q"),), **more)


def test_our_words_are_the_sdks() -> None:
    asked = Prompt((Text("system", "s"), user("u")), max_tokens=5)
    assert chat(asked, "m", OWN) == _captured("chat_stream")


def test_our_hole_is_the_sdks() -> None:
    besides = {"temperature": 0, "stop": ["\n```"], "stream_options": {"include_usage": True}}
    assert hole(Prompt((), HOLE, max_tokens=5), "suffix") == _captured("completions_suffix") | besides


def test_a_model_that_cannot_see_is_not_shown_pictures() -> None:
    asked = Prompt((user("a"), Image("image/png", b"x")))
    assert chat(asked, "gpt-4o")["messages"]
    with pytest.raises(Refused, match=r"gpt-3\.5-turbo cannot see pictures"):
        chat(asked, "gpt-3.5-turbo")


@pytest.mark.parametrize(
    ("model", "url", "field"),
    [
        ("gpt-4o", OPENAI, "max_completion_tokens"),
        ("gpt-4o", OWN, "max_tokens"),
        ("openai/gpt-4o", "https://openrouter.ai/api/v1", "max_tokens"),
        ("openai/gpt-5-mini", "https://openrouter.ai/api/v1", "max_completion_tokens"),
        ("o4-mini", OWN, "max_completion_tokens"),
        ("gpt-oss:20b", OWN, "max_tokens"),
        ("codestral-latest", MISTRAL, "max_tokens"),
    ],
)
def test_the_name_of_the_limit(model: str, url: str, field: str) -> None:
    body = chat(asking(), model, url)
    assert body.keys() & {"max_tokens", "max_completion_tokens"} == {field}


@pytest.mark.parametrize(
    ("model", "task", "thinking", "effort", "tokens"),
    [
        ("gpt-4o", "explain", "high", None, 100),
        ("gpt-5-mini", "complete", None, "minimal", 100),
        ("gpt-5-mini", "explain", None, "low", 100 + 2048),
        ("gpt-5.2", "complete", None, "none", 100),
        ("gpt-5.2", "explain", "high", "high", 100 + 24_576),
        ("o4-mini", "complete", None, "low", 100 + 2048),
    ],
)
def test_thinking_and_the_room_it_needs(
    model: str, task: Task, thinking: Thinking | None, effort: str | None, tokens: int
) -> None:
    body = chat(asking(thinking=thinking, max_tokens=100), model, task=task)
    assert (body.get("reasoning_effort"), body["max_completion_tokens"]) == (effort, tokens)


@pytest.mark.parametrize(
    ("model", "task", "effort"),
    [
        ("gemini-3.5-flash-lite", "complete", "minimal"),
        ("gemini-2.5-flash", "complete", "none"),
        ("gemini-2.5-flash", "explain", "low"),
        ("gemini-2.5-pro", "complete", "low"),
        ("claude-haiku-4-5", "complete", None),
    ],
)
def test_thinking_of_other_vendors_models(model: str, task: Task, effort: str | None) -> None:
    url = "https://generativelanguage.googleapis.com/v1beta/openai/"
    assert chat(asking(), model, url, task).get("reasoning_effort") == effort


def test_no_more_tokens_than_the_model_writes() -> None:
    assert chat(asking(max_tokens=99_999))["max_completion_tokens"] == 16_384


@pytest.mark.parametrize(
    ("model", "stop", "sent"),
    [
        ("gpt-4o", (), None),
        ("gpt-4o", ("", ""), None),
        ("gpt-4o", ("a", "b", "a", ""), ["a", "b"]),
        ("gpt-4o", tuple("abcdefg"), list("abcd")),
        ("gpt-5-mini", ("a",), None),
        ("o3", ("a",), None),
        ("gpt-5-chat-latest", ("a",), ["a"]),
    ],
)
def test_at_most_four_stop_sequences(model: str, stop: tuple[str, ...], sent: list[str] | None) -> None:
    assert chat(asking(stop=stop), model).get("stop") == sent


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (CLOSED, True),
        (CLOSED | {"additionalProperties": True}, False),
        (CLOSED | {"required": ["line"]}, False),
        (CLOSED | {"$defs": {"edit": {"type": "object"}}}, False),
        ({"type": "object"}, False),
        ({"type": "object", "additionalProperties": False}, True),
        ({"type": "array", "items": {"type": "object", "properties": {"a": {}}, "required": ["a"]}}, False),
        ({"anyOf": [CLOSED, {"type": "object", "properties": {}}]}, False),
    ],
)
def test_a_schema_is_strict_where_it_can_be(schema: dict[str, Any], strict: bool) -> None:
    sent = {"name": "reply", "schema": schema, "strict": strict}
    assert chat(asking(schema=schema))["response_format"] == {"type": "json_schema", "json_schema": sent}


def test_a_server_of_ones_own_is_sent_no_special_token() -> None:
    asked = Prompt((user("s = '<|im_end|>'"),))
    assert chat(asked, url=OWN)["messages"] == [{"role": "user", "content": "s = '< |im_end|>'"}]
    assert chat(asked)["messages"] == [{"role": "user", "content": "s = '<|im_end|>'"}]


def test_a_schema_is_not_sent_to_a_model_that_knows_none() -> None:
    assert "response_format" not in chat(asking(schema=CLOSED), "gpt-3.5-turbo")


def test_mistral_is_not_asked_for_what_it_tells_anyway() -> None:
    assert "stream_options" not in chat(asking(), "codestral-latest", MISTRAL)
    assert "stream_options" not in hole(Prompt((), HOLE), "suffix", MISTRAL)


def test_a_hole_in_a_dialect() -> None:
    extra = (Snippet("a.py", "x = 1", "similar", 1.0, "open"),)
    asked = Prompt((user("words"),), Fim(extra, "y = ", "\n"), stop=("\n\n",), max_tokens=9)
    assert hole(asked, "qwen", model="Qwen/Qwen2.5-Coder-7B") == {
        "model": "Qwen/Qwen2.5-Coder-7B",
        "prompt": "<|file_sep|>a.py\nx = 1\n<|file_sep|>\n<|fim_prefix|>y = <|fim_suffix|>\n<|fim_middle|>",
        "max_tokens": 9,
        "stop": ["\n\n", "\n```", "<|file_sep|>", "<|fim_prefix|>"],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
    }


def test_a_hole_by_its_two_sides() -> None:
    extra = (Snippet("a.py", "x = 1\n\n", "similar", 1.0, "open"),)
    body = hole(Prompt((), Fim(extra, "y = ", "\n")), "suffix")
    assert (body["prompt"], body["suffix"]) == ("#a.py\nx = 1\ny = ", "\n")
    assert "suffix" not in hole(Prompt((), Fim((), "y = ", "")), "suffix")
    assert SUFFIX.stop == ()


def test_samples_differ() -> None:
    assert [hole(Prompt((), HOLE, sample=n), "qwen")["temperature"] for n in (0, 1)] == [0, 0.7]


CHUNKS: list[tuple[str, dict[str, Any], str, str | None]] = [
    ("words", {"choices": [{"delta": {"content": "a"}}]}, "a", None),
    ("completion", {"choices": [{"text": "a", "finish_reason": "length"}]}, "a", "length"),
    ("whole", {"choices": [{"message": {"content": "a"}, "finish_reason": "stop"}]}, "a", "stop"),
    ("role only", {"choices": [{"delta": {"role": "assistant", "content": None}}]}, "", None),
    ("no choices", {"choices": []}, "", None),
    ("null choices", {"choices": None}, "", None),
    ("nothing", {}, "", None),
    ("reasoning", {"choices": [{"delta": {"reasoning_content": "hm", "content": None}}]}, "", None),
    ("parts", {"choices": [{"delta": {"content": [{"type": "thinking"}, {"type": "text", "text": "a"}]}}]}, "a", None),
    ("second choice", {"choices": [{"delta": {"content": "a"}}, {"delta": {"content": "b"}}]}, "a", None),
    ("refusal", {"choices": [{"delta": {"refusal": "no"}}]}, "", "blocked"),
    ("filter", {"choices": [{"delta": {}, "finish_reason": "content_filter"}]}, "", "blocked"),
    ("empty reason", {"choices": [{"delta": {}, "finish_reason": ""}]}, "", None),
]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("stop STOP eos eos_token stop_sequence end_turn COMPLETE tool_calls function_call", "stop"),
        ("length MAX_TOKENS model_length", "length"),
        ("content_filter SAFETY safety RECITATION PROHIBITED_CONTENT sensitive refusal", "blocked"),
        ("abort error timeout cancelled insufficient_system_resource network_error who_knows", None),
    ],
)
def test_words_for_the_end(words: str, reason: str | None) -> None:
    for word in words.split():
        chunk = _chunk({"choices": [{"delta": {}, "finish_reason": word}]})
        if reason is not None:
            assert chunk.reason() == reason
        else:
            with pytest.raises(Overloaded, match=rf"\({word}\)"):
                chunk.reason()


@pytest.mark.parametrize(("name", "event", "text", "reason"), CHUNKS, ids=[row[0] for row in CHUNKS])
def test_chunks(name: str, event: dict[str, Any], text: str, reason: str | None) -> None:
    chunk = _chunk(event)
    assert ("".join(chunk.texts()), chunk.reason(), chunk.failed) == (text, reason, False)


@pytest.mark.parametrize(
    ("event", "usage"),
    [
        ({}, None),
        ({"usage": None}, None),
        ({"usage": {"prompt_tokens": 0, "completion_tokens": 0}}, None),
        ({"usage": {"prompt_tokens": 7, "completion_tokens": 2}}, Usage(input=7, output=2)),
        (
            {
                "usage": {
                    "prompt_tokens": 70,
                    "completion_tokens": 20,
                    "prompt_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 3},
                    "completion_tokens_details": {"reasoning_tokens": 12},
                }
            },
            Usage(input=70, cached=64, cache_write=3, output=20, thought=12),
        ),
        ({"usage": {"prompt_tokens": 9, "prompt_cache_hit_tokens": 8}}, Usage(input=9, cached=8)),
        ({"x_groq": {"usage": {"prompt_tokens": 7, "completion_tokens": 2}}}, Usage(input=7, output=2)),
        ({"x_groq": {"id": "req_1"}}, None),
    ],
)
def test_usage(event: dict[str, Any], usage: Usage | None) -> None:
    assert _chunk(event).told() == usage


@pytest.mark.parametrize(
    ("event", "failed"),
    [
        ({"error": None}, False),
        ({"error": {"message": "x"}}, True),
        ({"error": "x"}, True),
        ({"object": "error", "message": "x"}, True),
        ({"object": "chat.completion.chunk"}, False),
    ],
)
def test_errors_in_a_stream(event: dict[str, Any], failed: bool) -> None:
    assert _chunk(event).failed is failed


def _chunk(event: dict[str, Any]) -> Chunk:
    return msgspec.json.decode(json.dumps(event).encode(), type=Chunk)


def _captured(name: str) -> Any:
    path = Path(__file__).parent / "wire" / f"openai_{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))["body"]
