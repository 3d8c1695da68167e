"""What users of completion tools complain about most, in their words: what they do, and what must happen here.

The rest of these complaints are about what the engine has no part in: that the protocol's own request is not served
(``lsp/test_protocol.py``), that Tab takes a suggestion when it was to indent (``editors/test_neovim.py``,
``lsp/test_completion.py``), that nothing gets through a proxy with its own certificate (``models/test_trust.py``), that
spending has no end (``models/test_budgeted.py``), and that keys lie about (``e2e/test_keys_stay_home.py``).
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import pytest

from flashls.engine.completion.complete import complete
from flashls.engine.session import Session
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import OverBudget, RateLimited, Unreachable
from flashls.types import Ghost, Silence
from tests.engine.check import check_complete, cursor_in, engine_for
from tests.engine.completion.flow import Back, Flow, Key, flowing

KEY = "sk-proj-" + "aB3dE5gH7jK9mN1pQ3sT" * 2
WORDS = "total = first + second * third - fourth  # and so on\n"


async def _typed(flow: Flow, text: str, gap: float = 0.12) -> list[asyncio.Task[str]]:
    """The requests that come with a text typed key by key; none is waited for."""
    asked = list[asyncio.Task[str]]()
    for key in text:
        await asyncio.sleep(gap)
        flow.do(Key(key))
        asked.append(asyncio.create_task(flow.ask()))
        await asyncio.sleep(0)
    return asked


def requests_pile_up_and_none_is_ever_cancelled() -> None:
    most = list[int]()

    async def work(flow: Flow) -> None:
        for key in WORDS:
            await asyncio.sleep(0.35)  # the model has begun by then
            flow.do(Key(key))
            asked = asyncio.create_task(flow.ask())
            await asyncio.sleep(0.02)
            most.append(flow.model.open)
        await asked

    flow = flowing(work, "▮", [Reply("something else entirely " * 20, piece_size=4, delay=0.01)])
    assert max(most) == 1
    assert flow.model.closed > 10


def my_earlier_requests_are_never_answered() -> None:
    async def work(flow: Flow) -> None:
        asked = await _typed(flow, WORDS[:20], gap=0.05)
        await asyncio.sleep(0.001)
        assert [each.done() for each in asked[:-1]] == [True] * 19
        await asked[-1]

    flowing(work, "▮", ["no such thing"])


def it_asks_at_every_key_and_heats_the_room() -> None:
    async def work(flow: Flow) -> None:
        asked = await _typed(flow, WORDS)
        await asked[-1]

    flow = flowing(work, "▮", ["no such thing"], pace="auto")
    assert 0 < len(flow.model.prompts) <= len(WORDS) // 10


def my_env_file_was_sent() -> None:
    model, session = Scripted(["x"]), Session(root="/w")

    async def work() -> Ghost | Silence:
        cursor = await cursor_in(session, "TOKEN=▮\n", "plaintext", "file:///w/.env")
        try:
            return await complete(engine_for(model), session, cursor, explicit=True)
        finally:
            session.close_all()

    outcome = asyncio.run(work())
    assert isinstance(outcome, Silence)
    assert (outcome.reason, model.prompts) == ("path off", [])


def my_key_was_sent() -> None:
    flow = flowing(_asked_once, f'api_key = "{KEY}"\nclient = connect(▮)\n', ["api_key"])
    assert "connect(" in repr(flow.model.prompts)
    assert KEY not in repr(flow.model.prompts)


def nothing_is_shown_and_nobody_says_why() -> None:
    told = {_why(reply) for reply in NOTHING}
    assert len(told) == len(NOTHING), told


def a_429_looks_like_nothing() -> None:
    outcome, detail = _why(Reply(fail=RateLimited("too many requests: again in 20 s", 20.0)))
    assert (outcome, "again in 20 s" in detail) == ("error", True)


def it_writes_again_what_stands_right_of_the_cursor() -> None:
    asyncio.run(check_complete("print(total(▮))\n", "a, b))", "a, b"))
    asyncio.run(check_complete('x = {"a": ▮}\n', "1}", "1"))


def its_rows_are_indented_by_its_own_rules() -> None:
    asyncio.run(check_complete("def f(a):\n\tif a:\n\t\t▮\n", "    a += 1\n        return a\n", "a += 1\n\t\treturn a"))


def it_ends_with_stray_blank_lines() -> None:
    asyncio.run(check_complete("def f(a):\n    ▮\n", "return a\n\n\n", "return a"))


def it_changes_while_i_type_what_it_says() -> None:
    body = "if not xs:\n        return 0\n    return sum(xs) / len(xs)"
    shown = list[str]()

    async def work(flow: Flow) -> None:
        shown.append(await flow.ask())
        for key in body[:-1]:
            await asyncio.sleep(0.05)
            flow.do(Key(key))
            shown.append(await flow.ask())

    flow = flowing(work, "def mean(xs):\n    ▮\n", [body + "\n\n\ndef f():\n    pass\n", "something else"])
    assert shown[0]
    for at, text in enumerate(shown):
        assert text
        assert body[at:].startswith(text)
    assert len(flow.model.prompts) == 1


def a_typo_that_i_take_back_takes_the_suggestion_away() -> None:
    shown = list[str]()

    async def work(flow: Flow) -> None:
        shown.append(await flow.ask())
        for act in (Key("4"), Back(1)):
            await asyncio.sleep(0.1)
            flow.do(act)
            shown.append(await flow.ask())

    flowing(work, "def area(r):\n    return ▮\n", ["3.14 * r", ""])
    assert (shown[0], shown[-1]) == ("3.14 * r", "3.14 * r")


def it_grows_and_grows_in_memory() -> None:
    kept = list[int]()

    async def work(flow: Flow) -> None:
        for _ in range(3):
            for _ in range(100):
                await asyncio.sleep(1)
                flow.do(Key("y"))
                await flow.ask()
                flow.do(Back(1))
            gc.collect()
            kept.append(len(gc.get_objects()))

    flowing(work, "x = 1\n" * 50 + "▮", [Reply("y = 2\n" * 30, piece_size=200)])
    assert kept[2] - kept[1] < 200, kept


def i_only_want_the_next_word_or_row() -> None:
    shown = list[str]()

    async def work(flow: Flow) -> None:
        shown.append(await flow.ask())
        for piece in ("math", ".pi", " * r * r\n"):
            await asyncio.sleep(1)
            flow.do(Key(piece))
            shown.append(await flow.ask())

    flow = flowing(work, "def area(r):\n    ▮\n", ["math.pi * r * r\n    return 2"])
    assert [text.split("\n")[0] for text in shown[:3]] == ["math.pi * r * r", ".pi * r * r", " * r * r"]
    assert len(flow.model.prompts) == 1


def my_own_model_at_home_is_treated_as_if_it_cost_money() -> None:
    async def work(flow: Flow) -> None:
        assert await flow.ask() == "y"

    for pace in ("auto", 300):
        flow = flowing(work, "f(x, ▮, z)\n", ["y"], pace=pace, free=True)
        assert flow.model.prompts


COMPLAINTS: list[Callable[[], None]] = [
    requests_pile_up_and_none_is_ever_cancelled,
    my_earlier_requests_are_never_answered,
    it_asks_at_every_key_and_heats_the_room,
    my_env_file_was_sent,
    my_key_was_sent,
    nothing_is_shown_and_nobody_says_why,
    a_429_looks_like_nothing,
    it_writes_again_what_stands_right_of_the_cursor,
    its_rows_are_indented_by_its_own_rules,
    it_ends_with_stray_blank_lines,
    it_changes_while_i_type_what_it_says,
    a_typo_that_i_take_back_takes_the_suggestion_away,
    it_grows_and_grows_in_memory,
    i_only_want_the_next_word_or_row,
    my_own_model_at_home_is_treated_as_if_it_cost_money,
]


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda each: each.__name__.replace("_", " "))
def test_nobody_has_to_say(complaint: Callable[[], None]) -> None:
    complaint()


NOTHING = [
    Reply(""),
    Reply("I cannot help with that."),
    Reply("# TODO: your code here"),
    Reply(fail=Unreachable("no connection to example.com")),
    Reply(fail=OverBudget("today's ceiling of $1 is reached")),
    Reply(stall=True),
]


def _why(reply: Reply) -> tuple[str, str]:
    """What is told of the last request, where a model answers so and nothing is shown."""
    found = list[tuple[str, str]]()

    async def work(flow: Flow) -> None:
        assert (await flow.ask()).startswith("(")
        found.append((flow.session.events[-1].outcome, flow.session.events[-1].detail))

    flowing(work, "def f():\n    return ▮\n", [reply])
    assert all(found[0]), found
    return found[0]


async def _asked_once(flow: Flow) -> None:
    await flow.ask()
