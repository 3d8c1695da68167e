"""The commands flashls.status (why nothing?) and flashls.accept (a suggestion was taken)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashls.engine.session import Event

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


def status(ls: FlashServer, *arguments: Any) -> dict[str, Any]:
    """The state, the model, and for each of the last requests what came of it and why."""
    return ls.status


def accept(ls: FlashServer, *arguments: Any) -> None:
    """Notes that the client inserted a suggestion."""
    ls.session.events.append(Event("accept", "accepted", "", 0.0))
