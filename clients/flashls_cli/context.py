"""flashls context: what a model would be shown, and why."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from flashls.app import App
from flashls.context.gather import extras
from flashls.engine.complete import Question, question
from flashls.engine.hidden import hidden
from flashls.types import Budget, Cursor, Image, Workspace
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.context_lines import serve
from flashls_cli.target import resolve
from flashls_cli.trouble import Trouble


def context(
    target: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    jsonl: Annotated[bool, Parameter(negative="")] = False,
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Show exactly what a completion at a TARGET would send, where each piece is from, and why it is there.

    Parameters
    ----------
    target:
        The place, as path:LINE:COL, path:LINE, path, or - for standard input.
    jsonl:
        Read requests {"repo_root", "path", "line", "character", "budget_tokens"} from standard input, one a line
        (0-based, UTF-16), and answer each with {"context", "files", "ms"}.
    language:
        The LSP language id, where the path does not tell it.
    """
    if jsonl:
        return asyncio.run(serve(common))
    if target is None:
        raise Trouble("which place? For example: flashls context src/main.py:10:5")
    return asyncio.run(_show(target, language, common))


async def _show(target: str, language: str | None, common: Common) -> int:
    place = await resolve(target, language)
    async with opened_app(common, place.root) as app:
        route = app.engine.routes.get("complete")
        if route is None:
            raise Trouble(app.engine.missing)
        root = str(place.root)
        _refuse_hidden(app, place.snapshot.uri, root)
        cursor = Cursor(place.snapshot, place.end)
        asked = question(app.engine, route, cursor, extras(cursor, Workspace(root=root)), root)
        if common.json:
            print_json(_facts(asked, route.name, route.budget))
        else:
            _draw(asked, route.name, route.budget)
    return 0


def _refuse_hidden(app: App, uri: str, root: str) -> None:
    if hidden(uri, root, app.settings.paths.off):
        raise Trouble("no model may see this file (its name, or paths.off): nothing would be sent", status=1)


def _facts(asked: Question, model: str, budget: Budget) -> dict[str, Any]:
    return {
        "model": model,
        "snippets": [
            {"path": s.path, "kind": s.kind, "why": s.why, "score": s.score, "tokens": _tokens(s.text, budget)}
            for s in asked.context.snippets
        ],
        "prefix_tokens": _tokens(asked.context.prefix, budget),
        "suffix_tokens": _tokens(asked.context.suffix, budget),
        "redacted": sorted(asked.prompt.redactions),
        "parts": [
            {"image": p.mime} if isinstance(p, Image) else {"role": p.role, "stable": p.stable, "text": p.text}
            for p in asked.prompt.parts
        ],
        "fim": {"prefix": asked.prompt.fim.prefix, "suffix": asked.prompt.fim.suffix} if asked.prompt.fim else None,
    }


def _draw(asked: Question, model: str, budget: Budget) -> None:
    console = Console()
    facts = _facts(asked, model, budget)
    table = Table("what", "from", "tokens", "why", box=None, pad_edge=False)
    for snippet in facts["snippets"]:
        table.add_row(snippet["kind"], snippet["path"], str(snippet["tokens"]), snippet["why"])
    table.add_row("window", "before the cursor", str(facts["prefix_tokens"]), "")
    table.add_row("window", "after the cursor", str(facts["suffix_tokens"]), "")
    console.print(f"{model} would be sent, tokens estimated:", highlight=False)
    console.print(table)
    console.print(f"redacted: {', '.join(facts['redacted']) or 'nothing'}", highlight=False)
    for part in facts["parts"]:
        console.rule(part.get("role", "image"))
        sys.stdout.flush()
        console.print(part.get("text", ""), markup=False, highlight=False, soft_wrap=True)


def _tokens(text: str, budget: Budget) -> int:
    return round(len(text) / budget.chars_per_token)
