"""Heard: a model's explanation as it comes, for clients that gave a token, and beside the progress of the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flashls.lsp.subject import progress

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


@dataclass(slots=True)
class Heard:
    """Call it with the explanation so far: what is new of it goes to ``token``, all of it to ``report``.

    One that begins anew, as that of a second answer does, is set apart by an empty line.
    """

    ls: FlashServer
    token: Any
    report: Callable[[str], None] = lambda _: None
    said: str = ""

    def __call__(self, text: str) -> None:
        """Takes the explanation so far."""
        if not text or text == self.said:
            return
        apart = "\n\n" if self.said and not text.startswith(self.said) else ""
        new = text if apart else text[len(self.said) :]
        self.said = text
        progress(self.ls, self.token, {"kind": "append", "text": apart + new})
        self.report(text)
