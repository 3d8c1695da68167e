"""A model that foresees what a recorded session types next, with a share of its pieces wrong, at a model's pace."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from statistics import NormalDist

from flashls.models.limited import input_tokens
from flashls.models.seam import Stream
from flashls.types import Call, End, Piece, Prompt, Usage
from tests.bench.typing_trace import MOST_FORESEEN, Stroke, draw

TOKEN = 4  # code points
_TOKEN_S = 0.01
_FIRST_S = 0.3
_LATE = 0.03
_LATEST = 5  # strokes
_TELLING = 300  # code points that tell a place in a document


def first_token_s(seed: int, place: int, late: float = _LATE) -> float:
    """Seconds to the first token at a place: 0.3 in the median, log-normal; a share takes one to five seconds more."""
    spread = math.exp(0.35 * NormalDist().inv_cdf(min(max(draw(seed, "first", place), 1e-6), 1 - 1e-6)))
    drawn = draw(seed, "late", place)
    return _FIRST_S * spread + (1.0 + 4.0 * drawn / late if drawn < late else 0.0)


@dataclass(slots=True)
class Asked:
    """A request: the ``place`` it is for, the text ``ahead`` of it, what was ``said`` and ``written`` of that."""

    place: int
    ahead: str
    said: str
    written: int = 0
    ended: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """A place of the session: the text before it, and what comes next."""

    place: int
    before: str
    said: str


@dataclass(slots=True)
class Foreseeing:
    """Answers for the session's latest stroke, or for that place with some of what comes next already there.

    ``late`` is the share of replies that begin late. ``asked`` are the requests, all paid for as far as they were
    written; ``lost`` counts those for a place that is nowhere near.
    """

    share: float
    seed: int
    late: float = _LATE
    name: str = "gemini/gemini-3.5-flash-lite"
    asked: list[Asked] = field(default_factory=list)
    prompt_tokens: int = 0
    lost: int = 0
    _latest: deque[_Known] = field(default_factory=lambda: deque(maxlen=_LATEST))

    def typed(self, stroke: Stroke, before: str) -> None:
        """The session is after this stroke, with ``before`` left of the cursor."""
        if stroke.foreseen is not None:
            said = stroke.foreseen.wrong(self.share, self.seed)
            self._latest.appendleft(_Known(stroke.place, before[-_TELLING:], said))

    @property
    def tokens(self) -> int:
        """How many tokens were written before the streams were closed."""
        return sum(asked.written for asked in self.asked)

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields what comes next in pieces of a token; see ``Model.stream``."""
        assert prompt.fim is not None, "the route asks in both forms"
        self.prompt_tokens += input_tokens(prompt)
        written = 0
        async for piece in self.say(prompt.fim.prefix, prompt.max_tokens):
            written += 1
            yield Piece(piece)
        yield End(
            "length" if written >= prompt.max_tokens else "stop", Usage(input_tokens(prompt), output=written), self.name
        )

    async def say(self, before: str, most: int = MOST_FORESEEN // TOKEN) -> AsyncGenerator[str]:
        """The pieces for a place, told by the text before it, at most so many."""
        place, ahead, text = self._at(before)
        asked = Asked(place, ahead, text[: min(MOST_FORESEEN, most * TOKEN)])
        self.asked.append(asked)
        await asyncio.sleep(first_token_s(self.seed, place, self.late))
        for at in range(0, len(asked.said), TOKEN):
            await asyncio.sleep(_TOKEN_S)
            asked.written += 1
            yield asked.said[at : at + TOKEN]
        asked.ended = True

    def _at(self, before: str) -> tuple[int, str, str]:
        """The place, what stands before the hole that was not typed there yet, and what comes next.

        In real time a request may be for the text of some strokes ago.
        """
        for known in self._latest:
            at = before.rfind(known.before)
            if at >= 0:
                ahead = before[at + len(known.before) :]
                return known.place, ahead, known.said[len(ahead) :]
        self.lost += 1
        return self._latest[0].place, "", ""
