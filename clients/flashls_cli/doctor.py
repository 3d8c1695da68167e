"""flashls doctor: what works on this machine and what is missing, a line each."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from flashls import __version__
from flashls.app import App
from flashls.engine.indexing import unfit
from flashls.index.schema import database
from flashls.models import weights
from flashls.models.providers import row_of
from flashls.routes import TASKS
from flashls.sources import cache_path, config_path, data_path
from flashls.syntax.languages import LANGUAGES, grammar
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.console import console
from flashls_cli.doctor_last import last as last_requests
from flashls_cli.workspace import root_of

_MARK = {"good": ("✓", "green"), "note": ("•", "yellow"), "bad": ("✗", "red")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    state: Literal["good", "note", "bad"]
    what: str
    text: str


def doctor(
    *,
    last: Annotated[bool, Parameter(negative="")] = False,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Check the installation: settings, keys (never shown), models, cache, grammars. Sends nothing anywhere.

    Parameters
    ----------
    last:
        Tell instead what came of the last completions in your editors, and why nothing came: each step and its time.
    """
    return asyncio.run(_doctor(common, last))


async def _doctor(common: Common, last: bool) -> int:
    async with opened_app(common, strict=False) as app:
        if last:
            return await last_requests(app, common.json)
        stats = await app.replies.stats()
        findings = [*_findings(app), _cache(stats.trouble, stats.entries, str(stats.path))]
    findings.append(_index())
    if common.json:
        print_json({"findings": [{"state": f.state, "what": f.what, "text": f.text} for f in findings]})
    else:
        out = console()
        for finding in findings:
            out.print(Text.assemble(_MARK[finding.state], f" {finding.what}: {finding.text}"), soft_wrap=True)
    return 1 if any(f.state == "bad" for f in findings) else 0


def _findings(app: App) -> Iterator[Finding]:
    yield Finding("good", "flashls", f"{__version__} on Python {platform.python_version()}, {platform.platform()}")
    path = config_path(os.environ)
    yield Finding("good" if path.exists() else "note", "settings", f"{path}{'' if path.exists() else ' is not there'}")
    for problem in app.problems:
        yield Finding("bad", "settings", problem)
    for notice in app.notices:
        yield Finding("note", "model", notice)
    yield from _keys(app)
    if any(route.name.startswith("gemini/") for route in app.engine.routes.values()):
        yield Finding(
            "note", "privacy", "with an unpaid Gemini key, Google may use what is sent to improve its products"
        )
    yield from _local()
    for name, asked in app.asked.items():
        yield Finding("good", _purpose(asked.tasks), f"asks {name}")
    if app.engine.missing:
        yield Finding("bad", "model", app.engine.missing)
    missing = [language.name for language in LANGUAGES if grammar(language) is None]
    state: Literal["note", "good"] = "note" if missing else "good"
    yield Finding(state, "grammars", f"{len(LANGUAGES) - len(missing)} of {len(LANGUAGES)}" + _listed(missing))


def _purpose(tasks: Sequence[str]) -> str:
    if tuple(tasks) == TASKS[1:]:
        return "all else"
    return "everything" if tuple(tasks) == TASKS else ", ".join(tasks)


def _keys(app: App) -> Iterator[Finding]:
    """Whether each provider in use has a key; without any in use, whether the one that is used by itself has."""
    for provider in dict.fromkeys(["gemini", *(name.partition("/")[0] for name in app.asked)]):
        row = row_of(provider, app.settings)
        if app.key(provider):
            yield Finding("good", f"{provider} key", "is set (not checked; it is never shown)")
        elif row.wants_key:
            yield Finding("note", f"{provider} key", f"none: set {row.key_hint}, or flashls models login {provider}")


def _local() -> Iterator[Finding]:
    if importlib.util.find_spec("xllamacpp") is None:
        yield Finding("note", "embedded model", "its runtime is not installed: pip install 'flashls[local]'")
        return
    folder = data_path(os.environ) / "models"
    have = [name for name in weights.WEIGHTS if weights.find(name, folder)]
    text = ", ".join(have) if have else f"no weights: flashls models pull {next(iter(weights.WEIGHTS))}"
    yield Finding("good" if have else "note", "embedded model", text)


def _cache(trouble: str | None, entries: int, path: str) -> Finding:
    if trouble:
        return Finding("bad", "cache", f"{trouble} ({path})")
    return Finding("good", "cache", f"{entries} replies in {path}")


def _index() -> Finding:
    root = root_of(Path.cwd())
    if reason := unfit(root):
        return Finding("note", "index", f"none is made here: {reason}")
    made = database(cache_path(os.environ) / "index", root).exists()
    return Finding("good", "index", f"of {root}{'' if made else ', made when an editor opens it'}")


def _listed(names: list[str]) -> str:
    return f"; missing: {', '.join(names)}" if names else ""
