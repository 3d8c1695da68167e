"""Loading: the settings in force, from all sources, one laid over the other."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from flashls.settings import Names, Settings, TaskName
from flashls.sources.arms import without_overruled
from flashls.sources.folders import config_path
from flashls.sources.rights import Source, choosable, default_of, granted
from flashls.sources.spelling import from_environment
from flashls.sources.values import values_in

_MOST_BYTES = 64 * 1024

# What an editor or a workspace may get wrong without anything being shown that was to be hidden.
_MILD = re.compile(r"(workspace|editor): (?!(?:paths|budget)\b)")


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
    layers: tuple[tuple[Source, Mapping[str, Any]], ...] = (
        ("config.toml", _toml(config_path(environ), problems, required=bool(environ.get("FLASHLS_CONFIG")))),
        ("environment", from_environment(environ)),
        ("flag", flags or {}),
        ("editor", {k: v for k, v in (editor or {}).items() if k != "keys"}),
        ("workspace", _toml(workspace_root / ".flashls.toml", problems) if workspace_root else {}),
    )
    values: dict[str, Any] = {}
    origins: dict[str, Source] = {}
    for source, table in layers:
        before = dict(values)
        for key, told in values_in(source, table, problems):
            value = granted(source, key, told, before, problems)
            if source not in ("editor", "workspace") or value != before.get(key, default_of(key)):
                origins[key] = source
            values[key] = value
    warnings = tuple(problem for problem in problems if _MILD.match(problem))
    return Loaded(
        _settings(without_overruled(values, origins)),
        origins,
        tuple(p for p in problems if p not in warnings),
        warnings,
    )


def choices(environ: Mapping[str, str], task: TaskName) -> Names:
    """The models an editor may choose among for a task; ``choosable`` says which those are."""
    models = load(environ).settings.models
    own = {f"models.{task}": getattr(models, task) for task in models.__struct_fields__}
    return choosable(f"models.{task}", own)


def _toml(path: Path, problems: list[str], required: bool = False) -> dict[str, Any]:
    if str(path) == os.devnull:  # the usual way to say "none"
        return {}
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > _MOST_BYTES):
            raise ValueError("not a settings file: it must be a plain file of at most 64 KB")
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        if required:
            problems.append(f"{path}: $FLASHLS_CONFIG names this file, but it does not exist")
    except (OSError, ValueError, RecursionError) as error:
        problems.append(f"{path}: {error}")
    return {}


def _settings(values: Mapping[str, Any]) -> Settings:
    sections: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        section, _, name = key.partition(".")
        sections.setdefault(section, {})[name] = value
    return msgspec.convert(sections, Settings, from_attributes=True)
