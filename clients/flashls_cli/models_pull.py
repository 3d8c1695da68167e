"""flashls models pull: the weights of a model that runs on this machine."""

from __future__ import annotations

import os

from flashls.models import weights
from flashls.sources import data_path, load
from flashls_cli.common import Common, flags_of, print_json
from flashls_cli.console import console
from flashls_cli.progress import download
from flashls_cli.trouble import Trouble


def pull(name: str | None, common: Common) -> int:
    """Fetches the weights, with progress, unless they are there. Raises Trouble."""
    known = ", ".join(weights.WEIGHTS)
    if name is None or name.removeprefix("local/") not in weights.WEIGHTS:
        raise Trouble(f"which model? There are {known}; for example: flashls models pull {next(iter(weights.WEIGHTS))}")
    row = weights.WEIGHTS[name.removeprefix("local/")]
    network = load(os.environ, flags_of(common)).settings.network
    try:
        with download(f"{row.name}") as progress:
            path = weights.pull(row, data_path(os.environ) / "models", progress, network)
    except weights.PullError as error:
        raise Trouble(str(error), status=1) from None
    if common.json:
        print_json({"name": row.name, "path": str(path), "bytes": row.bytes})
    else:
        console().print(f"{row.name} is in {path}", soft_wrap=True)
    return 0
