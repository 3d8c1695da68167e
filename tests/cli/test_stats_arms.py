"""flashls stats on an experiment: what the ledger holds of its arms goes in, what is told of them comes out."""

from __future__ import annotations

import re
from typing import Any

from flashls.store.ledgerfile import Row
from flashls.store.suggestions import Fate
from tests.cli.command_line import CommandLine
from tests.cli.test_stats import Tags, attempt, kept, suggestion

FATES: dict[str, list[Fate]] = {
    "a": ["accepted", "partly accepted", "rejected", "typed through", "unseen"],
    "b": ["rejected", "rejected", "accepted", "rejected"],
}


def rows(experiment: str = "trial") -> list[Row]:
    """Two arms, each of three windows, with suggestions after 100 ms and more, and requests that cost a cent more."""
    found = list[Row]()
    for number, (arm, fates) in enumerate(FATES.items()):
        for window in range(3):
            session: dict[str, Any] = {"session": f"{experiment}{arm}{window}"}
            of = session | {"arm": f"{experiment}/{arm}"}
            found += [suggestion(fate, wait_ms=100.0 + n + 50 * number, **of) for n, fate in enumerate(fates)]
            cost = 0.01 + 0.01 * number
            found += [attempt(cost=cost, first_ms=200.0 + window, **of) for _ in range(4)]
            found.append(attempt(cost=None, outcome="RateLimited", first_ms=None, **of))
            found.append(attempt(task="explain", cost=9.0, **session))
    return found


def test_arms_as_json(flashls: CommandLine) -> None:
    kept(flashls, *rows(), suggestion("accepted"))
    a, b = flashls("stats", "--json").json["arms"]
    assert [(arm["experiment"], arm["name"], arm["sessions"]) for arm in (a, b)] == [
        ("trial", "a", 3),
        ("trial", "b", 3),
    ]
    assert [(arm["seen"], arm["accepted"], arm["requests"], arm["unpriced"]) for arm in (a, b)] == [
        (12, 6, 15, 3), (12, 3, 15, 3)
    ]  # fmt: skip
    assert (a["share"]["value"], b["share"]["value"], a["gain"], b["gain"]["value"]) == (0.5, 0.25, None, -0.25)
    assert a["share"]["low"] < 0.5 < a["share"]["high"]
    assert b["gain"]["low"] < -0.25 < b["gain"]["high"]
    assert (a["wait"]["value"], b["wait"]["value"], a["first"]["value"]) == (102.0, 151.0, 201.0)
    assert (round(a["usd"], 6), round(b["usd"], 6)) == (0.12, 0.24)
    assert (round(a["usd_each"]["value"], 6), round(b["usd_each"]["value"], 6)) == (0.01, 0.02)


def test_arms_for_people(flashls: CommandLine) -> None:
    kept(flashls, *rows())
    said = flashls("stats")
    assert (said.status, said.err) == (0, "")
    for row in (
        r"Experiment trial",
        r"a +3 +12 +50% \(25%…75%\) +102 \(",
        r"b +3 +12 +25% \(9%…53%\) +-25\.0 \(",
        r"a few windows tell little",
    ):
        assert re.search(row, said.out), said.out


def test_experiments_stand_apart(flashls: CommandLine) -> None:
    kept(flashls, *rows("first"), *rows("second"))
    found = flashls("stats", "--json").json["arms"]
    assert [(arm["experiment"], arm["gain"] is None) for arm in found] == [
        ("first", True), ("first", False), ("second", True), ("second", False)
    ]  # fmt: skip


def test_without_an_experiment_nothing_is_said_of_one(flashls: CommandLine) -> None:
    kept(flashls, suggestion("accepted"), attempt())
    assert flashls("stats", "--json").json["arms"] == []
    assert "xperiment" not in flashls("stats").out


def test_the_page_has_a_section_for_each_experiment(flashls: CommandLine) -> None:
    kept(flashls, *rows("<b>first"), *rows("second"), attempt(arm="third/only"))
    assert flashls("stats", "--html", "page.html").status == 0
    text = (flashls.folder / "page.html").read_text("utf-8")
    tags = Tags()
    tags.feed(text)
    assert (tags.depth, tags.wrong) == ([], [])
    assert [text.count(f"<h2>Experiment {name}</h2>") for name in ("&lt;b&gt;first", "second", "third")] == [1, 1, 1]
    assert text.count('class="dot"') >= 4
