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

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?:(?P<dash>-)(?P<last>\d+)|:(?P<column>\d+))?\Z")
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
    first = int(place["line"])
    last = int(place["last"] or first)
    if not 1 <= first <= last or first > len(snapshot.lines):
        raise Trouble(f"{target}: the file has lines 1 to {len(snapshot.lines)}")
    if place["column"]:
        at = snapshot.lines.offset(first - 1, max(0, int(place["column"]) - 1))
        return Target(snapshot, at, at, root)
    return Target(snapshot, snapshot.lines.offset(first - 1, 0), _end_of(snapshot, last - 1), root)


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


def require_named(*targets: str) -> None:
    """Raises Trouble for a TARGET that is empty: as a path it would stand for the current folder."""
    if "" in targets:
        raise Trouble("the TARGET is empty")


def _split(target: str) -> tuple[str, str, re.Match[str] | None]:
    """The path, a symbol's name, and the match with line and column. A file of that very name wins."""
    if target == "-" or Path(target).exists():
        return target, "", None
    path, colons, symbol = target.rpartition("::")
    if colons and path:
        return path, symbol, None
    place = _PLACE.match(target)
    return (place["path"], "", place) if place else (target, "", None)


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
