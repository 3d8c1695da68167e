"""Doc comments and code for a comment in real Neovims: from the lightbulb to the text, behind an emoji."""

from __future__ import annotations

import pytest

from tests.editors.neovim.session import Neovim, until

CODE = ['s = "😀"', "def 面積(半径):", "    return 3 * 半径", "", 'x = "😀"; y = 1  # 😀', "# doubles 😀"]
CHOOSE = (
    "vim.lsp.buf.code_action({{ apply = true, range = {{ start = {{ {row}, 1 }}, ['end'] = {{ {row}, 1 }} }},"
    " filter = function(action) return action.title:match('{title}') end }})"
)


@pytest.mark.parametrize(
    ("row", "title", "after"),
    [
        (2, "^Document with", [*CODE[:2], '    """Does 😀."""', *CODE[2:]]),
        (6, "^Write the code", [*CODE, "def twice(x):", "    return 2 * x"]),
    ],
)
def test_the_lightbulb_writes_into_the_text(neovim: Neovim, row: int, title: str, after: list[str]) -> None:
    neovim.api.current.buffer[:] = CODE
    neovim.lua(CHOOSE.format(row=row, title=title))
    until(lambda: neovim.lines == after, lambda: f"{neovim.lines} {neovim.wire}")
