"""Helix, as its users configure it: a suggestion from its menu, a fix and an explanation by its actions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.editors.neovim.session import until
from tests.editors.terminal.editors import EDITORS
from tests.editors.terminal.session import Terminal, editing

HELIX = EDITORS["helix"]

pytestmark = pytest.mark.editor


@contextmanager
def helix(folder: Path, text: str) -> Iterator[Terminal]:
    log = folder / "helix.log"
    with editing(folder, HELIX.command(folder), text, {}) as terminal:
        until(lambda: log.exists() and "inlineCompletionProvider" in log.read_text(), lambda: terminal.screen, 60)
        yield terminal


def test_a_suggestion_is_taken_from_the_menu(tmp_path: Path) -> None:
    with helix(tmp_path, "values = [1]\n") as terminal:
        terminal.keys("o")
        terminal.type("total = ")
        assert terminal.offers(HELIX) == "sum(values)"
        terminal.keys(*HELIX.take)
        terminal.see("total = sum(values)")
        terminal.keys(*HELIX.save)
        terminal.written("values = [1]\ntotal = sum(values)\n")


def test_a_fix_is_applied_behind_an_emoji(tmp_path: Path) -> None:
    with helix(tmp_path, 's = "😀"; t = y\nprint(s, t)\n') as terminal:
        terminal.keys("x")
        act(terminal, "What is wrong here")
        terminal.see("t = 1")
        terminal.keys(*HELIX.save)
        terminal.written('s = "😀"; t = 1\nprint(s, t)\n')


def test_an_explanation_is_opened(tmp_path: Path) -> None:
    with helix(tmp_path, "values = [1]\n") as terminal:
        terminal.keys("x")
        act(terminal, "Explain with flashls")
        terminal.see("Adds **all** `values`.")


def act(terminal: Terminal, title: str) -> None:
    """Opens the menu of actions, goes to the one of this title and takes it."""
    terminal.press_until(title, "Space", "a")
    ahead = terminal.screen.split(title)[0]
    terminal.keys(*["Down"] * (ahead.count("with flashls")), "Enter")
