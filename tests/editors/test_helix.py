"""Helix, as its users configure it: a suggestion from its menu, a fix and an explanation by its actions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.editors.neovim.session import ROOT, until
from tests.editors.terminal.session import Terminal, editing, editors

HELIX = ROOT / ".rigs" / "helix" / "hx"

pytestmark = pytest.mark.editor


@contextmanager
def helix(folder: Path, text: str) -> Iterator[Terminal]:
    config = folder / "config" / "helix"
    config.mkdir(parents=True)
    shutil.copy(editors("helix") / "languages.toml", config)
    log = folder / "helix.log"
    with editing(folder, [HELIX, "-vv", "--log", log], text, {}) as terminal:
        until(lambda: log.exists() and "inlineCompletionProvider" in log.read_text(), lambda: terminal.screen, 30)
        yield terminal


def test_a_suggestion_is_taken_from_the_menu(tmp_path: Path) -> None:
    with helix(tmp_path, "values = [1]\n") as terminal:
        terminal.keys("o")
        terminal.type("total = ")
        terminal.keys("C-x")
        terminal.see("sum(values)")
        terminal.keys("Tab", "Enter", "Escape")
        terminal.see("total = sum(values)")
        save(terminal)
        terminal.written("values = [1]\ntotal = sum(values)\n")


def test_a_fix_is_applied_behind_an_emoji(tmp_path: Path) -> None:
    with helix(tmp_path, 's = "😀"; t = y\nprint(s, t)\n') as terminal:
        terminal.keys("x")
        act(terminal, "What is wrong here")
        terminal.see("t = 1")
        save(terminal)
        terminal.written('s = "😀"; t = 1\nprint(s, t)\n')


def test_an_explanation_is_opened(tmp_path: Path) -> None:
    with helix(tmp_path, "values = [1]\n") as terminal:
        terminal.keys("x")
        act(terminal, "Explain with flashls")
        terminal.see("Adds **all** `values`.")


def act(terminal: Terminal, title: str) -> None:
    """Opens the menu of actions, goes to the one of this title and takes it."""
    terminal.keys("Space", "a")
    terminal.see(title)
    ahead = terminal.screen.split(title)[0]
    terminal.keys(*["Down"] * (ahead.count("with flashls")), "Enter")


def save(terminal: Terminal) -> None:
    terminal.type(":w")
    terminal.keys("Enter")
