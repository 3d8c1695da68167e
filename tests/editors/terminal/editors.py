"""The editors that run in a terminal: how each is started, asked for a suggestion, and told to take and save it."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.editors.neovim.session import NEW, OLD, ROOT

HELIX = ROOT / ".rigs" / "helix" / "hx"
EMACS_SETUP = Path(__file__).parents[1] / "emacs" / "setup.el"
_INIT = Path(__file__).parents[1] / "neovim" / "init.lua"
_VIMRC = """
set nocompatible encoding=utf-8 noswapfile viminfo= shell=/bin/sh
let g:ale_linters_explicit = 1
let g:ale_linters = {'python': ['flashls']}
let g:ale_completion_enabled = 0
let g:flashls_filetypes = ['python']
set runtimepath+=/usr/share/vim-ale
runtime plugin/ale.vim
"""

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Editor:
    """What it takes to use an editor, as keys by tmux's names.

    ``command`` furnishes a folder with the editor's configuration, as users take it from here, and starts the editor
    there; ``own`` is its environment. ``end`` goes to a new row at the end of the file. ``ask`` makes the editor offer
    a suggestion, where it does not do so by itself; ``offer`` finds what is offered on the screen, as its group.
    ``messages`` shows what the editor has said so far; ``wrong`` finds there that something went wrong.
    """

    command: Callable[[Path], Command]
    offer: str
    end: tuple[str, ...] = ("G", "o")
    ask: tuple[str, ...] = ()
    take: tuple[str, ...] = ("Tab", "Escape")
    save: tuple[str, ...] = (":w", "Enter")
    own: Callable[[Path], dict[str, str]] = lambda _: {}
    messages: tuple[str, ...] = (":messages", "Enter")
    wrong: str = r"(?i)\berror|\bE\d+:|\bfailed"


def configuration(name: str) -> Path:
    """The folder of an editor's configuration, as users take it from here."""
    return ROOT / "editors" / name


def helix(folder: Path) -> Command:
    """Helix with our languages, and a log of all messages."""
    config = folder / "config" / "helix"
    config.mkdir(parents=True, exist_ok=True)
    shutil.copy(configuration("helix") / "languages.toml", config)
    return [HELIX, "-vv", "--log", folder / "helix.log"]


def vim(folder: Path) -> Command:
    """Vim with ALE and our script for that."""
    vimrc = folder / "vimrc"
    vimrc.write_text(f"{_VIMRC}source {configuration('vim') / 'ale.vim'}\nfiletype plugin on\nsyntax on\n")
    return ["vim", "--clean", "-u", vimrc]


# Run with a loader of its own, Neovim cannot start itself once more, as its terminal interface does.
_APART = """nvim=$1 socket=$2; shift 2
"$nvim" --headless --listen "$socket" "$@" &
until [ -S "$socket" ]; do sleep 0.1; done
exec "$nvim" --server "$socket" --remote-ui
"""


def _new_neovim(folder: Path) -> Command:
    return ["sh", "-c", _APART, "sh", NEW, folder / "nvim.sock", "--cmd", "set termguicolors", "-u", _INIT]


def _emacs(folder: Path) -> Command:
    return ["emacs", "-nw", "-Q", "-l", EMACS_SETUP, "--eval", "(add-hook 'emacs-startup-hook #'begin)"]


def _emacs_own(folder: Path) -> dict[str, str]:
    return {"FLASHLS_TEST_FILE": str(folder / "main.py"), "FLASHLS_TEST_LISP": str(configuration("emacs"))}


def _neovim_own(_: Path) -> dict[str, str]:
    server = {"cmd": [sys.executable, "-m", "flashls_cli", "serve"]}
    return {"FLASHLS_TEST_PLUGIN": str(configuration("neovim")), "FLASHLS_TEST_SETUP": json.dumps(server)}


_GHOST = r"^cost = (\S.*)$"
EDITORS = {
    "neovim-0.11": Editor(lambda _: [OLD, "-u", _INIT], _GHOST, own=_neovim_own),
    "neovim-0.12": Editor(_new_neovim, _GHOST, own=_neovim_own),
    "helix": Editor(
        helix, r"^ *[~\d]* {5,}(\S.*?) text *$", end=("g", "e", "o"), ask=("C-x",), take=("Tab", "Enter", "Escape"),
        messages=(),
    ),
    "emacs": Editor(
        _emacs, r"Possible completions are:\n(.+?)(?: flashls)?$", end=("M->",),
        ask=("F5",), take=("C-M-i",), save=("C-x", "C-s"), own=_emacs_own,
        messages=("C-x", "b", "*Messages*", "Enter"),
    ),
    "vim": Editor(vim, r"^~? +(\S.*?) +v flashls", ask=("C-x", "C-o"), take=("C-y", "Escape")),
}  # fmt: skip
