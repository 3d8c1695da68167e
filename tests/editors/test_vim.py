"""Vim with ALE and the script that its users source: a suggestion by omni completion.

The plugin that ``flashls.vim`` is for comes from no package index, so only the script for ALE is driven here.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.editors.neovim.session import until
from tests.editors.terminal.session import editing, editors

pytestmark = pytest.mark.editor

_VIMRC = """
set nocompatible encoding=utf-8 noswapfile viminfo= shell=/bin/sh
let g:ale_linters_explicit = 1
let g:ale_linters = {'python': ['flashls']}
let g:ale_completion_enabled = 0
let g:flashls_filetypes = ['python']
set runtimepath+=/usr/share/vim-ale
runtime plugin/ale.vim
"""


def test_a_suggestion_is_taken_from_the_menu(tmp_path: Path) -> None:
    vimrc = tmp_path / "vimrc"
    vimrc.write_text(f"{_VIMRC}source {editors('vim') / 'ale.vim'}\nfiletype plugin on\n")
    with editing(tmp_path, ["vim", "--clean", "-u", vimrc], "values = [1]\n", {}) as terminal:
        terminal.see("main.py")
        terminal.type("ofirst = ")

        def offered() -> bool:
            """The server may still be starting: then there is no menu yet."""
            terminal.keys("C-x", "C-o")
            time.sleep(1)
            return "values[0]" in terminal.screen

        until(offered, lambda: terminal.screen, 30)
        terminal.keys("C-y", "Escape")
        terminal.type(":w")
        terminal.keys("Enter")
        terminal.written("values = [1]\nfirst = values[0]\n")
