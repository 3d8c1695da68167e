"""flashls stats: how fast, how useful and how dear it was, from the ledger on this machine."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.console import console
from flashls_cli.ledger import reading
from flashls_cli.stats_page import page
from flashls_cli.stats_summary import Summary, summary
from flashls_cli.stats_terminal import print_summary
from flashls_cli.trouble import Trouble

_LONGEST = 400  # days that the ledger goes back


def stats(
    *,
    days: Annotated[int, Parameter(validator=validators.Number(gte=1, lte=_LONGEST))] = 30,
    html: Path | None = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Show latencies, acceptance, errors, tokens and cost of the last days. Nothing leaves this machine.

    Of an experiment (`[experiment]` in the settings) also how its arms compare, with 95 % intervals.

    Parameters
    ----------
    days:
        How many days, today included. Days are UTC's.
    html:
        Write a page with plots to this file instead.
    """
    today = datetime.now(UTC).date()
    found = asyncio.run(_summary(common, today - timedelta(days - 1), today))
    if html is not None:
        _write(html, page(found, time.time()))
    if common.json:
        print_json(asdict(found))
    elif html is None:
        if found.is_empty:
            sys.stderr.write(f"flashls: the ledger holds nothing of the last {days} days\n")
        else:
            print_summary(console(), found)
    return 1 if found.is_empty else 0


async def _summary(common: Common, first: date, last: date) -> Summary:
    at = datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()
    async with opened_app(common, strict=False) as app:
        return summary(await reading(app.ledger.figures(at)), first, last)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise Trouble(f"cannot write {path}: {error.strerror or error}") from None
    sys.stderr.write(f"flashls: wrote {path}\n")
