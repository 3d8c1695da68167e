"""What one typed character costs: an incremental didChange, ours against pygls' own workspace, in one run.

Ours is all of what a key press needs: the editor's position to a column, the edit with its bytes and points for the
tree, and the snapshot after it.
"""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types as lsp
from pygls.workspace import Workspace

from flashls.text.edits import Change, apply
from flashls.text.lines import BlockLines, lines_of
from flashls.types import Snapshot
from tests.bench.harness import median_us, table

HEADER = ("document", "KB", "pygls µs", "flashls µs", "flashls / pygls")
URI = "file:///bench.py"
LINE = "    value_{0} = compute({0}, 'some text', more=[1, 2, 3])\n"


def rows() -> list[tuple[str, ...]]:
    """A row a document, each typed into at its middle: its name, size, both medians in µs, and their ratio."""
    return [_row(name, text, runs) for name, text, runs in _documents()]


def main() -> None:
    """Prints the table."""
    print(table("One character typed", HEADER, rows()))


def _documents() -> list[tuple[str, str, int]]:
    """Name, text, and how often pygls is asked: it takes seconds a key in a long line."""
    by_lines = [(f"{n:,} lines", "".join(map(LINE.format, range(n))), 30) for n in (100, 1_000, 10_000, 50_000)]
    return [
        *by_lines,
        ("one line, ASCII", "x = [1, 2, 3], " * (1_000_000 // 15), 3),
        ("one line, astral", "x = '😀é', [2], " * (1_000_000 // 20), 3),
    ]


def _row(name: str, text: str, runs: int) -> tuple[str, ...]:
    lines = lines_of(text)
    row, column = lines.point(lines.length // 2)
    place = (row, lines.units(row, column, "utf-16"))
    theirs, ours = median_us(_pygls(text, place), runs), median_us(_flashls(lines, place), 300)
    return name, f"{lines.size // 1000:,}", f"{theirs:,.0f}", f"{ours:,.0f}", f"{ours / theirs:.4f}"


def _pygls(text: str, place: tuple[int, int]) -> Callable[[], object]:
    workspace = Workspace(None)
    workspace.put_text_document(lsp.TextDocumentItem(URI, "python", 0, text))
    document = lsp.VersionedTextDocumentIdentifier(version=1, uri=URI)

    def typed() -> None:
        here = lsp.Position(*place)
        change = lsp.TextDocumentContentChangePartial(range=lsp.Range(here, here), text="x")
        workspace.update_text_document(document, change)

    return typed


def _flashls(lines: BlockLines, place: tuple[int, int]) -> Callable[[], object]:
    row, units = place
    snapshot = Snapshot(URI, "python", 0, lines)

    def typed() -> None:
        nonlocal lines, snapshot
        here = (row, lines.column(row, units, "utf-16"))
        lines, _ = apply(lines, Change(here, here, "x"))
        snapshot = Snapshot(URI, "python", snapshot.version + 1, lines)

    return typed


if __name__ == "__main__":
    main()
