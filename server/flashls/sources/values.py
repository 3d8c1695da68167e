"""Values: what of a source's table are settings that it may set, each as its type; and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

import msgspec

from flashls.settings import Provider
from flashls.sources.rights import Source, right_of
from flashls.sources.spelling import listed, sections, tabled

_KEYS_ARE_LONGER = 20


def values_in(source: Source, table: Mapping[str, Any], problems: list[str]) -> Iterator[tuple[str, Any]]:
    """The table's valid settings that this source may set, as (``section.key``, value).

    ``problems`` takes a line for each of the others.
    """
    known = dict(sections())
    for section, content in table.items():
        if not isinstance(content, Mapping):
            problems.append(f"{source}: {section}: expected a table")
        elif section == "providers" and source in ("config.toml", "flag"):
            yield from _providers(source, content, problems)
        elif section == "providers":
            problems.extend(_refused(source, f"{section}.{name}") for name in content)
        elif section not in known:
            problems.append(f"{source}: there is no section {section!r}; there are {', '.join(known)}, providers")
        else:
            for name, value in content.items():
                yield from _value(source, section, known[section], name, value, problems)


def _providers(source: Source, content: Mapping[str, Any], problems: list[str]) -> Iterator[tuple[str, Any]]:
    for name, table in content.items():
        try:
            yield f"providers.{name}", msgspec.convert(table, Provider)
        except msgspec.ValidationError as error:
            problems.append(f"{source}: [providers.{name}]{_wrong(table, str(error))}")


def _wrong(table: Any, error: str) -> str:
    """What is wrong with a provider's table, without the values, one of which may be a key in the wrong place."""
    given = table if isinstance(table, Mapping) else {}
    for field in (field for field in msgspec.structs.fields(Provider) if field.name in given):
        try:
            msgspec.convert(given[field.name], field.type)
        except msgspec.ValidationError as wrong:
            return f" {field.name}: {_told(str(wrong), field.type, False)}"
    return f": {error}"


def _refused(source: Source, key: str) -> str:
    return f"{source}: {key} can only be set in your own config.toml"


def _value(
    source: Source, section: str, table: type[msgspec.Struct], name: str, value: Any, problems: list[str]
) -> Iterator[tuple[str, Any]]:
    field = next((f for f in msgspec.structs.fields(table) if f.name == name), None)
    if field is None:
        names = ", ".join(f.name for f in msgspec.structs.fields(table))
        problems.append(f"{source}: there is no setting {section}.{name}; [{section}] has {names}")
        return
    if right_of(source, f"{section}.{name}") == "no":
        problems.append(_refused(source, f"{section}.{name}"))
        return
    textual = source in ("environment", "flag") and isinstance(value, str)
    try:
        yield f"{section}.{name}", _converted(value, field.type, textual)
    except msgspec.ValidationError as error:
        if source != "environment" or value:  # a variable that is exported, but empty, is as good as none
            problems.append(f"{source}: {section}.{name}{_shown(value)}: {error}")


def _shown(value: Any) -> str:
    """The value for a message, if it is too short to be a key that ended up in the wrong place."""
    short = isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) < _KEYS_ARE_LONGER)
    return f" = {value!r}" if short else ""


def _converted(value: Any, kind: Any, textual: bool) -> Any:
    """The value as its type; text from the environment or a flag may be a number, a truth value, a list or a table."""
    read = {tuple: listed, dict: tabled}.get(get_origin(get_args(kind)[0]) or str, str)
    try:
        return msgspec.convert(read(value) if textual else value, kind, strict=not textual)
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(_told(str(error), kind, textual)) from None


def _told(error: str, kind: Any, textual: bool) -> str:
    """What is wrong with a value, without the value itself, which may be a key that ended up in the wrong place."""
    if "Invalid enum value" in error:
        numbers = ["a number"] if int in _parts(kind) else []
        return f"expected {' or '.join((*numbers, *(repr(p) for p in _parts(kind) if isinstance(p, str) and p)))}"
    return error.replace("got `str`", "got other text") if textual else error


def _parts(kind: Any) -> list[Any]:
    """The types and texts that a type is made of."""
    inner = get_args(kind)
    return [part for one in inner for part in _parts(one)] if inner else [kind]
