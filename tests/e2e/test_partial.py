"""Accepting a word or a line over stdio. No message tells a server of it: editors insert a part, and ask again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.e2e.editor import Editor, editing, scripted
from tests.e2e.test_fates import figures

WHOLE = "total = sum(xs)\n    return total / len(xs)"
REPLIES = [{"when": r"mean\(xs\):\r?\n    \Z", "text": WHOLE}]
HEAD = "def mean(xs):\n    "


def next_word(text: str) -> str:
    """As VS Code 1.139 cuts it (``acceptNextWord``): up to the word, or to the end of the blanks, or of the word."""
    word, blank = re.search(r"\w+", text), re.search(r"\s+", text)
    end = len(text) if word is None else word.end() if word.start() == 0 else word.start()
    return text[: min(end, blank.end()) if blank else end]


def next_line(text: str) -> str:
    """As VS Code 1.139 cuts it (``acceptNextLine``): with the line's end."""
    return text[: text.index("\n") + 1] if "\n" in text else text


async def taken(
    editor: Editor, uri: str, cut: Callable[[str], str], times: int, eol: str = "\n", head: str = HEAD
) -> tuple[str, list[str]]:
    """Takes parts of what is suggested, asking after each; the document's text then, and what was left each time.

    A client inserts a part where the cursor is, and tells that it accepted the suggestion only with the last one.
    """
    editor.open(head.replace("\n", eol), uri)
    text, left = head.replace("\n", eol), list[str]()
    for version in range(2, 2 + times):
        rows = text.split(eol)
        place = len(rows) - 1, len(rows[-1])
        (item,) = await editor.inline(*place, uri)
        assert item.range is not None
        assert item.range.start == item.range.end
        suggested = str(item.insert_text)
        left.append(suggested)
        part = cut(suggested)
        editor.change(version, (*place, *place, part), uri=uri)
        text += part
        if part == suggested and item.command is not None:
            await editor.command("flashls.accept", *(item.command.arguments or ()))
    return text, left


async def test_words_and_lines(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES, '[complete]\nspeculate = "off"')) as editor:
        text, left = await taken(editor, "file:///w/words.py", next_word, 6)
        assert text == HEAD + "total = sum(xs"
        assert left == [WHOLE[n:] for n in (0, 5, 6, 8, 11, 12)]
        text, left = await taken(editor, "file:///w/line.py", next_line, 1)
        assert text == HEAD + "total = sum(xs)\n"
        assert await editor.texts(2, 0, "file:///w/line.py") == ["    return total / len(xs)"]
        text, left = await taken(editor, "file:///w/lines.py", next_line, 2)
        assert text == HEAD + WHOLE
        windows = WHOLE.replace("\n", "\r\n")
        text, left = await taken(editor, "file:///w/windows.py", next_line, 2, "\r\n")
        assert (text, left) == ((HEAD + WHOLE).replace("\n", "\r\n"), [windows, windows.split("\r\n")[1]])
        text, left = await taken(editor, "file:///w/both.py", lambda said: said[:8] if len(said) > 34 else said, 2)
        assert text == HEAD + WHOLE
    found = await figures(tmp_path)
    asked = sum(row.n for row in found.attempts)
    assert asked == 5  # one for each document: what is left is asked for no more
    fates = {row.fate: (row.n, row.told, row.chars, row.typed, row.taken) for row in found.fates}
    size = len(WHOLE)
    assert fates == {
        "partly accepted": (2, 0, 2 * size, 2, 12 + 16),
        "accepted": (3, 3, 3 * size + 1, 0, 3 * size + 1),
    }
