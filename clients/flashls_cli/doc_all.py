"""flashls doc --all over many files: each is asked about once, and written, or shown, as soon as it is done."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flashls.app import App
from flashls.engine.anchors import Replacement
from flashls.engine.documenting.document import NothingToDocument, document
from flashls.models.spent import usd_of
from flashls.text.lines import lines_of
from flashls_cli.batch import Job, code_files, resolved, workspace_of
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.errand import Errand, outcomes_of
from flashls_cli.journal import digest_of
from flashls_cli.many import Many
from flashls_cli.outcomes import Outcome
from flashls_cli.patch import print_patch
from flashls_cli.printed import counted
from flashls_cli.rewritten import Rewritten, rewritten
from flashls_cli.target import resolve, text_of
from flashls_cli.trouble import Trouble


async def document_all(paths: Sequence[str], write: bool, many: Many, language: str | None, common: Common) -> int:
    """Documents all that has no comment in the files and folders; the exit status. Raises Trouble."""
    root, failed = workspace_of(paths), dict[str, str]()
    async with opened_app(common, root) as app:
        names = code_files(root, paths, app.settings.paths.off)
        hear = partial(_written, root, failed) if write else _unheard
        errand = Errand("document", "documenting", root, asked=resolved(paths))
        outcomes = await outcomes_of(app, errand, names, partial(_job, root, language), many, hear)
    if common.json:
        print_json({"files": [_row(root, each, write, failed) for each in outcomes.files], **outcomes.error})
    else:
        _print(root, outcomes.tried, write, failed)
    return outcomes.ended(bool(failed))


def _job(root: Path, language: str | None, app: App, name: str) -> Job:
    async def work() -> tuple[Any, float | None]:
        place = await resolve(str(root / name), language)
        try:
            found = await document(app.engine, place.snapshot, 0, 0, every=True, root=str(root))
        except NothingToDocument:
            return {"symbols": [], "left": [], "edits": []}, 0.0
        edits = [[edit.start, edit.end, edit.text] for edit in found.edits]
        value = {"symbols": list(found.symbols), "left": [list(each) for each in found.left], "edits": edits}
        return value, usd_of(found.ends, app.settings.providers)

    return Job(name, digest_of(text_of(str(root / name)), language or ""), work)


def _file(root: Path, outcome: Outcome) -> Rewritten | None:
    """The file with its comments, None if it gets none."""
    edits = [Replacement(*edit) for edit in (outcome.value or {}).get("edits", ())]
    path = root / outcome.name
    return rewritten(path, lines_of(text_of(str(path))), edits) if edits else None


def _unheard(_: Outcome) -> None:
    """Nothing is done before all is."""


def _written(root: Path, failed: dict[str, str], outcome: Outcome) -> None:
    file = _file(root, outcome)
    if file is not None:
        try:
            file.write()
        except Trouble as trouble:
            failed[outcome.name] = str(trouble)


def _row(root: Path, outcome: Outcome, write: bool, failed: dict[str, str]) -> dict[str, Any]:
    value = outcome.value or {}
    file = None if write else _file(root, outcome)
    trouble = outcome.trouble or failed.get(outcome.name, "")
    told = {"path": outcome.name, "symbols": value.get("symbols", []), "left": value.get("left", [])}
    return told | {"diff": file.diff if file else "", "written": write and not trouble, "trouble": trouble}


def _print(root: Path, outcomes: Sequence[Outcome], write: bool, failed: dict[str, str]) -> None:
    for outcome in outcomes:
        if not write and (file := _file(root, outcome)) is not None:
            print_patch(file.diff)
        if trouble := outcome.trouble or failed.get(outcome.name, ""):
            sys.stderr.write(f"flashls: {outcome.name}: {trouble}\n")
    symbols = sum(len((outcome.value or {}).get("symbols", ())) for outcome in outcomes)
    sys.stderr.write(f"flashls: {counted(symbols, 'symbol')} documented in {counted(len(outcomes), 'file')}\n")
