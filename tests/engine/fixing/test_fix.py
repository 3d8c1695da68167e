"""Fixes: edits that hold, and replies that must not be believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flashls.engine.engine import Engine
from flashls.engine.fixing.fix import fix
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Garbled, ModelError, NotFound, Refused
from flashls.prompt.templates import Templates, shipped
from flashls.settings import Paths, Settings
from flashls.types import Text
from tests.engine.fixing.check_fix import MARK, Found, check_fix, edits, engine_for, opened

CODE = "import sys\n\n\ndef total(xs):\n    s = 0\n    for x in xs:\n        s += y\n    return s\n"
WRONG = [Found(6, "Undefined name `y`")]
GOOD = edits(("s += y", "s += x"))
FIXED = CODE.replace("s += y", "s += x")

REPLIES: dict[str, tuple[str, str | None]] = {
    "edits": (GOOD, FIXED),
    "a fence around": (f"```json\n{GOOD}\n```", FIXED),
    "prose around": (f"Here is the fix:\n{GOOD}\nHope this helps!", FIXED),
    "thoughts before": (f"<think>Perhaps {{}}?</think>{GOOD}", FIXED),
    "two edits": (edits(("s += y", "s += x"), ("import sys\n", "import os\nimport sys\n")), "import os\n" + FIXED),
    "rows indented otherwise": (
        edits(("for x in xs:\n    s += y", "for y in xs:\n    s += y")),
        CODE.replace("x in", "y in"),
    ),
    "nowhere": (edits(("s -= y", "s += x")), None),
    "two places": (edits(("s ", "t ")), None),
    "nothing changed": (edits(("s += y", "s += y")), None),
    "no edits": (edits(), None),
    "does not parse": (edits(("s += y", "s += (x")), None),
    "one good, one nowhere": (edits(("s += y", "s += x"), ("nope", "x")), None),
    "overlapping": (edits(("s += y", "s += x"), ("        s += y\n", "")), None),
    "silenced": (edits(("s += y", "s += y  # noqa: F821")), None),
    "silenced by type": (edits(("s += y", "s += y  # type: ignore")), None),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "after"), REPLIES.values(), ids=REPLIES)
async def test_what_a_model_replies_is_applied_only_if_it_holds(reply: str, after: str | None) -> None:
    await check_fix(CODE, reply, after, "unverified" if after else "refused", found=WRONG)


CUT: dict[str, Reply | str] = {
    "cut off": Reply(GOOD[:40], "length"),
    "no JSON": "I would change y to x.",
    "another form": '{"edits": [{"line": 7, "new": "s += x"}]}',
    "old is no text": '{"explanation": "", "edits": [{"old": 7, "new": "x"}]}',
}


@pytest.mark.parametrize("reply", CUT.values(), ids=CUT)
async def test_a_reply_that_is_not_what_was_asked_for_is_an_error(reply: Reply | str) -> None:
    with pytest.raises(Garbled):
        await check_fix(CODE, [reply], None, found=WRONG)


async def test_a_second_try_is_told_what_was_wrong_with_the_first() -> None:
    outcome = await check_fix(CODE, [edits(("s += y", "s += (y")), GOOD], FIXED, found=WRONG)
    assert len(outcome.model.prompts) == 2
    assert "The result has a new syntax error." in outcome.asked()
    assert "s += (y" in outcome.asked()


async def test_there_is_no_third_try() -> None:
    outcome = await check_fix(CODE, [edits(("aaa", "b")), edits(("ccc", "d")), GOOD], None, "refused", found=WRONG)
    assert len(outcome.model.prompts) == 2
    assert "edit 1" in outcome.fixed.how


async def test_the_model_may_say_that_it_has_none() -> None:
    outcome = await check_fix(
        CODE, edits(explanation="y may\u202e be\nanything."), None, "refused", "has no fix", found=WRONG
    )
    assert outcome.fixed.explanation == "y may be anything."
    assert len(outcome.model.prompts) == 1


async def test_the_question_shows_the_file_and_the_problem_as_material() -> None:
    outcome = await check_fix(CODE, GOOD, FIXED, found=[Found(6, "Undefined name `y`", "Ruff", "F821")])
    asked = outcome.asked()
    assert f'<file path="a" language="python">\n{CODE}\n</file>' in asked
    assert '<problem source="Ruff" code="F821">\nUndefined name `y`\nin this line:\n        s += y\n</problem>' in asked


@pytest.mark.parametrize(("more", "tokens"), [("", 400 + len(CODE)), ("x = 1\n" * 1000, 2000)])
async def test_a_reply_may_be_as_long_as_edits_of_what_is_shown_can_be(more: str, tokens: int) -> None:
    outcome = await check_fix(CODE + more, GOOD, FIXED + more, found=WRONG)
    assert outcome.model.prompts[0].max_tokens == tokens


SELECTED = f"import os\n\n\ndef f(xs):\n    {MARK}return xs[len(xs)]{MARK}\n\n\ndef g():\n    return f([])\n"
PLAIN = SELECTED.replace(MARK, "")


async def test_a_selection_is_mended_within_its_rows() -> None:
    after = PLAIN.replace("xs[len(xs)]", "xs[-1]")
    outcome = await check_fix(SELECTED, edits(("return xs[len(xs)]", "return xs[-1]")), after)
    assert "What is wrong with the selected code?" in outcome.asked()


@pytest.mark.parametrize("old", ["import os\n", "return f([])", "def f(xs):\n    return xs[len(xs)]"])
async def test_nothing_outside_a_selection_is_changed(old: str) -> None:
    await check_fix(SELECTED, edits((old, "pass")), None, "refused", "outside of what may be changed")


async def test_what_stands_in_the_selection_too_is_changed_there() -> None:
    text = f"x = 1\ny = 2\n{MARK}x = 1\n{MARK}"
    await check_fix(text, edits(("x = 1", "x = 3")), "x = 1\ny = 2\nx = 3\n")


FAR = "import os\n\n\n" + "def f():\n    return 1\n\n\n" * 40 + "def g():\n    return y\n"


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        ("return y", "return 2", True),
        ("import os\n", "import os\nimport re\n", True),
        ("def f():\n    return 1\n\n\ndef g", "def g", True),
    ],
)
async def test_a_diagnostics_fix_reaches_its_surroundings_and_the_imports(old: str, new: str, holds: bool) -> None:
    row = FAR.count("\n") - 1
    await check_fix(FAR, edits((old, new)), FAR.replace(old, new), found=[Found(row, "no y")])


async def test_a_diagnostics_fix_reaches_nothing_far_away() -> None:
    text = FAR.replace("return 1", "return 0", 1)
    row = text.count("\n") - 1
    await check_fix(text, edits(("return 0", "return 2")), None, "refused", "outside", found=[Found(row, "no y")])


SECRET = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"


async def test_secrets_are_not_sent_and_come_back_where_they_were() -> None:
    text = f'api_key = "{SECRET}"\nprint(y)\n'
    after = f'api_key = "{SECRET}"\ny = 1\nprint(y)\n'
    reply = edits(('api_key = "REDACTED_SECRET_1"', 'api_key = "REDACTED_SECRET_1"\ny = 1'))
    outcome = await check_fix(text, reply, after, found=[Found(1, "no y")])
    assert SECRET not in outcome.asked()


async def test_asked_again_a_secret_has_the_name_by_which_the_model_called_it() -> None:
    text = f'api_key = "{SECRET}"\nprint(y)\n'
    wrong, right = (
        edits(('api_key = "REDACTED_SECRET_1"', f'api_key = "REDACTED_SECRET_1"\n{row}')) for row in ("y = (", "y = 1")
    )
    after = f'api_key = "{SECRET}"\ny = 1\nprint(y)\n'
    outcome = await check_fix(text, [wrong, right], after, found=[Found(1, "no y")])
    assert SECRET not in outcome.asked()
    assert "REDACTED_SECRET_2" not in outcome.asked()


async def test_the_explanation_is_heard_as_it_comes() -> None:
    text, heard = "x = y\nprint(x)\n", list[str]()
    reply = Reply(edits(("x = y", "x = 1"), explanation='`y` is "nothing" \U0001f600 here.'), piece_size=3)
    snapshot = await opened(text, "python", "file:///w/a.py")
    found = [Found(0, "no y").at(snapshot.uri)]
    fixed = await fix(engine_for(Scripted([reply])), snapshot, "/w", found, hear=heard.append)
    assert fixed.explanation == heard[-1] == '`y` is "nothing" \U0001f600 here.'
    assert len(set(heard)) > 5
    assert all(fixed.explanation.startswith(each) for each in heard)


async def test_a_secret_is_put_nowhere_else_and_named_in_no_explanation() -> None:
    text = f'api_key = "{SECRET}"\nprint(y)\n'
    reply = edits(("print(y)", "print('REDACTED_SECRET_1')"), explanation="It is REDACTED_SECRET_1.")
    outcome = await check_fix(text, reply, None, "refused", "copy a secret", found=[Found(1, "no y")])
    assert SECRET not in repr(outcome.fixed) + outcome.asked()


async def test_line_ends_of_windows_stay() -> None:
    text = CODE.replace("\n", "\r\n")
    reply = edits(("    s = 0\n    for x in xs:\n        s += y", "    s = 0\n    for x in xs:\n        s += x"))
    await check_fix(text, reply, FIXED.replace("\n", "\r\n"), found=WRONG)


@pytest.mark.parametrize(
    ("engine", "uri", "text", "error"),
    [
        (Engine(Settings(), {}, "set a model"), "file:///w/a.py", CODE, NotFound),
        (engine_for(Scripted([GOOD])), "file:///w/.env", CODE, Refused),
        (engine_for(Scripted([GOOD]), Settings(paths=Paths(off=("a.py",)))), "file:///w/a.py", CODE, Refused),
        (engine_for(Scripted([GOOD])), "file:///w/a.py", " \n\n", Refused),
        (engine_for(Scripted([Reply("", "blocked")])), "file:///w/a.py", CODE, Refused),
    ],
)
async def test_what_cannot_be_asked_is_an_error(engine: Engine, uri: str, text: str, error: type[ModelError]) -> None:
    snapshot = await opened(text, "python", uri)
    with pytest.raises(error):
        await fix(engine, snapshot, "/w")


async def test_the_users_own_template_is_what_the_model_is_told() -> None:
    own = replace(shipped("fix"), instructions="Mend it in verse.")
    model = Scripted([GOOD])
    engine = replace(engine_for(model), templates=Templates({"fix": own}))
    snapshot = await opened(CODE, "python", "file:///w/a.py")
    await fix(engine, snapshot, "/w", [WRONG[0].at(snapshot.uri)])
    first = model.prompts[0].parts[0]
    assert isinstance(first, Text)
    assert (first.role, first.text) == ("system", "Mend it in verse.")
