"""The vocabulary: what makes two prompts the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flashls.prompt.seal import seal
from flashls.types import Draft, Fim, Image, Snippet, Text

DRAFT = Draft(
    parts=(Text("system", "be brief", stable=True), Image("image/png", b"\x89PNG"), Text("user", "a\ud800b")),
    fim=Fim((Snippet("a.py", "x = 1", "similar", 0.5, "alike"),), "before", "after"),
    stop=("\n",),
    schema={"type": "object", "properties": {"a": {"type": "string"}}},
)


@pytest.mark.parametrize(
    "other",
    [
        replace(DRAFT, parts=DRAFT.parts[:2]),
        replace(DRAFT, parts=(Text("user", "be brief", stable=True), *DRAFT.parts[1:])),
        replace(DRAFT, parts=(DRAFT.parts[0], Image("image/png", b"\x89PNH"), DRAFT.parts[2])),
        replace(DRAFT, fim=Fim((), "before", "after")),
        replace(DRAFT, fim=Fim((Snippet("a.py", "x = 1", "similar", 0.5, "alike"),), "beforea", "fter")),
        replace(DRAFT, fim=None),
        replace(DRAFT, stop=()),
        replace(DRAFT, max_tokens=1),
        replace(DRAFT, schema={"type": "object"}),
        replace(DRAFT, thinking="low"),
        replace(DRAFT, cached_content="cachedContents/a"),
        replace(DRAFT, sample=1),
    ],
)
def test_digest_covers_everything_the_model_sees(other: Draft) -> None:
    assert seal(other).digest != seal(DRAFT).digest


def test_digest_is_the_same_for_the_same_question() -> None:
    assert seal(replace(DRAFT, schema=dict(DRAFT.schema or {}))).digest == seal(DRAFT).digest


def test_redactions_are_no_part_of_it() -> None:
    prompt = seal(DRAFT)
    assert replace(prompt, redactions={"REDACTED_SECRET_1": "x"}).digest == prompt.digest


def test_what_a_prompt_begins_with_and_what_rests_on_it() -> None:
    stable, late = (Text("system", "s", stable=True), Text("user", "repository", stable=True)), Text("user", "q")
    prompt = seal(Draft((*stable, late, Text("user", "again", stable=True))))
    resting = prompt.resting_on("cachedContents/a")
    assert prompt.lasting == stable
    assert (resting.parts, resting.cached_content) == ((late, Text("user", "again", stable=True)), "cachedContents/a")
    assert resting.digest != prompt.digest


def test_a_schema_told_in_words() -> None:
    prompt = seal(Draft((Text("user", "fix"),), fim=Fim((), "a", "b"), schema={"type": "object"}))
    assert prompt.asking_for_json(held=True).schema == {"type": "object"}
    asked = prompt.asking_for_json(held=False)
    assert (asked.schema, asked.fim, asked.parts[0]) == (None, None, Text("user", "fix"))
    last = asked.parts[-1]
    assert isinstance(last, Text)
    assert last.text.endswith('{"type":"object"}')
    plain = seal(Draft((Text("user", "fix"),)))
    assert plain.asking_for_json(held=False) is plain


def test_what_a_prompt_hid_stays_hidden_in_those_made_of_it() -> None:
    prompt = replace(seal(Draft((Text("user", "q"),), schema={})), redactions={"REDACTED_SECRET_1": "x"})
    for made in (prompt.resting_on("cachedContents/a"), prompt.asking_for_json(held=False)):
        assert made.redactions == prompt.redactions
