"""flashls doctor --last: what came of the last requests for completions, step by step, in all of the user's editors."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from flashls.app import App
from flashls.store.suggestions import Request
from flashls_cli.common import print_json
from flashls_cli.console import console
from flashls_cli.ledger import reading
from flashls_cli.printed import clean
from flashls_cli.stats_words import ABOUT_WAYS

_SHOWN = 20


async def last(app: App, json: bool) -> int:
    """Tells it, the newest last: 20 requests to people, 200 to programs; the exit status. Raises Trouble."""
    requests = await reading(app.ledger.last() if json else app.ledger.last(_SHOWN))
    if json:
        print_json({"last": [_told(request) for request in requests]})
    elif not requests:
        sys.stderr.write("flashls: no editor has asked for a completion yet\n")
    else:
        _print(requests)
    return 0 if requests else 1


def _told(request: Request) -> dict[str, object]:
    steps = [{"step": step, "ms": round(ms, 2)} for step, ms in request.steps]
    return {
        "at": round(request.at, 3), "session": request.session, "language": request.language,
        "reason": request.outcome, "detail": request.detail, "way": request.way, "ms": round(request.ms, 1),
        "steps": steps,
    }  # fmt: skip


def _print(requests: Sequence[Request]) -> None:
    out = console()
    for request in requests:
        at = datetime.fromtimestamp(request.at).astimezone()
        shown = request.outcome == "ghost"
        came = (
            f"a suggestion, from {ABOUT_WAYS.get(request.way, request.way)}" if shown else f"nothing: {request.outcome}"
        )
        why = f" ({' '.join(clean(request.detail).split())})" if request.detail else ""
        line = Text.assemble(
            (f"{at:%H:%M:%S} ", "dim"), f"{clean(request.language)}, {request.ms:,.0f} ms: ",
            (came, "green" if shown else "yellow"), why,
        )  # fmt: skip
        out.print(line, soft_wrap=True)
        steps = ", ".join(f"{clean(step)} {ms:,.1f}" for step, ms in request.steps)
        out.print(Text(f"         {steps} ms", "dim"), soft_wrap=True)
