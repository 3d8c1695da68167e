"""What stands right of the cursor is not said twice, however short it is."""

from __future__ import annotations

import pytest

from tests.engine.check import check_complete

SHORT = {
    "a slice's end": ("python", "xs[▮:5]\n", "1:5", "1"),
    "an operator": ("python", "x = ▮ & c\n", "a &", "a"),
    "an operator behind another": ("python", "x = a * ▮ + c\n", "b +", "b"),
    "an operator of two characters": ("javascript", "const b = ▮ || c;\n", "a ||", "a"),
    "half of an operator": ("javascript", "const b = ▮ || c;\n", "a |", "a"),
    "a sign": ("python", "last = xs[▮-1]\n", "len(xs) -1", "len(xs) "),
    "a star": ("python", "f(a, ▮*b)\n", "c, *", "c, "),
    "a dot": ("python", "x = a▮.b\n", ".c().", ".c()"),
    "a name's sigil": ("ruby", "x = g(▮@a)\n", "b, @a", "b,"),
    "a reference": ("rust", "let v = g(▮&p);\n", "a, &p", "a, "),
    "another operator that ends alike": ("python", "x = ▮- c\n", "a --", "a --"),
    "no operator": ("python", "x = ▮- c\n", "a * b", "a * b"),
}
ALL = {
    "a last element": ("python", "last = xs[▮-1]\n", "-1"),
    "a reference": ("rust", "let v = g(▮&p);\n", "&p"),
    "a pointer": ("go", "x := f(▮*p)\n", "*p"),
    "a name and its sigil": ("ruby", "x = g(▮@a)\n", "@a"),
    "an assignment": ("python", "a ▮= b\n", "="),
}
WORDS = {
    "all of it": ("python", "def f(x):\n    return len(▮xs)\n", "xs", None),
    "a letter": ("python", "def f(x):\n    return g(▮x)\n", "x", None),
    "the last argument": ("python", "for i in range(▮n):\n    pass\n", "0, n", "0, "),
    "a name that ends alike": ("shellscript", "echo ▮n m\n", "mean", "mean "),
    "a name that begins alike": ("shellscript", "echo ▮nb m\n", "n", "n "),
}


@pytest.mark.parametrize(("language", "text", "reply", "ghost"), SHORT.values(), ids=SHORT)
async def test_one_or_two_characters(language: str, text: str, reply: str, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language=language)


@pytest.mark.parametrize(("language", "text", "reply"), ALL.values(), ids=ALL)
async def test_nothing_but_what_is_there(language: str, text: str, reply: str) -> None:
    await check_complete(text, reply, silence="empty reply", language=language)


@pytest.mark.parametrize(("language", "text", "reply", "ghost"), WORDS.values(), ids=WORDS)
async def test_a_short_word_for_a_user_who_asks(language: str, text: str, reply: str, ghost: str | None) -> None:
    silence = None if ghost else "empty reply"
    await check_complete(text, reply, ghost=ghost, silence=silence, language=language, explicit=True)
