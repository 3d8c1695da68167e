"""What makes a fix verified, unverified or wrong, by what a real tool says; no word of a model counts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from flashls.settings import Fix, Settings
from tests.engine.fixing.check_fix import Found, check_fix, edits

CODE = "import sys\n\n\ndef total(xs):\n    s = 0\n    for x in xs:\n        s += y\n    return s\n"
FIXED = CODE.replace("s += y", "s += x")
Y = Found(6, "Undefined name `y`", "Ruff", "F821")
SYS = Found(0, "`sys` imported but unused", "Ruff", "F401")
LONG = "import os\n\n\ndef f(x):\n" + "".join(f"    a{n} = x\n    print(a{n})\n" for n in range(5)) + "    return z\n"
Z = Found(14, "Undefined name `z`", "Ruff", "F821")

VERDICTS: dict[str, tuple[str, list[tuple[str, str]], list[Found], str, str]] = {
    "mended": (CODE, [("s += y", "s += x")], [Y], "verified", "checked with ruff"),
    "mended, and named by its code alone": (
        CODE, [("s += y", "s += x")], [Found(6, "", "ruff", "F821")], "verified", "checked with ruff",
    ),
    "mended, by no source": (CODE, [("s += y", "s += x")], [Found(6, "Undefined name `y`")], "verified", "ruff"),
    "both mended": (CODE, [("s += y", "s += x"), ("import sys\n", "")], [Y, SYS], "verified", "checked with ruff"),
    "one of two mended": (CODE, [("s += y", "s += x")], [Y, SYS], "refused", "still finds: `sys` imported"),
    "not mended": (CODE, [("s = 0", "s = 1")], [Y], "refused", "Ruff still finds: Undefined name `y`"),
    "mended, something new": (CODE, [("s += y", "s += z")], [Y], "refused", "ruff finds something new: F821"),
    "mended, something new elsewhere": (
        CODE, [("s += y", "s += x"), ("import sys\n", "import os\nimport sys\n")], [Y], "refused", "new: F401 `os`",
    ),
    "silenced": (CODE, [("s += y", "s += y  # noqa: F821")], [Y], "refused", "silences"),
    "the whole file silenced": (CODE, [("import sys\n", "# flake8: noqa\nimport sys\n")], [Y], "refused", "silences"),
    "a few rows go": (
        LONG, [(LONG[LONG.index("    a3") :], "    return x\n")], [Z], "unverified", "it removes 4 lines",
    ),
    "does not parse": (CODE, [("s += y", "s += (x")], [Y], "refused", "does not parse"),
    "the definition goes": (CODE, [(CODE[CODE.index("def") :], "")], [Y], "unverified", "it removes total"),
    "much goes": (LONG, [(LONG[LONG.index("    a0") :], "    return x\n")], [Z], "unverified", "it removes 10 lines"),
    "renamed": (FIXED, [("def total(xs)", "def sums(xs)"), ("import sys\n", "")], [SYS], "verified", "ruff"),
    "of a tool that is not here": (
        CODE, [("s += y", "s += x")], [Found(6, "no", "Pylance", "x")], "unverified", "pyright is not installed",
    ),
    "of a tool that is not known": (
        CODE, [("s += y", "s += x")], [Found(6, "no", "cspell", "x")], "unverified", "cspell is not among the tools",
    ),
    "that the tool does not find": (
        CODE, [("s += y", "s += x")], [Found(6, "no such thing", "Ruff", "X1")], "unverified", "not among",
    ),
}  # fmt: skip


SILENCES = [
    ("python", "# flake8: noqa"), ("python", "#NOQA"), ("python", "x = y  # ty: ignore"), ("python", "@no_type_check"),
    ("typescript", "/* @ts-ignore */"), ("typescript", "// @ts-expect-error"), ("typescript", "/* eslint-disable */"),
    ("typescript", "// biome-ignore lint: x"), ("rust", "#![allow(unused)]"), ("rust", "#[expect(dead_code)]"),
    ("go", "//go:build ignore"), ("go", "//nolint"), ("java", '@SuppressWarnings("x")'), ("cpp", "// NOLINT"),
    ("shellscript", "# shellcheck disable=SC2086"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "row"), SILENCES)
async def test_what_only_silences_is_wrong(language: str, row: str) -> None:
    reply = edits(("x", f"{row}\nx"))
    await check_fix("x\n", [reply, reply], None, "refused", "silences", [Found(0, "wrong")], language)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace on a machine that has ruff."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    (tmp_path / "w").mkdir()
    return tmp_path / "w"


@pytest.mark.parametrize(("text", "pairs", "found", "state", "how"), VERDICTS.values(), ids=VERDICTS)
async def test_a_fix_is_as_good_as_what_the_tool_says_of_it(
    root: Path, text: str, pairs: Sequence[tuple[str, str]], found: list[Found], state: str, how: str
) -> None:
    after = text
    for old, new in pairs:
        after = after.replace(old, new)
    await check_fix(
        text, edits(*pairs), None if state == "refused" else after, state, how, found, settings=Settings(), root=root,
        name="a.py",
    )  # fmt: skip


NOTHING = edits(explanation="I cannot tell.")


@pytest.mark.parametrize("first", [NOTHING, edits(("s += y", "s += y"))])
async def test_a_model_that_changes_nothing_is_pressed_where_a_tool_tells_what_is_right(root: Path, first: str) -> None:
    replies = [first, f"```python\n{FIXED}```"]
    outcome = await check_fix(
        CODE, replies, FIXED, "verified", "checked with ruff", [Y], settings=Settings(), root=root, name="a.py"
    )
    assert "Write out the whole file, with this problem mended." in outcome.asked()


async def test_a_model_is_pressed_for_edits_where_the_code_is_too_long_to_be_written_out(root: Path) -> None:
    body = "".join(f"    a{n} = '{'-' * 50}'\n    print(a{n})\n" for n in range(95))
    text = f"def f(x):\n{body}    return y\n"
    outcome = await check_fix(
        text, [NOTHING, edits(("return y", "return x"))], text.replace("return y", "return x"), "verified",
        "checked with ruff", [Found(191, "Undefined name `y`", "ruff", "F821")], settings=Settings(), root=root,
    )  # fmt: skip
    assert "None of your edits was applied" in outcome.asked()
    one, two = outcome.model.prompts
    assert "minItems" in repr(two.schema) + outcome.asked() and "minItems" not in repr(one.schema) + outcome.asked(0)


async def test_a_model_that_insists_on_nothing_has_no_fix(root: Path) -> None:
    outcome = await check_fix(
        CODE, NOTHING, None, "refused", "has no fix", [Y], settings=Settings(), root=root, name="a.py"
    )
    assert outcome.fixed.explanation == "I cannot tell."
    assert len(outcome.model.prompts) == 2


async def test_the_model_is_told_what_the_tool_says(root: Path) -> None:
    first, second = edits(("s += y", "s += z")), edits(("s += y", "s += x"))
    outcome = await check_fix(
        CODE, [first, second], FIXED, "verified", "checked with ruff", [Y], settings=Settings(), root=root
    )
    assert "<output>\nThe tool now finds:\nline 7: F821 Undefined name `z`\n</output>" in outcome.asked()


async def test_what_a_broken_text_hid_is_not_new(root: Path) -> None:
    """Ruff says nothing of the unused import while the text does not parse."""
    text = "import sys\n\n\ndef f(x:\n    return x\n"
    found = [Found(3, "no idea", "Ruff")]
    after = text.replace("(x:", "(x):")
    await check_fix(
        text, edits(("def f(x:", "def f(x):")), after, "unverified", "", found, settings=Settings(), root=root
    )


async def test_a_selection_is_checked_for_what_is_new(root: Path) -> None:
    text = "def f(xs):\n▮    return xs[len(xs)]\n▮"
    plain = text.replace("▮", "")
    good, bad = edits(("xs[len(xs)]", "xs[-1]")), edits(("xs[len(xs)]", "ys[-1]"))
    outcome = await check_fix(
        text, [bad, good], plain.replace("xs[len(xs)]", "xs[-1]"), "unverified", "ruff finds nothing new",
        settings=Settings(), root=root,
    )  # fmt: skip
    assert len(outcome.model.prompts) == 2


async def test_no_tool_that_is_not_named_is_run(root: Path) -> None:
    await check_fix(
        CODE, edits(("s += y", "s += z")), CODE.replace("+= y", "+= z"), "unverified", "[fix] tools does not name ruff",
        [Y], settings=Settings(fix=Fix(tools=())), root=root,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "old", "new"),
    [
        ("go", "package a\n\nfunc f() int {\n\treturn 1\n}\n", "return 1", "return 1)"),
        ("typescript", "function f(): number {\n  return 1;\n}\n", "return 1;", "return (1;"),
        ("rust", "fn f() -> i32 {\n    1\n}\n", "    1\n}", "    1\n"),
        ("json", '{"a": 1}\n', "1", "1,,"),
    ],
)
async def test_what_does_not_parse_is_wrong_in_any_language(language: str, text: str, old: str, new: str) -> None:
    await check_fix(text, edits((old, new)), None, "refused", "does not parse", [Found(0, "x")], language)
