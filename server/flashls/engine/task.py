"""Task: what all tasks but completions do around their own question: may it be asked, whom, and the answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from flashls.engine.engine import Engine, Route
from flashls.engine.hidden import hidden
from flashls.models.seam import Garbled, NotFound, Refused, Stream
from flashls.prompt.seal import seal
from flashls.text.keyblocks import LONGEST_KEY, in_key_block
from flashls.types import Call, Draft, End, Piece, Prompt, Snapshot, Task

_TIMEOUT_S = 180


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole reply, the End it came with, and the Prompt it answers: ``seal.unseal(text, prompt)`` has its secrets.

    Unseal only what goes back to where the secrets came from, value by value: never JSON, nor what is shown or kept.
    """

    text: str
    end: End
    prompt: Prompt

    @property
    def json(self) -> Any:
        """The value that a reply to a prompt with a schema is: it was checked on the way. Raises Garbled."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            raise Garbled("The reply holds no JSON: try again, or choose another model") from None


def route_of(engine: Engine, task: Task) -> Route:
    """The model that a task asks, with a budget by the rate learned of it. Raises NotFound where there is none.

    What the model counts its prompts as is learned from in turn. The error says what to set.
    """
    route = engine.routes.get(task)
    if route is None:
        raise NotFound(engine.missing)
    return replace(route, budget=engine.budget(route), rates=engine.rates)


def permit(engine: Engine, snapshot: Snapshot, root: str | None, *bounds: int) -> None:
    """Raises Refused for a document that no model may see, and where a bound of the piece is inside a private key.

    Part of a key cannot be told from code, so no passage may begin or end there.
    """
    if hidden(snapshot.uri, root, engine.settings.paths.off):
        raise Refused("This file is kept from all models (its name, or paths.off).")
    if any(in_key_block(snapshot.before(at, LONGEST_KEY)) for at in bounds):
        raise Refused("This is inside a private key, which is sent to no model: choose what stands around it.")


def room(engine: Engine, route: Route) -> int:
    """How many characters of code a question to that model may hold."""
    budget = engine.budget(route)
    return int((budget.prefix + budget.extra) * budget.chars_per_token)


async def asked(route: Route, task: Task, draft: Draft, timeout_s: float = _TIMEOUT_S, priority: int = 0) -> Stream:
    """Yields the reply's pieces, then its End; the draft is sealed on the way. Raises ``ModelError``.

    Secrets stay placeholders in what is yielded. ``priority`` as in Call: 0 for what a person waits for.
    """
    async with aclosing(_stream(route, task, seal(draft), timeout_s, priority)) as stream:
        async for item in stream:
            yield item


async def answered(
    route: Route,
    task: Task,
    draft: Draft,
    timeout_s: float = _TIMEOUT_S,
    priority: int = 0,
    before: Answer | None = None,
    heard: Callable[[str], None] | None = None,
) -> Answer:
    """The whole reply; ``before`` is the one that the draft answers, if any, whose placeholders stay what they are.

    ``heard`` is told JSON as it comes, unchecked.
    Raises ``ModelError``: ``Refused`` too where the provider blocks the reply.
    """
    prompt, texts, end = seal(draft, before.prompt if before is not None else None), list[str](), None
    async with aclosing(_stream(route, task, prompt, timeout_s, priority, heard)) as stream:
        async for item in stream:
            if isinstance(item, Piece):
                texts.append(item.text)
            else:
                end = item
    if end is None:
        raise Garbled("The reply broke off: try again")
    if end.reason == "blocked":
        raise Refused("The model's provider blocked the reply: ask about another piece, or choose another model")
    return Answer("".join(texts), end, prompt)


async def _stream(
    route: Route,
    task: Task,
    prompt: Prompt,
    timeout_s: float,
    priority: int,
    heard: Callable[[str], None] | None = None,
) -> Stream:
    deadline = asyncio.get_running_loop().time() + timeout_s
    call = Call(id=uuid4().hex, task=task, priority=priority, deadline=deadline, heard=heard)
    async with aclosing(route.model.stream(prompt, call)) as stream:
        async for item in stream:
            if isinstance(item, End):
                _learn(route, prompt, item)
            yield item


def _learn(route: Route, prompt: Prompt, end: End) -> None:
    """Only from what the task's own model counted just now, and not where a provider reads a schema besides."""
    if route.rates is not None and not end.cached and end.model == route.name and prompt.schema is None:
        route.rates.learn(route.name, route.budget.chars_per_token, prompt, end.usage)
