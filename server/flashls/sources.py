"""Where settings come from, which source wins, and who may set what.

Later wins: defaults, the user's ``config.toml``, the environment, command-line flags, the editor. A workspace's
``.flashls.toml`` comes last and may only narrow. Nothing that a workspace can bring along (its own file, its
editor settings) chooses an endpoint, a proxy, a key's name or a command to run.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import platformdirs

from flashls.settings import OUR_MODELS, Names, Provider, Settings

Source = Literal["default", "config.toml", "environment", "flag", "editor", "workspace"]

EDITOR_MAY = {"complete", "languages", "paths", "models", "cache", "index", "editor"}

# An editor may ask for less than the user's own settings, not for more.
EDITOR_LOWERS = {
    "complete.max_tokens", "complete.several", "cache.size_mb", "cache.ttl_days", "index.max_file_kb",
    "budget.daily_usd", "budget.monthly_usd",
}  # fmt: skip
_MOST_BYTES = 64 * 1024

# An editor's settings can come from the workspace: it may hide more files from the models, never fewer, and have fewer
# tools run, as it does in a folder that is not trusted.
EDITOR_NARROWS = {"paths.off", "fix.tools"}

_KEYS_ARE_LONGER = 20

# What an editor or a workspace may get wrong without anything being shown that was to be hidden.
_MILD = re.compile(r"(workspace|editor): (?!(?:paths|budget)\b)")

# What a workspace's file may do to each setting, given the value so far and its own.
WORKSPACE_NARROWS: dict[str, Callable[[Any, Any], Any]] = {
    "complete.enabled": lambda now, new: now and new,
    "complete.multiline": lambda now, new: now and new,
    "complete.max_tokens": min,
    "complete.several": min,
    "complete.debounce_ms": lambda now, new: now if "auto" in (now, new) else max(now, new),
    "complete.speculate": lambda now, new: min(now, new, key=("off", "auto", "on").index),
    "languages.off": lambda now, new: (*now, *(n for n in new if n not in now)),
    "paths.off": lambda now, new: (*now, *(n for n in new if n not in now)),
    "cache.enabled": lambda now, new: now and new,
    "index.enabled": lambda now, new: now and new,
    "index.max_file_kb": min,
    "fix.tools": lambda now, new: tuple(n for n in now if n in new),
    "fix.background": lambda now, new: now and new,
    "editor.hover": lambda now, new: now and new,
    "editor.code_lens": lambda now, new: now and new,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings with, for each ``section.key`` that is not a default, its source; and what was wrong, a line each.

    ``problems`` are to be mended before anything is sent: what they hide may be shown otherwise, what they limit may
    cost more. ``warnings`` are other mistakes in the editor's settings and the workspace's file.
    """

    settings: Settings
    origins: Mapping[str, Source]
    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def load(
    environ: Mapping[str, str],
    flags: Mapping[str, Any] | None = None,
    editor: Mapping[str, Any] | None = None,
    workspace_root: Path | None = None,
) -> Loaded:
    """The settings in force. Never raises: what is wrong is left out and named in ``problems``.

    ``flags`` and ``editor`` are tables of tables, as in ``config.toml``.
    """
    problems: list[str] = []
    values: dict[str, Any] = {}
    origins: dict[str, Source] = {}
    layers: tuple[tuple[Source, Mapping[str, Any]], ...] = (
        ("config.toml", _toml(config_path(environ), problems, required=bool(environ.get("FLASHLS_CONFIG")))),
        ("environment", _environment(environ)),
        ("flag", flags or {}),
        ("editor", {k: v for k, v in (editor or {}).items() if k != "keys"}),
        ("workspace", _toml(workspace_root / ".flashls.toml", problems) if workspace_root else {}),
    )
    for source, table in layers:
        for key, value in _checked(source, table, problems):
            if source == "workspace" or (source == "editor" and key in EDITOR_NARROWS):
                value = _narrowed(key, values, _hiding(source, value, problems) if key == "paths.off" else value)
            if source == "editor" and key in EDITOR_LOWERS:
                value = _lower(key, values.get(key, _default(key)), value)
            if source == "editor" and key.startswith("models."):
                own = {each: given for each, given in values.items() if origins.get(each) != "editor"}
                value = _configured(key, value, own, problems)
            if source not in ("editor", "workspace") or value != values.get(key, _default(key)):
                origins[key] = source
            values[key] = value
    warnings = tuple(problem for problem in problems if _MILD.match(problem))
    return Loaded(_settings(values), origins, tuple(p for p in problems if p not in warnings), warnings)


def config_path(environ: Mapping[str, str]) -> Path:
    """The user's settings file: ``$FLASHLS_CONFIG``, else ``config.toml`` in the platform's config folder."""
    named = environ.get("FLASHLS_CONFIG")
    return Path(named) if named else platformdirs.user_config_path("flashls") / "config.toml"


def choices(environ: Mapping[str, str]) -> Names:
    """The models an editor may choose among: those that the user's own settings name, else our own."""
    models = load(environ).settings.models
    named = [name for task in models.__struct_fields__ for name in getattr(models, task)]
    return tuple(dict.fromkeys(named)) or OUR_MODELS


def data_path(environ: Mapping[str, str]) -> Path:
    """The folder for what must not be lost (weights): ``$FLASHLS_DATA``, else the platform's data folder."""
    named = environ.get("FLASHLS_DATA")
    return Path(named) if named else platformdirs.user_data_path("flashls")


def cache_path(environ: Mapping[str, str]) -> Path:
    """The folder for what can be made again (replies): ``$FLASHLS_CACHE``, else the platform's cache folder."""
    named = environ.get("FLASHLS_CACHE")
    return Path(named) if named else platformdirs.user_cache_path("flashls")


def variables() -> Iterator[tuple[str, str]]:
    """Each setting that an environment variable can set: (variable, ``section.key``)."""
    for section, table in _sections():
        for field in msgspec.structs.fields(table):
            yield f"FLASHLS_{section}_{field.name}".upper(), f"{section}.{field.name}"


def flag(text: str) -> dict[str, Any]:
    """The table that a flag ``section.key=value`` stands for. Raises ValueError if it has not that form."""
    key, equals, value = text.partition("=")
    section, dot, name = key.strip().partition(".")
    if not (equals and dot and section and name):
        raise ValueError(f"{text!r} is not of the form section.key=value (for example complete.enabled=false)")
    return {section: {name: value.strip()}}


def _sections() -> Iterator[tuple[str, type[msgspec.Struct]]]:
    defaults = Settings()
    for field in msgspec.structs.fields(Settings):
        if field.name != "providers":
            yield field.name, type(getattr(defaults, field.name))


def _environment(environ: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = {}
    for variable, key in variables():
        if variable in environ:
            section, _, name = key.partition(".")
            table.setdefault(section, {})[name] = environ[variable]
    return table


def _toml(path: Path, problems: list[str], required: bool = False) -> dict[str, Any]:
    if str(path) == os.devnull:  # the usual way to say "none"
        return {}
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > _MOST_BYTES):
            raise ValueError("not a settings file: it must be a plain file of at most 64 KB")
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if required:
            problems.append(f"{path}: $FLASHLS_CONFIG names this file, but it does not exist")
    except (OSError, ValueError, RecursionError) as error:
        problems.append(f"{path}: {error}")
    return {}


def _checked(source: Source, table: Mapping[str, Any], problems: list[str]) -> Iterator[tuple[str, Any]]:
    """The table's valid settings that this source may set, as (``section.key``, value)."""
    known = dict(_sections())
    for section, content in table.items():
        if not isinstance(content, Mapping):
            problems.append(f"{source}: {section}: expected a table")
        elif section == "providers" and source in ("config.toml", "flag"):
            yield from _providers(source, content, problems)
        elif section not in known and section != "providers":
            problems.append(f"{source}: there is no section {section!r}; there are {', '.join(known)}, providers")
        else:
            for name, value in content.items():
                if _may(source, section, name, problems):
                    yield from _value(source, section, known[section], name, value, problems)


def _may(source: Source, section: str, name: str, problems: list[str]) -> bool:
    key = f"{section}.{name}"
    editor = section in EDITOR_MAY or key in EDITOR_LOWERS | EDITOR_NARROWS
    allowed = {"editor": editor, "workspace": key in WORKSPACE_NARROWS}.get(source, True)
    if not allowed or section == "providers":
        problems.append(f"{source}: {key} can only be set in your own config.toml")
        return False
    return True


def _value(
    source: Source, section: str, table: type[msgspec.Struct], name: str, value: Any, problems: list[str]
) -> Iterator[tuple[str, Any]]:
    field = next((f for f in msgspec.structs.fields(table) if f.name == name), None)
    if field is None:
        names = ", ".join(f.name for f in msgspec.structs.fields(table))
        problems.append(f"{source}: there is no setting {section}.{name}; [{section}] has {names}")
        return
    textual = source in ("environment", "flag") and isinstance(value, str)
    try:
        yield f"{section}.{name}", _converted(value, field.type, textual)
    except msgspec.ValidationError as error:
        problems.append(f"{source}: {section}.{name}{_shown(value)}: {error}")


def _shown(value: Any) -> str:
    """The value for a message, if it is too short to be a key that ended up in the wrong place."""
    short = isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) < _KEYS_ARE_LONGER)
    return f" = {value!r}" if short else ""


def _converted(value: Any, kind: Any, textual: bool) -> Any:
    """The value as its type; text from the environment or a flag may be a number, a truth value, a list or a table."""
    read = {tuple: _listed, dict: _tabled}.get(get_origin(get_args(kind)[0]) or str, str)
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


def _listed(text: str) -> list[str]:
    """A list as config.toml has it, or separated by commas."""
    try:
        written = tomllib.loads(f"value = {text}")["value"] if text.lstrip().startswith("[") else None
    except tomllib.TOMLDecodeError:
        written = None
    return written if isinstance(written, list) else [part.strip() for part in text.split(",") if part.strip()]


def _tabled(text: str) -> dict[str, Any] | str:
    """A table as config.toml has it in one row, its braces optional: ``complete = 0.5, ask = 2``."""
    try:
        written = tomllib.loads(f"value = {text if text.lstrip().startswith('{') else '{' + text + '}'}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return written if isinstance(written, dict) else text


def _providers(source: Source, content: Mapping[str, Any], problems: list[str]) -> Iterator[tuple[str, Any]]:
    for name, table in content.items():
        try:
            yield f"providers.{name}", msgspec.convert(table, Provider)
        except msgspec.ValidationError as error:
            problems.append(f"{source}: [providers.{name}]: {error}")


def _hiding(source: Source, patterns: tuple[str, ...], problems: list[str]) -> tuple[str, ...]:
    """The patterns but those that show files again (``!pattern``)."""
    showing = tuple(pattern for pattern in patterns if pattern.lstrip().startswith("!"))
    if showing:
        problems.append(f"{source}: paths.off: {', '.join(showing)} can only be set in your own config.toml")
    return tuple(pattern for pattern in patterns if pattern not in showing)


def _configured(key: str, names: Names, values: Mapping[str, Any], problems: list[str]) -> Names:
    """Of the models an editor names, those the user's own settings name too, or, if they name none, our own choices."""
    own = {name for task, value in values.items() if task.startswith("models.") for name in value}
    allowed = own or set(OUR_MODELS)
    other = [name for name in names if name not in allowed]
    problems.extend(f"editor: {key}: {name!r} is not among the models of your own config.toml" for name in other)
    return tuple(name for name in names if name in allowed)


def _default(key: str) -> Any:
    section, _, name = key.partition(".")
    return getattr(getattr(Settings(), section), name)


def _lower(key: str, now: float, new: float) -> float:
    """The lower of two limits; a budget of 0 is none."""
    limits = [limit for limit in (now, new) if limit or not key.startswith("budget.")]
    return min(limits, default=0)


def _narrowed(key: str, values: Mapping[str, Any], new: Any) -> Any:
    section, _, name = key.partition(".")
    now = values[key] if key in values else getattr(getattr(Settings(), section), name)
    return WORKSPACE_NARROWS[key](now, new)


def _settings(values: Mapping[str, Any]) -> Settings:
    sections: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        section, _, name = key.partition(".")
        sections.setdefault(section, {})[name] = value
    return msgspec.convert(
        {name: table if name == "providers" else dict(table) for name, table in sections.items()},
        Settings,
        from_attributes=True,
    )
