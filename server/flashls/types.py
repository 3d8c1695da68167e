"""The vocabulary: the few frozen dataclasses that every other module speaks in. Read this first.

Units, everywhere below ``lsp/``: an *offset* counts Unicode code points from the start of a document; a *row* is a
0-based line; a *column* counts code points from the start of its row. Editors' UTF-8/16/32 units exist only in
``text.positions`` and ``lsp``. Tokens are the model's own; money is US dollars; durations are milliseconds unless a
name says seconds; a deadline is a reading of ``time.monotonic()``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from tree_sitter import Tree

Task = Literal["complete", "explain", "fix", "document", "test", "generate", "review", "ask", "commit"]
Role = Literal["system", "user", "model"]
Thinking = Literal["minimal", "low", "medium", "high"]
Encoding = Literal["utf-8", "utf-16", "utf-32"]
# How much of a reply is wanted: its first row; that row and the block it opens; all of the block around the cursor.
Extent = Literal["row", "statement", "block"]
# The form a model is asked in: words with a mark for the cursor, the hole itself to fill in, or either.
Form = Literal["chat", "fim", "both"]
EndReason = Literal["stop", "length", "blocked"]
SnippetKind = Literal["scope", "imports", "definition", "similar", "counterpart", "edit", "diff", "diagnostic"]
SilenceReason = Literal[
    "superseded", "disabled", "language off", "path off", "no model", "position", "empty reply", "refusal", "repeats",
    "placeholder", "syntax",
    "blocked", "timeout", "rejected", "error",
]  # fmt: skip


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


def _all(_path: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Workspace:
    """What an engine may look at beyond the cursor's own document: the open documents, most recently used first.

    ``index`` is the workspace's ``index.facts.Index``, None without one. ``edits`` are the latest, newest first;
    ``changes`` those since the last commit.
    ``visible`` tells of a path relative to the root (or absolute) whether models may see that file. ``allowed`` tells
    it of an installed package's file, which is not the workspace's own.
    """

    snapshots: tuple[Snapshot, ...] = ()
    root: str | None = None
    index: Any = None
    edits: tuple[Edited, ...] = ()
    changes: tuple[Snippet, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    visible: Callable[[str], bool] = _all
    allowed: Callable[[str], bool] = _all


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of code the model gets to see: where it is from, how it ranked (higher is better), and why."""

    path: str
    text: str
    kind: SnippetKind
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a prompt may hold: ``prefix``, ``suffix`` and ``extra`` (snippets) in tokens.

    ``chars_per_token`` turns tokens into characters. ``head_step``: the window's first row moves only in steps of so
    many rows, so that a model that keeps its key-value cache reads little again; 1 for models that keep none.
    """

    prefix: int
    suffix: int
    extra: int
    suffix_rows: int
    head_step: int
    chars_per_token: float = 3.2


@dataclass(frozen=True, slots=True)
class Context:
    """What was gathered around a cursor: its window (``prefix``, ``suffix``) and snippets, best first."""

    cursor: Cursor
    prefix: str
    suffix: str
    snippets: tuple[Snippet, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A part of a prompt that is text. ``stable`` parts are the same for many prompts and come first."""

    role: Role
    text: str
    stable: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A part of a prompt that is a picture, in the user's turn."""

    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Fim:
    """The same question for models trained to fill in the middle: snippets, then what stands around the hole."""

    extra: tuple[Snippet, ...]
    prefix: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What ``prompt.compose`` wants to ask. Not to be sent: ``prompt.seal`` turns it into a Prompt.

    ``parts`` asks in words, ``fim`` by the hole itself; a provider takes the form its model was trained on.
    ``sample`` numbers the answers wanted to one question, so that each is cached apart.
    """

    parts: tuple[Text | Image, ...]
    fim: Fim | None = None
    stop: tuple[str, ...] = ()
    max_tokens: int = 1024
    schema: Mapping[str, Any] | None = None
    thinking: Thinking | None = None
    cached_content: str | None = None
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Prompt(Draft):
    """A question without secrets. Only ``prompt.seal`` makes one (a test looks for other callers).

    ``redactions`` maps each placeholder to what it stands for; it never leaves the process and is no part of the
    ``digest``.
    """

    redactions: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """A SHA-256 in hex over everything the model would see, as Python writes it: names, types and all."""
        seen = [getattr(self, f.name) for f in fields(self) if f.name != "redactions"]
        return hashlib.sha256(repr(seen).encode()).hexdigest()

    @property
    def lasting(self) -> tuple[Text, ...]:
        """The leading stable parts: what many prompts begin with, word for word."""
        leading = takewhile(lambda part: isinstance(part, Text) and part.stable, self.parts)
        return tuple(part for part in leading if isinstance(part, Text))

    def resting_on(self, name: str) -> Prompt:
        """This question without its ``lasting`` parts, which a provider keeps under ``name`` (``cached_content``)."""
        return replace(self, parts=self.parts[len(self.lasting) :], cached_content=name)

    def with_hole(self, cut: Callable[[Fim], Fim]) -> Prompt:
        """This question with less around its hole: ``cut`` leaves things out and adds none."""
        return self if self.fim is None else replace(self, fim=cut(self.fim))

    def sampled(self, number: int) -> Prompt:
        """This question, asked for another answer: the one of that number."""
        return replace(self, sample=number)

    def asking_for_json(self, held: bool) -> Prompt:
        """This question with its schema told in words, too; as it is without one.

        The schema itself stays only if the API is to hold the reply to it (``held``).
        """
        if self.schema is None:
            return self
        schema = json.dumps(self.schema, ensure_ascii=False, separators=(",", ":"))
        parts = (*self.parts, Text("user", _IN_JSON + schema))
        return replace(self, parts=parts, fim=None, schema=self.schema if held else None)


_IN_JSON = "Answer with one JSON value and nothing else: no words around it, no fence. It must fit this JSON Schema:\n"


@dataclass(frozen=True, slots=True)
class Call:
    """The circumstances of one request; never part of a prompt's digest.

    ``priority``: 0 is a person waiting, higher is less urgent. ``deadline``: monotonic seconds, None for no limit.
    ``session`` and ``arm`` name the editor window and the experiment's arm in the ledger. ``enough`` says of the text
    so far that no more is wanted: the stream upstream is closed there, and the reply counts as finished. ``heard`` is
    told a reply's text so far where only the whole is yielded, unchecked: for progress, and nothing else. ``attempt``
    is the ledger's row that a budget has reserved for this attempt; 0 for none. ``patience`` with failures that may
    pass: "short" where another model is ready, "once" for those who want to know how it is now.
    """

    id: str
    task: Task
    priority: int = 0
    deadline: float | None = None
    session: str = ""
    arm: str = ""
    enough: Callable[[str], bool] | None = None
    heard: Callable[[str], None] | None = None
    attempt: int = 0
    patience: Literal["long", "short", "once"] = "long"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a reply, as it arrives."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request. ``input`` includes ``cached``; ``output`` includes ``thought``.

    ``estimated``: the provider did not say, so the numbers are ours.
    """

    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    thought: int = 0
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """How a reply ended; ``model`` is the id that answered, ``cached`` whether it came from the disk."""

    reason: EndReason
    usage: Usage
    model: str
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Ghost:
    """A suggestion: ``text`` is to replace offsets ``start`` to ``end`` of the document at ``version``."""

    version: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Why there is no suggestion."""

    reason: SilenceReason
    detail: str = ""
