"""What is on show while someone types: each key at its time, and how many requests that took."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flashls.models.scripted import Reply
from tests.engine.completion.flow import Act, Back, Edit, Flow, Key, Move, Take, check_flow, flowing

RETURN = "def area(r):\n    return ▮\n"
MEAN = "def mean(xs):\n    ▮\n"
BODY = "if not xs:\n        return 0\n    total = sum(xs)\n    return total / len(xs)"
S = "(superseded)"

Row = tuple[str, list[str], list[tuple[Act | None, str]], int]

ROWS: dict[str, Row] = {
    "typed into while it streams": (
        RETURN, ["3.14 * r"], [(None, S), (Key("3"), S), (Key("."), "14 * r"), (Key("1", 1), "4 * r")], 1,
    ),
    "typed through and back": (
        RETURN, ["3.14 * r"],
        [(None, "3.14 * r"), (Key("3", 1), ".14 * r"), (Key("."), "14 * r"), (Back(2), "3.14 * r")], 1,
    ),
    "a typo taken back before the reply": (
        RETURN, ["3.14 * r", "5"], [(None, S), (Key("4", 0.05), S), (Back(1, 0.05), "3.14 * r")], 1,
    ),
    "a typo taken back": (
        RETURN, ["3.14 * r", ""], [(None, "3.14 * r"), (Key("4", 1), "(empty reply)"), (Back(1, 1), "3.14 * r")], 2,
    ),
    "deleted to before it and typed again": (
        "count = 1\nx = count▮\n", [" + 1", "ss"],
        [(None, " + 1"), (Back(2, 1), "ss"), (Key("n", 1), "t + 1"), (Key("t"), " + 1")], 2,
    ),
    "an import comes in at the top": (
        "import os\n\n\ndef f():\n    return ▮\n", ["sys.path"],
        [(None, "sys.path"), (Key("s", 1), "ys.path"), (Edit("import os\n", "import os\nimport sys\n"), "ys.path"),
         (Key("y"), "s.path")], 1,
    ),
    "an import comes in right above": (
        "import os\nx = ▮\n", ["np.array(y)"],
        [(None, "np.array(y)"), (Edit("import os\n", "import os\nimport numpy as np\n", 1), "np.array(y)"),
         (Key("n"), "p.array(y)")], 1,
    ),
    "a row is written right above": (
        "a = 1\nx = ▮\n", ["f(a)", " + 1", " + 3", "f(b)"],
        [(None, "f(a)"), (Move("a = 1"), " + 1"), (Key("\nb = 2", 1), " + 3"), (Move("x = "), "f(b)")], 4,
    ),
    "a word and a line are taken": (
        MEAN, ["if not xs:\n        return 0\n    return sum(xs) / len(xs)"],
        [(None, "if not xs:\n        return 0"),
         (Key("if", 1), " not xs:\n        return 0\n    return sum(xs) / len(xs)"),
         (Key(" not xs:", 1), "\n        return 0\n    return sum(xs) / len(xs)"),
         (Key("\n        return 0", 1), "\n    return sum(xs) / len(xs)")], 1,
    ),
    "the editor closes the bracket": (
        "x = f▮\n", ["(y, z) + 1"],
        [(None, "(y, z) + 1"), (Key("(", 1, ")"), "y, z"), (Key("y"), ", z"), (Key(", z"), "(position)"),
         (Move("x = f(y, z)", 0.2), " + 1")], 1,
    ),
    "the editor indents otherwise": (
        "if a:\n    pass\nif x▮\n", [":\n    y()\n    z()"],
        [(None, ":\n    y()\n    z()"), (Key(":", 1), "\n    y()\n    z()"), (Key("\n\t", 1), "y()\n\tz()"),
         (Key("y"), "()\n\tz()")], 1,
    ),
    "somewhere else and back": (
        "x = ▮\ny = 1\nz = 2\n", ["f(y)", " + 3"],
        [(None, "f(y)"), (Key("f", 1), "(y)"), (Move("z = 2"), " + 3"), (Move("x = f"), "(y)")], 2,
    ),
    "something else is typed, and undone": (
        "x = ▮\n", ["f(y)", "(1)"], [(None, "f(y)"), (Key("g", 1), "(1)"), (Back(1, 1), "f(y)")], 2,
    ),
    "what the model says next is there at once": (
        "a = 1\nx = ▮\n", ["a + 1\ny = x + 2\nprint(y)"],
        [(None, "a + 1"), (Take(), "\ny = x + 2"), (Take(0.05), "\nprint(y)")], 1,
    ),
    "typed on into what the model says next": (
        "a = 1\nx = ▮\n", ["a + 1\ny = x + 2"],
        [(None, "a + 1"), (Key("a + 1", 1), "\ny = x + 2"), (Key("\n"), "y = x + 2"), (Key("y"), " = x + 2")], 1,
    ),
    "where the model had no more to say it is not asked again": (
        RETURN, ["3.14", "5"], [(None, "3.14"), (Take(), "(empty reply)"), (None, "(empty reply)")], 1,
    ),
    "another name is typed, and then what was suggested behind it": (
        "for ▮\n", ["item in items:\n    print(item)"],
        [(None, "item in items:\n    print(item)"), (Key("x", 1), S), (Key(" ", 0.05), S), (Key("i", 0.05), S),
         (Key("n", 0.05), S), (Key(" ", 0.05), "items:\n    print(item)"), (Key("i"), "tems:\n    print(item)")], 2,
    ),
    "a reply that did not fit where it was asked for, and does once the user begins it": (
        "x = 1\n▮\n", ["# a comment that is long"],
        [(None, "(placeholder)"), (Key("#", 1), " a comment that is long"), (Key(" "), "a comment that is long")], 1,
    ),
    "a reply that was something else is not waited for": (
        RETURN, ["3.14 * r", "pi"], [(None, S), (Key("m", 0.31), "pi")], 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "replies", "acts", "asked"), ROWS.values(), ids=ROWS)
def test_shows(text: str, replies: list[str], acts: list[tuple[Act | None, str]], asked: int) -> None:
    check_flow(text, replies, acts, asked)


def test_more_was_typed_between_brackets_than_was_said_there() -> None:
    acts = [(None, "{"), (Key("{", 1, "}"), "(empty reply)"), (Key("\n    ", 0.2, "\n"), S), (Key("g", 0.2), "o();")]
    check_flow("if a > b ▮\nf();\n", ["{", "go();"], acts, 2, "rust")


async def _took(flow: Flow, act: Act | None = None) -> tuple[str, float]:
    if act is not None:
        flow.do(act)
    clock = asyncio.get_running_loop().time
    began = clock()
    return await flow.ask(), round(clock() - began, 2)


def _timed(text: str, replies: list[str | Reply], *acts: Act | None, **how: Any) -> list[tuple[str, float]]:
    found = list[tuple[str, float]]()

    async def work(flow: Flow) -> None:
        for act in acts:
            await asyncio.sleep(0.0 if act is None else act.after)
            found.append(await _took(flow, act))

    flowing(work, text, replies, **how)
    return found


def test_one_row_is_there_at_its_newline_however_much_follows() -> None:
    assert _timed("a = 1\nx = ▮\n", ["a + 1\n" + "y = x\n" * 50], None) == [("a + 1", 0.32)]


def test_several_rows_are_there_when_they_are_whole() -> None:
    assert _timed(MEAN, ["return 0\n\ndef f():\n"], None) == [("return 0", 0.34)]


def test_or_with_the_statements_that_are_whole_after_four_tenths_of_a_second_and_then_they_grow() -> None:
    shown = _timed(MEAN, [BODY + "\n\n\ndef f():\n    pass\n"], None, Key("i", 0.01), Key("f", 1))
    assert [took for _, took in shown] == [0.4, 0.0, 0.0]
    first, second, third = (text for text, _ in shown)
    assert BODY.startswith(first)
    assert first == "if not xs:\n        return 0"
    assert ("i" + second).startswith(first)
    assert "if" + third == BODY


def test_nothing_shown_is_ever_replaced_while_it_is_typed() -> None:
    shown = list[str]()

    async def work(flow: Flow) -> None:
        shown.append(await flow.ask())
        for key in BODY[:-1]:
            await asyncio.sleep(0.03)
            flow.do(Key(key))
            shown.append(await flow.ask())

    flow = flowing(work, MEAN, [BODY + "\n\n\ndef f():\n    pass\n"])
    for at, text in enumerate(shown[:-1]):
        assert BODY[at:].startswith(text) or text.startswith(BODY[at:]), (at, text)
    assert len(flow.model.prompts) == 1


def test_a_stream_is_closed_when_more_was_said_than_will_be_of_use() -> None:
    said = "a + 1\n" + "y = x + 2\n" * 200
    flow = flowing(lambda flow: _wait(flow, 5), "a = 1\nx = ▮\n", [Reply(said, piece_size=4, delay=0.01)])
    assert flow.model.closed == 1


def test_it_is_closed_at_once_where_nothing_may_be_found_out_ahead() -> None:
    async def work(flow: Flow) -> None:
        await flow.ask()
        await asyncio.sleep(0.05)
        assert flow.model.open == 0

    flowing(work, "a = 1\nx = ▮\n", ["a + 1\n" + "y = x + 2\n" * 200], speculate="off")


async def _wait(flow: Flow, seconds: float) -> None:
    await flow.ask()
    await asyncio.sleep(seconds)


def test_earlier_requests_are_answered_at_once() -> None:
    async def work(flow: Flow) -> None:
        first = asyncio.create_task(flow.ask())
        await asyncio.sleep(0.1)
        flow.do(Key("3"))
        second = asyncio.create_task(flow.ask())
        await asyncio.sleep(0.001)
        assert (first.done(), second.done()) == (True, False)
        assert await second == ".14"

    flowing(work, RETURN, ["3.14"])


@pytest.mark.parametrize(
    ("pace", "text", "act", "asked_after"),
    [
        (0, "x = ▮\n", None, 0.0),
        (100, "x▮\n", None, 0.0),
        (100, "f(▮, y)\n", None, 0.1),
        (100, "x;▮\n", None, 0.1),
        ("auto", "x▮\n", None, 0.0),
        ("auto", "x = ▮\n", None, 0.0),
    ],
)
def test_the_pause_before_a_model_is_asked(pace: Any, text: str, act: Act | None, asked_after: float) -> None:
    ((shown, took),) = _timed(text, ["1"], act, pace=pace)
    assert (shown, took) == ("1", round(0.31 + asked_after, 2))


def test_code_right_of_the_cursor_is_asked_about_only_for_a_user_who_wants_it() -> None:
    async def work(flow: Flow) -> None:
        assert await flow.ask() == "(position)"
        assert await flow.ask(explicit=True) == "x"

    flowing(work, "f(▮, y)\n", ["x"], pace="auto")


def test_whoever_asks_never_waits_and_is_answered_where_the_model_was_done() -> None:
    async def work(flow: Flow) -> None:
        flow.last = None
        clock = asyncio.get_running_loop().time
        began = clock()
        assert await flow.ask(explicit=True) == "1"
        assert round(clock() - began, 2) == 0.31
        flow.do(Take())
        assert await flow.ask() == "(empty reply)"
        assert await flow.ask(explicit=True) == " + 2"

    flowing(work, "x = ▮\n", ["1", " + 2"], pace="auto")


SPECULATED: dict[str, tuple[dict[str, Any], int]] = {
    "where it costs nothing": ({"speculate": "auto", "free": True}, 2),
    "where it costs, not before the user follows": ({"speculate": "on"}, 1),
    "where it costs, only for a user who wants it": ({"speculate": "auto"}, 1),
    "switched off": ({"speculate": "off", "free": True}, 1),
}


@pytest.mark.parametrize(("how", "asked"), SPECULATED.values(), ids=SPECULATED)
def test_what_comes_next_is_found_out_while_a_suggestion_is_on_show(how: dict[str, Any], asked: int) -> None:
    flow = flowing(lambda flow: _wait(flow, 2), "x = ▮\n", ["1", "\ny = 2"], **how)
    assert len(flow.model.prompts) == asked


def test_and_is_there_when_it_is_taken() -> None:
    shown = _timed("x = ▮\n", ["1", "\ny = 2", "\nz = 3"], None, Take(), Take(), speculate="on", free=True)
    assert shown == [("1", 0.31), ("\ny = 2", 0.0), ("\nz = 3", 0.0)]


def test_it_is_asked_ahead_where_it_costs_once_most_of_the_suggestion_was_typed() -> None:
    acts: list[tuple[Act | None, str]] = [(None, "area(r) + area(s)")]
    acts += [(Key("area(r) + ", 1), "area(s)"), (Key("area(s)", 1), "\ny = 2")]
    check_flow("x = ▮\n", ["area(r) + area(s)", "\ny = 2"], acts, 2, speculate="on")


def test_what_was_found_out_for_another_text_is_not_shown() -> None:
    acts: list[tuple[Act | None, str]] = [(None, "1"), (Key("2", 1), " + 3")]
    check_flow("x = ▮\n", ["1", "\ny = 2", " + 3"], acts, 3, speculate="auto", free=True)
