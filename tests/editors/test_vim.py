"""Vim with ALE and the script that its users source: a suggestion by omni completion.

The plugin that ``flashls.vim`` is for comes from no package index, so only the script for ALE is driven here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editors.terminal.editors import EDITORS
from tests.editors.terminal.session import editing

pytestmark = pytest.mark.editor


def test_a_suggestion_is_taken_from_the_menu(tmp_path: Path) -> None:
    vim = EDITORS["vim"]
    with editing(tmp_path, vim.command(tmp_path), "values = [1]\n", {}) as terminal:
        terminal.see("main.py")
        terminal.type("ofirst = ")
        assert terminal.offers(vim).startswith("values[0]")
        terminal.keys(*vim.take)
        terminal.keys(*vim.save)
        terminal.written("values = [1]\nfirst = values[0]\n")
