"""Trouble: what stops a command, as one line for the user and an exit status."""

from __future__ import annotations

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells give it."""


class Trouble(Exception):
    """``status`` 1: nothing found, or the model could not answer; 2: wrong usage or settings; ``INTERRUPTED``."""

    def __init__(self, message: str, status: int = 2) -> None:
        super().__init__(message)
        self.status = status
