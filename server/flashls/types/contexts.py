"""What an engine may look at, and what of it was gathered for one question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flashls.types.documents import Cursor, Diagnostic, Edited, Snapshot

SnippetKind = Literal["scope", "imports", "definition", "similar", "counterpart", "edit", "diff", "diagnostic"]


def _all(_path: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Workspace:
    """What an engine may look at beyond the cursor's own document: the open documents, most recently used first.

    ``index`` is the workspace's ``index.facts.Index``, None without one. ``edits`` are the latest, newest first;
    ``changes`` those since the last commit. ``lately``: the URIs of the documents opened, changed or asked about last,
    the latest first, also of some that are closed.
    ``visible`` tells of a path relative to the root (or absolute) whether models may see that file. ``allowed`` tells
    it of an installed package's file, which is not the workspace's own.
    """

    snapshots: tuple[Snapshot, ...] = ()
    root: str | None = None
    index: Any = None
    edits: tuple[Edited, ...] = ()
    changes: tuple[Snippet, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    lately: tuple[str, ...] = ()
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
