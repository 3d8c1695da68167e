"""Rights: what an editor and a workspace's file may do to each setting.

An editor's settings can come with the workspace. So it may choose what is only felt in the editor; what costs money,
fills the disk, runs a program or shows a file to a model it may lessen, and no more. Where the user's own settings say
nothing, that is measured by the defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from flashls.settings import OUR_MODELS, Names, Settings

Source = Literal["default", "config.toml", "environment", "flag", "editor", "workspace"]
Right = Literal["sets", "lowers", "narrows", "no"]

_EDITOR_SETS = {"complete", "models", "editor"}  # sections
_EDITOR_LOWERS = {
    "complete.max_tokens", "complete.several", "cache.size_mb", "cache.ttl_days", "index.max_file_kb",
    "budget.daily_usd", "budget.monthly_usd",
}  # fmt: skip
# What says whether and when a model is asked unasked; an editor that would have it asked more is told that it cannot.
_UNASKED = {"complete.enabled", "complete.comments", "complete.debounce_ms"}
_EDITOR_NARROWS = _UNASKED | {
    "complete.multiline", "complete.speculate", "languages.off", "paths.off", "cache.enabled", "index.enabled",
    "fix.tools",
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
    """The longer pause. ``auto`` waits a second at most, but asks more rarely: it is less than a shorter one."""
    if isinstance(now, str) or isinstance(new, str):
        return new if isinstance(now, int) and now <= _AUTO_MS else now
    return max(now, new)


def _rarest(now: str, new: str) -> str:
    return min(now, new, key=("off", "auto", "on").index)


_AUTO_MS = 1000

# What narrowing makes of each setting, given the value so far and the new one. A workspace's file may set no others.
_NARROWED: Mapping[str, Callable[[Any, Any], Any]] = {
    "complete.enabled": _all,
    "complete.multiline": _all,
    "complete.comments": _all,
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
        return _narrowed(source, key, now, new, problems)
    return new


def choosable(key: str, own: Mapping[str, Any]) -> Names:
    """The models that an editor may choose for ``models.TASK``, where the user's own settings are ``own``.

    Those that these name for the task or for completions, which are asked for most often, and models that run here.
    Where they say nothing of a task that waits to be asked, any that they name; ours, where they name none.
    """
    named = dict.fromkeys(name for task, names in own.items() if task.startswith("models.") for name in names)
    typed, told = own.get("models.complete", ()), own.get(key) or own.get("models.explain", ())
    if not named or (key != "models.complete" and not told):
        return (*named,) or OUR_MODELS
    wanted = {*typed, *(told if key != "models.complete" else ())}
    return tuple(name for name in named if name in wanted or name.startswith("local/"))


def default_of(key: str) -> Any:
    """The default of the setting ``section.key``."""
    section, _, name = key.partition(".")
    return Settings().providers.get(name) if section == "providers" else getattr(getattr(Settings(), section), name)


def _lower(key: str, now: float, new: float) -> float:
    """The lower of two limits; a budget of 0 is none."""
    limits = [limit for limit in (now, new) if limit or not key.startswith("budget.")]
    return min(limits, default=0)


def _narrowed(source: Source, key: str, now: Any, new: Any, problems: list[str]) -> Any:
    if key == "paths.off":
        return _added(now, _hiding(source, new, problems))
    if source == "editor" and key == "complete.debounce_ms" and now == "auto":  # no number of the user's own to keep to
        return new
    narrowed = _NARROWED[key](now, new)
    if source == "editor" and key in _UNASKED and narrowed != new:
        problems.append(f"editor: {key}: your own settings say {_written(now)}, and an editor may only have less asked")
    return narrowed


def _written(value: Any) -> str:
    return str(value).lower()


def _hiding(source: Source, patterns: Names, problems: list[str]) -> Names:
    """The patterns but those that show files again (``!pattern``)."""
    showing = tuple(pattern for pattern in patterns if pattern.lstrip().startswith("!"))
    if showing:
        problems.append(f"{source}: paths.off: {', '.join(showing)} can only be set in your own config.toml")
    return tuple(pattern for pattern in patterns if pattern not in showing)


def _configured(key: str, names: Names, own: Mapping[str, Any], problems: list[str]) -> Names:
    """Of the models an editor names, those that it may choose."""
    allowed = choosable(key, own)
    other = [name for name in names if name not in allowed]
    problems.extend(f"editor: {key}: {name!r} is not among those your own config.toml names for it" for name in other)
    return tuple(name for name in names if name in allowed)
