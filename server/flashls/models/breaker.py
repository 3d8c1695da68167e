"""A circuit breaker: what is known of a model's health, so that an outage costs one slow request, not one a key press.

Closed, the model is asked. It opens on failures that will repeat, on several in a row, or on a slow one; then the
model is left alone for a while. After that it is half open: one request tries whether the model is back, and closes it
by a whole reply, or opens it for twice as long (M. Nygard, *Release It!*, 2nd ed. 2018, chapter 5).
"""

from __future__ import annotations

import copy
import math
from bisect import insort
from collections import deque
from dataclasses import dataclass, field

from flashls.models.limited import OverQuota
from flashls.models.seam import (
    ModelError,
    NoKey,
    NotFound,
    OverBudget,
    Overloaded,
    RateLimited,
    Refused,
    Stalled,
    Unauthorized,
    Unusable,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a breaker opens, and for how long; in seconds.

    ``failures`` in a row open it, one that took ``slow`` does, and so do ``lates`` first tokens in a row that took
    longer than ``slow``, or than three times the 95th percentile where that is known. It stays open for ``pause``,
    doubled each time up to ``longest``; after a refused key or a used-up quota for ``longest`` at once, and for as long
    as the provider asks, where it does.
    """

    failures: int = 2
    slow: float = 5.0
    lates: int = 3
    pause: float = 5.0
    longest: float = 120.0


class Breaker:
    """The health of one model. ``now`` is a reading of the running loop's clock; durations are in seconds.

    Every ``enter`` that was True is followed by ``failed`` or ``left``, or by ``began`` and then ``ended``, ``failed``
    or ``dropped``. Lateness counts for completions only (``hurry``): elsewhere a model may think for a minute.
    """

    def __init__(self, rule: Rule | None = None) -> None:
        self.rule = rule or Rule()
        self.times = Times()
        self.told: set[str] = set()
        self._cause: ModelError | None = None
        self._until: float | None = None
        self._pause = self.rule.pause
        self._probing = False
        self._failures = 0
        self._lates = 0

    @property
    def cause(self) -> ModelError | None:
        """The failure that opened it, to be raised or shown; None where the model was only slow, or is well."""
        return copy.copy(self._cause)

    def ready(self, now: float) -> bool:
        """Whether a request may be sent."""
        return self._until is None or (now >= self._until and not self._probing)

    def enter(self, now: float) -> bool:
        """Whether this request may be sent; half open, it is then the one that tries."""
        ready = self.ready(now)
        self._probing = self._probing or (ready and self._until is not None)
        return ready

    def began(self, took: float, now: float, hurry: bool) -> None:
        """The first item has come. It may be the only one: what was open stays so until more is known."""
        late = hurry and self._late(took)
        if hurry:
            self.times.add(took)
        if late:
            self._was_late(now)
        else:
            self._lates = 0

    def ended(self) -> None:
        """A reply has come whole, or as far as it was wanted: the failures before it are not in a row any more."""
        self._failures = 0
        self.told.clear()
        if self._lates == 0:
            self._close()

    def dropped(self, silent: float, now: float, hurry: bool) -> None:
        """A reply that had begun was given up, when nothing had come of it for so many seconds.

        Nobody knows whether the rest would have come; a silence that is long makes it a failure.
        """
        self._probing = False
        if silent >= self.rule.slow or (hurry and self._late(silent)):
            self.failed(Stalled("its replies begin and do not go on"), silent, now)

    def failed(self, error: ModelError, took: float, now: float) -> None:
        """The model raised an error, after so many seconds without an item."""
        self._probing = False
        if isinstance(error, Refused | OverBudget | OverQuota | NoKey):  # says nothing about the model
            return
        self._failures += 1
        certain = isinstance(error, Unauthorized | NotFound | RateLimited | Unusable) or _wait(error) is not None
        if certain or took >= self.rule.slow or self._failures >= self.rule.failures or self._until is not None:
            self._open(error, now)

    def left(self, took: float, now: float, hurry: bool) -> None:
        """The request was given up before its first item, after so many seconds."""
        self._probing = False
        if not hurry:
            return
        if self._late(took):
            self._was_late(now)
        self.times.at_least(took)

    def _late(self, took: float) -> bool:
        usual = self.times.quantile(0.95)
        return took > (self.rule.slow if usual is None else max(1.0, 3 * usual))

    def _was_late(self, now: float) -> None:
        self._lates += 1
        if self._lates >= self.rule.lates or self._until is not None:
            self._open(None, now)

    def _open(self, error: ModelError | None, now: float) -> None:
        straggler = self._until is not None and now < self._until  # sent before it opened, and no further bad news
        pause = _asked(error, self.rule)
        if pause is None:
            pause = 0.0 if straggler else self._pause
        if not straggler:
            self._pause = min(2 * self._pause, self.rule.longest)
        self._until = max(self._until or 0.0, now + pause)
        if error is not None or not straggler:
            self._cause = copy.copy(error)  # a copy holds no traceback, which would keep the prompt
        self._probing = False

    def _close(self) -> None:
        self._until, self._cause, self._probing = None, None, False
        self._pause = self.rule.pause


def _asked(error: ModelError | None, rule: Rule) -> float | None:
    """For how long an error itself says that asking is in vain."""
    if (wait := _wait(error)) is not None:
        return min(wait, rule.longest)
    spent = isinstance(error, RateLimited) and error.final
    return rule.longest if spent or isinstance(error, Unauthorized | NotFound | Unusable) else None


def _wait(error: ModelError | None) -> float | None:
    return error.retry_after if isinstance(error, RateLimited | Overloaded) else None


@dataclass(slots=True)
class Times:
    """How long a model's last first tokens took, in seconds: a sliding window of ``size``."""

    size: int = 100
    enough: int = 20
    _last: deque[float] = field(default_factory=deque)
    _sorted: list[float] = field(default_factory=list)

    def add(self, took: float) -> None:
        """Counts a first token."""
        self._last.append(took)
        insort(self._sorted, took)
        if len(self._last) > self.size:
            self._sorted.remove(self._last.popleft())

    def at_least(self, took: float) -> None:
        """Counts a first token that nobody waited for to the end, where they had waited longer than usual.

        How late it would have been is not known, so it ranks last; a shorter wait says nothing. Left out, or counted
        as if it had come then, it would make the usual time shrink by and by.
        """
        usual = self.quantile(0.95)
        if usual is not None and took >= usual:
            self.add(math.inf)

    def quantile(self, share: float) -> float | None:
        """The time that so large a share of them stayed within (nearest rank).

        None before there are ``enough``, and where it is one of those nobody waited for.
        """
        if len(self._sorted) < self.enough:
            return None
        found = self._sorted[math.ceil(share * len(self._sorted)) - 1]
        return found if found < math.inf else None


class Breakers(dict[str, Breaker]):
    """Breakers by model name, each made when it is first asked for; one of these for all tasks of an Engine."""

    def __init__(self, rule: Rule | None = None) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, name: str) -> Breaker:
        return self.setdefault(name, Breaker(self._rule))
