"""flashls context --jsonl: for programs, one request a line and one answer a line."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import msgspec

from flashls.context.gather import extras, gather
from flashls.engine.hidden import Hiding, hidden
from flashls.engine.indexing import Indexing, unfit
from flashls.prompt.seal import seal
from flashls.settings import Settings
from flashls.sources import cache_path, load
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Budget, Context, Cursor, Draft, Fim, Snapshot, Snippet, Workspace
from flashls_cli.common import Common, flags_of, print_json
from flashls_cli.trouble import Trouble

# The window that is taken for shown: that of a small, fast model. Whoever asks counts four characters a token.
_WINDOW = Budget(prefix=500, suffix=125, extra=0, suffix_rows=40, head_step=1, chars_per_token=4)
_OPEN = 16
_WARM_S, _COLD_S = 600.0, 10.0
_COLLECTED = 50_000  # objects made before the collector looks at the young ones


async def serve(common: Common) -> int:
    """Answers requests until standard input ends; 0. A bad one is answered with an error, and the rest go on.

    The settings of each ``repo_root`` are read once, and its index is kept up to date meanwhile. Raises Trouble for
    flags of another form.
    """
    roots = _Roots(flags_of(common))
    loop = asyncio.get_running_loop()
    try:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            try:
                print_json(await _answer(msgspec.convert(msgspec.json.decode(line), _Request, strict=False), roots))
            except Trouble as trouble:
                print_json(_failed(str(trouble)))
            except (ValueError, OSError, RecursionError, msgspec.MsgspecError) as error:
                print_json(_failed(f"{type(error).__name__}: {error}"))
    finally:
        await roots.close()
    return 0


_Natural = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]  # LSP's uinteger


class _Request(msgspec.Struct, frozen=True):
    repo_root: str
    path: str
    line: _Natural
    character: _Natural
    budget_tokens: Annotated[float, msgspec.Meta(ge=0)]
    warmup: bool | None = False


class _Roots:
    """The workspaces asked about: the settings and the index of each, and the files read last."""

    def __init__(self, flags: dict[str, Any]) -> None:
        self._flags = flags
        self._settings: dict[Path, Settings] = {}
        self._indexing: dict[Path, Indexing] = {}
        self._workspaces: dict[Path, Workspace] = {}
        self._open: OrderedDict[Path, tuple[int, int, Snapshot]] = OrderedDict()

    def settings(self, root: Path) -> Settings:
        """The settings that hold in a workspace. Raises Trouble for wrong ones."""
        if root not in self._settings:
            loaded = load(os.environ, self._flags, workspace_root=root)
            if loaded.problems:
                raise Trouble("; ".join(loaded.problems))
            self._settings[root] = loaded.settings
        return self._settings[root]

    async def workspace(self, root: Path, warm_up: bool) -> Workspace:
        """The workspace with its index, waited for at the first request; without one for a folder unfit for it."""
        off = self.settings(root).paths.off
        if root not in self._indexing and not unfit(root):
            self._indexing[root] = Indexing(root, cache_path(os.environ) / "index", off)
            self._indexing[root].start()
            await self._indexing[root].ready(_WARM_S if warm_up else _COLD_S)
            gc.freeze()  # what is loaded stays: the collector need not look at it again
            gc.set_threshold(_COLLECTED)  # what a request makes seldom refers to itself
        if root not in self._workspaces:
            indexing = self._indexing.get(root)
            self._workspaces[root] = Workspace(
                root=str(root),
                index=indexing.index if indexing else None,
            )
        hiding = Hiding(str(root), off)
        return replace(self._workspaces[root], visible=lambda path: not hiding.hides_below(path))

    def opened(self, path: Path) -> Snapshot:
        """A file as a document; the last few are kept while they do not change."""
        stat = path.stat()
        kept = self._open.get(path)
        if kept is None or kept[:2] != (stat.st_mtime_ns, stat.st_size):
            language, text = language_id_of(path), path.read_bytes().decode("utf-8", "replace")
            tree = parsed(language_of(language), text)
            kept = (stat.st_mtime_ns, stat.st_size, Snapshot(path.as_uri(), language, 0, lines_of(text), tree, 0))
            self._open[path] = kept
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)
        return kept[2]

    async def close(self) -> None:
        """Ends the indexers."""
        for indexing in self._indexing.values():
            await indexing.stop()


async def _answer(request: _Request, roots: _Roots) -> dict[str, Any]:
    started = time.perf_counter()
    root = _resolved(request.repo_root)
    path = (root / request.path).resolve()
    if not path.is_relative_to(root):
        raise Trouble(f"{request.path} is outside {request.repo_root}")
    if hidden(path.as_uri(), str(root), roots.settings(root).paths.off):
        raise Trouble("no model may see this file (its name, or paths.off): nothing would be sent")
    snapshot = roots.opened(path)
    row, tokens = request.line, int(request.budget_tokens)
    workspace = await roots.workspace(root, bool(request.warmup))
    cursor = Cursor(snapshot, snapshot.lines.offset(row, snapshot.lines.column(row, request.character, "utf-16")))
    budget = Budget(_WINDOW.prefix, _WINDOW.suffix, tokens, _WINDOW.suffix_rows, 1, _WINDOW.chars_per_token)
    found = _sealed(gather(cursor, budget, extras(cursor, workspace, budget), str(root)))
    text = "\n\n".join(f"{_mark(snippet.path)}{snippet.path}\n{snippet.text}" for snippet in found)
    files = sorted({snippet.path for snippet in found})
    return {"context": text, "files": files, "ms": round((time.perf_counter() - started) * 1000, 2)}


@lru_cache(maxsize=64)
def _resolved(folder: str) -> Path:
    return Path(folder).resolve()


@lru_cache(maxsize=4096)
def _mark(path: str) -> str:
    """What makes a path's line a comment, so that a reader tells it from the code."""
    language = language_of(language_id_of(path))
    return f"{language.line_comment if language and language.line_comment else '#'} "


def _sealed(context: Context) -> tuple[Snippet, ...]:
    """The snippets as a prompt would hold them: the window counts too, for it may tell that something is a secret."""
    fim = seal(Draft((), Fim(context.snippets, context.prefix, context.suffix))).fim
    return fim.extra if fim else ()


def _failed(error: str) -> dict[str, Any]:
    return {"context": "", "files": [], "ms": 0.0, "error": error}
