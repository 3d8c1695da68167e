"""Four processes share a ledger and a budget of one cent; some of their requests are left, some of them are killed."""

from __future__ import annotations

import math
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flashls.models.cost import cost
from flashls.types import Usage
from tests.models import spender

CENT = 10_000_000  # billionths of a dollar
PROCESSES, REQUESTS, KILLS = 4, 1_000, 8


@dataclass
class Spender:
    """One process, started anew when it was killed until its share of the requests was made.

    The first one ends by itself in the midst of a reply, so that some reservations stay however fast the rest is.
    """

    ledger: Path
    log: Path
    chance: random.Random
    kills: list[int]
    process: subprocess.Popen[bytes] | None = None

    def step(self) -> bool:
        """Kills it when its time has come, starts it when it does not run; whether there is more to do."""
        asked = self.lines().count("asked")
        if self.process is not None and self.process.poll() is None:
            if self.kills and asked >= self.kills[0]:
                self.kills.pop(0)
                self.process.kill()
                self.process.wait(10)
            return True
        if self.process is not None and self.process.returncode == 0:
            return False
        left = max(REQUESTS // PROCESSES - asked, 0)
        arguments = [self.ledger, self.log, self.chance.randrange(10**6), left, int(self.process is None)]
        command = [sys.executable, spender.__file__, *map(str, arguments)]
        self.process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        return True

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


def held(path: Path) -> list[tuple[int, int]]:
    """What counts, by all rows and by the sums that the ledger itself keeps: read as a stranger would."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        if connection.execute("PRAGMA user_version").fetchone() == (0,):
            return []
        query = "SELECT (SELECT total(held) FROM attempts), (SELECT total(held) FROM days)"
        rows, days = connection.execute(query).fetchone()
        return [(int(rows), int(days))]


def test_never_more_is_reserved_than_the_budget_and_what_is_settled_was_used(tmp_path: Path) -> None:
    ledger, chance = tmp_path / "ledger.db", random.Random(20261122)
    spenders = []
    for number in range(PROCESSES):
        kills = sorted(chance.randrange(10, 200) for _ in range(KILLS // PROCESSES))
        spenders.append(Spender(ledger, tmp_path / f"{number}.log", chance, kills))
    readings = list[tuple[int, int]]()
    until = time.monotonic() + 120
    try:
        while sum(each.step() for each in spenders) and time.monotonic() < until:
            readings += held(ledger)
            time.sleep(0.005)
    finally:
        for each in spenders:
            if each.process is not None:
                each.process.kill()
                each.process.wait(10)
    lines = [line for each in spenders for line in each.lines()]
    assert lines.count("asked") >= REQUESTS
    assert all(rows == days <= CENT for rows, days in readings)
    assert not list(tmp_path.glob("*damaged*"))
    assert len(set(readings)) > 3
    check_rows(ledger, lines)


def check_rows(ledger: Path, lines: list[str]) -> None:
    used = {int(row): cost(Usage(int(read), output=int(wrote)), spender.PRICE) for row, read, wrote in told(lines)}
    with closing(sqlite3.connect(ledger)) as connection:
        rows = {row: rest for row, *rest in connection.execute("SELECT id, outcome, cost, held FROM attempts")}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    most = max(held for _, _, held in rows.values())
    assert used.keys() <= rows.keys()
    outcomes = [outcome for outcome, _, _ in rows.values()]
    assert min(outcomes.count(each) for each in ("stop", "cancelled", "open")) > 0
    assert lines.count("refused") > 0
    for row, (outcome, paid, counts) in rows.items():
        if outcome == "stop":
            assert (paid, counts) == (used[row], math.ceil(round(used[row] * 1e9, 3)))
        elif paid == 0:  # left before the model was asked
            assert (counts, row in used) == (0, False)
        else:  # left or killed later: it may have cost as much as was reserved
            assert counts == most >= used.get(row, 0) * 1e9


def told(lines: list[str]) -> list[list[str]]:
    return [line.split()[1:] for line in lines if line.startswith("used")]
