"""Outcomes: what came of each of many files, and what stopped the rest."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flashls_cli.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: its ``value``, or the ``trouble``. ``kept``: it was done before, and cost nothing now.

    ``unreached``: the trouble is that there is no connection. ``untried``: it is what stopped all before this one was
    done.
    """

    name: str
    value: Any = None
    usd: float | None = 0.0
    trouble: str = ""
    kept: bool = False
    unreached: bool = False
    untried: bool = False


@dataclass(frozen=True, slots=True)
class Outcomes:
    """An outcome for each file, in order; ``stopped`` is what ended the work before all were tried."""

    files: list[Outcome]
    stopped: Trouble | None = None

    @property
    def tried(self) -> list[Outcome]:
        """Those that people are told of one by one: what stopped the others is the same for all."""
        return [outcome for outcome in self.files if not outcome.untried]

    @property
    def error(self) -> dict[str, str]:
        """What stopped the work as an item of a JSON object; empty where nothing did."""
        return {"error": str(self.stopped)} if self.stopped else {}

    def ended(self, failed: bool = False) -> int:
        """The exit status, when the outcomes are shown; says on standard error what stopped the work."""
        if self.stopped is None:
            return int(failed or any(outcome.trouble for outcome in self.files))
        sys.stderr.write(f"flashls: {self.stopped}\n")
        return self.stopped.status


def ordered(
    names: Sequence[str], found: Iterable[Outcome], trouble: Trouble | None = None, stand: str = ""
) -> Outcomes:
    """The outcomes that were ``found`` in the order of the names; those that are missing have the ``trouble``.

    ``stand`` says how far the work was when that stopped it.
    """
    known = {outcome.name: outcome for outcome in found}
    files = [known.get(name) or Outcome(name, trouble=str(trouble), untried=True) for name in names]
    return Outcomes(files, trouble and Trouble(f"{trouble}{stand}", trouble.status))
