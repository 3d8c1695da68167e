"""Check: run a tool on a text, if the user's settings and the workspace's place allow it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flashls.engine.checks.findings import Finding
from flashls.engine.checks.program import NotRun, program, run
from flashls.engine.checks.tools import Job, Tool
from flashls.settings import Settings
from flashls.text.uris import path_of
from flashls.types import Snapshot


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document belongs: its path, None without a file, and its workspace's folder, None without one."""

    path: Path | None
    root: Path | None


def place_of(snapshot: Snapshot, root: str | None) -> Place:
    """A document's place."""
    return Place(
        Path(path_of(snapshot.uri)) if snapshot.uri.startswith("file:") else None, Path(root) if root else None
    )


async def check(tool: Tool, text: str, language: str, place: Place, settings: Settings) -> tuple[Finding, ...]:
    """What a tool says of a text that is to stand at a place. Nothing is written but in a folder of our own.

    Raises NotRun: it is not installed, not allowed, or did not do its work.
    """
    trusted = is_trusted(place.root, settings)
    if tool.runs_code and not trusted:
        raise NotRun(f"{tool.name} runs the workspace's own code, which [trust] roots does not allow")
    if not tool.runs_code and tool.name not in settings.fix.tools:
        raise NotRun(f"[fix] tools does not name {tool.name}")
    around = place.root or (place.path.parent if place.path else None)
    found = program(tool.program, around, _own(place.root) if tool.runs_code and trusted else ())
    if found is None:
        raise NotRun(f"{tool.name} is not installed")
    folder = Path(tempfile.mkdtemp(prefix="flashls-check-"))
    try:
        job = Job(text, language, place.path, place.root, folder)
        output = await run(found, tool.command(job), around, settings.fix.timeout_s)
        findings = tuple(tool.read(output, job))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise NotRun(f"{tool.name} did not do its work") from None
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    if output.status and not findings:
        raise NotRun(f"{tool.name} ended with status {output.status} and found nothing")
    return findings


def is_trusted(root: Path | None, settings: Settings) -> bool:
    """Whether a workspace may run its own code: whether ``[trust] roots`` names its folder, or one above it."""
    if root is None:
        return False
    trusted = (Path(folder).expanduser() for folder in settings.trust.roots)
    return any(folder.is_absolute() and root.resolve().is_relative_to(folder.resolve()) for folder in trusted)


def _own(root: Path | None) -> tuple[Path, ...]:
    """Where a workspace keeps programs of its own."""
    return (
        () if root is None else tuple(root / folder for folder in ("node_modules/.bin", ".venv/bin", ".venv/Scripts"))
    )
