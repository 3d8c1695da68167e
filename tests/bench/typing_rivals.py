"""Yardsticks: the pace and the caches that other completion tools publish in their source, with the same model.

Both rivals debounce what their caches hold as well, which would leave them without any suggestion within 50 ms. Here
it is shown at once, and nothing is charged for gathering: that is to their advantage.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import aclosing
from dataclasses import dataclass, field
from statistics import mean
from typing import Protocol

from tests.bench.typing_model import Foreseeing
from tests.bench.typing_play import Place

_TELLING = 300


class Policy(Protocol):
    """Decides when the model is asked, and what is shown."""

    async def complete(self, place: Place) -> str:
        """What to show at a place, "" for nothing; cancelled by the request for the next place."""
        ...


@dataclass(slots=True)
class NoDebounce:
    """Every key press asks at once and gives up the request before; the rest of the line is shown when it is there."""

    model: Foreseeing

    async def complete(self, place: Place) -> str:
        text = ""
        async with aclosing(self.model.say(place.before)) as pieces:
            async for piece in pieces:
                text += piece
                if "\n" in text.lstrip("\n"):
                    break
        return _first_rows(text, 1)


@dataclass(slots=True)
class _Stream:
    """A reply under way, read by whoever asks; ``began`` on the loop's clock."""

    before: str
    began: float
    text: str = ""
    more: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: asyncio.Task[None] | None = None

    async def read(self, model: Foreseeing) -> None:
        async with aclosing(model.say(self.before)) as pieces:
            async for piece in pieces:
                async with self.more:
                    self.text += piece
                    self.more.notify_all()
        async with self.more:
            self.more.notify_all()


@dataclass(slots=True)
class FixedWithPrefixCache:
    """Continue (core/autocomplete, 2026-06): 350 ms; the longest prefix kept whose reply goes on with what was typed.

    A stream under way is joined while what was typed agrees with it. Single lines in comments and before text; else
    several, but once 300 ms have passed the reply ends with the line (``showWhateverWeHaveAtXMs``). 1,000 entries.
    """

    model: Foreseeing
    pause_s: float = 0.35
    _kept: OrderedDict[tuple[int, str], str] = field(default_factory=OrderedDict)
    _stream: _Stream | None = None

    async def complete(self, place: Place) -> str:
        if found := self._cached(place.before):
            return found
        await asyncio.sleep(self.pause_s)
        stream = self._stream
        if stream is None or not _agrees(stream, place.before):
            stream = self._begin(place.before)
        typed = len(place.before) - len(stream.before)
        several = place.at_line_end and not place.line.lstrip().startswith("//")
        async with stream.more:
            await stream.more.wait_for(lambda: self._is_enough(stream, typed, several))
        rows = stream.text[typed:].rstrip() if several else _first_rows(stream.text[typed:], 0)
        if rows.strip():
            self._keep(place.before, rows)
        return rows

    def _begin(self, before: str) -> _Stream:
        if self._stream is not None and self._stream.task is not None:
            self._stream.task.cancel()
        self._stream = _Stream(before, _now())
        self._stream.task = asyncio.create_task(self._stream.read(self.model))
        return self._stream

    def _is_enough(self, stream: _Stream, typed: int, several: bool) -> bool:
        if stream.task is not None and stream.task.done():
            return True
        text = stream.text[typed:]
        enough = "\n" in (text.lstrip() if several else text)
        if enough and stream.task is not None and (not several or _now() - stream.began > 0.3):
            stream.task.cancel()
            return True
        return False

    def _cached(self, before: str) -> str:
        keys = [key for key in self._kept if 0 <= len(before) - key[0] <= _TELLING and _is_at(key, before)]
        if not keys:
            return ""
        key = max(keys)
        typed, value = before[key[0] :], self._kept[key]
        if not value.startswith(typed):
            return ""
        self._kept.move_to_end(key)
        return value[len(typed) :]

    def _keep(self, before: str, rows: str) -> None:
        self._kept[len(before), before[-_TELLING:]] = rows
        while len(self._kept) > 1000:
            self._kept.popitem(last=False)


@dataclass(slots=True)
class AdaptiveWithLookAhead:
    """Tabby (clients/tabby-agent, 2026-06): a pause of 1.5 to 3 times the user's gap, less the mean response time.

    By the trigger character, the line's and the document's end; from 100 to 1,000 ms. The whole reply is waited for and
    limited by indentation; it is kept for the 50 characters to come, at each hit anew, 100 entries, while the text
    around is the same. A newer request gives up the one before.
    """

    model: Foreseeing
    _kept: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)
    _gaps: list[float] = field(default_factory=list)
    _took: list[float] = field(default_factory=list)
    _last: float = 0.0

    async def complete(self, place: Place) -> str:
        pause = self._pause(place)
        if found := self._kept.get((place.before[-_TELLING:], place.after[:_TELLING])):
            self._keep(place, found)
            return found
        await asyncio.sleep(pause)
        text, began = "", _now()
        async with aclosing(self.model.say(place.before)) as pieces:
            async for piece in pieces:
                text += piece
        self._took = [*self._took, _now() - began][-10:]
        rows = _limited_by_indentation(place, text)
        self._keep(place, rows)
        return rows

    def _pause(self, place: Place) -> float:
        gap, self._last = _now() - self._last, _now()
        self._gaps = [*self._gaps, gap][-100:] if gap <= 0.4 else self._gaps
        base = min(max(mean(self._gaps), 0.1), 0.4) if len(self._gaps) > 20 else 0.2
        trigger = not place.line[-1:].isalnum() and place.line[-1:] != "_"
        score = 0.5 * trigger + 0.4 * place.at_line_end + 0.1 * (not place.after.strip())
        expected = (3.0 - 1.5 * score) * base
        return min(max(expected - (mean(self._took) if self._took else 0.0), 0.1), 1.0)

    def _keep(self, place: Place, rows: str) -> None:
        for n in range(min(50, len(rows))) if rows else ():
            before = (place.before[-_TELLING:] + rows[:n])[-_TELLING:]
            self._kept[before, place.after[:_TELLING]] = rows[n:]
            self._kept.move_to_end((before, place.after[:_TELLING]))
        while len(self._kept) > 100:
            self._kept.popitem(last=False)


def _limited_by_indentation(place: Place, text: str) -> str:
    """The reply's rows up to the first that is indented less than it; only deeper ones after a line begun."""
    rows = text.split("\n")
    above = next((row for row in reversed(place.before.split("\n")) if row.strip()), "")
    limit = _indent(above) + bool(rows[0].strip() and place.line.strip())
    end = 1
    while end < len(rows) and (not rows[end].strip() or _indent(rows[end]) >= limit):
        end += 1
    closes = end < len(rows) and rows[end].strip()[:1] in (")", "]", "}") and place.at_line_end
    opens = rows[0].rstrip()[-1:] in ("(", "[", "{") or not (rows[0].strip() and place.line.strip())
    return "\n".join(rows[: end + (closes and opens)]).rstrip()


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _agrees(stream: _Stream, before: str) -> bool:
    typed = len(before) - len(stream.before)
    return 0 <= typed < _TELLING and (stream.before + stream.text).startswith(before)


def _is_at(key: tuple[int, str], before: str) -> bool:
    return before.endswith(key[1], 0, key[0])


def _first_rows(text: str, blank: int) -> str:
    """The reply's first row, after as many line ends as may lead."""
    begun = text.lstrip("\n") if blank else text
    return (text[: len(text) - len(begun)] + begun.partition("\n")[0]).rstrip()


def _now() -> float:
    return asyncio.get_running_loop().time()
