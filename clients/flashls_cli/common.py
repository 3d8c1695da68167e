"""What all commands share: their flags, and the app they work on."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

from cyclopts import Parameter

from flashls.sources import flag
from flashls.types import Task
from flashls_cli.trouble import Trouble
from flashls_cli.workspace import root_of

if TYPE_CHECKING:
    from flashls.app import App

_KEYRING_S = 30.0  # a person may have to type its password


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Common:
    """Flags of every command."""

    json: Annotated[bool, Parameter(negative="")] = False
    """Print one JSON object."""
    set: Annotated[tuple[str, ...], Parameter(negative="")] = ()
    """A setting for this run, as section.key=value."""
    model: str | None = None
    """The model to ask, as provider/model."""


def flags_of(common: Common) -> dict[str, Any]:
    """The settings that the flags stand for, as a table of tables. Raises Trouble."""
    table: dict[str, Any] = {}
    try:
        for text in common.set:
            for section, values in flag(text).items():
                table.setdefault(section, {}).update(values)
    except ValueError as error:
        raise Trouble(str(error)) from None
    if common.model:
        table.setdefault("models", {}).update(dict.fromkeys(get_args(Task), common.model))
    return table


@asynccontextmanager
async def opened_app(common: Common, root: Path | None = None, strict: bool = True) -> AsyncGenerator[App]:
    """The app with this run's settings, closed at the end. Raises Trouble for wrong settings, if ``strict``.

    ``root`` is the workspace's folder; without one it is that of the current folder.
    """
    from flashls.app import build  # It takes 0.2 s to load, and not every command needs it.

    root = root or root_of(Path.cwd())
    app = await build(os.environ, flags=flags_of(common), root=root, notice=_tell, keyring_s=_KEYRING_S)
    try:
        if strict and app.problems:
            raise Trouble("\nflashls: ".join(app.problems))
        for notice in app.notices:
            _tell(notice)
        yield app
    finally:
        await app.aclose()


@contextmanager
def told_as_json(common: Common, **empty: Any) -> Iterator[None]:
    """With ``--json``, has Trouble told on standard output too: an object with what is ``empty``, and the ``error``."""
    try:
        yield
    except Trouble as trouble:
        if common.json:
            print_json({**empty, "error": str(trouble)})
        raise


def _tell(line: str) -> None:
    sys.stderr.write(f"flashls: {line}\n")
    sys.stderr.flush()


def print_json(value: Any) -> None:
    """Writes one JSON object and a line end to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
