"""Markdown on a terminal: every line once, however long the text and whatever it is made of."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from flashls_cli.page import split
from tests.e2e.editor import home, scripted

LINES = [f"line-{n:02}" for n in range(60)]
TEXTS = {
    "paragraphs": "\n\n".join(LINES),
    "a list": "\n".join(f"- {line}" for line in LINES),
    "a list with air": "Steps:\n\n" + "\n\n".join(f"{n}. {line}" for n, line in enumerate(LINES, 1)),
    "a fence": "Code:\n\n```python\n" + "\n\n".join(LINES) + "\n```\n\nDone.",
    "one block after the other": "\n".join(
        f"## {a}\n{b}\n- {c}\n\n" for a, b, c in zip(*[iter(LINES)] * 3, strict=True)
    ),
    "broken off": "\n\n".join(LINES),
}


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a POSIX matter")
@pytest.mark.parametrize("name", TEXTS)
def test_each_line_is_there_once(tmp_path: Path, name: str) -> None:
    from tests.cli.terminal import shown

    row = {"text": TEXTS[name], "delay": 0.01, "piece_size": 7}
    config = scripted(tmp_path, [row | {"fail": "out of order"} if name == "broken off" else row])
    (tmp_path / "a.py").write_text("x = 1\n")
    command = [str(Path(sys.executable).with_name("flashls")), "explain", "a.py"]
    found = shown(command, home(tmp_path, config), tmp_path)
    assert re.findall(r"line-\d\d", found) == LINES
    assert "..." not in found
    assert ("out of order" in found) == (name == "broken off")


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a POSIX matter")
def test_a_spinner_turns_until_the_first_piece(tmp_path: Path) -> None:
    from tests.cli.terminal import written

    config = scripted(tmp_path, [{"text": "Pi.", "delay": 1.5}])
    (tmp_path / "a.py").write_text("x = 1\n")
    command = [str(Path(sys.executable).with_name("flashls")), "explain", "a.py"]
    found = written(command, home(tmp_path, config), tmp_path)
    assert "asking scripted/demo" in found
    assert found.rindex("asking scripted/demo") < found.index("Pi.")


@pytest.mark.parametrize(
    ("finished", "last"),
    [
        ("", ""),
        ("", "one"),
        ("", "one\n\n"),
        ("", "one\n\ntwo"),
        ("one\n\n", "two\n"),
        ("one\n\n", "```\ntwo\n\nthree\n"),
        ("one\n\n```\ntwo\n\n```\n", "three\n"),
        ("one\n\n", "1. two\n\n2"),
        ("one\n\n", "1. two\n\n2. three\n\n   four\n"),
        ("1. two\n\n", "five\n"),
        ("one\n", "# two\n"),
        ("one\x0b\u2028\r\n\r\n", "two\r\n"),
        ("", "one\n==="),
    ],
)
def test_the_last_block_is_unfinished(finished: str, last: str) -> None:
    assert split(finished + last) == (finished, last)
