"""Replies that fit a schema: found wherever a model put them, and checked."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import pytest

from flashls.models.profiles import Profile, profile
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Garbled, Overloaded
from flashls.models.structured import Structured, extracted
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Piece, Prompt, Text

SCHEMA = {
    "type": "object",
    "properties": {"old": {"type": "string"}, "line": {"type": "integer", "minimum": 1}},
    "required": ["old"],
    "additionalProperties": False,
}
EDITS = {"type": "array", "items": SCHEMA}
GOOD = '{"old": "a"}'
BRACKETS = ", ".join(f"xs[{number}], xs[i + {number}] and {{x}}" for number in range(60))

FOUND: list[tuple[str, str, dict[str, Any], Any]] = [
    ("bare", GOOD, SCHEMA, {"old": "a"}),
    ("space around", f"\n {GOOD} \n", SCHEMA, {"old": "a"}),
    ("a fence", f"```json\n{GOOD}\n```", SCHEMA, {"old": "a"}),
    ("a fence without a name", f"```\n{GOOD}\n```", SCHEMA, {"old": "a"}),
    ("a fence that does not end", f"```json\n{GOOD}", SCHEMA, {"old": "a"}),
    ("prose around", f"Here it is:\n{GOOD}\nHope this helps!", SCHEMA, {"old": "a"}),
    ("prose with braces before", f"Use f{{x}} and {{}} so: {GOOD}", SCHEMA, {"old": "a"}),
    ("a fence inside a string", '{"old": "```py\\nx\\n```"}', SCHEMA, {"old": "```py\nx\n```"}),
    ("a line break inside a string", '{"old": "a\nb"}', SCHEMA, {"old": "a\nb"}),
    ("thoughts before", f'<think>{{"old": "no"}}</think>{GOOD}', SCHEMA, {"old": "a"}),
    ("prose with many brackets before", f"It reads {BRACKETS}.\n```json\n{GOOD}\n```", SCHEMA, {"old": "a"}),
    ("a thought's end in a string", '{"old": "a</think>b"}', SCHEMA, {"old": "a</think>b"}),
    ("the same in a fence", '```json\n{"old": "a</think>b"}\n```', SCHEMA, {"old": "a</think>b"}),
    ("and behind thoughts", f'<think>{GOOD}</think>So: {{"old": "</think>"}}', SCHEMA, {"old": "</think>"}),
    ("wrapped in another object", f'{{"result": {GOOD}}}', SCHEMA, {"old": "a"}),
    ("the second of two", f'{{"new": 1}} or rather {GOOD}', SCHEMA, {"old": "a"}),
    ("a list", f"[{GOOD}]", EDITS, [{"old": "a"}]),
    ("a list in prose, after a note [1]", f"See [1]: [{GOOD}]", EDITS, [{"old": "a"}]),
    ("an empty list", "[]", EDITS, []),
    ("a number", " 12 ", {"type": "integer"}, 12),
    ("a name for a type", '{"n": 1}', {"properties": {"n": {"$ref": "#/$defs/N"}}, "$defs": {"N": {}}}, {"n": 1}),
]


@pytest.mark.parametrize(("name", "text", "schema", "value"), FOUND, ids=[row[0] for row in FOUND])
def test_what_is_found(name: str, text: str, schema: dict[str, Any], value: Any) -> None:
    assert extracted(text, schema) == value


WRONG: list[tuple[str, str, str]] = [
    ("nothing", "", "holds no JSON"),
    ("prose", "I cannot do that.", "holds no JSON"),
    ("cut off", '{"old": "a', "holds no JSON"),
    ("no number", '{"old": "a", "line": NaN}', "holds no JSON"),
    ("deep", "[" * 100_000, "holds no JSON"),
    ("only thoughts", f"<think>perhaps {GOOD}</think>I cannot do that.", "holds no JSON"),
    ("only thoughts, without a beginning", f"perhaps {GOOD}</think>I cannot do that.", "holds no JSON"),
    ("another type", '{"old": 1}', 'old: type "string"'),
    ("missing", '{"line": 1}', r'the whole: required \["old"\]'),
    ("too small", '{"old": "a", "line": 0}', "line: minimum 1"),
    ("too much", '{"old": "a", "secret_code": 1}', "the whole: additionalProperties false"),
    ("a list", "[1]", 'the whole: type "object"'),
]


@pytest.mark.parametrize(("name", "text", "told"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong(name: str, text: str, told: str) -> None:
    with pytest.raises(Garbled, match=told) as caught:
        extracted(text, SCHEMA)
    assert "secret_code" not in str(caught.value)
    assert "\n" not in str(caught.value)


CALL = Call("1", "fix")
PROMPT = seal(Draft((Text("user", "fix"),), schema=SCHEMA, max_tokens=99))
HELD, FREE = profile("gemini/gemini-3.5-flash-lite"), profile("work/llama-3-8b")


async def ask(model: Scripted, row: Profile, prompt: Prompt = PROMPT) -> list[Piece | End]:
    """What is yielded, but for the pieces without text."""
    async with aclosing(Structured(model, row).stream(prompt, CALL)) as stream:
        return [item async for item in stream if item != Piece("")]


@pytest.mark.parametrize("row", [HELD, FREE])
async def test_a_reply_is_one_piece_of_json(row: Profile) -> None:
    model = Scripted([f"Sure:\n```json\n{GOOD}\n```"])
    piece, end = await ask(model, row)
    assert piece == Piece('{"old":"a"}')
    assert isinstance(end, End)
    assert end.model == model.name


@pytest.mark.parametrize(("row", "schema"), [(HELD, SCHEMA), (FREE, None)])
async def test_every_model_is_told_in_words_and_its_api_where_it_holds_to_it(row: Profile, schema: Any) -> None:
    model = Scripted([GOOD])
    await ask(model, row)
    (asked,) = model.prompts
    assert (asked.schema, asked.parts[:-1]) == (schema, PROMPT.parts)
    assert isinstance(asked.parts[-1], Text)
    assert '"old":{"type":"string"}' in asked.parts[-1].text


async def test_without_a_schema_a_reply_passes_as_it_is() -> None:
    plain = seal(Draft((Text("user", "q"),)))
    got = await ask(Scripted([Reply("not JSON", piece_size=4)]), FREE, plain)
    assert got[:-1] == [Piece("not "), Piece("JSON")]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply('{"old": "a', reason="length"), "cut off after 99 tokens"),
        (Reply("no"), "holds no JSON"),
        (Reply(GOOD, cut=True), "broke off"),
    ],
)
async def test_replies_that_cannot_be_used(reply: Reply, told: str) -> None:
    with pytest.raises(Garbled, match=told):
        await ask(Scripted([reply]), HELD)


async def test_a_whole_answer_at_the_limit_counts() -> None:
    assert (await ask(Scripted([Reply(GOOD, reason="length")]), HELD))[0] == Piece('{"old":"a"}')


async def test_each_piece_that_comes_is_told_by_one_without_text() -> None:
    model = Scripted([Reply(GOOD, piece_size=4)])
    async with aclosing(Structured(model, HELD).stream(PROMPT, CALL)) as stream:
        got = [item async for item in stream]
    assert got[:-1] == [Piece("")] * 3 + [Piece('{"old":"a"}')]


async def test_a_blocked_reply_has_no_text() -> None:
    (end,) = await ask(Scripted([Reply("I won't", reason="blocked")]), HELD)
    assert isinstance(end, End)
    assert end.reason == "blocked"


async def test_the_models_own_errors_pass() -> None:
    with pytest.raises(Overloaded):
        await ask(Scripted([Reply("{", fail=Overloaded("busy"))]), HELD)


async def test_giving_up_closes_the_stream() -> None:
    model = Scripted([Reply("some text", stall=True)])
    async with aclosing(Structured(model, HELD).stream(seal(Draft((Text("user", "q"),))), CALL)) as stream:
        await anext(stream)
    assert (model.open, model.closed) == (0, 1)
