"""Margins: a reply's rows are indented as the file is, whatever the model indents by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, takewhile

from flashls.syntax.languages import Language
from flashls.syntax.layout import header, indent, opens

_TAB = "\t"
_OPENS = re.compile(r"(:|\{|\(|\[|=>|\bdo|\bthen)$")
_BY_STATEMENT = {
    "python", "javascript", "typescript", "tsx", "go", "rust", "java", "c", "cpp", "csharp", "ruby", "php", "lua",
    "bash",
}  # fmt: skip
_DOC_QUOTES = ('"""', "'''")
_FUNCTION = re.compile(r"\s*(async\s+)?def\b")
_BEGINS_ANEW = re.compile(r"(async\s+)?def\b|class\b|@|if __name__\b")
_CONTINUES = re.compile(r"\s*([-+*/%=<>&|,.:?)\]}]|\b(and|or|not|in|is|if|else)\b)")
_GOES_ON = re.compile(r"([-+*/%=<>&|,.:({\[\\]|\b(and|or|not|in|is|if|else)|\"{3}|'{3})$")


def unit_of(text: str) -> str:
    """What a text indents its blocks by: a tab, or so many spaces; "" where nothing is indented."""
    leads = [_lead(row) for row in text.split("\n") if row.strip()]
    if sum(_TAB in lead for lead in leads) * 2 > sum(bool(lead) for lead in leads):
        return _TAB
    steps = Counter(len(b) - len(a) for a, b in pairwise(leads) if len(b) > len(a) and _TAB not in a + b)
    usual = [step for step, _ in steps.most_common() if step in (2, 3, 4, 8)]
    return " " * (usual[0] if usual else 0)


def indented(code: str, before: str, after: str, language: Language | None) -> str:
    """Code whose rows are indented by the file's own unit, and under the row that they continue.

    A block written as if it stood at the margin is moved under its first row. Rows within strings and brackets that
    are aligned to something else keep what they have.
    """
    line = before[before.rfind("\n") + 1 :]
    code = _at_cursor(code, before, after, line, language)
    rows = code.split("\n")
    if not any(row.strip() for row in rows[1:]):
        return code
    base = _lead(line + rows[0] if not line.strip() else line)
    rows = _in_units(rows, base, _TAB if _TAB in base else unit_of(before + "\n" + after), language)
    return "\n".join(_level(_under_first(rows, base, language), line, base, language))


def _at_cursor(code: str, before: str, after: str, line: str, language: Language | None) -> str:
    """With as much indentation as is missing at the cursor: none, but in a body that is no deeper than its head."""
    if line.strip() or code[:1] == "\n" or not code.strip():
        return code
    rows = [row for row in before[: len(before) - len(line)].split("\n") if row.strip()]
    above = rows[-1] if rows else ""
    apart = code[0].isspace() or (_BEGINS_ANEW.match(code) and not opens(above, language))
    lead = None if apart else _body(rows, before, after, line, language)
    if lead is not None and lead.startswith(line) and (line or _needs_body(language)):
        return _in_body(code, line, lead, language)
    if not opens(above, language):
        return code.lstrip(" \t") if line else code
    if not line and code[0].isspace():
        return _as_deep(code, above, after)
    return code.lstrip(" \t") if indent(line) > indent(above) else code


def _body(rows: Sequence[str], before: str, after: str, line: str, language: Language | None) -> str | None:
    """How the body is indented that begins behind ``rows``; None where none does, or ``line`` is deeper than its head.

    Behind a function's docstring, too, which would be all of it.
    """
    if language is None or not language.indented or not rows:
        return None
    if not opens(rows[-1], language):
        return _behind_docstring(rows, line, language)
    lead = _lead(header(rows))
    if indent(line) > indent(lead):
        return None
    below = next((row for row in after.split("\n")[1:] if row.strip()), "")
    if indent(below) > indent(lead):
        return _lead(below)
    return lead + (unit_of(before) or unit_of(after) or (_TAB if _TAB in lead else "    "))


def _behind_docstring(rows: Sequence[str], line: str, language: Language) -> str | None:
    quote, last = rows[-1].rstrip()[-3:], len(rows) - 1
    if not _needs_body(language) or quote not in _DOC_QUOTES:
        return None
    in_one_row = rows[last].count(quote) > 1
    first = last if in_one_row else next((n for n in range(last - 1, 0, -1) if quote in rows[n]), 0)
    if first == 0 or not rows[first].lstrip().startswith(quote) or not opens(rows[first - 1], language):
        return None
    head = header(rows[:first])
    return _lead(rows[first]) if _FUNCTION.match(head) and indent(line) <= indent(head) else None


def _needs_body(language: Language | None) -> bool:
    """Whether a block without a row is an error; in YAML it is empty."""
    return language is not None and language.name == "python"


def _in_body(code: str, line: str, lead: str, language: Language | None) -> str:
    """Code in a row that is indented by ``line``, moved to ``lead``: the other rows, too, if they go by the first.

    Not those that a blank row parts from it, and that are as deep as they can be outside the body.
    """
    first, *below = _in_units(code.split("\n"), "", _TAB if _TAB in lead else "", language)
    missing, second = lead[len(line) :], next((row for row in below if row.strip()), "")
    if indent(second) >= indent(lead) + (opens(first, language) or _opened(first) > 0):
        return missing + code
    own = min((_lead(row) for row in takewhile(str.strip, below)), key=len, default="")
    apart = (
        n for n, row in enumerate(below) if not row.strip() and indent("".join(below[n + 1 : n + 2])) <= indent(own)
    )
    end = next(apart, len(below))
    moved = [lead + row[len(own) :] if row.strip() else row for row in below[:end]]
    return "\n".join([missing + first, *moved, *below[end:]])


def _as_deep(code: str, above: str, after: str) -> str:
    """The code as deep as what stands below it in the block that ``above`` opens."""
    below = next((row for row in after.split("\n")[1:] if row.strip()), "")
    if indent(below) <= indent(above):
        return code
    theirs, ours = _lead(code), _lead(below)
    return "\n".join(ours + row[len(theirs) :] if row.startswith(theirs) else row for row in code.split("\n"))


def _in_units(rows: list[str], base: str, unit: str, language: Language | None) -> list[str]:
    """The rows with tabs for spaces, spaces for tabs, or other steps, if all of them are of one other kind."""
    leads = [_lead(row) for row in rows[1:] if row.strip()]
    if unit == _TAB and any(leads) and not any(_TAB in lead for lead in leads):
        width = _width(leads, base, rows[0], language)
        return [rows[0], *(_tabbed(row, width) for row in rows[1:])]
    if unit.strip(" ") == "" and unit and any(_TAB in lead for lead in leads) and _TAB not in base:
        return [rows[0], *(_lead(row).expandtabs(len(unit)) + row.lstrip(" \t") for row in rows[1:])]
    return rows


def _width(leads: list[str], base: str, first: str, language: Language | None) -> int:
    """How many spaces stand for a tab: the row below an opener is one tab deeper than the cursor's."""
    level = base.count(_TAB) + opens(first, language)
    lead = len(next(lead for lead in leads if lead)) if opens(first, language) else min(len(x) for x in leads if x)
    return lead // level if level and lead % level == 0 and lead // level in (2, 3, 4, 8) else min(lead, 4)


def _tabbed(row: str, width: int) -> str:
    lead = _lead(row)
    return _TAB * (len(lead) // width) + " " * (len(lead) % width) + row.lstrip(" \t") if row.strip() else row


def _under_first(rows: list[str], lead: str, language: Language | None) -> list[str]:
    deeper = next((row for row in rows[1:] if row.strip()), "")
    head = opens(rows[0], language) or _OPENS.search(rows[0].rstrip())
    own = _own(rows)
    if head and own is not None and own != lead:
        return [rows[0], *(lead + row[len(own) :] if row.startswith(own) and row.strip() else row for row in rows[1:])]
    if own is not None or not lead or not head or len(_lead(deeper)) > len(lead):
        return rows
    return [rows[0], *(lead + row if row.strip() else row for row in rows[1:])]


def _own(rows: list[str]) -> str | None:
    """How the row is indented that closes what the first one opens; None if none does, or not at its start."""
    depth = _opened(rows[0])
    for row in rows[1:] if depth > 0 else ():
        depth += _opened(row)
        if depth <= 0:
            return _lead(row) if row.lstrip()[:1] in tuple(")]}") else None
    return None


def _opened(row: str) -> int:
    """How many brackets more a row opens than it closes; strings are not looked into."""
    return sum(map(row.count, "([{")) - sum(map(row.count, ")]}"))


def _level(rows: list[str], line: str, base: str, language: Language | None) -> list[str]:
    """Rows that are all deeper than the first, which is whole, moved to where that is."""
    outside = (n for n, row in enumerate(rows) if n and row.strip() and indent(row) < indent(base))
    end = next(outside, len(rows))
    below = [row for row in rows[1:end] if row.strip()]
    least = min(map(_lead, below), key=len, default="")
    if language is None or language.name not in _BY_STATEMENT or not below or len(least) <= len(base):
        return rows
    first = (line + rows[0]).rstrip()
    begun = opens(first, language) or _GOES_ON.search(first) or _CONTINUES.match(below[0])
    whole = not begun and _opened(first) <= 0
    if not rows[0].strip() or not whole or not least.startswith(base):
        return rows
    moved = (base + row[len(least) :] if row.strip() else row for row in rows[1:end])
    return [rows[0], *moved, *rows[end:]]


def _lead(row: str) -> str:
    return row[: len(row) - len(row.lstrip(" \t"))]
