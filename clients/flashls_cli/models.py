"""flashls models: which models the tasks use, and the weights of those that run here."""

from __future__ import annotations

import asyncio
import os
from typing import Any, Literal

from rich.table import Table

from flashls.models import weights
from flashls.sources import data_path
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.console import console
from flashls_cli.progress import download
from flashls_cli.trouble import Trouble


def models(
    action: Literal["show", "pull"] = "show",
    name: str | None = None,
    /,
    *,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Show the models in use and the small ones that can run on this machine, or fetch the weights of one.

    Parameters
    ----------
    action:
        show, or pull to fetch weights.
    name:
        Whose weights to fetch, for example qwen2.5-coder-0.5b.
    """
    if action == "pull":
        return _pull(name, common)
    return asyncio.run(_show(common))


def _pull(name: str | None, common: Common) -> int:
    known = ", ".join(weights.WEIGHTS)
    if name is None or name.removeprefix("local/") not in weights.WEIGHTS:
        raise Trouble(f"which model? There are {known}; for example: flashls models pull {next(iter(weights.WEIGHTS))}")
    row = weights.WEIGHTS[name.removeprefix("local/")]
    try:
        with download(f"{row.name}") as progress:
            path = weights.pull(row, data_path(os.environ) / "models", progress)
    except weights.PullError as error:
        raise Trouble(str(error), status=1) from None
    if common.json:
        print_json({"name": row.name, "path": str(path), "bytes": row.bytes})
    else:
        console().print(f"{row.name} is in {path}", soft_wrap=True)
    return 0


async def _show(common: Common) -> int:
    async with opened_app(common, strict=False) as app:
        used = {task: route.name for task, route in app.engine.routes.items()}
        local = [_weights(row) for row in weights.WEIGHTS.values()]
        said = {"used": used, "missing": app.engine.missing, "notices": list(app.notices), "local": local}
    if common.json:
        print_json(said)
    else:
        _draw(used, app.engine.missing, app.notices, local)
    return 0 if used else 1


def _weights(row: weights.Weights) -> dict[str, Any]:
    path = weights.find(row.name, data_path(os.environ) / "models")
    return {"name": f"local/{row.name}", "bytes": row.bytes, "path": str(path) if path else None}


def _draw(used: dict[Any, str], missing: str, notices: tuple[str, ...], local: list[dict[str, Any]]) -> None:
    out = console()
    for task, name in used.items():
        out.print(f"{task:10} {name}")
    for line in (missing, *notices):
        if line:
            out.print(line, soft_wrap=True)
    table = Table("on this machine", "size", "where", box=None, pad_edge=False)
    for row in local:
        size = f"{row['bytes'] / 1e6:.0f} MB"
        table.add_row(row["name"], size, row["path"] or f"flashls models pull {row['name'].removeprefix('local/')}")
    out.print(table)
