"""Code written out anew by a model whose edits could not be placed: only what is different is changed."""

from __future__ import annotations

import json

import pytest

from flashls.models.scripted import Reply
from flashls.models.seam import Garbled
from tests.engine.fixing.check_fix import MARK, Found, check_fix, edits

CODE = "import sys\n\n\ndef total(xs):\n    s = 0\n    for x in xs:\n        s += y\n    return s\n"
FIXED = CODE.replace("s += y", "s += x")
WRONG = [Found(6, "Undefined name `y`", "ruff", "F821")]
NOWHERE = edits(("s -= y", "s += x"), explanation="`y` is `x`.")
SECRET = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"


def fenced(code: str, language: str = "python") -> str:
    """A reply with that code."""
    return f"```{language}\n{code}\n```\n"


UNPLACED: dict[str, str] = {
    "not in the file": NOWHERE,
    "two places": edits(("s ", "t ")),
    "nothing changed": edits(("s += y", "s += y")),
    "no JSON": "I would change y to x.",
    "another form": json.dumps({"edits": [{"line": 7, "new": "s += x"}]}),
}


@pytest.mark.parametrize("first", UNPLACED.values(), ids=UNPLACED)
async def test_where_edits_cannot_be_placed_all_of_the_code_is_asked_for(first: str) -> None:
    outcome = await check_fix(CODE, [first, fenced(FIXED)], FIXED, found=WRONG)
    assert len(outcome.fixed.changes) == 1
    assert len(outcome.model.prompts) == 2
    assert "Write out the whole file, with this problem mended." in outcome.asked()
    assert outcome.model.prompts[1].schema is None


async def test_a_reply_that_is_cut_off_is_asked_for_anew() -> None:
    await check_fix(CODE, [Reply(NOWHERE[:30], "length"), fenced(FIXED)], FIXED, found=WRONG)


SAME: dict[str, str] = {
    "words around": f"Here it is:\n\n{fenced(FIXED)}\nThe loop's name is `x`.",
    "thoughts before": f"<think>```\nx\n```</think>{fenced(FIXED)}",
    "a fence that is not closed": f"```python\n{FIXED}",
    "the question's tags within": fenced(
        f'<file path="a" language="python">\n{FIXED}\n</file>\n\n<problem>\nx\n</problem>'
    ),
    "no blank rows at the end": fenced(FIXED.rstrip("\n")),
    "line ends of Windows": fenced(FIXED).replace("\n", "\r\n"),
    "blanks at rows' ends": fenced(FIXED.replace("s = 0\n", "s = 0  \n")),
    "all of it indented": fenced("".join(f"    {row}" if row.strip() else row for row in FIXED.splitlines(True))),
}


@pytest.mark.parametrize("second", SAME.values(), ids=SAME)
async def test_what_is_not_different_stays_as_it_is(second: str) -> None:
    await check_fix(CODE, [NOWHERE, second], FIXED, found=WRONG)


async def test_tabs_and_line_ends_stay() -> None:
    text = "package a\r\n\r\nfunc f() int {\r\n\tx := 1\r\n\treturn y\r\n}\r\n"
    reply = fenced("package a\n\nfunc f() int {\n    x := 1\n    return x\n}", "go")
    await check_fix(text, [NOWHERE, reply], text.replace("y", "x"), found=[Found(4, "undefined: y")], language="go")


ADDED: dict[str, tuple[str, str]] = {
    "a row at the end": ("def f():\n    x = 1", "def f():\n    x = 1\n    return x"),
    "a row at the end, behind a line end": ("def f():\n    x = 1\n", "def f():\n    x = 1\n    return x\n"),
    "a row at the front": ("def f():\n    return os\n", "import os\n\n\ndef f():\n    return os\n"),
    "a row less": ("import os\nimport re\n\nprint(re)\n", "import re\n\nprint(re)\n"),
    "a row less at the end": ("x = 1\ny = x\nz = q\n", "x = 1\ny = x\n"),
    "rows of two places": ("x = a\ny = 2\nz = b\n", "x = 1\ny = 2\nz = 3\n"),
    "blank rows alone": ("import os\ndef f(): ...\nf(os)\n", "import os\n\n\ndef f(): ...\nf(os)\n"),
    "its only row": ("x = a", "x = 1"),
}


@pytest.mark.parametrize(("text", "after"), ADDED.values(), ids=ADDED)
async def test_rows_come_and_go(text: str, after: str) -> None:
    await check_fix(text, [NOWHERE, fenced(after)], after, found=[Found(0, "wrong")])


ROWS = "".join(f"    a{n} = {n}\n" for n in range(20))
LONG = f"def f(y):\n{ROWS}    return x\n"
REFUSED: dict[str, tuple[str, str | Reply, str]] = {
    "code in no fence": (CODE, FIXED, "the old text of edit 1 is not in the file"),
    "cut off": (CODE, Reply(fenced(FIXED)[:60], "length"), "the answer was cut off"),
    "code left out": (CODE, fenced("import sys\n\n# ... the rest stays as it is"), "the answer leaves out code"),
    "code left out for words": (
        CODE,
        fenced(FIXED.replace("    return s", "    # rest of the code unchanged")),
        "leaves out",
    ),
    "code left out for dots": (CODE, fenced(FIXED.replace("    return s", "    ...")), "leaves out"),
    "nothing changed": (CODE, fenced(CODE), "the edits change nothing"),
    "another program": (LONG, fenced("def g(z):\n    return z"), "changes most of the code"),
    "silenced": (CODE, fenced(CODE.replace("+= y", "+= y  # noqa")), "silences the problem"),
    "no code": (CODE, "The loop is wrong.", "the old text of edit 1 is not in the file"),
    "control characters": (CODE, fenced(FIXED.replace("s = 0", "s = 0 # \u202e")), "control characters"),
    "does not parse": (CODE, fenced(FIXED.replace("(xs)", "(xs")), "does not parse"),
}


LEFT_OUT = ["# existing code here", "# (rest of function remains the same)", "# Remaining code...", "# ... as before"]


@pytest.mark.parametrize("comment", LEFT_OUT)
async def test_a_comment_is_no_code(comment: str) -> None:
    text = CODE.replace("    return s\n", "    log(s)\n    audit(s)\n    return s\n")
    reply = fenced(text.replace("+= y", "+= x").replace("    log(s)\n    audit(s)\n", f"    {comment}\n"))
    await check_fix(text, [NOWHERE, reply], None, "refused", "leaves out code", [Found(6, "no idea")])


async def test_a_comment_that_was_there_or_comes_beside_the_code_may_stay() -> None:
    text = CODE.replace("    return s\n", "    # the rest is existing code\n    return s\n")
    after = text.replace("+= y", "+= x").replace("    s = 0\n", "    # the remaining sum\n    s = 0\n")
    await check_fix(text, [NOWHERE, fenced(after)], after, found=[Found(6, "no idea")])


async def test_what_is_different_far_from_the_problem_is_left_as_it_was() -> None:
    text = CODE + "\n\ndef mid():\n" + ROWS * 2 + "\n\ndef allowed(user):\n    return user.admin and user.active\n"
    other = text.replace("user.admin and", "user.admin or")
    mended = text.replace("+= y", "+= x")
    await check_fix(text, [NOWHERE, fenced(other.replace("+= y", "+= x"))], mended, found=WRONG)
    await check_fix(text, [NOWHERE, fenced(other)], None, "refused", "far from the problem", WRONG)


async def test_text_with_fences_of_its_own_is_read_to_the_last_one() -> None:
    text = "# Use\n\nInstal it:\n\n```sh\npip install x\n```\n\nThen run it.\n"
    after = text.replace("Instal ", "Install ")
    found = [Found(2, "spelling")]
    await check_fix(text, [NOWHERE, fenced(after, "markdown")], after, found=found, language="markdown")
    open_ended = f"```markdown\n{after}"
    await check_fix(text, [NOWHERE, open_ended], None, "refused", "cannot be told", found, "markdown")


@pytest.mark.parametrize(("text", "second", "why"), REFUSED.values(), ids=REFUSED)
async def test_what_is_no_repair_is_refused(text: str, second: str | Reply, why: str) -> None:
    outcome = await check_fix(text, [NOWHERE, second, fenced(FIXED)], None, "refused", why, [Found(6, "no idea")])
    assert len(outcome.model.prompts) == 2


async def test_a_model_that_repeats_itself_is_asked_for_all_of_the_code() -> None:
    wrong = edits(("s += y", "s += (y"))
    outcome = await check_fix(CODE, [wrong, wrong, fenced(FIXED)], FIXED, found=WRONG)
    assert len(outcome.model.prompts) == 3
    outcome = await check_fix(CODE, [wrong, NOWHERE, fenced(FIXED)], FIXED, found=WRONG)
    assert len(outcome.model.prompts) == 3


async def test_other_edits_that_are_wrong_are_the_end_of_it() -> None:
    wrong, other = edits(("s += y", "s += (y")), edits(("s += y", "s += y)"))
    outcome = await check_fix(CODE, [wrong, other, fenced(FIXED)], None, "refused", "does not parse", WRONG)
    assert len(outcome.model.prompts) == 2


async def test_two_replies_that_are_none_are_an_error() -> None:
    with pytest.raises(Garbled):
        await check_fix(CODE, ["no JSON", "no code"], None, found=WRONG)


FAR = (
    "import os\n\n\n"
    + "def f(a):\n    return a + 1000\n\n\n" * 100
    + "def g(a):\n    return b\n\n\ndef h():\n    return 0\n"
)
ROW = FAR[: FAR.index("return b")].count("\n")


async def test_of_a_long_file_the_function_is_asked_for() -> None:
    outcome = await check_fix(
        FAR, [NOWHERE, fenced("def g(a):\n    return a")], FAR.replace("return b", "return a"), found=[Found(ROW, "b")]
    )
    assert "<selection>\ndef g(a):\n    return b\n</selection>" in outcome.asked()
    assert "Write out the selected code, all of it, with this problem mended." in outcome.asked()


async def test_what_is_too_long_to_be_copied_is_asked_for_by_edits_again() -> None:
    body = "".join(f"    a{n} = {n} + {'1' * 40}\n" for n in range(150))
    text = f"def f():\n{body}    return b\n"
    good = edits(("return b", "return a1"))
    outcome = await check_fix(text, [NOWHERE, good], text.replace("return b", "return a1"), found=[Found(151, "b")])
    assert "the old text of edit 1 is not in the file" in outcome.asked()


async def test_a_selection_is_written_out_anew_and_nothing_else() -> None:
    text = f"x = 1\n{MARK}def f(xs):\n    return xs[len(xs)]{MARK}\ny = 2\n"
    after = text.replace(MARK, "").replace("xs[len(xs)]", "xs[-1]")
    outcome = await check_fix(text, [NOWHERE, fenced("def f(xs):\n    return xs[-1]")], after)
    assert "There is something wrong with the selected code." in outcome.asked()


async def test_a_secret_comes_back_where_it_was_and_nowhere_else() -> None:
    text = f'api_key = "{SECRET}"\nprint(y)\n'
    found = [Found(1, "no y")]
    good = fenced('api_key = "REDACTED_SECRET_1"\ny = 1\nprint(y)')
    outcome = await check_fix(text, [NOWHERE, good], f'api_key = "{SECRET}"\ny = 1\nprint(y)\n', found=found)
    assert SECRET not in outcome.asked()
    for row in ("print('REDACTED_SECRET_1')", "print('REDACTED_SECRET_7')"):
        bad = fenced(f'api_key = "REDACTED_SECRET_1"\n{row}')
        await check_fix(text, [NOWHERE, bad], None, "refused", "copy a secret", found)


async def test_what_was_wrong_is_told_by_either_answer() -> None:
    outcome = await check_fix(CODE, [NOWHERE, fenced(FIXED)], FIXED, found=WRONG)
    assert outcome.fixed.explanation == "`y` is `x`."
    outcome = await check_fix(CODE, [NOWHERE, f"It is the name.\n{fenced(FIXED)}"], FIXED, found=WRONG)
    assert outcome.fixed.explanation == "It is the name."
    outcome = await check_fix(CODE, ["none", f"{fenced(FIXED)}The name\nwas wrong."], FIXED, found=WRONG)
    assert outcome.fixed.explanation == "The name was wrong."
