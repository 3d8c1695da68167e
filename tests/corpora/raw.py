"""Raw: what is wrong with a reply as it came, put in as it is."""

from __future__ import annotations

import re

from flashls.syntax.errors import errors_in
from flashls.syntax.languages import language_of
from flashls.syntax.layout import indent
from flashls.syntax.trees import parsed
from flashls.types import EndReason
from tests.corpora.holes import Hole

_PROSE = re.compile(r"```|\A\s*(Here|Sure|The |This |To |In this|You |I )[^\n]*[.:]\s|<\|")
_CLOSERS = re.compile(r"[\s)\]}>;,'\"`:]+|\s*end\s*")
_TELLS = re.compile(r"\w\W*\w\W*\w\W*\w")
_NEAR = 4


def fault_of(hole: Hole, reply: str, reason: EndReason) -> str | None:
    """The worst thing that is wrong with a reply; None if it would do as it is, or is not there."""
    if not reply.strip():
        return None
    found = (kind for kind, wrong in _FAULTS.items() if wrong(hole, reply))
    return next(found, "cut off" if reason == "length" else None)


def _says_the_rest(hole: Hole, reply: str) -> bool:
    right = hole.after.split("\n", 1)[0].strip()
    return bool(right) and right in reply and not _CLOSERS.fullmatch(right)


def _doubles_closers(hole: Hole, reply: str) -> bool:
    right = hole.after.split("\n", 1)[0].strip()
    return bool(right) and bool(_CLOSERS.fullmatch(right)) and reply.rstrip().endswith(right)


def _says_rows_below(hole: Hole, reply: str) -> bool:
    below = [row.strip() for row in hole.after.split("\n")[1:] if row.strip()][:_NEAR]
    return any(row.strip() in below for row in reply.split("\n") if _TELLS.search(row))


def _says_rows_above(hole: Hole, reply: str) -> bool:
    above = [row.strip() for row in hole.before.split("\n") if row.strip()][-_NEAR:]
    said = [row.strip() for row in reply.split("\n")]
    return sum(row in above for row in said if _TELLS.search(row)) > len([r for r in said if r]) / 2


def _loops(hole: Hole, reply: str) -> bool:
    rows = [row.strip() for row in reply.split("\n") if _TELLS.search(row)]
    return any(rows.count(row) > 2 for row in rows)


def _runs_on(hole: Hole, reply: str) -> bool:
    """Whether it goes on past the block at the cursor: rows further left than that, though closers are to the right."""
    row = hole.before[hole.before.rfind("\n") + 1 :]
    rows = [each for each in reply.split("\n")[1:] if each.strip()]
    return any(indent(each) < indent(row) for each in rows)


def _is_broken(hole: Hole, reply: str) -> bool:
    tree = parsed(language_of(hole.language), hole.before + reply + hole.after)
    return tree is not None and errors_in(tree) > 0


def _mixes_margins(hole: Hole, reply: str) -> bool:
    leads = {row[: len(row) - len(row.lstrip())] for row in reply.split("\n")[1:]}
    tabs = any("\t" in lead for lead in leads), "\n\t" in hole.before + hole.after
    spaces = any(lead.startswith("  ") for lead in leads), "\n  " in hole.before + hole.after
    return (tabs[0] and not tabs[1]) or (spaces[0] and not spaces[1] and tabs[1])


_FAULTS = {
    "prose": lambda hole, reply: bool(_PROSE.search(reply)),
    "loop": _loops,
    "rest of the row": _says_the_rest,
    "rows below": _says_rows_below,
    "rows above": _says_rows_above,
    "closers": _doubles_closers,
    "margins": _mixes_margins,
    "runs on": _runs_on,
    "syntax": _is_broken,
}
