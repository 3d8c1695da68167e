"""Several suggestions for one place: what the model says each time goes in; what the user may go through comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, ParamSpec

import pytest

from flashls.engine.completion.fates import Row
from flashls.engine.completion.several import alike, suggestions
from flashls.engine.engine import Engine
from flashls.engine.session import Session
from flashls.models.limited import Limited, Quota
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import OverBudget
from flashls.settings import Complete, Settings
from flashls.store.suggestions import Suggestion
from flashls.text.edits import Change
from flashls.types import Call, Cursor, Prompt
from tests.bench.typing_clock import run
from tests.engine.check import cursor_in, engine_for

P = ParamSpec("P")

TEXT = "def area(r):\n    return ▮\n"
SUM, PRODUCT, CALL = "r + r + 1", "3.14 * r * r", "circle(r).area"


@dataclass
class Window:
    """An editor window whose model answers each sample of a question with a text or a reply of its own."""

    said: Sequence[str | Reply]
    most: int = 3
    calls: list[tuple[int, Call]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    async def open(self, text: str = TEXT) -> None:
        self.model = Scripted(self._reply)
        self.engine: Engine = engine_for(
            self.model, Settings(complete=Complete(debounce_ms=0, several=self.most, speculate="off"))
        )
        self.session = Session(record=self.rows.append)
        self.cursor = await cursor_in(self.session, text)

    def _reply(self, prompt: Prompt, call: Call) -> Reply | str:
        self.calls.append((prompt.sample, call))
        return self.said[prompt.sample] if prompt.sample < len(self.said) else ""

    async def ask(self, explicit: bool = True) -> list[str] | str:
        """The suggestions' texts, or the reason for none."""
        found = await suggestions(self.engine, self.session, self.cursor, explicit)
        return [ghost.text for ghost in found] if isinstance(found, tuple) else found.reason

    def insert(self, text: str) -> None:
        before, at = self.cursor.snapshot, self.cursor.offset
        self.session.fates.changed(before.uri, before.lines, at, at, text)
        point = before.lines.point(at)
        after = self.session.documents.change(before.uri, before.version + 1, [Change(point, point, text)])
        self.cursor = Cursor(after, at + len(text))

    def fates(self) -> list[tuple[str, int, int, int]]:
        """What the ledger holds at the end: each offer's fate, its length, and how much was typed and taken."""
        self.session.close_all()
        found = {row.id: row for row in self.rows if isinstance(row, Suggestion)}
        return [(row.fate, row.chars, row.typed, row.taken) for row in found.values()]


def timed(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Runs a test on a clock that jumps: what is waited for takes no time, however busy the machine is."""

    @wraps(test)
    def run_there(*args: P.args, **kwargs: P.kwargs) -> None:
        run(test(*args, **kwargs))

    return run_there


async def window(*said: str | Reply, most: int = 3) -> Window:
    opened = Window(said, most)
    await opened.open()
    return opened


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ([SUM, PRODUCT, CALL], [SUM, PRODUCT, CALL]),
        ([SUM, SUM, CALL], [SUM, CALL]),
        ([SUM, "r+r+1", f"{SUM};"], [SUM]),
        ([SUM, "", CALL], [SUM, CALL]),
        ([SUM, Reply(fail=OverBudget("nothing left")), CALL], [SUM, CALL]),
        ([SUM, Reply(PRODUCT, cut=True), CALL], [SUM, CALL]),
        ([SUM, Reply(PRODUCT, reason="blocked"), ""], [SUM]),
        (["", PRODUCT, CALL], [PRODUCT, CALL]),
        (["I'm sorry, but I cannot do that.", "", CALL], [CALL]),
        (["", "", ""], "empty reply"),
        ([Reply(fail=OverBudget("nothing left")), PRODUCT, CALL], "error"),
    ],
)
@timed
async def test_what_is_offered_to_a_user_who_asks(said: list[str | Reply], shown: list[str] | str) -> None:
    w = await window(*said)
    assert await w.ask() == shown
    w.session.close_all()


@timed
async def test_what_only_goes_on_where_the_first_one_ends_is_no_other() -> None:
    w = Window(["a = r\n    b = a", "a = r\n    b = a\n    return b", "return 3.14 * r * r"])
    await w.open("def area(r):\n    ▮\n")
    assert await w.ask() == ["a = r\n    b = a", "return 3.14 * r * r"]


@timed
async def test_whoever_just_types_is_offered_one_and_pays_for_one() -> None:
    w = await window(SUM, PRODUCT, CALL)
    assert await w.ask(explicit=False) == [SUM]
    assert [sample for sample, _ in w.calls] == [0]


@pytest.mark.parametrize(("most", "samples"), [(1, [0]), (2, [0, 1]), (3, [0, 1, 2])])
@timed
async def test_no_more_are_asked_for_than_the_settings_say(most: int, samples: list[int]) -> None:
    w = await window(SUM, PRODUCT, CALL, most=most)
    assert await w.ask() == [SUM, PRODUCT, CALL][:most]
    assert [sample for sample, _ in w.calls] == samples


@timed
async def test_the_first_one_is_asked_for_first_and_the_others_give_way() -> None:
    w = await window(SUM, PRODUCT, CALL)
    await w.ask()
    assert [(sample, call.priority, call.patience) for sample, call in w.calls] == [
        (0, 0, "long"), (1, 1, "once"), (2, 1, "once")
    ]  # fmt: skip
    assert {(call.task, call.session) for _, call in w.calls} == {("complete", w.session.id)}
    assert len({call.id for _, call in w.calls}) == 3


@timed
async def test_all_are_asked_at_the_same_time() -> None:
    w = await window(*(Reply(text, delay=0.02, piece_size=99) for text in (SUM, PRODUCT, CALL)))
    asked = asyncio.create_task(w.ask())
    while not w.calls:
        await asyncio.sleep(0)
    for _ in range(10):
        await asyncio.sleep(0)
    assert w.model.open == 3
    shown = await asked
    assert shown[0] == SUM
    assert set(shown[1:]) == {PRODUCT, CALL}  # which come at the same moment, in any order


@timed
async def test_a_model_that_answers_one_after_the_other_is_waited_for() -> None:
    w = await window(SUM, PRODUCT, CALL)
    route = w.engine.routes["complete"]
    one_at_a_time = Limited(route.model, Quota("local", streams=1))
    w.engine = replace(w.engine, routes={"complete": replace(route, model=one_at_a_time)})
    assert await w.ask() == [SUM, PRODUCT, CALL]
    assert [sample for sample, _ in w.calls] == [0, 1, 2]


@timed
async def test_what_comes_too_late_is_there_the_next_time_and_nothing_moves() -> None:
    w = await window(SUM, Reply(PRODUCT, delay=0.7, piece_size=99), CALL)
    assert await w.ask() == [SUM, CALL]
    assert await w.ask() == [SUM, CALL, PRODUCT]
    assert await w.ask() == [SUM, CALL, PRODUCT]
    assert len(w.calls) == 3


@timed
async def test_the_suggestion_on_the_screen_stays_the_first() -> None:
    w = await window(SUM, PRODUCT, CALL)
    assert await w.ask(explicit=False) == [SUM]
    assert await w.ask() == [SUM, PRODUCT, CALL]
    w.insert("r + ")
    assert await w.ask(explicit=False) == ["r + 1"]


@pytest.mark.parametrize(("typed", "rest"), [("3.14", [" * r * r"]), ("circle(", ["r).area"]), ("r", [" + r + 1"])])
@timed
async def test_whoever_types_into_one_of_them_keeps_it(typed: str, rest: list[str]) -> None:
    w = await window(SUM, PRODUCT, CALL)
    await w.ask()
    for key in typed:
        w.insert(key)
        await w.ask(explicit=False)
    assert await w.ask(explicit=False) == rest
    assert len(w.calls) == 3


@timed
async def test_whoever_types_what_some_of_them_begin_with_keeps_these() -> None:
    w = await window("f(r) + 1", "f(radius) * 2", "compute(radius)")
    assert await w.ask() == ["f(r) + 1", "f(radius) * 2", "compute(radius)"]
    assert await w.ask(explicit=False) == ["f(r) + 1", "f(radius) * 2", "compute(radius)"]
    w.insert("f(")
    assert await w.ask(explicit=False) == ["r) + 1", "radius) * 2"]
    w.insert("ra")
    assert await w.ask(explicit=False) == ["dius) * 2"]
    w.insert("dius) * 2")
    assert w.fates() == [("accepted", 13, 0, 13)]
    assert len(w.calls) == 3


@timed
async def test_typing_into_one_of_them_closes_what_is_still_to_come() -> None:
    w = await window(SUM, Reply(PRODUCT, stall=True), CALL)
    assert await w.ask() == [SUM, CALL]
    w.insert("circle")
    assert await w.ask(explicit=False) == ["(r).area"]
    await asyncio.sleep(0)
    assert (w.model.open, len(w.calls)) == (0, 3)


@timed
async def test_going_elsewhere_closes_what_is_still_to_come() -> None:
    w = await window(SUM, Reply(PRODUCT, stall=True), CALL)
    assert await w.ask() == [SUM, CALL]
    assert w.model.open == 1
    w.insert("xyz")
    await w.ask(explicit=False)
    await asyncio.sleep(0)
    assert w.model.open == 0


@timed
async def test_a_newer_request_is_the_only_one_answered() -> None:
    w = await window(SUM, Reply(PRODUCT, stall=True), CALL)
    asked = asyncio.create_task(w.ask())
    while len(w.calls) < 3:
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    w.insert("r")
    assert await w.ask(explicit=False) == [" + r + 1"]
    assert await asked == "superseded"
    w.session.close_all()
    await asyncio.sleep(0)
    assert w.model.open == 0


@timed
async def test_a_request_taken_back_leaves_nothing_running_when_the_document_is_closed() -> None:
    w = await window(Reply(SUM, stall=True), Reply(PRODUCT, stall=True), Reply(CALL, stall=True))
    asked = asyncio.create_task(w.ask())
    while len(w.calls) < 3:
        await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    w.session.close_all()
    await asyncio.sleep(0.01)
    assert w.model.open == 0


@pytest.mark.parametrize(
    ("taken", "fate"),
    [
        ([SUM], ("accepted", 9, 0, 9)),
        ([PRODUCT], ("accepted", 12, 0, 12)),
        (["3.14 *", " r * r"], ("accepted", 12, 0, 12)),
        (["circle"], ("partly accepted", 14, 0, 6)),
        ([*"3.1"], ("rejected", 12, 3, 0)),
        (["x = 1"], ("rejected", 9, 0, 0)),
    ],
)
@timed
async def test_of_all_that_was_offered_one_is_taken_or_none(taken: list[str], fate: tuple[str, int, int, int]) -> None:
    w = await window(SUM, PRODUCT, CALL)
    w.session.fates.timer = iter(range(1000)).__next__
    await w.ask()
    for text in taken:
        w.insert(text)
    assert w.fates() == [fate]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x + 1", "x+1", True),
        ("x + 1;", "x + 1", True),
        ("f('a', b)", 'f("a", b)', True),
        ("return a", "return a\n", True),
        ("self.width", "self.height", False),
        ("x + 1", "x - 1", False),
        ("x", "x + 1", False),
        ("f(a, b, c, d, e, f, g)", "f(a, b, c, d, e, f, h)", True),
        ("", "", True),
    ],
)
def test_what_is_as_good_as_equal(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same
    assert alike(other, one) is same
