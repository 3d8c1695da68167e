"""A model that foresees what a recorded session types next, with a share of its pieces wrong, at a model's pace."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from statistics import NormalDist

from flashls.models.limited import input_tokens
from flashls.models.seam import Stream
from flashls.types import Call, End, Piece, Prompt, Usage
from tests.bench.typing_trace import MOST_FORESEEN, Stroke, draw

TOKEN = 4  # code points
_TOKEN_S = 0.01
_FIRST_S = 0.3
_TELLING = 300  # code points that tell a place in a document


def first_token_s(seed: int, place: int) -> float:
    """Seconds to the first token at a place: 0.3 in the median, log-normal; 3 in 100 take one to five seconds more."""
    spread = math.exp(0.35 * NormalDist().inv_cdf(min(max(draw(seed, "first", place), 1e-6), 1 - 1e-6)))
    late = draw(seed, "late", place)
    return _FIRST_S * spread + (1.0 + 4.0 * late / 0.03 if late < 0.03 else 0.0)


@dataclass(slots=True)
class Foreseeing:
    """Answers for the session's latest stroke, or for that place with some of what comes next already there.

    ``requests`` and ``tokens`` (written before the stream was closed) are what is paid; ``ahead`` counts requests for
    text that is not there yet, ``lost`` those for a place that is nowhere near; ``used`` is told of by the reader.
    """

    share: float
    seed: int
    name: str = "gemini/gemini-3.5-flash-lite"
    requests: int = 0
    tokens: int = 0
    prompt_tokens: int = 0
    ahead: int = 0
    lost: int = 0
    _place: int = 0
    _before: str = ""
    _said: str = ""

    def typed(self, stroke: Stroke, before: str) -> None:
        """The session is after this stroke, with ``before`` left of the cursor."""
        if stroke.foreseen is not None:
            self._place, self._before = stroke.place, before[-_TELLING:]
            self._said = stroke.foreseen.wrong(self.share, self.seed)

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
        text = self._at(before)
        self.requests += 1
        await asyncio.sleep(first_token_s(self.seed, self._place))
        for at in range(0, len(text), TOKEN)[: min(most, MOST_FORESEEN // TOKEN)]:
            await asyncio.sleep(_TOKEN_S)
            self.tokens += 1
            yield text[at : at + TOKEN]

    def _at(self, before: str) -> str:
        if before.endswith(self._before):
            return self._said
        at = before.rfind(self._before)
        if at < 0:
            self.lost += 1
            return ""
        self.ahead += 1
        typed = before[at + len(self._before) :]
        return self._said[len(typed) :]
