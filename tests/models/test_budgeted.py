"""What the user's ceilings let pass, what they stop, and what is said of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flashls.models.budgeted import Budgeted, ceilings_of, reserve, standings
from flashls.models.catalog import Price
from flashls.models.cost import FREE
from flashls.models.metered import Metered
from flashls.models.scripted import Reply, Script, Scripted
from flashls.models.seam import OverBudget, Unauthorized
from flashls.models.storage import Storage
from flashls.prompt.seal import seal
from flashls.settings import Budget
from flashls.store.attempts import Attempt, Ceiling, attempt_id
from flashls.store.ledger import Ledger
from flashls.types import Call, Draft, Piece, Task, Text

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
PROMPT = seal(Draft((Text("user", "x" * 320),), max_tokens=100))
PRICE = Price(1.0, 0.1, 1.0, 10.0, storage=0.5)
# The script's model tells no input tokens and a quarter of a reply's characters as output: "four" costs one token.
ONE_TOKEN = 10 / 1e6


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db", clock=lambda: NOON, patience=10)
    yield opened
    await opened.aclose(10)


class Setup:
    """A scripted model in the wrappers, and what they said."""

    def __init__(
        self, ledger: Ledger, budget: Budget, script: Script = ("four",), price: Price | None = PRICE, at: float = NOON
    ) -> None:
        self.notices: list[str] = []
        self.inner = Scripted(script)
        inner = Metered(self.inner, "openai/m", ledger, lambda day, tokens: price, lambda: at)
        self.model = Budgeted(
            inner, "openai/m", ledger, lambda day, tokens: price, budget, self.notices.append, lambda: at
        )

    async def ask(self, task: Task = "explain", pieces: int = 1000) -> str:
        text = ""
        async with aclosing(self.model.stream(PROMPT, Call("1", task))) as items:
            async for item in items:
                text += item.text if isinstance(item, Piece) else ""
                pieces -= 1
                if not pieces:
                    break
        return text


async def hold(ledger: Ledger, usd: float, at: float = NOON, task: str = "explain") -> None:
    ledger.record(Attempt(attempt_id(at), at, task, "openai/m", held=usd, outcome="stop"))


@pytest.mark.parametrize(
    ("budget", "task", "ceilings"),
    [
        (Budget(), "complete", ()),
        (Budget(daily_usd=1), "complete", (Ceiling(1, "day"),)),
        (Budget(monthly_usd=2), "ask", (Ceiling(2, "month"),)),
        (Budget(per_task={"ask": 3}), "complete", ()),
        (Budget(per_task={"ask": 0}), "ask", (Ceiling(0, "day", "ask"),)),
        (
            Budget(daily_usd=1, monthly_usd=2, per_task={"ask": 3}),
            "ask",
            (Ceiling(3, "day", "ask"), Ceiling(1, "day"), Ceiling(2, "month")),
        ),
    ],
)
def test_the_ceilings_of_a_task(budget: Budget, task: Task, ceilings: tuple[Ceiling, ...]) -> None:
    assert ceilings_of(budget, task) == ceilings


async def test_within_a_budget_a_reply_counts_as_what_it_cost(ledger: Ledger) -> None:
    setup = Setup(ledger, Budget(daily_usd=0.01))
    assert [await setup.ask() for _ in range(3)] == ["four"] * 3
    assert (await ledger.spent()).today == pytest.approx(3 * ONE_TOKEN)
    assert [row.outcome for row in await ledger.since(0)] == ["stop"] * 3
    assert setup.notices == []


async def test_a_reply_that_is_left_counts_as_the_most_it_can_cost(ledger: Ledger) -> None:
    setup = Setup(ledger, Budget(daily_usd=0.01), ["many words " * 9])
    await setup.ask(pieces=1)
    [row] = await ledger.since(0)
    assert row.outcome == "cancelled"
    assert row.held is not None
    assert row.held >= (320 * 1.0 + 100 * 10.0) / 1e6
    assert (await ledger.spent()).today == pytest.approx(row.held)


async def test_a_refused_key_gives_back_what_was_reserved(ledger: Ledger) -> None:
    setup = Setup(ledger, Budget(daily_usd=0.01), [Reply(fail=Unauthorized("no key"))])
    with pytest.raises(Unauthorized):
        await setup.ask()
    assert (await ledger.spent()).today == 0


NO_ROOM = "has no room for this request: $0.0095 are spent or reserved and it can cost $0.0015; it starts anew on"
UNTIL = "00:00 UTC. Until then models that cost nothing and kept replies still answer"
REFUSALS = [
    (
        Budget(per_task={"explain": 0}),
        "The daily budget for explain of $0.00 ([budget] per_task.explain) is less than this request alone can cost "
        "($0.0015): raise it in config.toml, or choose a cheaper model; models that cost nothing and kept replies "
        "still answer",
    ),
    (Budget(daily_usd=0.01), f"The daily budget of $0.01 ([budget] daily_usd) {NO_ROOM} 23 November, {UNTIL}"),
    (Budget(monthly_usd=0.01), f"The monthly budget of $0.01 ([budget] monthly_usd) {NO_ROOM} 1 December, {UNTIL}"),
    (
        Budget(daily_usd=5, per_task={"explain": 0.01}),
        f"The daily budget for explain of $0.01 ([budget] per_task.explain) {NO_ROOM} 23 November, {UNTIL}",
    ),
]


@pytest.mark.parametrize(("budget", "message"), REFUSALS)
async def test_over_a_ceiling_the_model_is_not_asked_and_the_user_is_told_why(
    ledger: Ledger, budget: Budget, message: str
) -> None:
    await hold(ledger, 0.0095)
    setup = Setup(ledger, budget)
    with pytest.raises(OverBudget) as refused:
        await setup.ask()
    assert str(refused.value) == message
    assert setup.inner.prompts == []
    assert (await ledger.spent()).today == pytest.approx(0.0095)


@pytest.mark.parametrize("task", ["explain", "complete"])
async def test_one_tasks_ceiling_leaves_the_others_alone(ledger: Ledger, task: Task) -> None:
    await hold(ledger, 0.0095)
    setup = Setup(ledger, Budget(per_task={"explain": 0.01}))
    if task == "explain":
        with pytest.raises(OverBudget):
            await setup.ask(task)
    else:
        assert await setup.ask(task) == "four"


async def test_a_new_day_has_room_again(ledger: Ledger) -> None:
    await hold(ledger, 0.0095)
    assert await Setup(ledger, Budget(daily_usd=0.01), at=NOON + 86_400).ask() == "four"


async def test_a_model_without_a_price_is_refused_under_a_ceiling_only(ledger: Ledger) -> None:
    with pytest.raises(OverBudget, match=r"nobody knows what openai/m costs: .*\[providers\.openai\.prices\]"):
        await Setup(ledger, Budget(daily_usd=1), price=None).ask()
    assert await Setup(ledger, Budget(), price=None).ask() == "four"


async def test_a_ledger_out_of_use_refuses_under_a_ceiling_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ledger = Ledger(tmp_path / "file" / "ledger.db")
    with pytest.raises(OverBudget, match="cannot be written"):
        await Setup(ledger, Budget(daily_usd=1)).ask()
    assert await Setup(ledger, Budget()).ask() == "four"
    await ledger.aclose(10)


@pytest.mark.parametrize("price", [FREE, Price(0, 0, 0, 0)])
async def test_a_model_that_costs_nothing_needs_no_room_and_no_ledger(tmp_path: Path, price: Price) -> None:
    (tmp_path / "file").write_text("")
    ledger = Ledger(tmp_path / "file" / "ledger.db")
    assert await Setup(ledger, Budget(daily_usd=1e-9), price=price).ask() == "four"
    await ledger.aclose(10)


async def test_at_four_fifths_there_is_one_notice(ledger: Ledger) -> None:
    await hold(ledger, 0.085)
    setup = Setup(ledger, Budget(daily_usd=0.1, monthly_usd=10))
    for _ in range(3):
        await setup.ask()
    assert setup.notices == [
        "The daily budget of $0.10 ([budget] daily_usd) is 85 % used: at 100 % models that cost something stop "
        "answering until 23 November, 00:00 UTC"
    ]


async def test_where_each_ceiling_stands(ledger: Ledger) -> None:
    assert await standings(ledger, Budget()) == []
    await hold(ledger, 0.085)
    assert await standings(ledger, Budget(daily_usd=0.1, monthly_usd=10, per_task={"explain": 0.5, "fix": 0})) == [
        "The daily budget for explain of $0.50 ([budget] per_task.explain): $0.085 are spent or reserved",
        "The daily budget for fix of $0.00 ([budget] per_task.fix): $0.00 are spent or reserved",
        "The daily budget of $0.10 ([budget] daily_usd): $0.085 are spent or reserved",
        "The monthly budget of $10.00 ([budget] monthly_usd): $0.085 are spent or reserved",
    ]


async def test_where_a_ceiling_stands_nobody_knows_without_a_ledger(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    (told,) = await standings(ledger, Budget(daily_usd=1))
    assert told.startswith("There is a budget, but its ledger is out of use: it cannot be written")
    await ledger.aclose(10)


# --- what a provider keeps -------------------------------------------------------------------------------------------


def storage(ledger: Ledger, budget: Budget, price: Price | None = PRICE) -> Storage:
    return Storage("openai/m", ledger, lambda day, tokens: price, budget, lambda line: None, lambda: NOON)


async def test_storage_is_reserved_and_settled_as_what_was_kept(ledger: Ledger) -> None:
    kept = storage(ledger, Budget(daily_usd=1))
    row = await kept.reserve(200_000, 2.0, Call("1", "ask"))
    assert (await ledger.spent()).tasks == pytest.approx({"ask": 0.2 + 0.2})
    kept.settle(row, 100_000, 0.5, Call("1", "ask"))
    [found] = await ledger.since(0)
    assert (found.outcome, found.usage.input, found.total_ms) == ("storage", 100_000, 1_800_000)
    assert found.cost == pytest.approx(0.1 + 0.025)
    assert (await ledger.spent()).today == pytest.approx(0.125)


async def test_storage_without_a_ceiling_is_written_down_only(ledger: Ledger) -> None:
    kept = storage(ledger, Budget(), price=None)
    row = await kept.reserve(200_000, 2.0, Call("1", "ask"))
    kept.settle(row, 100_000, 0.5, Call("1", "ask"))
    assert [(found.outcome, found.cost) for found in await ledger.since(0)] == [("storage", None)]


@pytest.mark.parametrize("price", [None, Price(1.0, 0.1, 1.0, 10.0), Price(10.0, 0.1, 1.0, 10.0, storage=1.0)])
async def test_storage_under_a_ceiling_needs_a_price_and_room(ledger: Ledger, price: Price | None) -> None:
    with pytest.raises(OverBudget):
        await storage(ledger, Budget(daily_usd=1), price).reserve(200_000, 2.0, Call("1", "ask"))
    assert (await ledger.spent()).today == 0


@pytest.mark.parametrize(
    ("usd", "shown"),
    [(0, "$0.00"), (12.3, "$12.30"), (1, "$1.00"), (0.5, "$0.50"), (0.0015, "$0.0015"), (0.000_04, "$0.00004"),
     (0.000_000_123, "$0.00000012")],
)  # fmt: skip
async def test_amounts_have_digits_that_count(ledger: Ledger, usd: float, shown: str) -> None:
    with pytest.raises(OverBudget) as refused:
        await reserve(ledger, Attempt(1, NOON, "ask", "a/b", held=100.0), (Ceiling(usd, "day"),), lambda _: None)
    assert f"The daily budget of {shown} (" in str(refused.value)
