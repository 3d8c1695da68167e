"""``make bench``: every table, or those named: ``python -m tests.bench edits keypath``."""

from __future__ import annotations

import importlib
import sys

_ALL = (
    "edits",
    "startup",
    "keypath",
    "stalls",
    "wrappers",
    "heavytail",
    "ledger",
    "fates",
    "seal",
    "prefix",
    "context",
    "index",
)

for name in sys.argv[1:] or _ALL:
    importlib.import_module(f"tests.bench.{name}").main()
