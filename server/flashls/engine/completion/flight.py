"""A Flight: a model's stream under way. It outlives the requests that wait for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing

from flashls.engine.completion.ghost import typed_since
from flashls.engine.completion.shape import Shape
from flashls.engine.completion.steps import Steps
from flashls.models.seam import ModelError, Stream
from flashls.types import Cursor, End, Ghost, Piece, Silence

log = logging.getLogger(__name__)


class Flight:
    """Owns the stream made for one cursor; ``landed`` becomes its outcome, for that cursor."""

    def __init__(
        self,
        stream: Stream,
        shape: Shape,
        failed: Callable[[ModelError], None],
        ended: Callable[[End], None] = lambda _: None,
    ) -> None:
        self.cursor: Cursor = shape.cursor
        self.landed: asyncio.Future[Ghost | Silence] = asyncio.get_running_loop().create_future()
        self.end: End | None = None
        self.steps = Steps()
        self._shape = shape
        self._text = ""
        self._failed, self._ended = failed, ended
        self._task = asyncio.create_task(self._fly(stream))

    def fits(self, cursor: Cursor) -> bool:
        """Whether what the user typed since the flight's cursor may still become what its stream says."""
        typed = typed_since(self.cursor, cursor)
        if typed is None:
            return False
        if self.landed.done():
            outcome = self.landed.result()
            return isinstance(outcome, Ghost) and outcome.text.startswith(typed) and len(typed) < len(outcome.text)
        said = self._shape.code(self._text, finished=False) or ""
        return said.startswith(typed) or typed.startswith(said)

    def close(self) -> None:
        """Stops the stream, and the connection upstream with it."""
        self._task.cancel()

    async def _fly(self, stream: Stream) -> None:
        try:
            async with aclosing(stream):
                async for item in stream:
                    if isinstance(item, Piece):
                        if not self._text:
                            self.steps.mark("first token")
                        self._text += item.text
                    else:
                        self.end = self.steps.end = item
                        self.steps.mark("reply")
                        self._land(self._shape.outcome(self._text, item.reason))
                        self.steps.mark("shape")
                        self._ended(item)
        except ModelError as error:
            self._failed(error)
            self._land(Silence("error", str(error)))
        except Exception as error:
            log.exception("a reply could not be shaped")
            self._land(Silence("error", type(error).__name__))
        finally:
            self._land(Silence("superseded", "the stream was closed"))

    def _land(self, outcome: Ghost | Silence) -> None:
        if not self.landed.done():
            self.landed.set_result(outcome)
