"""The vocabulary: the few frozen dataclasses that every other module speaks in. Read this first.

Units, everywhere below ``lsp/``: an *offset* counts Unicode code points from the start of a document; a *row* is a
0-based line; a *column* counts code points from the start of its row. Editors' UTF-8/16/32 units exist only in
``text.positions`` and ``lsp``. Tokens are the model's own; money is US dollars; durations are milliseconds unless a
name says seconds; a deadline is a reading of ``time.monotonic()``.
"""

from __future__ import annotations

from flashls.types.contexts import Budget, Context, Snippet, SnippetKind, Workspace
from flashls.types.documents import Cursor, Diagnostic, Edited, Encoding, Lines, Snapshot
from flashls.types.prompts import Draft, Fim, Form, Image, Prompt, Role, Text, Thinking
from flashls.types.replies import Call, End, EndReason, Extent, Ghost, Piece, Silence, SilenceReason, Task, Usage

__all__ = [
    "Budget",
    "Call",
    "Context",
    "Cursor",
    "Diagnostic",
    "Draft",
    "Edited",
    "Encoding",
    "End",
    "EndReason",
    "Extent",
    "Fim",
    "Form",
    "Ghost",
    "Image",
    "Lines",
    "Piece",
    "Prompt",
    "Role",
    "Silence",
    "SilenceReason",
    "Snapshot",
    "Snippet",
    "SnippetKind",
    "Task",
    "Text",
    "Thinking",
    "Usage",
    "Workspace",
]
