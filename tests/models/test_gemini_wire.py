"""Requests as bodies: equal to what Google's own SDK (google-genai 3.4.0) sent for the same question, as captured in
``wire/``, but for the differences that the table names.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flashls.models.gemini_wire import count_request, kept_request, request
from flashls.models.profiles import profile
from flashls.models.seam import Refused
from flashls.prompt.seal import seal
from flashls.types import Draft, Image, Prompt, Task, Text
from tests.models.gemini_server import camel

LITE, FLASH, OLD = "gemini/gemini-3.5-flash-lite", "gemini/gemini-3.8-flash", "gemini/gemini-2.5-flash"
PREVIEW, NONE = "gemini/gemini-3-flash-preview", "gemini/gemini-2.0-flash"
SCHEMA = {
    "properties": {
        "edit": {"title": "Edit", "type": "string"},
        "line": {"title": "Line", "type": "integer"},
        "tags": {"default": [], "items": {"type": "string"}, "title": "Tags", "type": "array"},
    },
    "required": ["edit", "line"],
    "title": "Fix",
    "type": "object",
}

# Per row: what the SDK sent that we leave out, and why; what we send besides, and why.
SAMPLING = ("temperature", "topP", "candidateCount", "seed")  # deprecated in July 2026, or the default
LENGTH = {"generationConfig": {"maxOutputTokens": 1024}}  # every prompt has a limit
DIFFERENCES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "stream_text": (SAMPLING, {}),
    "stream_history": ((), LENGTH),
    "json_schema": ((), LENGTH),
    "thinking_level": ((), LENGTH),
    "thinking0": (("includeThoughts",), LENGTH),  # false is the default
    "cached_use": ((), LENGTH),
    "count_tokens": ((), {}),
}


def prompt(*parts: Text | Image, **more: Any) -> Prompt:
    return seal(Draft(parts, **more))


def user(text: str) -> Text:
    return Text("user", text)


TALK = prompt(user("a"), Text("model", "b"), user("c"), thinking="minimal")
CODE = prompt(Text("system", "You complete code."), user("hello"), max_tokens=64, stop=("\n\n",))
SAME: list[tuple[str, str, Prompt]] = [
    ("stream_text", NONE, CODE),
    ("stream_history", OLD, TALK),
    ("json_schema", NONE, prompt(user("fix"), schema=SCHEMA)),
    ("thinking_level", PREVIEW, prompt(user("x"), thinking="minimal")),
    ("thinking0", OLD, prompt(user("x"), thinking="minimal")),
    (
        "cached_use",
        NONE,
        prompt(Text("system", "s", stable=True), user("q")).resting_on("cachedContents/abc"),
    ),
]


@pytest.mark.parametrize(("name", "model", "asked"), SAME, ids=[row[0] for row in SAME])
def test_our_body_is_the_sdks(name: str, model: str, asked: Prompt) -> None:
    left_out, besides = DIFFERENCES[name]
    theirs = _without(camel(_captured(name)), left_out)
    assert request(asked, "explain", profile(model)) == _merged(theirs, besides)


def test_our_count_is_the_sdks() -> None:
    assert count_request(prompt(user("hello world"))) == _captured("count_tokens")


def test_what_we_store_is_what_the_sdk_stores() -> None:
    parts = (Text("system", "sys"), user("long file " * 10))
    theirs = _without(_captured("cache_create"), ("displayName",))
    assert kept_request(parts, "models/gemini-2.5-flash", 600) == theirs


def contents(asked: Prompt) -> list[tuple[str, list[Any]]]:
    body = request(asked, "explain", profile(LITE))
    return [(turn["role"], [part.get("text", part) for part in turn["parts"]]) for turn in body["contents"]]


def test_neighbours_of_one_role_are_one_turn() -> None:
    asked = prompt(Text("system", "s"), user("a"), user("b"), Text("model", "c"), Text("model", "d"), user("e"))
    assert contents(asked) == [("user", ["a", "b"]), ("model", ["c", "d"]), ("user", ["e"])]


def test_a_models_turn_is_never_last() -> None:
    turns = contents(prompt(user("a"), Text("model", "b")))
    assert [role for role, _ in turns] == ["user", "model", "user"]
    assert "Go on" in turns[-1][1][0]


def test_pictures_are_the_users() -> None:
    picture = {"inlineData": {"mimeType": "image/png", "data": "iVBORw=="}}
    assert contents(prompt(user("what?"), Image("image/png", b"\x89PNG"))) == [("user", ["what?", picture])]


@pytest.mark.parametrize(
    ("model", "mime", "told"),
    [(LITE, "image/gif", "image/gif: use PNG"), ("work/qwen2.5-coder", "image/png", "takes no pictures")],
)
def test_pictures_that_are_refused(model: str, mime: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        request(prompt(user("what?"), Image(mime, b"x")), "explain", profile(model))


def test_a_schema_is_sent_only_to_models_that_take_one() -> None:
    asked = prompt(user("fix"), schema=SCHEMA)
    assert "responseJsonSchema" not in str(request(asked, "fix", profile("gemini/gemma-4-31b-it")))


def test_system_parts_stay_apart() -> None:
    body = request(prompt(Text("system", "a"), user("q"), Text("system", "b")), "explain", profile(LITE))
    assert body["systemInstruction"] == {"parts": [{"text": "a"}, {"text": "b"}], "role": "user"}


def test_cached_content_stands_for_the_system_instruction() -> None:
    body = request(prompt(Text("system", "a"), user("q"), cached_content="cachedContents/x"), "ask", profile(LITE))
    assert "systemInstruction" not in body
    assert body["cachedContent"] == "cachedContents/x"


@pytest.mark.parametrize("parts", [(), (Text("system", "only"),)])
def test_a_prompt_that_asks_nothing_is_refused(parts: tuple[Text, ...]) -> None:
    with pytest.raises(Refused, match="asks nothing"):
        request(prompt(*parts), "ask", profile(LITE))


@pytest.mark.parametrize(
    ("stop", "sent"),
    [
        ((), None),
        (("", ""), None),
        (("a", "b", "a", ""), ["a", "b"]),
        (tuple("abcdefg"), list("abcde")),
    ],
)
def test_at_most_five_stop_sequences(stop: tuple[str, ...], sent: list[str] | None) -> None:
    config = request(prompt(user("q"), stop=stop), "complete", profile(LITE))["generationConfig"]
    assert config.get("stopSequences") == sent


@pytest.mark.parametrize(
    ("model", "task", "thinking", "sent", "tokens"),
    [
        (LITE, "complete", None, {"thinkingLevel": "MINIMAL"}, 100),
        (LITE, "explain", None, {"thinkingLevel": "LOW"}, 100 + 2048),
        (FLASH, "complete", None, {"thinkingLevel": "LOW"}, 100 + 2048),
        (FLASH, "explain", "high", {"thinkingLevel": "HIGH"}, 100 + 24_576),
        (OLD, "complete", None, {"thinkingBudget": 0}, 100),
        (OLD, "explain", None, {"thinkingBudget": 1024}, 100 + 2048),
        ("gemini/gemini-2.5-pro", "complete", None, {"thinkingBudget": 128}, 228),
        (NONE, "explain", "high", None, 100),
        ("gemini/gemma-4-31b-it", "explain", "high", None, 100),
    ],
)
def test_thinking_and_the_room_it_needs(
    model: str, task: Task, thinking: Any, sent: dict[str, Any] | None, tokens: int
) -> None:
    asked = prompt(user("q"), thinking=thinking, max_tokens=100)
    config = request(asked, task, profile(model))["generationConfig"]
    assert (config.get("thinkingConfig"), config["maxOutputTokens"]) == (sent, tokens)


def test_no_more_tokens_than_the_model_writes() -> None:
    config = request(prompt(user("q"), max_tokens=99_999), "ask", profile(LITE))["generationConfig"]
    assert config["maxOutputTokens"] == 65_536


def _captured(name: str) -> Any:
    path = Path(__file__).parent / "wire" / f"genai_{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))["body"]


def _without(value: Any, names: tuple[str, ...]) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _without(inner, names) for name, inner in value.items() if name not in names}


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {name: _merged(one[name], other[name]) for name in one.keys() & other.keys()}
    return one | other | both
