"""flashls stats and flashls doctor --last: what the ledger holds goes in, what is told of it comes out."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flashls.store.attempts import Attempt, attempt_id
from flashls.store.figures import Answers, Attempts, Fates, Figures, Latencies
from flashls.store.ledger import Ledger
from flashls.store.ledgerfile import Row
from flashls.store.suggestions import Request, Suggestion
from flashls.types import Usage
from flashls_cli.stats_page import page
from flashls_cli.stats_summary import Percentiles, percentiles, summary
from flashls_cli.stats_terminal import sparkline
from tests.cli.command_line import CommandLine

NOW = time.time()
DAY = 86_400.0


def attempt(at: float = NOW, **more: object) -> Attempt:
    row = Attempt(attempt_id(at), at, "complete", "gemini/x", usage=Usage(1000, 400, 0, 20), cost=0.25)
    return replace(row, **{"first_ms": 100.0, "total_ms": 300.0, "outcome": "stop"} | more)  # type: ignore[arg-type]


def suggestion(fate: str, **more: object) -> Suggestion:
    row = Suggestion(attempt_id(NOW), NOW, "s", "", "python", "gemini/x", False, False, 120.0, 20, 1)
    return replace(row, fate=fate, **more)  # type: ignore[arg-type]


def request(outcome: str = "ghost", detail: str = "", **more: object) -> Request:
    steps = (("check", 0.5), ("pause", 75.0), ("ask", 3.0), ("reply", 40.0))
    row = Request(attempt_id(NOW), NOW, "s", "python", outcome, detail, "ask", 118.5, steps)
    return replace(row, **more)  # type: ignore[arg-type]


def kept(flashls: CommandLine, *rows: Row) -> Path:
    """The ledger of the user with these rows in it."""
    path = flashls.folder.parent / "data" / "ledger.sqlite3"

    async def fill() -> None:
        ledger = Ledger(path)
        for row in rows:
            ledger.record(row)
        await ledger.aclose(10)

    asyncio.run(fill())
    return path


def used(flashls: CommandLine) -> Path:
    ways = [request(), request(way="advance", ms=0.3), request(way="advance", ms=0.3), request(way="cache", ms=90.0)]
    silent = [request("repeats", "the suggestion repeats the lines around the cursor"), request("superseded")]
    fates = [
        suggestion("accepted", taken=20, told=True, kept=15), suggestion("partly accepted", taken=5),
        suggestion("rejected"), suggestion("rejected"), suggestion("unseen"),
    ]  # fmt: skip
    errors = [attempt(outcome="RateLimited", cost=0.0, first_ms=None, usage=Usage())]
    return kept(flashls, attempt(), attempt(first_ms=200.0), attempt(NOW - 3 * DAY), *errors, *ways, *silent, *fates)


def test_all_of_it_as_json(flashls: CommandLine) -> None:
    used(flashls)
    said = flashls("stats", "--days", "2", "--json")
    found = said.json
    assert (said.status, said.err, found["attempts"], found["usd"]) == (0, "", 3, 0.5)
    assert found["completions"] == {
        "requests": 6, "suggested": 4, "superseded": 1, "silences": {"repeats": 1},
        "ways": {"advance": 2, "join": 0, "cache": 1, "ask": 1}, "within": {"50": 0.4, "200": 0.8, "500": 0.8},
    }  # fmt: skip
    acceptance = found["acceptance"]
    assert (acceptance["seen"], acceptance["accepted"], acceptance["told"]) == (4, 2, 1)
    assert (acceptance["share"], acceptance["kept"], acceptance["usd_each"]) == (0.5, 0.75, 0.25)
    (speed,) = found["speeds"]
    assert (speed["first"]["p50"], speed["first"]["p99"], speed["whole"]["n"]) == (100.0, 200.0, 2)
    assert found["errors"] == [["RateLimited", "gemini/x", 1]]
    assert [day["usd"] for day in found["days"]] == [0, 0.5]
    assert flashls("stats", "--json").json["usd"] == 0.75


@pytest.mark.parametrize(
    "row",
    [
        r"6 requests for completions, 1 of them overtaken by typing; a suggestion within 50 ms for 40% of the others",
        r"4 suggestions seen \(inferred\), 2 accepted \(50%; 1 by word of the editor",
        r"US\$ 0.7500 in all, US\$ 0.0250 a day, US\$ 0.3750 for each accepted completion",
        r"complete +gemini/x +3 +100 +200 +200 +300 +300 +300 +█▅",
        r"typed into the last one +2 +50% +█+",
        r"repeats +1 +100% +█+",
        r"rejected \(inferred\) +2 +40% +█+",
        r"RateLimited, gemini/x +1 +100% +█+",
        r"gemini/x +4 +3,000 +1,200 +60 +US\$ 0.7500",
        r"Cost a day +▅ +█ +at most US\$ 0.5000",
    ],
)
def test_all_of_it_for_people(flashls: CommandLine, row: str) -> None:
    used(flashls)
    said = flashls("stats")
    assert (said.status, said.err) == (0, "")
    assert re.search(row, said.out), said.out
    assert "\x1b" not in said.out


def test_a_page_that_reaches_for_nothing(flashls: CommandLine) -> None:
    used(flashls)
    kept(flashls, attempt(model='gemini/<script src="//x">'))
    said = flashls("stats", "--html", "page.html")
    assert (said.status, said.out, said.err) == (0, "", "flashls: wrote page.html\n")
    text = (flashls.folder / "page.html").read_text("utf-8")
    tags = Tags()
    tags.feed(text)
    assert not {"script", "link", "img", "iframe"} & tags.seen
    assert {"svg", "table", "style"} <= tags.seen
    assert not re.search(r"https?:|url\(|@import|(src|href|xlink)=(?!&quot;)", text)
    assert "prefers-color-scheme: dark" in text
    assert "&lt;script src=" in text
    assert (tags.depth, tags.wrong) == ([], [])


@pytest.mark.parametrize(
    ("row", "sections"),
    [
        (attempt(), ["Latency", "Cost"]),
        (attempt(outcome="Overloaded"), ["Cost", "Errors"]),
        (request(), ["Completions", "Cost"]),
        (suggestion("accepted"), ["Completions", "Cost"]),
    ],
)
def test_a_page_has_no_empty_section(flashls: CommandLine, row: Row, sections: list[str]) -> None:
    kept(flashls, row)
    assert flashls("stats", "--html", "page.html").status == 0
    assert re.findall("<h2>(.+?)</h2>", (flashls.folder / "page.html").read_text("utf-8")) == sections


class Tags(HTMLParser):
    """The tags of a page, and those that are not closed in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.seen, self.depth, self.wrong = set[str](), list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag != "meta":
            self.depth.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.depth.pop() != tag:
            self.wrong.append(tag)


def test_where_the_page_cannot_be_written(flashls: CommandLine) -> None:
    used(flashls)
    said = flashls("stats", "--html", "none/page.html")
    assert (said.status, said.out) == (2, "")
    assert re.fullmatch(r"flashls: cannot write none.page.html: .+\n", said.err)


NOTHING = "(the ledger holds nothing|no editor has asked)"


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("command", [("stats",), ("doctor", "--last")])
@pytest.mark.parametrize(
    ("spoil", "lines"),
    [
        (lambda path: path.unlink(), [NOTHING]),
        (
            lambda path: path.write_bytes(b"no database" * 1000),
            ["The ledger .+: it was damaged; it is kept aside", NOTHING],
        ),
        (newer, ["The ledger .+: a later version of flashls wrote it; use that one, or move the file away"]),
    ],
    ids=["none", "damaged", "newer"],
)
def test_a_ledger_without_anything_to_tell(
    flashls: CommandLine, command: tuple[str, ...], spoil: object, lines: list[str]
) -> None:
    path = used(flashls)
    spoil(path)  # type: ignore[operator]
    said = flashls(*command)
    assert (said.status, said.out) == (1, "")
    assert re.fullmatch("".join(f"flashls: {line}.*\n" for line in lines), said.err)


def test_numbers_of_days_that_make_no_sense(flashls: CommandLine) -> None:
    for days in ("0", "401", "x"):
        said = flashls("stats", "--days", days)
        assert (said.status, said.out) == (2, "") or "days" in said.out + said.err


def test_the_last_requests_for_people(flashls: CommandLine) -> None:
    kept(flashls, request(), request("error", "wait 30 s\x1b[2J", id=attempt_id(NOW + 1), ms=7.2))
    said = flashls("doctor", "--last")
    at = f"{datetime.fromtimestamp(NOW).astimezone():%H:%M:%S}"
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        f"{at} python, 118 ms: a suggestion, from a model",
        "         check 0.5, pause 75.0, ask 3.0, reply 40.0 ms",
        f"{at} python, 7 ms: nothing: error (wait 30 s[2J)",
        "         check 0.5, pause 75.0, ask 3.0, reply 40.0 ms",
    ]


def test_the_last_requests_as_json(flashls: CommandLine) -> None:
    kept(flashls, request("repeats", "why"))
    (told,) = flashls("doctor", "--last", "--json").json["last"]
    assert (told["reason"], told["detail"], told["way"], told["ms"]) == ("repeats", "why", "ask", 118.5)
    assert told["steps"][1] == {"step": "pause", "ms": 75.0}


@pytest.mark.parametrize(
    ("ascending", "found"),
    [
        ([], None),
        ([7.0], (7.0, 7.0, 7.0)),
        ([50.0, 50.1], (50.0, 50.1, 50.1)),
        ([float(n) for n in range(1, 101)], (50.0, 90.0, 99.0)),
        ([float(n) for n in range(1, 1001)], (500.0, 900.0, 990.0)),
    ],
)
def test_percentiles_are_of_the_nearest_rank(ascending: list[float], found: tuple[float, ...] | None) -> None:
    got = percentiles(ascending)
    assert (got and (got.p50, got.p90, got.p99)) == found
    assert (sum(got.bars) if got else 0) == len(ascending)


def test_bars_hold_what_lies_up_to_each_bound() -> None:
    assert percentiles([50.0, 50.1, 100.0, 7000.0]) == Percentiles(4, 50.1, 7000.0, 7000.0, (1, 2, 0, 0, 0, 0, 0, 0, 1))


def test_what_a_provider_keeps_costs_but_is_no_attempt() -> None:
    rows = tuple(Attempts("2026-11-22", "complete", "m", o, 1, 5, 0, 0, 1.0, 0) for o in ("stop", "storage"))
    found = summary(Figures(rows, {}, (), ()), date(2026, 11, 21), date(2026, 11, 22))
    assert (found.attempts, found.usd, found.usd_a_day, found.errors) == (1, 2.0, 1.0, ())
    assert [(use.attempts, use.input, use.usd) for use in found.uses] == [(1, 5, 2.0)]


def test_a_page_of_less_than_everything() -> None:
    days = date(2026, 11, 22), date(2026, 11, 22)
    some = [
        Figures((), {}, (), ()),
        Figures((), {}, (Answers("2026-11-22", "position", "none", 50, 3),), ()),
        Figures((), {}, (), (Fates("2026-11-22", "m", "rejected", 1, 0, 9, 0, 0, 0, 0),)),
        Figures((), {("fix", "m"): Latencies((), (0.2,))}, (), ()),
    ]
    for figures in some:
        tags = Tags()
        tags.feed(page(summary(figures, *days), datetime(2026, 11, 22, tzinfo=UTC).timestamp()))
        assert (tags.depth, tags.wrong) == ([], [])


@pytest.mark.parametrize(
    ("values", "bars"), [([], ""), ([0, 0], "  "), ([1], "█"), ([0, 1, 4, 8], " ▂▅█"), ([0.001, 1], "▁█")]
)
def test_sparklines(values: list[float], bars: str) -> None:
    assert sparkline(values) == bars
