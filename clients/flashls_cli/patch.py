"""Patches: changes to a file as a unified diff, in colour for people."""

from __future__ import annotations

import difflib
import re
import sys

from rich.text import Text

from flashls_cli.console import console

_NO_END = "\n\\ No newline at end of file\n"
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def patch(path: str, before: str, after: str) -> str:
    """A unified diff as git writes it; "" if nothing changed. Rows end at ``\\n`` only, as git has it."""
    name = path.lstrip("/")
    diff = difflib.unified_diff(_rows(before), _rows(after), f"a/{name}", f"b/{name}")
    return "".join(row if row.endswith("\n") else row + _NO_END for row in diff)


def print_patch(text: str) -> None:
    """Writes a diff to standard output; in colour on a terminal."""
    if not sys.stdout.isatty():
        sys.stdout.write(text)
        return
    out = console()
    for row in text.splitlines():
        out.print(Text(row, _STYLES.get(row[:1], "")), soft_wrap=True)


def _rows(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)
