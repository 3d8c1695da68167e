"""Places in answers: those that are there stay, others are struck, however the text arrives."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from flashls.engine.answering.citations import checked, rows_in, struck
from flashls.text.lines import lines_of
from flashls.types import End, Piece, Snapshot, Usage, Workspace

ROWS = {"src/a.py": 20, "Makefile": 5, "b.go": 3}

CASES = {
    "It is in src/a.py:12.": "It is in src/a.py:12.",
    "It is in src/a.py:21.": "It is in ~~src/a.py:21~~.",
    "See `src/a.py:20`, `src/a.py:0`.": "See `src/a.py:20`, ~~`src/a.py:0`~~.",
    "(src/a.py:3-9) [b.go:2-4] b.go:3-2": "(src/a.py:3-9) [~~b.go:2-4~~] ~~b.go:3-2~~",
    "src/a.py:3:7 and src\\none.py:1": "src/a.py:3:7 and ~~src\\none.py:1~~",
    "Makefile:5 Makefile:6 Makefilx:7": "Makefile:5 ~~Makefile:6~~ Makefilx:7",
    "invented.rs:1 bin/run:2": "~~invented.rs:1~~ ~~bin/run:2~~",
    "At 12:30 on localhost:8080, example.com:443, http://a.py:80/x and 10.0.0.1:53": (
        "At 12:30 on localhost:8080, example.com:443, http://a.py:80/x and 10.0.0.1:53"
    ),
    "```\nnone.py:1\n```\nnone.py:2": "```\nnone.py:1\n```\n~~none.py:2~~",
    "a ``` none.py:1": "a ``` ~~none.py:1~~",
    "| none.py:1 |\n\n- none.py:2\n": "| ~~none.py:1~~ |\n\n- ~~none.py:2~~\n",
    "None of it.": "None of it.",
    "": "",
}


@pytest.mark.parametrize("text", CASES)
def test_a_place_that_is_not_there_is_struck(text: str) -> None:
    assert struck(text, ROWS.get) == CASES[text]


@pytest.mark.parametrize("text", CASES)
@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_so_it_is_as_the_text_comes_in(text: str, size: int) -> None:
    end = End("stop", Usage(), "x/y")

    async def stream() -> AsyncGenerator[Piece | End, None]:
        for at in range(0, len(text), size):
            yield Piece(text[at : at + size])
        yield end

    *pieces, last = [item async for item in checked(stream(), ROWS.get)]
    assert "".join(piece.text for piece in pieces if isinstance(piece, Piece)) == CASES[text]
    assert last == end


async def test_nothing_but_the_word_begun_is_held_back() -> None:
    async def stream() -> AsyncGenerator[Piece | End, None]:
        yield Piece("It is in sr")
        yield Piece("c/a.py:3 for sure")

    shown = [item.text async for item in checked(stream(), ROWS.get) if isinstance(item, Piece)]
    assert shown == ["It is in ", "src/a.py:3 for "]


def test_files_are_counted_as_they_are_open_or_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    for name, text in {"lib/a.py": "1\n2\n", "lib/b.py": "1\n2", "open.py": "old\n", ".env": "A=1\n"}.items():
        (tmp_path / name).write_text(text)
    (tmp_path.parent / "outside.py").write_text("x\n")
    snapshots = tuple(
        Snapshot((tmp_path / name).as_uri(), "python", 1, lines_of(text))
        for name, text in {"open.py": "1\n2\n3\n", "new.py": ""}.items()
    )
    workspace = Workspace(snapshots, str(tmp_path), visible=lambda path: path != ".env")
    rows = rows_in(workspace, ["deep/down/c.py", "lib/a.py"])
    paths = ("lib/a.py", "./lib/a.py", "lib\\a.py", "a.py", "lib/b.py", "open.py", "new.py", ".env", "none.py")
    assert [rows(path) for path in paths] == [2, 2, 2, 2, 2, 3, 1, None, None]
    assert [rows(path) for path in ("../outside.py", str(tmp_path / "lib/a.py"), "lib", "b.py")] == [None] * 4
