"""TARGET: which file, and which place or range in it."""

from __future__ import annotations

import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from flashls.engine.documents import Documents
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.outline import find, outline
from flashls.types import Snapshot
from flashls_cli.trouble import Trouble
from flashls_cli.workspace import root_of

_PLACE = re.compile(r"(?P<line>\d{1,9})(?:-(?P<last>\d{1,9})|:(?P<column>\d{1,9}))?\Z")
_MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Target:
    """A document and offsets in it; ``start == end`` is a place, else a range. ``root`` is the workspace's folder."""

    snapshot: Snapshot
    start: int
    end: int
    root: Path


async def resolve(target: str, language: str | None = None) -> Target:
    """The target's document, parsed, and its offsets. Raises Trouble that says what is wrong with it.

    A path alone stands for the whole file, ``path:LINE`` for that line.
    """
    require_named(target)
    path, symbol, place = _split(target)
    snapshot = await _opened(path, language)
    root = _root(path)
    if symbol:
        return Target(snapshot, *_symbol(snapshot, symbol, target), root)
    if place is None:
        return Target(snapshot, 0, snapshot.lines.length, root)
    return Target(snapshot, *_offsets(snapshot, place, target), root)


def text_of(path: str) -> str:
    """The text of a file, or of standard input for ``-``. Raises Trouble for what is no text, or too long."""
    try:
        data = sys.stdin.buffer.read(_MOST_BYTES + 1) if path == "-" else _read(Path(path))
    except OSError as error:
        raise Trouble(f"{path}: {(error.strerror or str(error)).lower()}") from None
    if len(data) > _MOST_BYTES:
        raise Trouble(f"{path}: this is too large; flashls reads files of up to 8 MB")
    if b"\0" in data[:8192]:
        raise Trouble(f"{path}: this is a binary file")
    return data.decode("utf-8", "replace")


def mode_of(path: str | Path) -> int:
    """What is at a path, as ``st_mode`` tells it; 0 if nothing is, or can be, or may be seen."""
    try:
        return Path(path).stat().st_mode
    except (OSError, ValueError):  # Path.exists raises for a name that is too long
        return 0


def require_named(*targets: str) -> None:
    """Raises Trouble for a TARGET that is empty: as a path it would stand for the current folder."""
    if "" in targets:
        raise Trouble("the TARGET is empty")


def _split(target: str) -> tuple[str, str, re.Match[str] | None]:
    """The path, a symbol's name, and the match with line and column. A file of that very name wins."""
    if target == "-" or mode_of(target):
        return target, "", None
    path, colons, symbol = target.rpartition("::")
    if colons and path:
        if not symbol:
            raise Trouble(f"{target}: the symbol's name is missing")
        return path, symbol, None
    parts = [(target[: found.start()], target[found.end() :]) for found in re.finditer(":", target)]
    files = [(path, rest) for path, rest in parts if path == "-" or stat.S_ISREG(mode_of(path))]
    for path, rest in files or parts:
        if path and (place := _PLACE.match(rest)):
            return path, "", place
    if files:
        raise _no_line(target, *files[0])
    return target, "", None


def _no_line(target: str, path: str, rest: str) -> Trouble:
    symbol = f", or {path}::{rest} for a symbol" if rest.isidentifier() else ""
    return Trouble(f"{target}: {rest!r} is no line: after {path}: comes LINE, LINE-LINE or LINE:COL{symbol}")


def _offsets(snapshot: Snapshot, place: re.Match[str], target: str) -> tuple[int, int]:
    lines, first = snapshot.lines, int(place["line"])
    last = int(place["last"] or first)
    if last < first:
        raise Trouble(f"{target}: it ends before it begins")
    if not 1 <= first <= len(lines):
        raise Trouble(f"{target}: the file has lines 1 to {len(lines)}")
    start = lines.offset(first - 1, 0)
    if place["column"] is None:
        return start, _end_of(snapshot, last - 1)
    column, width = int(place["column"]), _end_of(snapshot, first - 1) - start + 1
    if not 1 <= column <= width:
        raise Trouble(f"{target}: line {first} has {f'columns 1 to {width}' if width > 1 else 'column 1 only'}")
    return start + column - 1, start + column - 1


async def _opened(path: str, language: str | None) -> Snapshot:
    text = text_of(path)
    if language is not None and language_of(language) is None:
        sys.stderr.write(f"flashls: no grammar for the language {language!r}; it is read as plain text\n")
    documents = Documents()
    uri = _uri(path)
    documents.open(uri, language or language_id_of(path), 0, text)
    return await documents.parsed(uri)


def _uri(path: str) -> str:
    return "untitled:stdin" if path == "-" else Path(path).resolve().as_uri()


def _root(path: str) -> Path:
    return root_of(Path.cwd() if path == "-" else Path(path).resolve().parent)


def _read(path: Path) -> bytes:
    """At most one byte more than is taken; a pipe or a device is not waited for."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise Trouble(f"{path}: this is no file; - reads standard input")
    with path.open("rb") as file:
        return file.read(_MOST_BYTES + 1)


def _symbol(snapshot: Snapshot, name: str, target: str) -> tuple[int, int]:
    language = language_of(snapshot.language)
    symbols = outline(snapshot.tree, snapshot.lines, language) if snapshot.tree and language else ()
    found = find(symbols, name)
    if found is None:
        known = ", ".join(s.path for s in symbols[:12]) or "none that flashls can see"
        raise Trouble(f"{target}: no symbol {name!r}, or more than one; the file has {known}", status=1)
    return found.start, found.end


def _end_of(snapshot: Snapshot, row: int) -> int:
    """The end of a row, before its line end."""
    row = min(row, len(snapshot.lines) - 1)
    return snapshot.lines.offset(row, len(snapshot.lines[row].rstrip("\r\n")))
