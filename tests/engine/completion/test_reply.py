"""What a model says that is no code: markers, made-up placeholders; and what only looks like such."""

from __future__ import annotations

import pytest

from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str, str, str]] = {
    "the end of the file in the prompt": ("python", "def f():\n    ▮\n", "return 1\n</file>", "return 1"),
    "that end behind the code": ("python", "x = ▮\n", "1</file>", "1"),
    "a tag of the document's own": (
        "xml",
        "<files>\n  <file>▮\n</files>\n",
        "a.txt</file>",
        "a.txt</file>",
    ),
    "a tag in a row of its own": ("xml", "<files>\n  <file>\n    a\n  ▮\n</files>\n", "</file>", "</file>"),
    "a tag in a string": ("python", 'x = "<file>a▮"\n', "b</file>", "b</file>"),
    "a tag that the reply opened": ("python", "x = ▮\n", '"<file>" + a + "</file>"', '"<file>" + a + "</file>"'),
    "a tag in a string, amid a row": ("python", "x = ▮\n", 'a + "</file>" + b', 'a + "</file>" + b'),
    "a model's token": ("python", "x = ▮\n", "1<|endoftext|>y", "1"),
    "a model's token that the document is about": (
        "python",
        'END = "<|endoftext|>"\nends = token == ▮\n',
        '"<|endoftext|>"',
        '"<|endoftext|>"',
    ),
    "a made-up placeholder below": (
        "python",
        "def f():\n    ▮\n",
        'a = 1\n    key = "REDACTED_SECRET_7"\n    b = 2',
        "a = 1",
    ),
    "a placeholder that the document has": (
        "python",
        'K = "REDACTED_SECRET_7"\nkey = ▮\n',
        '"REDACTED_SECRET_7"',
        '"REDACTED_SECRET_7"',
    ),
    "a word like it": ("python", "name = ▮\n", '"REDACTED_SECRET_NAME"', '"REDACTED_SECRET_NAME"'),
    "rows that carriage returns end": (
        "python",
        "# a\rdef f(x):\r    y = x\r    ▮",
        "z = 2\n    return y + z\n\ndef g",
        "z = 2\r    return y + z",
    ),
    "rows that carriage returns end, and text behind": (
        "javascript",
        "// c\rfunction f(x) {\r  return ▮\r}\r",
        "x + 1;\n}",
        "x + 1;",
    ),
    "a lone carriage return": (
        "python",
        "def f(x):\n    y = x\r    ▮\n",
        "z = 2\n    return y + z\n\ndef g",
        "z = 2\n    return y + z",
    ),
}


@pytest.mark.parametrize(("language", "text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_what_is_code_is_shown(language: str, text: str, reply: str, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language=language)


async def test_a_made_up_placeholder_is_not_shown() -> None:
    await check_complete('key = "▮"\n', "REDACTED_SECRET_7", silence="placeholder")
