"""Many: the flags of a command that goes over many files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from flashls_cli.batch import AT_ONCE
from flashls_cli.trouble import Trouble


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Many:
    """Which files, how many at a time, and by which way."""

    every: Annotated[bool, Parameter(name="--all", negative="")] = False
    """All files of code in the folders given, or in this one."""
    jobs: int = AT_ONCE
    """How many files to ask about at the same time."""
    by_batch: Annotated[bool, Parameter(name="--batch-api", negative="")] = False
    """Of many files, send all questions through the provider's batch interface: half the price, answered within a day.
    Gemini has one. What was sent is found again by the same command."""

    def require(self) -> None:
        """Raises Trouble for a number of jobs that cannot be, also where only one file is asked about."""
        if self.jobs < 1:
            raise Trouble("--jobs must be at least 1")
