"""Reviews: what models report, honest, careless and adversarial, and what is left of it."""

from __future__ import annotations

import json

import pytest

from flashls.engine.reviewing.deltas import Delta
from flashls.engine.reviewing.review import Related, review
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Garbled, ModelError, NotFound, Refused
from flashls.types import Budget, Text
from tests.engine.reviewing.check_review import check_review, engine_for, finding, opened, reply

CODE = "def mean(xs):\n    total = sum(xs)\n    return total / len(xs)\n\n\ndef last(xs):\n    return xs[-1]\n"
DIVIDES = "return total / len(xs)"
SECRET = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"

KEPT = {
    "as it stands": ([finding(DIVIDES, severity="error")], [("error", DIVIDES)]),
    "in the order of the code": (
        [finding("return xs[-1]"), finding("total = sum(xs)", severity="hint")],
        [("hint", "total = sum(xs)"), ("warning", "return xs[-1]")],
    ),
    "with blanks around the quote": ([finding(f"\n    {DIVIDES}\n")], [("warning", DIVIDES)]),
    "over two rows": (
        [finding("total = sum(xs)\n    return total / len(xs)")],
        [("warning", f"total = sum(xs)\n    {DIVIDES}")],
    ),
    "over two rows, indented otherwise": (
        [finding("total = sum(xs)\nreturn total / len(xs)")],
        [("warning", f"total = sum(xs)\n    {DIVIDES}")],
    ),
    "the same one twice": ([finding(DIVIDES), finding(DIVIDES)], [("warning", DIVIDES)]),
    "two at one place": (
        [finding(DIVIDES), finding(DIVIDES, title="It is slow", kind="performance")],
        [("warning", DIVIDES), ("warning", DIVIDES)],
    ),
    "nothing": ([], []),
}


@pytest.mark.parametrize("name", KEPT)
async def test_a_finding_is_put_where_its_quote_stands(name: str) -> None:
    said, found = KEPT[name]
    await check_review(CODE, reply(*said), found)


DROPPED = {
    "code that is not there": "return total // len(xs)",
    "code that is there twice": "xs)",
    "no quote": "",
    "blanks": "   \n",
    "a line number": "3",
    "the whole prompt": "<file path=",
}


@pytest.mark.parametrize("name", DROPPED)
async def test_a_finding_without_a_place_of_its_own_is_dropped_and_counted(name: str) -> None:
    await check_review(CODE, reply(finding(DROPPED[name]), finding(DIVIDES)), [("warning", DIVIDES)], dropped=1)


async def test_a_finding_outside_of_the_piece_is_counted_apart() -> None:
    said = reply(finding(DIVIDES), finding("return xs[-1]"))
    await check_review(
        CODE, said, [("warning", "return xs[-1]")], outside=1, within="def last(xs):\n    return xs[-1]\n"
    )


async def test_related_places_come_along_if_they_stand_there() -> None:
    related = [{"quote": "total = sum(xs)", "note": "made here"}, {"quote": "nowhere", "note": "invented"}]
    given = await check_review(CODE, reply(finding(DIVIDES, related=related)), [("warning", DIVIDES)])
    at = CODE.index("total = sum(xs)")
    assert given.findings[0].related == (Related(at, at + len("total = sum(xs)"), "made here"),)


GARBLED = {
    "no JSON": "It all looks good to me!",
    "cut off": '{"findings": [{"quote": "return',
    "another schema": json.dumps({"issues": []}),
    "a severity there is not": reply(finding(DIVIDES, severity="catastrophe")),
    "a finding more than was asked": reply(finding(DIVIDES, command="rm -rf /")),
    "a number for a quote": reply(finding(DIVIDES) | {"quote": 3}),
}


@pytest.mark.parametrize("name", GARBLED)
async def test_a_reply_that_fits_no_schema_is_an_error(name: str) -> None:
    with pytest.raises(Garbled):
        await check_review(CODE, GARBLED[name])


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "Here is my review:\n\n{}\n\nI hope it helps."])
async def test_what_models_put_around_their_json_is_taken_off(around: str) -> None:
    await check_review(CODE, around.format(reply(finding(DIVIDES)).replace("{", "{")), [("warning", DIVIDES)])


async def test_a_reply_that_the_provider_blocks_is_an_error() -> None:
    with pytest.raises(Refused, match="blocked"):
        await check_review(CODE, Reply("", reason="blocked"))


async def test_a_secret_is_not_sent_and_still_anchors_a_finding() -> None:
    text = f'KEY = "{SECRET}"\nopen(KEY)\n'
    said = reply(finding('KEY = "REDACTED_SECRET_1"', title="REDACTED_SECRET_1 is in the code", kind="security"))
    given = await check_review(text, said, [("warning", f'KEY = "{SECRET}"')])
    assert SECRET not in repr(given.findings)


async def test_of_a_change_only_what_it_touches_is_reported() -> None:
    at = CODE.index(DIVIDES)
    delta = Delta("@@ -3 +3 @@\n-    return total\n+    return total / len(xs)", ((at, at + len(DIVIDES)),))
    said = reply(finding(DIVIDES), finding("return xs[-1]"))
    await check_review(CODE, said, [("warning", DIVIDES)], outside=1, deltas=[delta])


async def test_a_change_is_shown_with_the_file_and_the_rows_that_went() -> None:
    at = CODE.index(DIVIDES)
    model = Scripted([reply()])
    delta = Delta("@@ -3 +3 @@\n-    return total\n+    return total / len(xs)", ((at, at + len(DIVIDES)),))
    await review(engine_for("review", model), await opened(CODE), 0, len(CODE), [delta], "/w")
    asked = "".join(part.text for part in model.prompts[0].parts if isinstance(part, Text) and not part.stable)
    assert f"<diff>\n{delta.text}\n</diff>" in asked
    assert CODE in asked
    assert "Review what the diff changes" in asked


async def test_a_long_file_is_reviewed_in_pieces_that_begin_where_something_does() -> None:
    functions = [f"def step_{n}(x):\n    a = x + {n}\n    b = a * {n}\n    return b\n\n\n" for n in range(40)]
    text = "".join(functions)
    budget = Budget(prefix=50, suffix=0, extra=50, suffix_rows=0, head_step=1, chars_per_token=2.5)
    model = Scripted(lambda prompt, call: reply(finding(f"a = x + {len(model.prompts) * 5}\n")))
    given = await review(engine_for("review", model, budget=budget), await opened(text), 0, len(text), root="/w")
    asked = [part.text for prompt in model.prompts for part in prompt.parts if isinstance(part, Text)]
    pieces = [text.partition("<|start|>")[2].partition("<|end|>")[0] for text in asked if 'path="a.py"' in text]
    assert "".join(pieces) == text
    assert len(pieces) > 2
    assert all(piece.startswith("def step_") and len(piece) <= 1000 for piece in pieces)
    assert len(given.ends) == len(pieces)


async def test_empty_code_is_not_asked_about() -> None:
    model = Scripted([reply()])
    assert (await review(engine_for("review", model), await opened("\n\n"), 0, 2)).findings == ()
    assert model.prompts == []


async def test_a_file_that_no_model_may_see_is_not_sent() -> None:
    model = Scripted([reply()])
    snapshot = await opened("KEY=1\n", uri="file:///w/.env")
    with pytest.raises(Refused):
        await review(engine_for("review", model), snapshot, 0, 5, root="/w")
    assert model.prompts == []


async def test_without_a_model_that_is_said() -> None:
    with pytest.raises(NotFound):
        await review(engine_for("ask", Scripted([""])), await opened(CODE), 0, 5)


async def test_a_model_that_fails_fails_the_review() -> None:
    with pytest.raises(ModelError, match="out of order"):
        await check_review(CODE, Reply("", fail=ModelError("out of order")))
