"""The status line: what the user is told of the window's state, of failures, and of what the day has cost."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer
    from flashls.models.seam import ModelError

_RECKON_AFTER = 2.0  # seconds


class StatusLine:
    """The state last told with ``flashls/status``, and the pop-ups that the user has seen already."""

    def __init__(self, server: FlashServer) -> None:
        self._server = server
        self._seen: set[str] = set()
        self._now: dict[str, Any] = {"state": "starting", "model": "", "message": "", "cost_today_usd": None}
        self._reckoning: asyncio.TimerHandle | None = None

    @property
    def now(self) -> dict[str, Any]:
        """The state last told."""
        return self._now

    def tell(self, state: str, message: str = "", popup: bool = False) -> None:
        """Sends ``flashls/status`` if it changed; ``popup`` shows the message once in the window's life."""
        app = self._server.app
        model = app.completes(self._server.session.id) if app else ""
        self._send(self._now | {"state": state, "model": model, "message": message})
        if popup:
            self._show(message, lsp.MessageType.Warning)

    def notice(self, line: str) -> None:
        """Tells the user, once, what came up while models were asked."""
        self._show(line, lsp.MessageType.Info)

    def failed(self, error: ModelError) -> None:
        """A model failed: said in the status each time, in a pop-up only once for what the user must mend.

        What is wrong with one request alone is told to who made it, and says nothing of the next.
        """
        if type(error).__name__ == "Refused":
            return
        self.tell("error", str(error), popup=type(error).__name__ in ("Unauthorized", "NoKey", "NotFound"))

    def reckon(self) -> None:
        """Has the day's cost told with the status, a moment after something may have cost something."""
        if self._reckoning is None:
            loop, reckoned = asyncio.get_running_loop(), self._reckoned
            self._reckoning = loop.call_later(_RECKON_AFTER, lambda: self._server.keep(reckoned()))

    def close(self) -> None:
        """Reckons no more."""
        if self._reckoning is not None:
            self._reckoning.cancel()

    async def _reckoned(self) -> None:
        self._reckoning = None
        app = self._server.app
        with suppress(Exception):  # a ledger that cannot be read is no reason to bother anyone
            if app and (cost := round((await app.ledger.spent()).cost_today, 6)):
                self._send(self._now | {"cost_today_usd": cost})

    def _send(self, status: dict[str, Any]) -> None:
        if status != self._now:
            self._now = status
            self._server.protocol.notify("flashls/status", status)

    def _show(self, line: str, kind: lsp.MessageType) -> None:
        if line not in self._seen:
            self._seen.add(line)
            self._server.window_show_message(lsp.ShowMessageParams(kind, f"flashls: {line}"))
