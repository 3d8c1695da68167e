"""What becomes of suggestions: a cursor, a reply, and edits go in; the fates that the ledger gets come out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from flashls.engine.completion.complete import complete
from flashls.engine.completion.fates import Fates, Row
from flashls.engine.engine import Engine
from flashls.engine.session import Session
from flashls.models.scripted import Reply, Scripted
from flashls.store.suggestions import Request, Suggestion
from flashls.text.edits import Change
from flashls.types import Cursor, Ghost
from tests.engine.check import cursor_in, engine_for


@dataclass
class Window:
    """An editor window whose clock stands still until it is told to go on."""

    replies: list[str | Reply]
    now: float = 0.0
    rows: list[Row] = field(default_factory=list)

    async def open(self, text: str) -> None:
        self.model = Scripted(self.replies)
        self.engine: Engine = engine_for(self.model)
        self.session = Session(record=self.rows.append)
        self.session.fates = Fates("s", self.rows.append, lambda: 1e9, lambda: self.now)
        self.cursor = await cursor_in(self.session, text)

    async def ask(self) -> str:
        """The suggestion at the cursor, which then stays on the screen for a second."""
        outcome = await complete(self.engine, self.session, self.cursor)
        self.now += 1
        return outcome.text if isinstance(outcome, Ghost) else f"({outcome.reason})"

    def edit(self, back: int, text: str, at: int = 0, on: int = 0) -> None:
        """Replaces ``back`` code points before the cursor (moved by ``at``) and ``on`` behind it; goes to the end."""
        before = self.cursor.snapshot.lines
        start, end = self.cursor.offset + at - back, self.cursor.offset + at + on
        self.session.fates.changed("file:///w/a", before, start, end, text)
        change = Change(before.point(start), before.point(end), text)
        snapshot = self.session.documents.change("file:///w/a", self.cursor.snapshot.version + 1, [change])
        offset = start + len(text) if at == 0 else self.cursor.offset + (len(text) - back - on if at < 0 else 0)
        self.cursor = Cursor(snapshot, offset)

    async def type(self, text: str) -> None:
        for key in text:
            self.edit(0, key)
            await self.ask()

    def suggestions(self) -> list[Suggestion]:
        """What the ledger holds at the end, in the order of first mention."""
        self.session.close_all()
        found = {row.id: row for row in self.rows if isinstance(row, Suggestion)}
        return list(found.values())


async def window(text: str, *replies: str | Reply) -> Window:
    opened = Window(list(replies))
    await opened.open(text)
    return opened


def fates(of: Window) -> list[tuple[str, int, int]]:
    return [(each.fate, each.typed, each.taken) for each in of.suggestions()]


PI = "3.14 * r"


@pytest.mark.parametrize(
    ("edits", "fate"),
    [
        ([(0, PI)], ("accepted", 0, 8)),
        ([(0, "3"), (0, ".14 * r")], ("accepted", 1, 7)),
        ([(0, "3.14"), (0, " * "), (0, "r")], ("accepted", 1, 7)),
        ([(7, f"return {PI}")], ("accepted", 0, 8)),  # the word begun is replaced by itself and more
        ([(0, "3.14")], ("partly accepted", 0, 4)),
        ([(0, "3.14"), (2, "")], ("partly accepted", 0, 2)),
        ([(0, key) for key in PI], ("typed through", 8, 0)),
        ([(0, "3"), (0, "x")], ("rejected", 1, 0)),
        ([(0, "x")], ("rejected", 0, 0)),
        ([(1, "")], ("rejected", 0, 0)),
        ([], ("rejected", 0, 0)),
    ],
)
async def test_edits_tell_what_became_of_a_suggestion(edits: list[tuple[int, str]], fate: tuple[str, int, int]) -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    assert await w.ask() == PI
    for back, text in edits:
        w.edit(back, text)
    assert fates(w) == [fate]


async def test_brackets_that_the_editor_closes_are_typed_through() -> None:
    w = await window("x = ▮\n", "f(1)")
    await w.ask()
    w.edit(0, "f")
    w.edit(0, "()")
    w.cursor = Cursor(w.cursor.snapshot, w.cursor.offset - 1)
    w.edit(0, "1")
    assert fates(w) == [("rejected", 3, 0)]


async def test_edits_elsewhere_leave_it_be() -> None:
    w = await window("import a\n" * 100 + "x = ▮\n\ny = 1\n", PI)
    await w.ask()
    w.edit(0, "import b\n", at=-500)
    w.edit(0, "!", at=4)
    w.edit(0, PI)
    assert fates(w) == [("accepted", 0, 8)]


async def test_one_suggestion_however_often_it_is_asked_for() -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    await w.ask()
    await w.type("3.")
    w.edit(1, "")
    assert await w.ask() == ".14 * r"
    await w.type(".14 * ")
    w.edit(0, "r")
    assert fates(w) == [("typed through", 8, 0)]
    assert len(w.model.prompts) == 1


async def test_what_was_typed_away_from_and_back_is_the_same_suggestion() -> None:
    w = await window("def area(r):\n    return ▮\n", PI, "")
    await w.ask()
    w.edit(0, "x")
    w.edit(1, "")
    assert await w.ask() == PI
    w.edit(0, PI)
    assert fates(w) == [("accepted", 0, 8)]


async def test_another_suggestion_ends_the_one_before() -> None:
    w = await window("def area(r):\n    return ▮\n", PI, "bs(r)")
    await w.ask()
    w.edit(0, "a")
    assert await w.ask() == "bs(r)"
    w.edit(0, "bs(r)")
    assert fates(w) == [("rejected", 0, 0), ("accepted", 0, 5)]


async def test_what_was_on_the_screen_for_a_moment_only_was_not_seen() -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    await w.ask()
    w.now -= 0.9
    w.edit(0, "x")
    assert fates(w) == [("unseen", 0, 0)]


@pytest.mark.parametrize("text_first", [True, False])
async def test_the_client_says_that_it_accepted(text_first: bool) -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    await w.ask()
    known_as = w.session.fates.known_as("file:///w/a")
    if text_first:
        w.edit(0, PI)
    assert w.session.fates.accepted(known_as)
    if not text_first:
        w.edit(0, PI)
    assert [(each.fate, each.told) for each in w.suggestions()] == [("accepted", True)]


async def test_the_client_knows_better_than_the_text() -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    await w.ask()
    w.edit(7, "")  # as a client does that takes away what was begun before it inserts
    assert w.session.fates.accepted(w.session.fates.known_as("file:///w/a"))
    assert [(each.fate, each.told) for each in w.suggestions()] == [("accepted", True)]


async def test_an_acceptance_of_something_unknown_changes_nothing() -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    await w.ask()
    assert not w.session.fates.accepted("s-0")
    assert fates(w) == [("rejected", 0, 0)]


@pytest.mark.parametrize(
    ("afterwards", "kept"),
    [
        ([], 8),
        ([(0, " * r", 0)], 8),
        ([(1, "", 0)], 7),
        ([(1, "x", 0)], 7),
        ([(1, "radius", 0)], 8),
        ([(8, "", 0)], 0),
        ([(8, "", 0), (0, PI, 0)], 8),  # undone, and done again
        ([(8, "", 0), (0, "2 * tau", 0)], 1),
        ([(8, "3.14*r", 0)], 8),
        ([(15, "    return 3.14*r", 0)], 8),  # by a formatter, with the row
        ([(27, "def area(r):\n  return 3.14 * r", 0)], 8),
        ([(20, "", 0)], 0),
        ([(0, "x", -4)], 8),
        ([(0, "# first\n", -20), (8, "", 0)], 0),
    ],
)
async def test_what_is_kept_after_half_a_minute(afterwards: list[tuple[int, str, int]], kept: int) -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    await w.ask()
    w.edit(0, PI)
    for back, text, at in afterwards:
        w.edit(back, text, at)
    w.now += 29
    w.session.fates.tell()
    assert [row.kept for row in w.rows if isinstance(row, Suggestion)] == [None]
    w.now += 1
    w.session.fates.tell()
    assert [each.kept for each in w.suggestions()] == [kept]


async def test_what_is_undone_and_done_again_was_accepted_once() -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    await w.ask()
    w.edit(0, PI)
    await w.ask()
    w.edit(8, "")
    assert await w.ask() == PI
    w.edit(0, PI)
    w.now += 31
    w.session.fates.tell()
    assert [(each.fate, each.taken, each.kept) for each in w.suggestions()] == [("accepted", 8, 8)]


async def test_what_is_undone_and_left_was_rejected() -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    await w.ask()
    w.edit(0, PI)
    w.edit(8, "")
    await w.ask()
    w.edit(0, "x")
    assert fates(w) == [("rejected", 0, 0)]


async def test_a_document_closed_early_leaves_unknown_what_is_kept() -> None:
    w = await window("def area(r):\n    return ▮\n", PI)
    await w.ask()
    w.edit(0, PI)
    w.session.close("file:///w/a")
    w.now += 31
    assert [(each.fate, each.kept) for each in w.suggestions()] == [("accepted", None)]


async def test_rows_hold_lengths_and_names_but_no_code() -> None:
    w = await window("def area(r):\n    ▮\n", "radius = r\n    return radius")
    await w.ask()
    w.edit(0, "radius = r\n    return radius")
    (row,) = w.suggestions()
    assert (row.chars, row.rows, row.taken, row.language, row.model) == (28, 2, 28, "python", "scripted/scripted")
    assert "radius" not in str(w.rows)


async def test_each_request_says_what_it_went_through() -> None:
    w = await window("x = ▮\n", "1 + 1", "", "2")
    assert [await w.ask()] == ["1 + 1"]
    w.edit(0, "1")
    await w.ask()
    w.edit(0, "y")
    await w.ask()
    w.edit(0, "a")
    w.cursor = Cursor(w.cursor.snapshot, w.cursor.offset - 1)
    await w.ask()
    w.session.close_all()
    requests = [row for row in w.rows if isinstance(row, Request)]
    whole = ["check", "advance", "pause", "gather", "ask", "first token", "reply", "shape", "wait"]
    assert [(row.outcome, row.way, [step for step, _ in row.steps]) for row in requests] == [
        ("ghost", "ask", whole),
        ("ghost", "advance", ["check", "advance", "wait"]),
        ("empty reply", "ask", [step for step in whole if step != "first token"]),
        ("position", "none", ["wait"]),
    ]
    for row in requests:
        assert sum(ms for _, ms in row.steps) == pytest.approx(row.ms)
        assert all(ms >= 0 for _, ms in row.steps)


async def test_a_request_that_was_taken_back_is_among_them() -> None:
    w = await window("x = ▮\n", Reply(stall=True))
    request = asyncio.create_task(complete(w.engine, w.session, w.cursor))
    await asyncio.sleep(0.01)
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    assert [(event.outcome, event.steps[-1][0]) for event in w.session.events] == [("cancelled", "wait")]
    w.session.close_all()
