"""The circumstances of one request, what comes back, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Task = Literal["complete", "explain", "fix", "document", "test", "generate", "review", "ask", "commit"]
EndReason = Literal["stop", "length", "blocked"]
# How much of a reply is wanted: its first row; that row and the block it opens; all of the block around the cursor.
Extent = Literal["row", "statement", "block"]
SilenceReason = Literal[
    "superseded", "disabled", "language off", "path off", "no model", "position", "empty reply", "refusal", "repeats",
    "placeholder", "syntax",
    "blocked", "timeout", "rejected", "error",
]  # fmt: skip


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
