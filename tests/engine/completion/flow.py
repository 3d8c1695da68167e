"""``Flow``: a document, a model that takes its time, keys and edits at their times; what is on show after each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Literal

from flashls.engine.completion.complete import complete
from flashls.engine.engine import Engine
from flashls.engine.session import Session
from flashls.models.enough import Enough
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Stream
from flashls.settings import Complete, Settings
from flashls.text.edits import Change
from flashls.types import Call, Cursor, Ghost, Prompt, Silence
from tests.bench.typing_clock import run
from tests.engine.check import cursor_in, engine_for

TOKEN_S = 0.01
FIRST_S = 0.3


@dataclass(frozen=True)
class Key:
    """Text typed at the cursor ``after`` seconds, the editor's own ``behind`` it; the request is not waited for."""

    text: str
    after: float = 0.15
    behind: str = ""


@dataclass(frozen=True)
class Back:
    """So many code points deleted before the cursor."""

    n: int
    after: float = 0.15


@dataclass(frozen=True)
class Edit:
    """``old`` replaced by ``new`` elsewhere, where the cursor stays."""

    old: str
    new: str
    after: float = 0.15


@dataclass(frozen=True)
class Move:
    """The cursor goes to the end of ``to``."""

    to: str
    after: float = 1.0


@dataclass(frozen=True)
class Take:
    """The suggestion is accepted as a whole."""

    after: float = 1.0


Act = Key | Back | Edit | Move | Take
Pace = Literal["auto"] | int


@dataclass(frozen=True)
class Slow:
    """A model that begins after the time that a hosted one takes."""

    model: Scripted

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        await asyncio.sleep(FIRST_S)
        async with aclosing(self.model.stream(prompt, call)) as items:
            async for item in items:
                yield item


class Flow:
    """``shown`` is what each request got; ``asked`` how many reached the model."""

    def __init__(self, replies: Sequence[str | Reply], settings: Complete, free: bool) -> None:
        paced = [Reply(each, piece_size=4, delay=TOKEN_S) if isinstance(each, str) else each for each in replies]
        self.model = Scripted(paced)
        engine = engine_for(self.model, Settings(complete=settings))
        slow = Enough(Slow(self.model), self.model.name)
        routes = {task: replace(route, model=slow, free=free) for task, route in engine.routes.items()}
        self.engine: Engine = replace(engine, routes=routes)
        self.session = Session()
        self.last: Ghost | Silence | None = None

    async def begin(self, text: str, language: str) -> None:
        self.cursor = await cursor_in(self.session, text, language)
        terms = self.engine.terms(self.engine.routes["complete"])
        self.session.look_ahead(self.cursor, terms)
        await self.session.track(self.cursor.snapshot.uri).ahead.settle(5)

    def do(self, act: Act) -> None:
        lines, at = self.cursor.snapshot.lines, self.cursor.offset
        match act:
            case Key(text, _, behind):
                self._replace(at, at, text + behind, at + len(text))
            case Back(n):
                self._replace(at - n, at, "", at - n)
            case Edit(old, new):
                start = lines.before(lines.length, lines.length).index(old)
                moved = len(new) - len(old) if start < at else 0
                self._replace(start, start + len(old), new, at + moved)
            case Move(to):
                whole = lines.before(lines.length, lines.length)
                self.cursor = Cursor(self.cursor.snapshot, whole.index(to) + len(to))
            case Take():
                assert isinstance(self.last, Ghost), self.last
                self._replace(self.last.start, self.last.end, self.last.text, self.last.start + len(self.last.text))

    async def ask(self, explicit: bool = False) -> str:
        outcome = await complete(self.engine, self.session, self.cursor, explicit)
        if isinstance(outcome, Ghost) or outcome.reason != "superseded":
            self.last = outcome
        return outcome.text if isinstance(outcome, Ghost) else f"({outcome.reason})"

    def _replace(self, start: int, end: int, text: str, cursor: int) -> None:
        lines = self.cursor.snapshot.lines
        change = Change(lines.point(start), lines.point(end), text)
        uri, version = self.cursor.snapshot.uri, self.cursor.snapshot.version
        self.cursor = Cursor(self.session.documents.change(uri, version + 1, [change]), cursor)


def flowing(
    work: Callable[[Flow], Coroutine[Any, Any, None]],
    text: str,
    replies: Sequence[str | Reply],
    language: str = "python",
    pace: Pace = 0,
    speculate: Literal["auto", "on", "off"] = "auto",
    free: bool = False,
) -> Flow:
    """Does ``work`` on a virtual clock; nothing may be left of it afterwards."""

    async def done() -> Flow:
        flow = Flow(replies, Complete(debounce_ms=pace, speculate=speculate), free)
        await flow.begin(text, language)
        await work(flow)
        flow.session.close_all()
        await asyncio.sleep(1)
        assert flow.model.open == 0
        return flow

    return run(done())


def check_flow(
    text: str,
    replies: Sequence[str | Reply],
    acts: Sequence[tuple[Act | None, str]],
    asked: int,
    language: str = "python",
    **how: Any,
) -> None:
    """Each act, then a request, which gets what stands beside it; ``asked`` requests reach the model in all.

    None is a request without an act before it.
    """
    shown = list[str]()

    async def work(flow: Flow) -> None:
        requests = list[asyncio.Task[str]]()
        for act, _ in acts:
            if act is not None:
                await asyncio.sleep(act.after)
                flow.do(act)
            requests.append(asyncio.create_task(flow.ask()))
            await asyncio.sleep(0.001)
        shown.extend(await asyncio.gather(*requests))

    flow = flowing(work, text, replies, language, **how)
    assert (shown, len(flow.model.prompts)) == ([ghost for _, ghost in acts], asked)
