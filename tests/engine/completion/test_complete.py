"""The line from a cursor to ghost text: what Python shows; the other languages have their own tables."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from flashls.models.seam import RateLimited
from flashls.settings import Complete, Languages, Paths, Settings
from tests.engine.check import check_complete

GHOSTS = {
    "end of line": ("def area(r):\n    return ▮", "3.14 * r * r", "3.14 * r * r"),
    "next line is not wanted there": ("def area(r):\n    return ▮", "3.14 * r * r\n\nprint(area(2))", "3.14 * r * r"),
    "mid-line": ("x = max(▮, 3)\n", "len(items)", "len(items)"),
    "mid-line repeats the rest": ("x = max(▮, 3)\n", "len(items), 3)", "len(items)"),
    "before a closing bracket": ("print(▮)\n", '"hello")', '"hello"'),
    "a bracket of its own": ("print(len(▮)\n", "items)", "items)"),
    "inside a call, balanced": ("print(▮)\n", "len(items)", "len(items)"),
    "inside a string": ('name = "Hello, ▮"\n', 'world"', "world"),
    "inside a comment": ("# The area of a ▮\n", "circle\ndef area(r):\n    pass", "circle"),
    "empty body": (
        "def mean(xs):\n    ▮\n\nprint(mean([1]))\n",
        "if not xs:\n        return 0\n    return sum(xs) / len(xs)",
        "if not xs:\n        return 0\n    return sum(xs) / len(xs)",
    ),
    "body stops where the block ends": (
        "def mean(xs):\n    ▮",
        "return sum(xs) / len(xs)\n\ndef median(xs):\n    return 0",
        "return sum(xs) / len(xs)",
    ),
    "block written at the margin": (
        "class A:\n    def f(self, xs):\n        ▮\n",
        "for x in xs:\n    print(x)",
        "for x in xs:\n            print(x)",
    ),
    "fenced": ("def area(r):\n    return ▮", "```python\n3.14 * r * r\n```", "3.14 * r * r"),
    "fenced after an introduction": (
        "def area(r):\n    return ▮",
        "Here is the code:\n\n```python\n3.14 * r * r\n```\nIt multiplies.",
        "3.14 * r * r",
    ),
    "fence never closed": ("def area(r):\n    return ▮", "```\n3.14 * r * r", "3.14 * r * r"),
    "echoes the line": ("def area(r):\n    return ▮", "    return 3.14 * r * r", "3.14 * r * r"),
    "echoes the line without its indent": ("def area(r):\n    return ▮", "return 3.14 * r * r", "3.14 * r * r"),
    "echoes the lines above": (
        "def area(r):\n    pi = 3.14\n    return ▮",
        "    pi = 3.14\n    return pi * r * r",
        "pi * r * r",
    ),
    "echoes the word begun": ("import collections\n\nc = coll▮\n", "collections.Counter()", "ections.Counter()"),
    "echoes the indent": ("def f(x):\n    ▮", "    return x", "return x"),
    "marker in the reply": ("x = ▮\n", "1 + 2<|cursor|> + 3", "1 + 2"),
    "file end token in the reply": ("x = ▮\n", "1 + 2<|endoftext|>junk", "1 + 2"),
    "repeats the lines below": (
        "def f(x):\n    ▮\n    return y\n",
        "y = x + 1\n    return y",
        "y = x + 1",
    ),
    "emoji before the cursor": ('s = "😀" + ▮\n', 'str(1)', "str(1)"),
    "non-ASCII reply": ('gruß = "▮"\n', 'Grüß dich, 世界"', "Grüß dich, 世界"),
    "tabs kept": ("def f(x):\n\tif x:\n\t\t▮", "return 1\n\treturn 2", "return 1"),
    "line ends of Windows": ("def f(r):\r\n    return ▮\r\n", "r * 2\r\n", "r * 2"),
    "next line of a finished one": ("x = 1▮\ny = 2\n", "\nz = 3\n", "\nz = 3"),
    "trailing blanks are dropped": ("x = ▮\n", "1   ", "1"),
    "cut off in the middle of a row": (
        "def f(x):\n    ▮\n",
        Reply("if x:\n        return 1\n    els", reason="length"),
        "if x:\n        return 1",
    ),
}  # fmt: skip

SILENCES = {
    "empty reply": ("x = ▮\n", "", "empty reply"),
    "blank reply": ("x = ▮\n", "  \n ", "empty reply"),
    "refusal": ("x = ▮\n", "I'm sorry, but I can't help with that.", "refusal"),
    "chatter": ("x = ▮\n", "Sure, you should add one here.", "refusal"),
    "only what is there": ("print(▮)\n", ")", "empty reply"),
    "the line below": ("def f(x):\n    ▮\n    return x + 1\n", "return x + 1", "empty reply"),
    "the line above": ("def f(x):\n    total += x.value\n    ▮\n", "total += x.value", "repeats"),
    "withheld": ("x = ▮\n", Reply("1", reason="blocked"), "blocked"),
    "the model fails": ("x = ▮\n", Reply(fail=RateLimited("too many requests")), "error"),
    "inside a word": ("na▮me = 1\n", "ttle", "position"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost)


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence)


@pytest.mark.parametrize(
    ("settings", "silence"),
    [
        (Settings(complete=Complete(enabled=False)), "disabled"),
        (Settings(languages=Languages(off=("python",))), "language off"),
        (Settings(paths=Paths(off=("a",))), "path off"),
    ],
)
async def test_settings_switch_it_off(settings: Settings, silence: str) -> None:
    await check_complete("x = ▮\n", "1", silence=silence, settings=settings)


async def test_explicit_asks_even_inside_a_word_and_when_switched_off() -> None:
    await check_complete(
        "na▮me = 1\n", "ttle_", ghost="ttle_", settings=Settings(complete=Complete(enabled=False)), explicit=True
    )


ONE_ROW: dict[str, tuple[str, str, str, str | None]] = {
    "a header without its block": ("python", "def f(x):\n    ▮", "if x:\n        return 1", "if x:"),
    "a block that braces close": ("go", "func f() {\n\t▮\n}\n", "if x > 0 {\n\t\treturn\n\t}", "if x > 0 {}"),
    "the row below a whole one": ("go", "func f() {\n\tx := 1▮\n}\n", "\n\ty := 2", None),
    "a blank row left out": ("go", "func f() {\n\t▮\n}\n", "\n\ty := 2", "y := 2"),
    "a blank row left out at the margin": ("go", "func f() {\n▮\n}\n", "\n\ty := 2", "\ty := 2"),
    "rows between brackets": ("javascript", "function f() {▮}\n", "\n  return 1;\n}", None),
    "a body": ("python", "if x:▮\n", "\n    return 1", None),
}


@pytest.mark.parametrize(("language", "text", "reply", "ghost"), ONE_ROW.values(), ids=ONE_ROW)
async def test_never_more_than_a_row_where_that_is_set(language: str, text: str, reply: str, ghost: str | None) -> None:
    settings = Settings(complete=Complete(multiline=False, debounce_ms=0))
    silence = None if ghost else "empty reply"
    await check_complete(text, reply, ghost, silence, language, settings)
