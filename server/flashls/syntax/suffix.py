"""Suffix: whether the text after the cursor already closes what is open at it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flashls.syntax.brackets import Bracket
from flashls.syntax.languages import Language
from flashls.syntax.layout import closing_word, indent

_RUN = re.compile(r"[\s)\]};,]*")


def closes_bracket(after: str, before: str, open_: Sequence[Bracket], n: int) -> bool:
    """Whether ``after`` closes the ``n``-th of the brackets that are open at the end of ``before``.

    By layout, not by counting, for half-typed code does not count up: the closers come first in the cursor's row, or
    in the first row that is indented no more than the opener's.
    """
    first, *rows = after.split("\n")
    wanted = len(open_) - n
    wanted -= _closers(first)
    if wanted <= 0:
        return True
    edge = indent(before[before.rfind("\n", 0, open_[n].offset) + 1 :].split("\n", 1)[0])
    row = _first_outdented(rows, edge)
    if row is None:
        return any(r.strip() for r in rows)
    return _closers(row) > 0 and indent(row) == edge


def closes_word(after: str, language: Language | None, row: str) -> bool:
    """Whether ``after`` has a closing word such as ``end`` where ``row`` has it."""
    outdented = _first_outdented(after.split("\n")[1:], indent(row))
    if outdented is None:
        return any(r.strip() for r in after.split("\n")[1:])
    return indent(outdented) == indent(row) and bool(closing_word(outdented, language))


def _first_outdented(rows: Sequence[str], edge: int) -> str | None:
    return next((r for r in rows if r.strip() and not r.startswith("#") and indent(r) <= edge), None)


def _closers(row: str) -> int:
    run = _RUN.match(row)
    return sum(run[0].count(c) for c in ")]}") if run else 0
