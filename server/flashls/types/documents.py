"""A document as it was at one version, a place in it, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from tree_sitter import Tree

Encoding = Literal["utf-8", "utf-16", "utf-32"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as it was at one version. ``tree`` was parsed at ``tree_version``, with the edits since applied."""

    uri: str
    language: str
    version: int
    lines: Lines
    tree: Tree | None = None
    tree_version: int = -1

    def before(self, offset: int, n: int) -> str:
        """At most ``n`` code points that end at ``offset``; the whole text is never joined."""
        return self.lines.before(offset, n)

    def after(self, offset: int, n: int) -> str:
        """At most ``n`` code points that start at ``offset``; the whole text is never joined."""
        return self.lines.after(offset, n)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a document, taken before a handler's first await."""

    snapshot: Snapshot
    offset: int


@dataclass(frozen=True, slots=True)
class Edited:
    """What the user changed in one place of a document, in one go.

    Rows ``row`` to ``old_end`` of ``before`` have become rows ``row`` to ``new_end`` of ``after`` (ends excluded).
    ``at`` is when the last of it was typed, in monotonic seconds.
    """

    uri: str
    before: Lines
    after: Lines
    row: int
    old_end: int
    new_end: int
    at: float


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What the client last said is wrong with rows ``row`` to ``end_row`` of a document (both included).

    ``text`` is row ``row`` as it was then: where it has changed since, the diagnostic may hold no more.
    """

    uri: str
    row: int
    end_row: int
    severity: Literal["error", "warning", "information", "hint"]
    message: str
    source: str = ""
    code: str = ""
    text: str = ""


class Lines(Protocol):
    """A document's text as an immutable sequence of lines, each with its line end (``text.lines`` makes them)."""

    @property
    def length(self) -> int:
        """The whole text's length in code points."""
        ...

    @property
    def size(self) -> int:
        """The whole text's length in UTF-8 bytes."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, row: int) -> str: ...

    def offset(self, row: int, column: int) -> int:
        """The offset of a row and column; both are clamped to the text."""
        ...

    def point(self, offset: int) -> tuple[int, int]:
        """The row and column of an offset; clamped to the text."""
        ...

    def column(self, row: int, units: int, encoding: Encoding) -> int:
        """The column of an editor's position in a row, rounded down to a whole character and clamped to the row."""
        ...

    def units(self, row: int, column: int, encoding: Encoding) -> int:
        """An editor's position in a row, from a column."""
        ...

    def before(self, offset: int, n: int) -> str:
        """At most ``n`` code points that end at ``offset``."""
        ...

    def after(self, offset: int, n: int) -> str:
        """At most ``n`` code points that start at ``offset``."""
        ...

    def byte_of(self, offset: int) -> int:
        """The UTF-8 byte offset of an offset, as syntax trees count."""
        ...

    def offset_of_byte(self, byte: int) -> int:
        """The offset of a UTF-8 byte offset."""
        ...

    def read(self, byte: int, _point: object = None) -> bytes:
        """Some UTF-8 from a byte offset on, b"" at the end: what a parser reads by."""
        ...
