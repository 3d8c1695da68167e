"""A session typed on a virtual clock: what the benchmark of that name counts, on a small scale."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.bench.typing import OURS, RIVALS, replay
from tests.bench.typing_clock import run
from tests.bench.typing_model import first_token_s
from tests.bench.typing_screen import Screen
from tests.bench.typing_stdio import typed as typed_to_a_server
from tests.bench.typing_trace import (
    Foreseen,
    Patch,
    Stretch,
    Stroke,
    Trace,
    applied,
    stretches,
    trace_of,
    trace_path,
    windows,
)
from tests.bench.typing_windows import margins

DOCUMENT = "struct Node {\n    height: usize,\n}\n\nimpl Node {\n}\n"
TYPED = """    fn heighest(&self, other: &Node) -> usize {
        let mine = self.height;
        if other.height > mine {
            return other.height;
        }
        mine
    }
"""
SEED = 7


def session(typos: bool = True) -> Trace:
    """The typing of a method: a key an edit, line ends with their indentation, letters taken back, pauses."""
    at, edits = DOCUMENT.rindex("}"), [((0, 0, DOCUMENT),)]
    text = TYPED
    while text:
        key = text[0] if text[0] != "\n" else "\n" + " " * (len(text[1:]) - len(text[1:].lstrip(" ")))
        if typos and key.isalpha() and len(edits) % 17 == 0:
            edits += [((at, 0, "q"),), ((at, 1, ""),)]
        edits.append(((at, 0, key),))
        at, text = at + len(key), text[len(key) :]
    return trace_of(edits, [3.0 * (number // 40) for number in range(len(edits))])


def part(typos: bool = True) -> list[Stretch]:
    """All of that session but its last few keys, as one stretch."""
    trace = session(typos)
    return stretches(trace, 150, 1, SEED)


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_the_product_neither_flickers_nor_draws_what_is_stale_nor_leaves_a_request_without_answer(share: float) -> None:
    found = replay(OURS, part(), share, SEED)
    assert (found.screen.flicker, found.screen.stale, found.screen.unanswered) == (0, 0, 0)
    assert found.model.lost == 0
    assert any(key.within(0.05) and key.right > 3 for key in found.screen.keys)
    assert 0 < len(found.model.asked) < len(found.screen.keys)


def test_a_real_server_answers_every_request_and_shows_what_the_model_says() -> None:
    found = typed_to_a_server(
        stretches(session(typos=False), 12, 1, SEED, longest_pause_s=0.5), 0.0, SEED, settle_s=3.0
    )
    assert (found.screen.flicker, found.screen.unanswered, found.model.lost) == (0, 0, 0)
    assert any(key.right for key in found.screen.keys)


def test_a_replay_gives_the_same_again() -> None:
    first, second = (replay(OURS, part(), 0.1, SEED) for _ in range(2))
    assert [key.took for key in first.screen.keys] == [key.took for key in second.screen.keys]


@pytest.mark.parametrize("policy", RIVALS)
def test_each_yardstick_shows_something_of_a_model_that_is_right(policy: str) -> None:
    found = replay(policy, part(typos=False), 0.0, SEED)
    asked, keys = len(found.model.asked), len(found.screen.keys)
    assert any(key.right for key in found.screen.keys)
    assert (found.screen.flicker, found.screen.stale, found.screen.unanswered) == (0, 0, 0)
    assert asked == keys if policy == "no debounce" else asked < keys


def _text_before(place: int) -> str:
    text = ""
    for patches in session().edits[:place]:
        text = applied(text, patches)
    return text


@pytest.mark.parametrize(("keys", "places", "begin"), [(50, 1, [1]), (50, 9, [1, 52]), (999, 3, [])])
def test_a_session_is_parted_into_short_ones_evenly(keys: int, places: int, begin: list[int]) -> None:
    parts = windows(session(), keys, places, SEED)
    assert [part.strokes[0].place for part in parts] == begin
    assert all(part.keys == keys for part in parts)
    assert [part.text for part in parts] == [_text_before(place) for place in begin]


def test_of_a_short_session_it_is_told_how_near_it_comes_to_both_targets() -> None:
    found = margins(part(typos=False)[0], 0.0, SEED, "rust")
    assert 0 < found.requests < 150
    assert found.soon > 0
    assert found.harm == 0
    assert found.is_met == (found.spent <= 1 <= found.reached)


EDITS: dict[str, tuple[list[Patch], str]] = {
    "goes on": ([(3, 0, "d"), (4, 0, "e")], "de"),
    "taken back": ([(3, 0, "x"), (4, 0, "y"), (3, 2, "d")], "d"),
    "the cursor jumps": ([(3, 0, "d"), (0, 0, "e")], "d"),
    "deletes what was there": ([(3, 0, "d"), (2, 2, "")], "d"),
    "a list item replaces the word begun": ([(3, 0, "d"), (1, 3, "bcdef")], "def"),
    "another word replaces the word begun": ([(3, 0, "d"), (1, 3, "xyz")], "d"),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_is_foreseen_is_what_the_session_will_have_typed_before_it_goes_elsewhere(name: str) -> None:
    edits, foreseen = EDITS[name]
    whole = [((0, 0, "ab"),), ((2, 0, "c"),), *((edit,) for edit in edits)]
    stroke = stretches(trace_of(whole, [0.0] * len(whole)), 1, 1, SEED)[0].strokes[0]
    assert stroke.foreseen is not None
    assert stroke.foreseen.text == foreseen


def test_pieces_are_wrong_by_their_place_whoever_asks() -> None:
    text = "let height = node.height + 1;\n" * 20
    whole = Foreseen(text, tuple(range(len(text))))
    later = Foreseen(text[7:], tuple(range(7, len(text))))
    assert whole.wrong(0.0, SEED) == text
    assert whole.wrong(0.3, SEED)[7:] == later.wrong(0.3, SEED)
    pieces = [whole.wrong(0.3, SEED)[at : at + 4] == text[at : at + 4] for at in range(0, len(text), 4)]
    assert 0.15 < pieces.count(False) / len(pieces) < 0.45


def test_first_tokens_take_300_ms_in_the_median_and_some_take_seconds() -> None:
    times = sorted(first_token_s(SEED, place) for place in range(2000))
    assert 0.27 < times[1000] < 0.33
    assert 30 < sum(each > 1 for each in times) < 130


def typed(place: int, text: str, said: str) -> Stroke:
    return Stroke(place, 0.0, ((place, 0, text),), place + 1, Foreseen(said, ()))


SCREENS = {
    "typed through": (["abc", "bc", "c"], 0),
    "it grows": (["ab", "bcd", "cdef"], 0),
    "another one": (["abc", "bx", "x"], 1),
    "blanked and shown again": (["abc", "", "c"], 1),
    "blanked": (["abc", "", ""], 0),
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_sees_flicker(name: str) -> None:
    answers, flicker = SCREENS[name]
    screen = Screen()
    for place, (key, answer) in enumerate(zip("_ab", answers, strict=True)):
        screen.stroke(typed(place, key, "abc"[place:]), place / 10)
        screen.answer(place, answer, place / 10 + 0.01)
    assert screen.flicker == flicker


@pytest.mark.parametrize(("crossing_s", "stale"), [(0.0, 1), (0.2, 0)])
def test_a_screen_does_not_draw_what_was_asked_before_the_last_edit(crossing_s: float, stale: int) -> None:
    screen = Screen(crossing_s)
    screen.stroke(typed(0, "a", "bc"), 0.0)
    screen.stroke(typed(1, "b", "c"), 0.1)
    screen.answer(0, "bc", 0.2)
    assert (screen.stale, [key.took for key in screen.keys]) == (stale, [None, None])


def test_the_virtual_clock_jumps_to_timers_and_waits_for_threads() -> None:
    async def work() -> tuple[float, list[str]]:
        loop, order = asyncio.get_running_loop(), list[str]()
        began = loop.time()
        timer = asyncio.create_task(asyncio.sleep(3600))
        timer.add_done_callback(lambda _: order.append("timer"))
        await asyncio.to_thread(time.sleep, 0.05)
        order.append("thread")
        await timer
        await asyncio.sleep(0)
        return loop.time() - began, order

    took, order = run(work())
    assert order == ["thread", "timer"]
    assert 3600 <= took < 3601


def test_without_a_recorded_session_it_is_said_where_to_get_one(tmp_path: object) -> None:
    with pytest.raises(SystemExit, match="editing-traces"):
        trace_path(str(tmp_path))
