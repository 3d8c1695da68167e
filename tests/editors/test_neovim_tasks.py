"""The tasks as commands in real Neovims: what each leaves in the buffer, beside it, or in a window of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.editors.neovim.session import NEW, OLD, Neovim, until

pytestmark = pytest.mark.parametrize(
    "neovim",
    [pytest.param((OLD, "auto"), id="0.11"), pytest.param((NEW, "auto"), id="0.12", marks=pytest.mark.editor)],
    indirect=True,
)

BROKEN = ['s = "😀"; t = y', "print(s, t)"]
PRICE = ["def price(n):", "    return 3 * n"]
REWRITTEN: list[tuple[list[str], str, list[str], str]] = [
    (BROKEN, "1Flash fix", ['s = "😀"; t = 1', "print(s, t)"], "fixed"),
    (PRICE, "Flash doc", [PRICE[0], '    """Does 😀."""', PRICE[1]], "documented price"),
    (PRICE, "Flash! doc", [PRICE[0], '    """Does 😀."""', PRICE[1]], "documented price"),
    (
        ["x = 1", ""],
        "2Flash generate a function that doubles x",
        ["x = 1", "def twice(x):", "    return 2 * x"],
        "code",
    ),
    (["# doubles x", ""], "1Flash generate", ["# doubles x", "def twice(x):", "    return 2 * x", ""], "code written"),
]


def test_tasks_that_rewrite(neovim: Neovim) -> None:
    for before, command, after, said in REWRITTEN:
        neovim.api.current.buffer[:] = before
        neovim.api.command("1")
        neovim.api.command(command)
        _reads(neovim, after)
        _says(neovim, said)


def test_tests_are_shown_beside(neovim: Neovim) -> None:
    neovim.api.current.buffer[:] = PRICE
    neovim.api.command("write")
    neovim.api.command("Flash test")
    _says(neovim, "1 test written")
    shown = {window.buffer.name.rpartition("/")[2]: list(window.buffer[:]) for window in neovim.api.windows}
    assert set(shown) == {"main.py", "test_main.py"}
    assert "    assert price(2) == 6" in shown["test_main.py"]
    assert neovim.lines == PRICE


def test_findings_are_diagnostics(neovim: Neovim) -> None:
    neovim.api.current.buffer[:] = ["def last(xs):", "    return xs[-1]"]
    neovim.api.command("Flash review")
    _says(neovim, "1 finding")
    found = neovim.lua(
        "return vim.tbl_map(function(each) return { each.lnum, each.message } end, vim.diagnostic.get(0))"
    )
    assert [(row, "Empty lists" in message) for row, message in found] == [(1, True)]


def test_answers_and_what_is_sent(neovim: Neovim) -> None:
    for command, shown in [
        ("Flash ask Where is the price made?", "`price` makes it (`main.py:1`)."),
        ("Flash context", "# What scripted/test would be sent"),
    ]:
        neovim.api.current.buffer[:] = PRICE
        neovim.api.command(command)
        neovim.reads(0, shown)
        neovim.type("q")
        neovim.reads(0, PRICE[0])


def test_messages_for_what_is_staged(neovim: Neovim) -> None:
    folder = Path(neovim.api.current.buffer.name).parent
    for command in ("init -q", "add main.py"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    neovim.api.command("Flash commit")
    neovim.reads(0, "Price things")
    neovim.type("q")
    neovim.api.command("edit .git/COMMIT_EDITMSG")
    attached = "return #vim.lsp.get_clients({ name = 'flashls', bufnr = 0 })"
    until(lambda: neovim.lua(attached), lambda: neovim.wire)
    neovim.api.command("Flash commit")
    neovim.reads(0, "Price things")
    neovim.reads(2, "Thrice.")


def _reads(neovim: Neovim, lines: list[str]) -> None:
    until(lambda: neovim.lines == lines, lambda: f"{neovim.lines}, not {lines}")


def _says(neovim: Neovim, text: str) -> None:
    until(lambda: f"flashls: {text}" in neovim.lua("return vim.fn.execute('messages')"), lambda: neovim.wire)
