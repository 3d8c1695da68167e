"""Code place: where code is to stand that somebody asks for, and the code laid out for it."""

from __future__ import annotations

from dataclasses import dataclass

from flashls.engine.generating.commentplace import comment_at
from flashls.models.seam import Refused
from flashls.syntax.languages import Language
from flashls.syntax.layout import opens
from flashls.types import Lines, Snapshot

_LONGEST_INSTRUCTION = 8_000  # characters
_NEAR = 50  # rows


@dataclass(frozen=True, slots=True)
class Place:
    """Where code is to stand: instead of offsets ``start`` to ``end``. ``rows``: as rows of their own.

    ``mark`` is where the model is shown the cursor, if nothing is replaced but blanks.
    """

    start: int
    end: int
    indent: str
    rows: bool
    before: str = ""
    after: str = ""
    mark: int | None = None


def asked_place(snapshot: Snapshot, start: int, end: int, instruction: str) -> tuple[str, Place]:
    """What is wanted, and where it is to stand; without an instruction the comment at ``start`` says it.

    Raises Refused where nothing says what is wanted.
    """
    instruction, lines = instruction.strip(), snapshot.lines
    if len(instruction) > _LONGEST_INSTRUCTION:
        raise Refused(f"The instruction is longer than {_LONGEST_INSTRUCTION:,} characters: say it in fewer words.")
    selected = lines.after(start, end - start).strip()
    if instruction:
        return instruction, _selection(lines, start, end) if selected else _insertion(lines, start)
    comment = comment_at(snapshot, start + _blanks(lines.after(start, end - start)))
    if comment is None or (selected and lines.point(end)[0] > comment.last + 1):
        raise Refused("Say what is wanted: by an instruction, or in a comment at the cursor.")
    indent = _lead(lines[comment.first])
    below, line_end = lines.offset(comment.last + 1, 0), line_end_of(lines)
    if below < lines.length:
        return comment.text, Place(below, below, indent, True, after=line_end, mark=below)
    # At a document's end behind the comment, not in the row below: Neovim 0.11 leaves an empty row there.
    at = below - len(lines[comment.last]) + len(lines[comment.last].rstrip("\r\n"))
    return comment.text, Place(at, at, indent, True, before=line_end, mark=below)


def _selection(lines: Lines, start: int, end: int) -> Place:
    """The selection, from its row's start if nothing but blanks stands before it, and up to its last line end."""
    row, column = lines.point(start)
    text = lines.after(start, end - start)
    kept = len(text) - len(text.rstrip("\r\n"))
    indent = _lead(lines[row])
    whole = column <= len(indent)
    if whole:
        first = text[: len(text) - len(text.lstrip())]
        start = start if "\n" in first or "\r" in first else start - column
    return Place(start, end - kept, indent, whole)


def _insertion(lines: Lines, at: int) -> Place:
    """Within a row with code what is inserted stays in that row; before its first word it gets rows of its own."""
    row, column = lines.point(at)
    text = lines[row].rstrip("\r\n")
    start = lines.offset(row, 0)
    if text.strip() and column <= len(_lead(text)):
        return Place(start, start, _lead(text), True, after=line_end_of(lines), mark=at)
    if text.strip():
        return Place(at, at, _lead(text), False, mark=at)
    return Place(start, start + len(text), text or _inside(lines, row), True, mark=start + max(column, len(text)))


def _inside(lines: Lines, row: int) -> str:
    """The indentation that an empty row would have: right below a row with text the deeper of its neighbours'.

    Behind a blank row something new begins: the indentation of what follows.
    """
    above = next((lines[n] for n in range(row - 1, max(-1, row - _NEAR), -1) if lines[n].strip()), "")
    below = next((lines[n] for n in range(row + 1, min(len(lines), row + _NEAR)) if lines[n].strip()), "")
    if row == 0 or not lines[row - 1].strip():
        return _lead(below)
    return max(_lead(above), _lead(below), key=len)


def laid_out(code: str, place: Place, language: Language | None) -> str:
    """The code's rows, moved to the place's indentation.

    Models indent them as in the file, from column 0 on, or all but the first one as in the file.
    """
    first, *rest = code.strip("\n").split("\n")
    lead, indent = _lead(first), place.indent
    if lead == indent:
        return "\n".join([first, *rest])
    following = [row for row in rest if row.strip()]
    if not lead and following and all(row.startswith(indent) for row in following):
        deeper = len(_lead(following[0])) > len(indent)
        if deeper or not opens(first, language):
            return "\n".join([indent + first, *rest])
    if lead and all(row.startswith(lead) for row in following):
        return "\n".join(indent + row[len(lead) :] if row.strip() else "" for row in (first, *rest))
    more = indent.removeprefix(lead)
    return "\n".join(more + row if row.strip() else "" for row in (first, *rest))


def _lead(row: str) -> str:
    return row[: len(row) - len(row.lstrip(" \t"))]


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip()) if text.strip() else 0


def line_end_of(lines: Lines) -> str:
    """The document's own line end, by its first row."""
    first = lines[0]
    return "\r\n" if first.endswith("\r\n") else "\r" if first.endswith("\r") else "\n"
