"""Where nothing is suggested unasked: within a word or a closed string, and in comments if so set."""

from __future__ import annotations

import pytest

from flashls.settings import Complete, Settings
from tests.engine.check import check_complete

QUIET = Settings(complete=Complete(debounce_ms=0, comments=False))
SILENT = {
    "a word": ("python", "na▮me = 1\n"),
    "a string that goes on": ("python", 'x = "Hello ▮ world"\n'),
    "a string that goes on, in Go": ("go", 'var x = "a ▮ b"\n'),
    "a docstring's row that goes on": ("python", 'def f():\n    """Gives ▮ back.\n\n    More."""\n'),
    "a template's text that goes on": ("javascript", "const x = `a ▮ b`;\n"),
}
ASKED = {
    "an empty string": ("python", 'x = "▮"\n'),
    "a string's end": ("python", 'x = f("Hello ▮", 1)\n'),
    "a docstring's row's end": ("python", 'def f():\n    """Gives ▮\n\n    More."""\n'),
    "between arguments": ("python", 'f("a", ▮, "b")\n'),
    "an interpolation": ("javascript", "const x = `a ${▮} b`;\n"),
    "a header's name": ("c", "#include <▮>\n"),
}
BEFORE_A_WORD = {
    "a blank is said": ("return ▮x\n", "not ", "not "),
    "a blank is not said": ("return ▮x\n", "not", "not "),
    "an operator": ("x = ▮y\n", "-", "-"),
    "what would run into it": ("x = ▮y\n", "a", None),
}
COMMENTS = {
    "line": ("python", "# The area of a ▮\n"),
    "block": ("java", "/** The area of a ▮\n */\nclass A {}\n"),
    "end of a row": ("go", "var x = 1 // the ▮\n"),
}


@pytest.mark.parametrize(("language", "text"), SILENT.values(), ids=SILENT)
async def test_silent(language: str, text: str) -> None:
    await check_complete(text, "word", silence="position", language=language)


@pytest.mark.parametrize(("language", "text"), SILENT.values(), ids=SILENT)
async def test_whoever_asks_is_answered(language: str, text: str) -> None:
    await check_complete(text, "word", ghost="word", language=language, explicit=True)


@pytest.mark.parametrize(("language", "text"), ASKED.values(), ids=ASKED)
async def test_not_silent(language: str, text: str) -> None:
    await check_complete(text, "word", ghost="word", language=language)


@pytest.mark.parametrize(("text", "reply", "ghost"), BEFORE_A_WORD.values(), ids=BEFORE_A_WORD)
async def test_before_a_word(text: str, reply: str, ghost: str | None) -> None:
    await check_complete(text, reply, ghost=ghost, silence=None if ghost else "syntax")


@pytest.mark.parametrize(("language", "text"), COMMENTS.values(), ids=COMMENTS)
async def test_comments_can_be_switched_off(language: str, text: str) -> None:
    await check_complete(text, "word", silence="position", language=language, settings=QUIET)
    await check_complete(text, "word", ghost="word", language=language)
    await check_complete(text, "word", ghost="word", language=language, settings=QUIET, explicit=True)


async def test_code_is_suggested_where_comments_are_off() -> None:
    await check_complete("x = ▮  # one\n", "1", ghost="1", settings=QUIET)
