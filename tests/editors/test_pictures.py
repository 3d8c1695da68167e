"""Suggestions in editors that run in a terminal, as users see them: offered, taken, and left as pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editors.terminal.editors import EDITORS
from tests.editors.terminal.session import editing

CODE = '''"""What is in the basket, and what it costs."""

prices = {"apple": 1.20, "pear": 0.80}
basket = ["apple", "pear", "pear"]
'''
TAKEN = dict.fromkeys(EDITORS, "sum(map(prices.get, basket))") | {"vim": "sum"}


@pytest.mark.editor
@pytest.mark.parametrize("name", EDITORS)
def test_a_suggestion_is_offered_and_taken(name: str, tmp_path: Path) -> None:
    editor = EDITORS[name]
    with editing(tmp_path, editor.command(tmp_path), CODE, editor.own(tmp_path), size=(80, 12)) as terminal:
        terminal.see("basket = ")
        terminal.keys(*editor.end)
        terminal.type("cost = ")
        assert terminal.offers(editor) == TAKEN[name]
        assert "prices" in terminal.picture(name).read_text("utf-8")
        terminal.keys(*editor.take)
        terminal.see(f"cost = {TAKEN[name]}")
        terminal.keys(*editor.save)
        terminal.written(f"{CODE}cost = {TAKEN[name]}\n")
