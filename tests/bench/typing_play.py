"""A stretch of a session played key by key: edits, requests, and the screen in front of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bench.typing_model import Foreseeing
from tests.bench.typing_screen import Screen
from tests.bench.typing_trace import Stretch, Stroke, applied

Answer = tuple[str, str]
"""A suggestion, or "" and why there is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor: the text before and after it."""

    before: str
    after: str

    @property
    def line(self) -> str:
        """The cursor's line up to it."""
        return self.before.rpartition("\n")[2]

    @property
    def at_line_end(self) -> bool:
        """Whether nothing stands right of it."""
        return not self.after.partition("\n")[0].strip()


@dataclass(frozen=True, slots=True)
class Editor:
    """What is told of each stroke (with the text before it) and asked after each key press.

    ``cancels``: a request is cancelled when the next is made, as the yardsticks need it; else only by an edit that asks
    for nothing. A request that another took the place of has to be answered within ``grace_s``, where that is
    given, the last one within ``settle_s``.
    """

    edited: Callable[[Stroke, str], None]
    ask: Callable[[Stroke, Place], Awaitable[Answer]]
    cancels: bool = False
    grace_s: float | None = 0.02
    settle_s: float = 20.0


async def play(part: Stretch, model: Foreseeing, screen: Screen, editor: Editor) -> None:
    """Types a stretch by the loop's clock. Raises what a request raised."""
    loop, text = asyncio.get_running_loop(), part.text
    screen.begin()
    began, tasks = loop.time(), list[asyncio.Task[None]]()
    for stroke in part.strokes:
        await asyncio.sleep(max(0.0, began + stroke.at - loop.time()))
        before, text = text, applied(text, stroke.patches)
        place = Place(text[: stroke.cursor], text[stroke.cursor :])
        model.typed(stroke, place.before)
        if tasks and (editor.cancels or stroke.foreseen is None):
            tasks[-1].cancel()
        editor.edited(stroke, before)
        screen.stroke(stroke, loop.time())
        if stroke.foreseen is not None:
            if tasks and editor.grace_s is not None:
                loop.call_later(editor.grace_s, _check, tasks[-1], screen)
            tasks.append(asyncio.create_task(_answered(editor.ask(stroke, place), screen, stroke)))
    await asyncio.sleep(editor.settle_s)
    for task in tasks:
        if task.done() and not task.cancelled():
            task.result()
    screen.unanswered += bool(tasks) and not tasks[-1].done()


def _check(task: asyncio.Task[None], screen: Screen) -> None:
    screen.unanswered += not task.done()


async def _answered(answer: Awaitable[Answer], screen: Screen, stroke: Stroke) -> None:
    text, why_not = await answer
    screen.answer(stroke.place, text, asyncio.get_running_loop().time(), why_not)
