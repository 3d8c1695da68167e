"""Account: exactly what a completion would send, what each piece of it is and costs, and what was left out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from flashls.context.gather import own_imports
from flashls.engine.completion.ahead import Terms, gathered
from flashls.engine.completion.asking import Question, question
from flashls.engine.engine import Engine, Route
from flashls.engine.hidden import hidden
from flashls.engine.session import Session
from flashls.engine.visible import visible
from flashls.models.seam import ModelError
from flashls.prompt.seal import seal
from flashls.text.uris import shown_path
from flashls.types import Cursor, Draft, Fim, Image, Prompt, Snippet, Text, Workspace

_PATIENCE_S = 3.0
_WIDER = 4  # times the budget, to tell what there was no room for
_LEFT_OUT = 12
Count = Callable[[Prompt], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A piece of the prompt: what it is, where from, why it is there, how it ranked, and what it takes."""

    what: str
    path: str
    why: str
    score: float | None
    tokens: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is not sent, and why not."""

    what: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A placeholder, and the pieces it stands in."""

    placeholder: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What ``model`` would be sent: ``prompt``, made of ``sent`` in its order, ``tokens`` in all.

    ``counted``: by the provider; else estimated from the characters, as the pieces' tokens always are.
    """

    model: str
    prompt: Prompt
    sent: tuple[Sent, ...]
    left_out: tuple[LeftOut, ...]
    redacted: tuple[Redacted, ...]
    tokens: int
    counted: bool


async def account(
    engine: Engine, route: Route, session: Session, cursor: Cursor, count: Count | None = None
) -> Account:
    """The account of a completion at a cursor; nothing is sent but to ``count``, which is waited for 3 s."""
    root, terms = session.root, engine.terms(route)
    await session.look_at_changes(terms.hiding)
    found = await _found(session, cursor, terms)
    wider = replace(terms, budget=replace(terms.budget, extra=_WIDER * terms.budget.extra))
    more = await asyncio.to_thread(gathered, cursor, session.view(), wider)
    asked = question(engine, route, cursor, found, root)
    per_token = engine.budget(route).chars_per_token
    taken, passed_over, shown, path = _without_secrets(asked, (*found, *more), shown_path(cursor.snapshot.uri, root))
    sent = tuple(_sent(asked.prompt, taken, shown, path, per_token))
    tokens = await _counted(count, asked.prompt)
    left_out = (
        *(LeftOut(each.kind, each.path, _reason(each, shown)) for each in passed_over[:_LEFT_OUT]),
        *await asyncio.to_thread(_unseen, session.view(), cursor, terms),
    )
    redacted = tuple(_redacted(asked.prompt, taken, shown, path))
    total = sum(each.tokens for each in sent) if tokens is None else tokens
    return Account(route.name, asked.prompt, sent, left_out, redacted, total, tokens is not None)


async def _found(session: Session, cursor: Cursor, terms: Terms) -> tuple[Snippet, ...]:
    """What the next request would find gathered there: it is gathered for that one, after what was shown before."""
    ahead = session.track(cursor.snapshot.uri).ahead
    ahead.look(cursor, terms)
    await ahead.settle(_PATIENCE_S)
    found = ahead.near(cursor, terms)
    return own_imports(cursor, session.root) if found is None else found


def _without_secrets(
    asked: Question, found: Sequence[Snippet], path: str
) -> tuple[tuple[Snippet, ...], tuple[Snippet, ...], Fim, str]:
    """The snippets sent and those that are not, the window, and its path, with the placeholders of the prompt."""
    context = asked.context
    paths = {each.path for each in context.snippets}
    others = tuple({each.path: each for each in reversed(found) if each.path not in paths}.values())[::-1]
    own = Snippet(path, "", "scope", 0, "")
    sealed = seal(Draft((), Fim((*context.snippets, own), context.prefix, context.suffix))).fim
    apart = seal(Draft((), Fim(others, "", ""))).fim
    assert sealed is not None and apart is not None
    return sealed.extra[:-1], apart.extra, replace(sealed, extra=()), sealed.extra[-1].path


def _sent(prompt: Prompt, taken: tuple[Snippet, ...], window: Fim, path: str, per_token: float) -> Iterator[Sent]:
    def tokens(text: str) -> int:
        return round(len(text) / per_token)

    texts = [part.text for part in prompt.parts if isinstance(part, Text)]
    pictures = sum(isinstance(part, Image) for part in prompt.parts)
    if texts:
        own = sum(map(len, texts)) - sum(map(len, (*(s.text for s in taken), window.prefix, window.suffix)))
        yield Sent(
            "instructions", "", "rules, examples, and where each piece begins and ends", None, round(own / per_token)
        )
    for each in taken:
        yield Sent(each.kind, each.path, each.why, each.score, tokens(each.text))
    yield Sent("window", path, "before the cursor", None, tokens(window.prefix))
    yield Sent("window", path, "after the cursor", None, tokens(window.suffix))
    if pictures:
        yield Sent("pictures", "", f"{pictures} attached", None, 0)


def _unseen(view: Workspace, cursor: Cursor, terms: Terms) -> tuple[LeftOut, ...]:
    """The open documents that are not looked at."""
    seen = {each.uri for each in visible(view, terms.hiding).snapshots} | {cursor.snapshot.uri}
    unseen = ((each.uri, hidden(each.uri, view.root, terms.hiding)) for each in view.snapshots if each.uri not in seen)
    reasons = {True: "no model may see it", False: "ignored by git, or outside the workspace"}
    return tuple(LeftOut("open file", shown_path(uri, view.root), reasons[off]) for uri, off in unseen)


def _reason(snippet: Snippet, window: Fim) -> str:
    text = snippet.text.strip()
    return "the window shows it" if text in window.prefix or text in window.suffix else "no room left in the budget"


def _redacted(prompt: Prompt, taken: tuple[Snippet, ...], window: Fim, path: str) -> Iterator[Redacted]:
    for placeholder in prompt.redactions:
        paths = [each.path for each in taken if placeholder in each.text or placeholder in each.path]
        if placeholder in window.prefix or placeholder in window.suffix or placeholder in path:
            paths.append(path)
        yield Redacted(placeholder, tuple(dict.fromkeys(paths)))


async def _counted(count: Count | None, prompt: Prompt) -> int | None:
    if count is None:
        return None
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await count(prompt)
    except (ModelError, TimeoutError):
        return None
