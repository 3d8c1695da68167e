"""The ledger as commands read it: its trouble in one line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Awaitable
from typing import TypeVar

from flashls.store.ledgerfile import LedgerTrouble
from flashls_cli.trouble import Trouble

T = TypeVar("T")


async def reading(work: Awaitable[T]) -> T:
    """What a reader of the ledger gives. Raises Trouble, status 1.

    What the ledger logs is for servers: here it is said once, by the Trouble, or by a line of its own where the
    ledger can be read all the same (a damaged one was put aside).
    """
    heard, log = _Heard(), logging.getLogger("flashls.store")
    log.addHandler(heard)
    log.propagate = False
    try:
        found = await work
    except LedgerTrouble as trouble:
        raise Trouble(heard.lines[-1] if heard.lines else f"The ledger: {trouble}", 1) from None
    finally:
        log.propagate = True
        log.removeHandler(heard)
    for line in heard.lines:
        sys.stderr.write(f"flashls: {line}\n")
    return found


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
