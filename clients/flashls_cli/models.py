"""flashls models: which models the tasks ask, whether they answer, their keys, and those that run here."""

from __future__ import annotations

import asyncio
import os
from typing import Any, Literal

from rich.table import Table

from flashls.models import weights
from flashls.models.budgeted import standings
from flashls.sources import data_path
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.console import console
from flashls_cli.models_login import login, logout
from flashls_cli.models_pull import pull
from flashls_cli.models_state import State, states
from flashls_cli.models_test import test


def models(
    action: Literal["show", "test", "login", "logout", "pull"] = "show",
    name: str | None = None,
    /,
    *,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Show the models in use, what they cost and whether they can be reached, and the small ones for this machine.

    Parameters
    ----------
    action:
        show; test to ask each model one word, or only the one that is named; login to put a provider's key into the
        system's keyring, logout to take it out; pull to fetch the weights of a model that runs here.
    name:
        The model for test and pull, for example qwen2.5-coder-0.5b; the provider for login and logout.
    """
    match action:
        case "test":
            return asyncio.run(test(name, common))
        case "login":
            return login(name, common)
        case "logout":
            return logout(name, common)
        case "pull":
            return pull(name, common)
        case _:
            return asyncio.run(_show(common))


async def _show(common: Common) -> int:
    async with opened_app(common, strict=False) as app:
        used = {task: route.name for task, route in app.engine.routes.items()}
        known = await states(app)
        budget = await standings(app.ledger, app.settings.budget)
        missing, notices, problems = app.engine.missing, app.notices, app.problems
    local = [_weights(row) for row in weights.WEIGHTS.values()]
    if common.json:
        listed = [state.facts() for state in known]
        told = {"missing": missing, "notices": list(notices), "problems": list(problems)}
        print_json({"used": used, "models": listed, "local": local, "budget": budget} | told)
    else:
        _draw(known, "\n".join(problems) or missing, local, budget)
    return 2 if problems else 0 if used else 1


def _weights(row: weights.Weights) -> dict[str, Any]:
    path = weights.find(row.name, data_path(os.environ) / "models")
    return {"name": f"local/{row.name}", "bytes": row.bytes, "path": str(path) if path else None}


def _draw(known: list[State], missing: str, local: list[dict[str, Any]], budget: list[str]) -> None:
    out = console()
    if missing:
        out.print(missing, soft_wrap=True)
    if known:
        table = _table("model", "for", "US$ in / out", "window", "state")
        for state in known:
            table.add_row(state.name, state.purpose, state.price, f"{state.window:,}", state.said)
        out.print(table)
        out.print("\n".join(["Prices are for a million tokens.", *budget, ""]), soft_wrap=True)
    table = _table("on this machine", "size", "where")
    for row in local:
        size = f"{row['bytes'] / 1e6:.0f} MB"
        table.add_row(row["name"], size, row["path"] or f"flashls models pull {row['name'].removeprefix('local/')}")
    out.print(table)


def _table(*columns: str) -> Table:
    """A table that breaks names and addresses instead of cutting them off."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
