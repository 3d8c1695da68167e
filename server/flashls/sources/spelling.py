"""Spelling: settings as environment variables and flags spell them, and the names of all sections."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from flashls.settings import Settings


def variables() -> Iterator[tuple[str, str]]:
    """Each setting that an environment variable can set: (variable, ``section.key``)."""
    for section, table in sections():
        for field in msgspec.structs.fields(table):
            yield f"FLASHLS_{section}_{field.name}".upper(), f"{section}.{field.name}"


def from_environment(environ: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The settings that environment variables stand for, as a table of tables."""
    table: dict[str, dict[str, Any]] = {}
    for variable, key in variables():
        if variable in environ:
            section, _, name = key.partition(".")
            table.setdefault(section, {})[name] = environ[variable]
    return table


def flag(text: str) -> dict[str, Any]:
    """The table that a flag ``section.key=value`` stands for. Raises ValueError if it has not that form."""
    key, equals, value = text.partition("=")
    section, dot, name = key.strip().partition(".")
    if not (equals and dot and section and name):
        raise ValueError(f"{text!r} is not of the form section.key=value (for example complete.enabled=false)")
    return {section: {name: value.strip()}}


def sections() -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """Each section's name and type, but for ``providers``, whose tables have names of the user's own."""
    defaults = Settings()
    for field in msgspec.structs.fields(Settings):
        if field.name != "providers":
            yield field.name, type(getattr(defaults, field.name))


def listed(text: str) -> list[str]:
    """A list as config.toml has it, or separated by commas."""
    try:
        written = tomllib.loads(f"value = {text}")["value"] if text.lstrip().startswith("[") else None
    except tomllib.TOMLDecodeError:
        written = None
    return written if isinstance(written, list) else [part.strip() for part in text.split(",") if part.strip()]


def tabled(text: str) -> dict[str, Any] | str:
    """A table as config.toml has it in one row, its braces optional: ``complete = 0.5, ask = 2``; else the text."""
    try:
        written = tomllib.loads(f"value = {text if text.lstrip().startswith('{') else '{' + text + '}'}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return written if isinstance(written, dict) else text
