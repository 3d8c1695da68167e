"""Again: a suggestion that was typed against is taken up again where what is typed comes back to what it said.

Whoever writes another name than the model did often goes on as the model did behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from flashls.engine.completion.ghost import Place
from flashls.engine.completion.here import Here
from flashls.engine.completion.landing import Landing
from flashls.engine.completion.steps import Steps
from flashls.types import End, Usage

_TELLING = 4  # code points that have to be the same: 9 in 12 of what is then shown is what is typed next
_TELLING_IN_STEP = 2  # where what was typed instead is as long as what was said: 14 in 15
_APART = 8  # by so many more or fewer, at most, what was typed instead is longer or shorter
_LONGEST = 60
_NOTHING_PAID = End("stop", Usage(), "", cached=True)


@dataclass(slots=True)
class Told:
    """What is left of a reply, as a source of its own; see ``landing.Source``."""

    text: str
    steps: Steps = field(default_factory=Steps)
    end: End | None = _NOTHING_PAID
    is_open: bool = False
    is_late: bool = True
    is_said_out: bool = False

    @property
    def code(self) -> str:
        """The same text."""
        return self.text

    def listen(self, landing: Landing) -> None:
        """Nothing more is said: the landing hears all there is."""
        landing.hear()

    def wait(self, done: Callable[[], bool]) -> asyncio.Future[bool]:  # noqa: ARG002
        """There is nothing to wait for."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        future.set_result(True)
        return future


def typed_instead(place: Place, here: Here) -> str | None:
    """What was typed at a place in the cursor's row; None where it is too little to tell, or more was edited."""
    text = here.text_since(place.row, place.column)
    if here.row != place.row or text is None or len(text) - len(place.head) <= _TELLING_IN_STEP:
        return None
    if not text.startswith(place.head) or here.cursor.snapshot.after(here.cursor.offset, 200) != place.after:
        return None
    return text[len(place.head) :]


def taken_up(typed: str, said: str) -> str | None:
    """What is left of ``said`` behind what was typed in its place; None where it does not come back to it."""
    if len(typed) > len(said) + _LONGEST:
        return None
    same = next((at for at, (a, b) in enumerate(zip(said, typed, strict=False)) if a != b), len(typed))
    return _behind(said[same:], typed[same:])


def _behind(said: str, typed: str) -> str | None:
    """What is left of ``said`` where ``typed``, which differs from its first code point on, ends as it goes on."""
    if len(typed) > _LONGEST:
        return None
    if _ends_in(typed, said, len(typed), _TELLING_IN_STEP):
        return said[len(typed) :]
    ends = range(max(len(typed) - _APART, _TELLING), len(typed) + _APART + 1)
    found = [end for end in ends if _ends_in(typed, said, end, _TELLING)]
    return said[min(found, key=lambda end: abs(end - len(typed))) :] if found else None


def _ends_in(typed: str, said: str, end: int, telling: int) -> bool:
    """Whether so many code points at the end of ``typed`` stand in ``said`` before ``end``, and are no mere blanks."""
    tail = typed[-telling:]
    return len(typed) > telling and bool(tail.strip()) and said[end - telling : end] == tail
