"""flashls context: what a model would be shown, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

from cyclopts import Parameter
from rich.table import Table

from flashls.app import App
from flashls.context.gather import extras
from flashls.engine.complete import Question, question
from flashls.engine.hidden import hidden
from flashls.models.profiles import profile
from flashls.types import Budget, Cursor, Fim, Image, Prompt, Workspace
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.console import console, rule
from flashls_cli.context_lines import serve
from flashls_cli.target import resolve
from flashls_cli.trouble import Trouble

_HOLE = "<hole>"


def context(
    target: str | None = None,
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
    """What is sent and what it is made of, without a secret; of the prompt's two forms only the model's own."""
    fim = asked.prompt.fim or Fim((), "", "")
    return {
        "model": model,
        "snippets": [
            {"path": s.path, "kind": s.kind, "why": s.why, "score": s.score, "tokens": _tokens(s.text, budget)}
            for s in fim.extra
        ],
        "prefix_tokens": _tokens(fim.prefix, budget),
        "suffix_tokens": _tokens(fim.suffix, budget),
        "redacted": sorted(asked.prompt.redactions),
        **_form(asked.prompt, model),
    }


def _form(prompt: Prompt, model: str) -> dict[str, Any]:
    if prompt.fim and profile(model).dialect != "chat":
        snippets = [{"path": snippet.path, "text": snippet.text} for snippet in prompt.fim.extra]
        fim = {"snippets": snippets, "prefix": prompt.fim.prefix, "suffix": prompt.fim.suffix}
        return {"form": "fill in the middle", "fim": fim}
    parts = [
        {"image": p.mime} if isinstance(p, Image) else {"role": p.role, "stable": p.stable, "text": p.text}
        for p in prompt.parts
    ]
    return {"form": "chat", "parts": parts}


def _draw(asked: Question, model: str, budget: Budget) -> None:
    out = console()
    facts = _facts(asked, model, budget)
    table = Table("what", "from", "tokens", "why", box=None, pad_edge=False)
    for snippet in facts["snippets"]:
        table.add_row(snippet["kind"], snippet["path"], str(snippet["tokens"]), snippet["why"])
    table.add_row("window", "before the cursor", str(facts["prefix_tokens"]), "")
    table.add_row("window", "after the cursor", str(facts["suffix_tokens"]), "")
    out.print(f"{model} would be sent ({facts['form']}), tokens estimated:")
    out.print(table)
    out.print(f"redacted: {', '.join(facts['redacted']) or 'nothing'}")
    for title, text in _sections(facts):
        rule(out, title)
        out.file.write(text + "\n")  # print would write tabs as spaces


def _sections(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is sent, piece by piece, each with a title."""
    if fim := facts.get("fim"):
        yield from ((snippet["path"], snippet["text"]) for snippet in fim["snippets"])
        yield "prefix, hole, suffix", f"{fim['prefix']}{_HOLE}{fim['suffix']}"
    else:
        yield from ((part.get("role", "image"), part.get("text", "")) for part in facts["parts"])


def _tokens(text: str, budget: Budget) -> int:
    return round(len(text) / budget.chars_per_token)
