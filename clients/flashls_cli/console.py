"""The console: standard output for people. What is printed is text, never markup: paths and code hold brackets."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.rule import Rule

_UNLIMITED = 1_000_000  # columns
_RULE = 80


def console() -> Console:
    """A console on standard output; where that is no terminal nothing is wrapped or cut to a width."""
    width = None if sys.stdout.isatty() else _UNLIMITED
    return Console(width=width, markup=False, emoji=False, highlight=False)


def rule(out: Console, title: str) -> None:
    """Prints a line across the terminal, or of 80 columns, with a title in it."""
    width = out.width if out.width < _UNLIMITED else _RULE
    out.print(Rule(title), width=width)
