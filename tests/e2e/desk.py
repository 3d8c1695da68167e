"""A desk: an editor at which fixes are asked for and applied."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from lsprotocol import types as lsp

from tests.e2e.editor import URI, Editor

CODE = 's = "😀"; t = y\nprint(s, t)\n'
MENDED = CODE.replace("= y", "= 1")
REPLY = json.dumps({"explanation": "`y` is not defined.", "edits": [{"old": "t = y", "new": "t = 1"}]})
REPLIES = [{"task": "fix", "text": REPLY}]
CREATE, APPLY = lsp.WINDOW_WORK_DONE_PROGRESS_CREATE, lsp.WORKSPACE_APPLY_EDIT


class Desk:
    """An editor that applies the edits it is sent, counting in its own units, and notes how it was asked."""

    def __init__(self, editor: Editor, text: str = CODE, uri: str = URI) -> None:
        self.editor, self.text, self.uri = editor, text, uri
        self.edits: list[lsp.WorkspaceEdit] = []
        self.refuses = False
        self.units = str(editor.initialized.capabilities.position_encoding or "utf-16")
        editor.client.feature(APPLY)(partial(self._apply))
        editor.open(text, uri)

    def place(self, line: int, column: int) -> lsp.Position:
        """A position, from a column in code points."""
        return lsp.Position(line, self._width(self.text.split("\n")[line][:column]))

    def problem(self, line: int, start: int, end: int, message: str = "Undefined name `y`") -> lsp.Diagnostic:
        """What another server says."""
        where = lsp.Range(self.place(line, start), self.place(line, end))
        return lsp.Diagnostic(where, message, lsp.DiagnosticSeverity.Error, "F821", source="Ruff")

    async def bulb(self, *problems: lsp.Diagnostic, only: list[Any] | None = None, to: int = 0) -> list[lsp.CodeAction]:
        """The lightbulb's entries that mend, for the first row, or up to a column of it."""
        start = problems[0].range.start if problems else self.place(0, 0)
        where = lsp.Range(start, self.place(0, to) if to else start)
        context = lsp.CodeActionContext(list(problems), only=only)
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(self.uri), where, context)
        return mending(await self.editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params))

    async def choose(self, action: lsp.CodeAction, request: str | None = None) -> Any:
        """Runs an entry's command."""
        assert action.command
        return await self.editor.command(action.command.command, *(action.command.arguments or ()), request=request)

    def _apply(self, params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        self.edits.append(params.edit)
        if not self.refuses:
            self.text = self.after(params.edit)
        return lsp.ApplyWorkspaceEditResult(
            applied=not self.refuses, failure_reason="read only" if self.refuses else None
        )

    def after(self, edit: lsp.WorkspaceEdit) -> str:
        """The text with an edit applied, by the protocol's rules alone."""
        edits: list[Any] = list((edit.changes or {}).get(self.uri, []))
        for document in edit.document_changes or []:
            assert isinstance(document, lsp.TextDocumentEdit)
            assert (document.text_document.uri, document.text_document.version) == (self.uri, 1)
            edits += document.edits
        data = self.text
        for each in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
            start, end = self._offset(data, each.range.start), self._offset(data, each.range.end)
            data = data[:start] + each.new_text + data[end:]
        return data

    def _offset(self, text: str, at: lsp.Position) -> int:
        rows = text.split("\n")
        (column,) = [n for n in range(len(rows[at.line]) + 1) if self._width(rows[at.line][:n]) == at.character]
        return sum(len(row) + 1 for row in rows[: at.line]) + column

    def _width(self, text: str) -> int:
        sizes = {"utf-8": len(text.encode()), "utf-16": len(text.encode("utf-16-le")) // 2, "utf-32": len(text)}
        return sizes[self.units]

    def progress(self) -> list[str]:
        """The kinds of progress shown since the last time, but for what is told in between."""
        self.editor.read(CREATE)
        kinds = [said["value"]["kind"] for said in self.editor.read(lsp.PROGRESS)]
        return [kind for kind in kinds if kind != "report"]

    async def over(self) -> None:
        """Waits until the progress shown has ended."""
        inbox = self.editor.client.inbox
        await self.editor.until(lambda: any(p["value"]["kind"] == "end" for m, p in inbox if m == lsp.PROGRESS))

    def told(self) -> list[str]:
        """The messages shown since the last time."""
        return [shown["message"] for shown in self.editor.read(lsp.WINDOW_SHOW_MESSAGE)]

    def done(self) -> None:
        """Forgets the requests to apply edits, which were looked at in ``edits``."""
        self.editor.read(APPLY)


def mending(actions: Any) -> list[lsp.CodeAction]:
    """Those that mend."""
    return [
        each
        for each in actions or ()
        if (each.command and each.command.command == "flashls.fix") or (each.data and each.data["task"] == "fix")
    ]
