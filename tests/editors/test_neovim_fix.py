"""Fixes in real Neovims: from the lightbulb to the text, on a line with an emoji."""

from __future__ import annotations

import pytest

from tests.editors.neovim.session import Neovim, until

DIAGNOSE = """
local ns = vim.api.nvim_create_namespace('other')
vim.diagnostic.set(ns, 0, {{
  lnum = 0, col = 16, end_lnum = 0, end_col = 17, message = 'Undefined name `y`', source = 'Ruff', code = 'F821',
  severity = vim.diagnostic.severity.ERROR,
}})
"""


@pytest.mark.parametrize(("before", "title"), [(DIAGNOSE, "Undefined name"), ("", "What is wrong here")])
def test_the_lightbulb_mends_the_text(neovim: Neovim, before: str, title: str) -> None:
    neovim.api.current.buffer[:] = ['s = "😀"; t = y', "print(s, t)"]
    neovim.lua(before)
    neovim.lua(
        f"vim.lsp.buf.code_action({{ apply = true, range = {{ start = {{ 1, 16 }}, ['end'] = {{ 1, 17 }} }},"
        f" filter = function(action) return action.title:match('{title}') end }})"
    )
    until(lambda: neovim.lines == ['s = "😀"; t = 1', "print(s, t)"], lambda: f"{neovim.lines} {neovim.wire}")
