"""flashls context --jsonl: for programs, one request a line and one answer a line."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flashls.context.gather import extras, gather
from flashls.engine.documents import Documents
from flashls.engine.hidden import hidden
from flashls.prompt.seal import seal
from flashls.settings import Settings
from flashls.sources import load
from flashls.syntax.languages import language_id_of
from flashls.types import Budget, Context, Cursor, Draft, Fim, Snapshot, Snippet, Workspace
from flashls_cli.common import Common, flags_of, print_json
from flashls_cli.trouble import Trouble

SettingsOf = Callable[[Path], Settings]


async def serve(common: Common) -> int:
    """Answers requests until standard input ends; 0. A bad one is answered with an error, and the rest go on.

    The settings of each ``repo_root`` are read once. Raises Trouble for flags of another form.
    """
    flags = flags_of(common)

    @cache
    def settings_of(root: Path) -> Settings:
        loaded = load(os.environ, flags, workspace_root=root)
        if loaded.problems:
            raise Trouble("; ".join(loaded.problems))
        return loaded.settings

    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            print_json(await _answer(json.loads(line), settings_of))
        except Trouble as trouble:
            print_json(_failed(str(trouble)))
        except (ValueError, KeyError, TypeError, OSError) as error:
            print_json(_failed(f"{type(error).__name__}: {error}"))
    return 0


async def _answer(request: dict[str, Any], settings_of: SettingsOf) -> dict[str, Any]:
    started = time.perf_counter()
    root, path = _paths(request)
    if hidden(path.as_uri(), str(root), settings_of(root).paths.off):
        raise Trouble("no model may see this file (its name, or paths.off): nothing would be sent")
    snapshot = await _opened(path)
    row = int(request["line"])
    at = snapshot.lines.offset(row, snapshot.lines.column(row, int(request["character"]), "utf-16"))
    budget = Budget(prefix=1500, suffix=500, extra=int(request["budget_tokens"]), suffix_rows=40, head_step=1)
    cursor = Cursor(snapshot, at)
    found = _sealed(gather(cursor, budget, extras(cursor, Workspace(root=str(root))), str(root)))
    text = "\n\n".join(snippet.text for snippet in found)
    files = sorted({snippet.path for snippet in found})
    return {"context": text, "files": files, "ms": round((time.perf_counter() - started) * 1000, 2)}


def _paths(request: dict[str, Any]) -> tuple[Path, Path]:
    root = Path(request["repo_root"]).resolve()
    return root, (root / request["path"]).resolve()


async def _opened(path: Path) -> Snapshot:
    documents = Documents()
    documents.open(path.as_uri(), language_id_of(path), 0, _text(path))
    return await documents.parsed(path.as_uri())


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _sealed(context: Context) -> tuple[Snippet, ...]:
    """The snippets as a prompt would hold them: the window counts too, for it may tell that something is a secret."""
    fim = seal(Draft((), Fim(context.snippets, context.prefix, context.suffix))).fim
    return fim.extra if fim else ()


def _failed(error: str) -> dict[str, Any]:
    return {"context": "", "files": [], "ms": 0.0, "error": error}
