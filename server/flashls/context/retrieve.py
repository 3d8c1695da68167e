"""Retrieve: everything that the index offers for a place, as pieces with their worth."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from flashls.context.alike import Found, alike, expected, own
from flashls.context.candidates import Candidate, candidates
from flashls.context.meaning import Meaning
from flashls.context.pack import Piece, density
from flashls.context.place import Place
from flashls.context.recency import recent_files
from flashls.context.resolve.paths import Paths
from flashls.context.resolve.resolver import locate
from flashls.context.score import chance, odds, why, without
from flashls.index.extract_chunks import words
from flashls.index.facts import Definition, Import
from flashls.text.uris import own_path
from flashls.types import Cursor, Snapshot, Workspace

_LONGEST_FILE = 2_000_000
SIMILAR = 0.04
OWN = 0.04
_UNUSED, _USED = 0.1, 0.01
_HEAD_ROWS = 200
_LONG = 300  # characters that an index keeps of a row; longer rows are seldom worth their room
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
CODE = ("similar code", "similar code of the file itself", "the file's own imports")
LATELY = "documents used lately"
"""What changes the order of similar code."""
_IMPORTED = ("imported", "imported unused")

Rows = Callable[[str], Sequence[str]]
_Ranked = tuple[float, int, Piece | Candidate, float]
_MOST_RANKED = 1_000
_AT_ONCE = 60  # candidates whose types are asked for at once: as many as a large budget takes


def retrieve(
    cursor: Cursor,
    workspace: Workspace,
    place: Place,
    paths: Paths,
    window: tuple[int, int],
    off: frozenset[str] = frozenset(),
) -> Iterator[Piece]:
    """Definitions and similar code for a cursor, what is worth most for its length first.

    ``window``: the first and last row that are shown anyway. ``off``: sources to do without, by their names in
    ``score.SOURCES``, of ``CODE`` or ``LATELY``, to see what each is worth. A few milliseconds: not for the key path.
    """
    open_ = tuple((snapshot.uri, snapshot.lines) for snapshot in workspace.snapshots)
    here = (cursor.snapshot.lines, cursor.offset, window, off, workspace.root, open_, workspace.lately)
    kept = paths.memo.ranked  # One place is often asked about twice, with another room.
    if kept[0] != here or any(workspace.visible(path) != seen for path, seen in kept[1][0].items()):
        seen: dict[str, bool] = {}
        kept = paths.memo.ranked = here, (seen, _ranked(cursor, workspace, place, paths, window, off, seen))
    ranked: list[_Ranked] = kept[1][1]
    for n, (density_, place_, each, worth) in enumerate(ranked):
        if not worth:
            return
        piece = each if isinstance(each, Piece) else _defined(each, worth, paths)
        if piece is not each:
            ranked[n] = density_, place_, piece, worth
        if piece.rows and (piece.path != place.path or not _shown(piece, window)):
            yield piece


def _ranked(
    cursor: Cursor,
    workspace: Workspace,
    place: Place,
    paths: Paths,
    window: tuple[int, int],
    off: frozenset[str],
    seen: dict[str, bool],
) -> list[_Ranked]:
    """Each piece, or the candidate that one can be made of, after its density (negative) and its place, best first.

    ``seen`` takes in which of the files that were read models may see.
    """
    rows_of = _reader(cursor, workspace, seen)
    lately = {} if LATELY in off else recent_files(workspace, cursor.snapshot.uri)
    found = alike(place, paths.index, lately)
    texts = [(one.strength, _words(_text(rows_of, one))) for one in found]
    pieces = _code(place, found, rows_of, window, off)
    every: list[_Ranked] = [
        (-density(p.worth, sum(map(len, p.rows.values()))), n, p, p.worth) for n, p in enumerate(pieces, 1) if p.rows
    ]
    for n, one in enumerate(candidates(place, Meaning(paths, place.language.name), expected(texts, place))):
        worth = _worth(one, off) if off else chance(one.odds)
        every.append((-density(worth, len(one.definition.signature)), -n, one, worth))
    every.sort()  # no two have one place
    first = (one.definition.container for _, _, one, _ in every[:_AT_ONCE] if isinstance(one, Candidate))
    paths.ask(_outer(container) for container in first if container)
    return every[:_MOST_RANKED]


def _worth(one: Candidate, off: frozenset[str]) -> float:
    """The chance of a candidate without some sources."""
    signs = without(one.signs, off)
    return chance(odds(signs)) if signs else 0


def _code(
    place: Place, found: Sequence[Found], rows_of: Rows, window: tuple[int, int], off: frozenset[str]
) -> Iterator[Piece]:
    similar, own_file, own_imports = CODE
    if similar not in off:
        yield from (_chunk(one, rows_of, SIMILAR, "similar to the code at the cursor") for one in found)
    if own_file not in off:
        yield from (_chunk(one, rows_of, OWN, "similar code of this file") for one in own(place, window))
    if own_imports not in off:
        yield from _own_imports(place, rows_of(place.path), window)


def outside(place: Place, paths: Paths) -> tuple[Import, ...]:
    """The imports of the cursor's file that lead out of the workspace."""
    language = place.language.name
    return tuple(one for one in place.facts.imports if not locate(paths, language, place.path, one).files)


def _own_imports(place: Place, rows: Sequence[str], window: tuple[int, int]) -> Iterator[Piece]:
    """The rows above the window that import something, those of names not used yet above all."""
    names = {one.alias for one in place.facts.imports if one.alias not in ("", "default")}
    for row, text in enumerate(rows[: min(window[0], _HEAD_ROWS)]):
        for name in names.intersection(_NAME.findall(text)):
            names.remove(name)
            worth = _UNUSED if name not in place.used else _USED * place.near.get(name, 0)
            if worth and len(text) < _LONG:
                yield Piece(place.path, {row: text.rstrip()}, worth, "imports", "an import of this file", {})


def _shown(piece: Piece, window: tuple[int, int]) -> bool:
    return all(window[0] <= row <= window[1] for row in piece.rows)


def _defined(one: Candidate, worth: float, paths: Paths) -> Piece:
    definition = one.definition
    rows, around = _rows(definition), dict(_headers(definition, paths))
    imported = definition if not one.signs.keys().isdisjoint(_IMPORTED) else None
    return Piece(definition.path, rows, worth, "definition", why(one.signs), around, imported)


def _rows(one: Definition) -> dict[int, str]:
    """The header's rows, up to one that is so long that it may have been cut: a secret in it might be cut, too."""
    texts = one.signature.split("\n")
    whole = next((n for n, text in enumerate(texts) if len(text) >= _LONG), len(texts))
    return {one.row + n: text for n, text in enumerate(texts[:whole])}


def _headers(one: Definition, paths: Paths) -> Iterator[tuple[int, str]]:
    """The first row of the type that a member stands in."""
    if not one.container:
        return
    for holder in paths.named(_outer(one.container)):
        if holder.path == one.path and holder.row <= one.row <= holder.end_row:
            header = holder.signature.split("\n", 1)[0]
            if len(header) < _LONG:
                yield holder.row, header
            return


def _outer(container: str) -> str:
    return container.rpartition(".")[2]


def _chunk(one: Found, rows_of: Rows, most: float, reason: str) -> Piece:
    rows = rows_of(one.match.path)
    first, last = one.match.row, min(one.match.end_row, len(rows) - 1)
    texts = ((row, rows[row].rstrip()) for row in range(first, last + 1))
    shown: dict[int, str] = {row: text for row, text in texts if text and len(text) < _LONG}
    return Piece(one.match.path, shown, most * one.strength**2, "similar", reason, {})


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[str, ...]:
    """Of code that is like much other code it is asked often."""
    return tuple(words(text))


def _text(rows_of: Rows, one: Found) -> str:
    return "\n".join(rows_of(one.match.path)[one.match.row : one.match.end_row + 1])


def _reader(cursor: Cursor, workspace: Workspace, seen: dict[str, bool]) -> Rows:
    """Gives a file's rows: as it is open in the editor, else as it lies on disk; none of a file no model may see."""
    open_ = {own_path(s.uri, workspace.root): s for s in (*workspace.snapshots, cursor.snapshot)}
    read: dict[str, Sequence[str]] = {}

    def rows(path: str) -> Sequence[str]:
        """Each file is read once for a place."""
        if path not in read:
            if path in open_:
                read[path] = _open_rows(open_[path])
            else:
                seen[path] = workspace.visible(path)
                read[path] = rows_on_disk(path, workspace.root) if seen[path] else ()
        return read[path]

    return rows


def _open_rows(snapshot: Snapshot) -> Sequence[str]:
    return snapshot.before(snapshot.lines.length, _LONGEST_FILE).split("\n")


def rows_on_disk(path: str, root: str | None) -> Sequence[str]:
    """The rows of a file of the workspace as it lies on disk; none if it cannot be read or is longer than 2 MB."""
    if root is None:
        return ()
    file = os.path.join(root, path)  # noqa: PTH118 - a Path takes longer to make than the file to find
    try:
        stat = os.stat(file)  # noqa: PTH116
        return _read(file, stat.st_mtime_ns) if stat.st_size <= _LONGEST_FILE else ()
    except OSError:
        return ()


@lru_cache(maxsize=24)
def _read(file: str, _changed: int) -> Sequence[str]:
    with open(file, "rb", buffering=0) as opened:  # noqa: PTH123
        return opened.read().decode("utf-8", "replace").split("\n")
