"""A Flight: a model's stream under way. It outlives the requests that wait for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing

from flashls.engine.completion.landing import Landing
from flashls.engine.completion.shape import Shape
from flashls.engine.completion.steps import Steps
from flashls.models.seam import ModelError, Stream
from flashls.types import End, Piece, Silence

log = logging.getLogger(__name__)

_LATE_S = 0.4  # so long several rows are waited for; then the whole statements there are will do
_ONWARD = 240  # code points: about a third of what asking anew costs, and several rows
_ONWARD_ROWS = 6


class Flight:
    """Owns the stream made for one cursor. ``landing`` is what it says there.

    With ``onward`` a stream that says more than is shown there is read on for some rows, to be shown next.
    """

    def __init__(
        self,
        stream: Callable[[Callable[[str], bool]], Stream],
        shape: Shape,
        failed: Callable[[ModelError], None],
        ended: Callable[[End], None] = lambda _: None,
        first: Callable[[float], None] = lambda _: None,
        onward: bool = True,
    ) -> None:
        self.text = ""
        self.end: End | None = None
        self.is_open = True
        self.is_late = False
        self.steps = Steps()
        self.landing = Landing(shape, self)
        self._shape = shape
        self._onward = onward
        self._whole: int | None = None
        self._code: tuple[tuple[int, bool], str] | None = None
        self._listening = [self.landing]
        self._waiting: tuple[asyncio.Future[bool], Callable[[], bool]] | None = None
        self._failed, self._ended, self._first = failed, ended, first
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        self._timer = loop.call_later(_LATE_S, self._is_late_now)
        self._task = asyncio.create_task(self._fly(stream(self.enough)))

    @property
    def code(self) -> str:
        """The code said so far, with the document's line ends; "" while there is none to tell.

        Of a reply that was cut off, the rows that are whole.
        """
        if self._code is None or self._code[0] != (len(self.text), self.is_open):
            code = self._all()
            whole = self.is_open or self._is_said_out(code)
            self._code = (len(self.text), self.is_open), code if whole else code[: max(code.rfind("\n"), 0)]
        return self._code[1]

    @property
    def is_said_out(self) -> bool:
        """Whether the model ended by itself, rather than being cut off."""
        return self._is_said_out(self._all())

    def _all(self) -> str:
        code = self._shape.code(self._shape.unseal(self.text), finished=not self.is_open) or ""
        return code.replace("\n", self._shape.eol)

    def _is_said_out(self, code: str) -> bool:
        """By what there is, since a reply kept from before does not tell."""
        if self.end is None or self.end.reason != "stop" or not code.startswith(self.landing.text):
            return False
        return not (more := code[len(self.landing.text) :]) or (self._onward and not _is_plenty(more))

    def enough(self, text: str) -> bool:
        """Whether the stream need not be read on from ``text``, a reply so far."""
        if self._whole is None:
            return False
        if not self._onward:
            return True
        return _is_plenty(text[self._whole :])

    def listen(self, landing: Landing) -> None:
        """Has a landing at another cursor hear what is said from now on, in place of the last such one."""
        self._listening = [self.landing, landing]
        landing.hear()

    def wait(self, done: Callable[[], bool]) -> asyncio.Future[bool]:
        """Becomes done as soon as ``done`` says so of what has been said, or the stream is over."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting = future, done
        self._tell()
        return future

    def close(self) -> None:
        """Stops the stream, and the connection upstream with it. What was said can still be shown.

        Only once: a second cancellation would break off the first one's cleaning up.
        """
        if self.is_open:
            self._task.cancel()
            self._over()

    async def _fly(self, stream: Stream) -> None:
        try:
            async with aclosing(stream):
                async for item in stream:
                    if isinstance(item, Piece):
                        self._take(item.text)
                    else:
                        self._take_end(item)
        except ModelError as error:
            self._failed(error)
            self._silence(Silence("error", str(error)))
        except Exception as error:
            log.exception("a stream broke")
            self._silence(Silence("error", type(error).__name__))
        finally:
            self._over()

    def _take(self, text: str) -> None:
        if not self.text:
            self.steps.mark("first token")
            self._first(asyncio.get_running_loop().time() - self._began)
        self.text += text
        self._hear()

    def _take_end(self, end: End) -> None:
        self.end = self.steps.end = end
        self.steps.mark("reply")
        self._hear()
        self.steps.mark("shape")
        self._ended(end)

    def _hear(self) -> None:
        try:
            for landing in self._listening:
                landing.hear()
        except Exception as error:
            log.exception("a reply could not be shaped")
            self._silence(Silence("error", type(error).__name__))
        if self._whole is None and self.landing.is_final:
            self._whole = len(self.text)
        self._tell()

    def _tell(self) -> None:
        if self._waiting is not None and (not self.is_open or self._waiting[1]()):
            future, self._waiting = self._waiting[0], None
            if not future.done():
                future.set_result(True)

    def _is_late_now(self) -> None:
        self.is_late = True
        self._hear()

    def _silence(self, silence: Silence) -> None:
        for landing in self._listening:
            landing.fail(silence)

    def _over(self) -> None:
        if self.is_open:
            self.is_open = False
            self._timer.cancel()
            self._hear()


def _is_plenty(more: str) -> bool:
    return len(more) > _ONWARD or more.count("\n") > _ONWARD_ROWS
