"""flashls config: the settings in force, and where each comes from."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table

from flashls.models.addresses import shown
from flashls.sources import config_path, load
from flashls_cli.common import Common, flags_of, print_json
from flashls_cli.console import console
from flashls_cli.trouble import Trouble
from flashls_cli.workspace import root_of

_LOGIN = re.compile(r"//[^@\s]*@")


def config(*, common: Common = Common()) -> int:  # noqa: B008
    """Show the settings in force, each with its source, and where your own settings file is."""
    loaded = load(os.environ, flags_of(common), workspace_root=root_of(Path.cwd()))
    rows = _rows(msgspec.to_builtins(loaded.settings))
    path = config_path(os.environ)
    if common.json:
        settings = {key: {"value": value, "source": loaded.origins.get(key, "default")} for key, value in rows}
        print_json({"file": str(path), "settings": settings, "problems": [*loaded.problems, *loaded.warnings]})
    else:
        _draw(path, rows, dict(loaded.origins))
    for warning in loaded.warnings:
        sys.stderr.write(f"flashls: {warning}\n")
    if loaded.problems:
        raise Trouble("\nflashls: ".join(loaded.problems))
    return 0


_ADDRESSES = ("proxy", "base_url")  # which may come without a scheme, too


def _rows(settings: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (f"{section}.{name}", _masked(name, value))
        for section, table in settings.items()
        for name, value in table.items()
    ]


def _masked(name: str, value: Any) -> Any:
    """The value of a setting without what may be secret in its addresses."""
    if isinstance(value, dict):
        return {inner: _masked(inner, item) for inner, item in value.items()}
    if not isinstance(value, str):
        return value
    if "://" not in value:
        return value.rpartition("@")[2] if name in _ADDRESSES else value
    return shown(_LOGIN.sub("//", value)) or "(not shown: it is no address)"


def _draw(path: Path, rows: list[tuple[str, Any]], origins: dict[str, Any]) -> None:
    out = console()
    out.print(f"Your settings: {path}{'' if path.exists() else ' (not there yet)'}")
    table = Table("setting", "value", "source", box=None, pad_edge=False)
    for key, value in rows:
        table.add_row(key, _written(value), origins.get(key, "default"))
    out.print(table)


def _written(value: Any) -> str:
    """A value as config.toml has it; of a provider's table only what is set."""
    if isinstance(value, dict):
        return ", ".join(f"{name} = {json.dumps(item)}" for name, item in value.items() if item)
    return json.dumps(value, ensure_ascii=False)
