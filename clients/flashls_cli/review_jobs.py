"""Review jobs: what is to be done for a piece, for a file, and for what was changed in one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from flashls.app import App
from flashls.context.history import Changed
from flashls.engine.answering.explain import subject
from flashls.engine.documents import Documents
from flashls.engine.reviewing.deltas import Delta, deltas
from flashls.engine.reviewing.review import review
from flashls.models.spent import usd_of
from flashls.syntax.languages import language_id_of
from flashls.text.uris import shown_path
from flashls.types import Snapshot
from flashls_cli.batch import Job
from flashls_cli.findings import report_of
from flashls_cli.journal import digest_of
from flashls_cli.target import Target, text_of

_DELTA = 8_000  # characters of changes in one question


def of_piece(root: Path, places: Mapping[str, Target], app: App, name: str) -> Job:
    """The job of the TARGET of that name."""
    place = places[name]
    snapshot, start, end = place.snapshot, place.start, place.end
    span = (start, end) if start < end else subject(snapshot, start, end)
    return _job(app, root, name, snapshot, *span, None)


def of_file(root: Path, language: str | None, app: App, name: str) -> Job:
    """The job of a whole file."""
    return _deferred(app, root, name, text_of(str(root / name)), language or language_id_of(name))


def of_change(root: Path, changed: Mapping[str, Changed], app: App, name: str) -> Job:
    """The job of what was changed in a file; a new one is reviewed as a whole."""
    one = changed[name]
    assert one.after is not None
    changes = None if one.before is None else deltas(one, _DELTA)
    return _deferred(app, root, one.path, one.after, language_id_of(one.path), changes)


def _deferred(
    app: App, root: Path, name: str, text: str, language: str, changes: tuple[Delta, ...] | None = None
) -> Job:
    """A whole document's job; it is parsed when its turn comes."""

    async def work() -> tuple[Any, float | None]:
        documents = Documents()
        uri = (root / name).as_uri()
        documents.open(uri, language, 0, text)
        snapshot = await documents.parsed(uri)
        return await _job(app, root, name, snapshot, 0, snapshot.lines.length, changes).work()

    told = repr([each.text for each in changes]) if changes is not None else ""
    return Job(name, digest_of(text, language, told), work)


def _job(
    app: App, root: Path, name: str, snapshot: Snapshot, start: int, end: int, changes: tuple[Delta, ...] | None
) -> Job:
    async def work() -> tuple[Any, float | None]:
        found = await review(app.engine, snapshot, start, end, changes, str(root), priority=1)
        report = report_of(shown_path(snapshot.uri, str(root)), snapshot.lines, found)
        return msgspec.to_builtins(report), usd_of(found.ends, app.settings.providers)

    text = snapshot.after(0, snapshot.lines.length)
    return Job(name, digest_of(text, snapshot.language, f"{start}-{end}"), work)
