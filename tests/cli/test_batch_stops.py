"""What stops a batch: trouble that all of its files have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from flashls.models.seam import ModelError, Overloaded, Unauthorized, Unreachable
from flashls_cli.batch import Job, Outcome, batch
from flashls_cli.journal import Entry, Journal
from flashls_cli.trouble import Trouble

GONE = Unreachable("No connection to example.org")


async def done(*files: ModelError | None, at_once: int = 1, journal: Journal | None = None) -> Sequence[Outcome]:
    """What comes of files that fail as told, or, None, do not."""

    def job(name: str) -> Job:
        async def work() -> tuple[Any, float | None]:
            error = files[int(name)]
            if error is not None:
                raise error
            return "done", 0.5

        return Job(name, name, work)

    return await batch("doing", [str(n) for n in range(len(files))], job, journal or Journal(), at_once)


async def test_a_file_that_fails_stops_no_other() -> None:
    found = await done(None, Overloaded("busy"), GONE, None, GONE, GONE, None)
    assert [each.value for each in found] == ["done", None, None, "done", None, None, "done"]
    assert [each.trouble for each in found][1:3] == ["busy", "No connection to example.org"]


@pytest.mark.parametrize("at_once", [1, 4])
async def test_without_a_connection_the_rest_is_not_tried(at_once: int) -> None:
    journal = Journal(entries={("0", "0"): Entry("0", "0", "done")})
    with pytest.raises(
        Trouble, match=r"No connection to example.org \(1 of 20 files are done: the same command"
    ) as told:
        await done(*[GONE] * 20, at_once=at_once, journal=journal)
    assert told.value.status == 1


async def test_a_key_that_is_refused_stops_all() -> None:
    with pytest.raises(Trouble, match=r"wrong key \(1 of 3 files are done"):
        await done(None, Unauthorized("wrong key"), None)
