"""What a tool has reported: the rows of its output that are about a file."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from flashls.engine.checks.findings import Finding, from_gnu, from_mypy, from_tsc
from flashls.text.uris import path_of
from flashls.types import Diagnostic, Snapshot
from flashls_cli.trouble import Trouble

_MOST_CHARACTERS = 4_000_000
_LEVEL = re.compile(r"(?:fatal )?(error|warning|note|info)\b:? *", re.IGNORECASE)
_CODE = re.compile(r"\[?([A-Z]{1,5}\d{2,5})\]?:? +(?:\[\*\] +)?")


def reported(name: str, snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """The problems of a document in a tool's output, which is in the file ``name``, - for standard input.

    Rows of the forms ``path:LINE:COL: message`` and ``path(LINE,COL): error CODE: message``; others are passed over.
    Raises Trouble.
    """
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8", "replace")
    except OSError as error:
        raise Trouble(f"{name}: {(error.strerror or str(error)).lower()}") from None
    file = Path(path_of(snapshot.uri)).name
    for form in (from_tsc, from_mypy, from_gnu):
        found = [each for each in form(text[:_MOST_CHARACTERS], file) if 0 <= each.row < len(snapshot.lines)]
        if found:
            return tuple(_diagnostic(snapshot, each) for each in found)
    return ()


def _diagnostic(snapshot: Snapshot, one: Finding) -> Diagnostic:
    code, message = one.code, one.message
    if not code:
        message = _LEVEL.sub("", message, count=1) if _LEVEL.match(message) else message
        told = _CODE.match(message)
        code, message = (told[1], message[told.end() :]) if told else ("", message)
    return Diagnostic(snapshot.uri, one.row, one.row, one.severity, message, "", code, snapshot.lines[one.row])
