"""What a model would be shown at a place, and why: as a table, or as facts for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from flashls.app import App
from flashls.engine.account import Account, Count, account
from flashls.engine.session import Session
from flashls.types import Cursor, Image, Prompt
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.console import console, rule
from flashls_cli.indexed import indexed
from flashls_cli.progress import waiting
from flashls_cli.target import Target, resolve
from flashls_cli.trouble import Trouble

_HOLE = "<hole>"


async def show(target: str, count: bool, language: str | None, common: Common) -> int:
    """Prints what a completion at a TARGET would send; 0. ``count``: by the provider, where it can. Raises Trouble."""
    place = await resolve(target, language)
    async with opened_app(common, place.root) as app:
        found = await _account(app, place, count)
        if common.json:
            print_json(_facts(found))
        else:
            _draw(found)
    return 0


async def _account(app: App, place: Target, count: bool) -> Account:
    route = app.engine.routes.get("complete")
    if route is None:
        raise Trouble(app.engine.missing)
    session = Session(root=str(place.root))
    if session.hides(place.snapshot.uri, app.settings.paths.off):
        raise Trouble("no model may see this file (its name, or paths.off): nothing would be sent", status=1)
    async with indexed(place.root, app.settings) as session.index:
        with waiting("gathering"):
            counter = _counter(app, route.name) if count else None
            return await account(app.engine, route, session, Cursor(place.snapshot, place.end), counter)


def _counter(app: App, name: str) -> Count | None:
    """What counts a prompt's tokens as the model does; None where its provider cannot."""
    counter: Count | None = getattr(app.asked[name].provider, "count_tokens", None)
    return counter


def _facts(found: Account) -> dict[str, Any]:
    """What is sent and what it is made of, without a secret."""
    pieces = [each for each in found.sent if each.score is not None]
    around = {each.why: each.tokens for each in found.sent if each.what == "window"}
    return {
        "model": found.model,
        "tokens": found.tokens,
        "counted": found.counted,
        "snippets": [
            {"path": s.path, "kind": s.what, "why": s.why, "score": s.score, "tokens": s.tokens} for s in pieces
        ],
        "prefix_tokens": around.get("before the cursor", 0),
        "suffix_tokens": around.get("after the cursor", 0),
        "left_out": [{"path": each.path, "kind": each.what, "reason": each.reason} for each in found.left_out],
        "redacted": sorted(each.placeholder for each in found.redacted),
        **_form(found.prompt),
    }


def _form(prompt: Prompt) -> dict[str, Any]:
    if prompt.fim and not prompt.parts:
        snippets = [{"path": snippet.path, "text": snippet.text} for snippet in prompt.fim.extra]
        fim = {"snippets": snippets, "prefix": prompt.fim.prefix, "suffix": prompt.fim.suffix}
        return {"form": "fill in the middle", "fim": fim}
    parts = [
        {"image": p.mime} if isinstance(p, Image) else {"role": p.role, "stable": p.stable, "text": p.text}
        for p in prompt.parts
    ]
    return {"form": "chat", "parts": parts}


def _draw(found: Account) -> None:
    out = console()
    facts = _facts(found)
    table = Table("what", "from", "tokens", "rank", "why", box=None, pad_edge=False)
    for each in found.sent:
        rank = "" if each.score is None else f"{each.score:.2f}"
        table.add_row(each.what, each.path, str(each.tokens), rank, each.why)
    counted = "counted by the provider" if found.counted else "estimated"
    out.print(f"{found.model} would be sent ({facts['form']}), {found.tokens} tokens {counted}:")
    out.print(table)
    for left in found.left_out:
        out.print(f"left out: {left.what} {left.path}: {left.reason}")
    redacted = ", ".join(f"{each.placeholder} in {', '.join(each.paths)}" for each in found.redacted)
    out.print(f"redacted: {redacted or 'nothing'}")
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
