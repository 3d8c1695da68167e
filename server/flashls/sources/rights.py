"""Rights: what an editor and a workspace's file may do to each setting.

An editor's settings can come with the workspace. So it may choose what is only felt in the editor; what costs money,
fills the disk, runs a program or shows a file to a model it may lessen, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from flashls.settings import OUR_MODELS, Names, Settings

Source = Literal["default", "config.toml", "environment", "flag", "editor", "workspace"]
Right = Literal["sets", "lowers", "narrows", "no"]

_EDITOR_SETS = {"complete", "languages", "models", "editor"}  # sections
_EDITOR_LOWERS = {
    "complete.max_tokens", "complete.several", "cache.size_mb", "cache.ttl_days", "index.max_file_kb",
    "budget.daily_usd", "budget.monthly_usd",
}  # fmt: skip
_EDITOR_NARROWS = {
    "complete.speculate", "paths.off", "cache.enabled", "index.enabled", "fix.tools",
}  # fmt: skip
# Two models are asked at once: what is on in the user's own file is on, and what is off stays off.
_EDITOR_NOT = {"complete.hedge"}


def _all(now: bool, new: bool) -> bool:
    return now and new


def _added(now: Names, new: Names) -> Names:
    return (*now, *(name for name in new if name not in now))


def _kept(now: Names, new: Names) -> Names:
    return tuple(name for name in now if name in new)


def _longest(now: int | str, new: int | str) -> Any:
    return now if "auto" in (now, new) else max(now, new, key=int)


def _rarest(now: str, new: str) -> str:
    return min(now, new, key=("off", "auto", "on").index)


# What narrowing makes of each setting, given the value so far and the new one. A workspace's file may set no others.
_NARROWED: Mapping[str, Callable[[Any, Any], Any]] = {
    "complete.enabled": _all,
    "complete.multiline": _all,
    "complete.max_tokens": min,
    "complete.several": min,
    "complete.debounce_ms": _longest,
    "complete.speculate": _rarest,
    "languages.off": _added,
    "paths.off": _added,
    "cache.enabled": _all,
    "index.enabled": _all,
    "index.max_file_kb": min,
    "fix.tools": _kept,
    "fix.background": _all,
    "editor.hover": _all,
    "editor.code_lens": _all,
}


def right_of(source: Source, key: str) -> Right:
    """What a source may do to the setting ``section.key``: ``narrows`` takes away or adds to what is hidden."""
    if source == "workspace":
        return "narrows" if key in _NARROWED else "no"
    if source != "editor":
        return "sets"
    if key in _EDITOR_LOWERS:
        return "lowers"
    if key in _EDITOR_NARROWS:
        return "narrows"
    return "sets" if key.partition(".")[0] in _EDITOR_SETS and key not in _EDITOR_NOT else "no"


def granted(source: Source, key: str, new: Any, values: Mapping[str, Any], problems: list[str]) -> Any:
    """What becomes of a setting when a source that may touch it says ``new``; ``values`` are those so far.

    What it may not say is left out and named in ``problems``. An editor that names none of the models it may choose
    leaves the user's own: to choose by itself could be to send code where the user does not want it.
    """
    right, now = right_of(source, key), values.get(key, default_of(key))
    if source == "editor" and key.startswith("models."):
        return _configured(key, new, values, problems) or now
    if right == "lowers":
        return _lower(key, now, new)
    if right == "narrows":
        return _NARROWED[key](now, _hiding(source, new, problems) if key == "paths.off" else new)
    return new


def default_of(key: str) -> Any:
    """The default of the setting ``section.key``."""
    section, _, name = key.partition(".")
    return Settings().providers.get(name) if section == "providers" else getattr(getattr(Settings(), section), name)


def _lower(key: str, now: float, new: float) -> float:
    """The lower of two limits; a budget of 0 is none."""
    limits = [limit for limit in (now, new) if limit or not key.startswith("budget.")]
    return min(limits, default=0)


def _hiding(source: Source, patterns: Names, problems: list[str]) -> Names:
    """The patterns but those that show files again (``!pattern``)."""
    showing = tuple(pattern for pattern in patterns if pattern.lstrip().startswith("!"))
    if showing:
        problems.append(f"{source}: paths.off: {', '.join(showing)} can only be set in your own config.toml")
    return tuple(pattern for pattern in patterns if pattern not in showing)


def _configured(key: str, names: Names, own: Mapping[str, Any], problems: list[str]) -> Names:
    """Of the models an editor names, those the user's own settings name too, or, if they name none, our own choices."""
    allowed = set(_models_in(own)) or set(OUR_MODELS)
    other = [name for name in names if name not in allowed]
    problems.extend(f"editor: {key}: {name!r} is not among the models of your own config.toml" for name in other)
    return tuple(name for name in names if name in allowed)


def _models_in(values: Mapping[str, Any]) -> Iterator[str]:
    return (name for task, value in values.items() if task.startswith("models.") for name in value)
