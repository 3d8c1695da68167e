"""``make bench``: every table, or those named: ``python -m tests.bench edits keypath``.

Those that take minutes, or what is not in here, run by name only: typing, typing_windows, typing_stdio, busy,
memory, cuts, infilling, truncated, arms, answers, fixes.
Options after a name are that one's own.
"""

from __future__ import annotations

import importlib
import sys
from itertools import takewhile

_ALL = (
    "edits",
    "startup",
    "neovim",
    "keypath",
    "stalls",
    "wrappers",
    "heavytail",
    "ledger",
    "faults",
    "fates",
    "seal",
    "prefix",
    "context",
    "index",
)

if {"-h", "--help"} & set(sys.argv[1:2]):
    sys.exit(__doc__)
for name in [*takewhile(lambda each: not each.startswith("-"), sys.argv[1:])] or _ALL:
    importlib.import_module(f"tests.bench.{name}").main()
