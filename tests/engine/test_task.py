"""What all tasks have in common: how much a model gets to see, by its own count of what it was shown."""

from __future__ import annotations

import pytest

from flashls.engine.answering.explain import explain
from flashls.engine.budget import INSTRUCTIONS
from flashls.engine.completion.complete import complete
from flashls.engine.completion.rates import characters
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session
from flashls.engine.task import answered, room, route_of
from flashls.models.seam import NotFound, Stream
from flashls.settings import Complete, Settings
from flashls.types import Call, Draft, End, Piece, Prompt, Text, Usage
from tests.engine.check import BUDGET, cursor_in
from tests.engine.reviewing.check_review import opened

NAME = "test/counting"
TOKENS = BUDGET.prefix + BUDGET.extra


class Counting:
    """A model whose tokens hold two characters; ``said`` is how its replies end."""

    def __init__(self, model: str = NAME, cached: bool = False, estimated: bool = False) -> None:
        self.said = model, cached, estimated
        self.sizes: list[int] = []

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Says 1, and how many tokens that was."""
        model, cached, estimated = self.said
        self.sizes.append(characters(prompt))
        yield Piece("1")
        yield End("stop", Usage(input=self.sizes[-1] // 2, estimated=estimated), model, cached)


def engine_of(model: Counting) -> Engine:
    return Engine(Settings(), {"explain": Route(model, NAME, BUDGET), "ask": Route(model, NAME, BUDGET)}, "set a model")


@pytest.mark.parametrize(
    ("model", "schema", "learns"),
    [
        (Counting(), None, True),
        (Counting(estimated=True), None, False),
        (Counting(cached=True), None, False),  # who knows which model that was
        (Counting(model="test/another"), None, False),
        (Counting(), {"type": "object"}, False),  # a provider may count the schema, too
    ],
)
async def test_a_task_has_the_room_that_its_model_counts(model: Counting, schema: object, learns: bool) -> None:
    """2,500 tokens are 8,000 characters at first, and 5,000 of a model that counts two characters a token."""
    engine = engine_of(model)
    assert room(engine, route_of(engine, "explain")) == TOKENS * 3.2
    for n in range(40):
        draft = Draft((Text("user", f"{n} is it. " * 1_000),), schema=schema)  # type: ignore[arg-type]
        await answered(route_of(engine, "explain"), "explain", draft)
    for task in ("explain", "ask"):  # the model is the same
        route = route_of(engine, task)
        assert room(engine, route) == pytest.approx(TOKENS * 2.1, rel=0.06) if learns else TOKENS * 3.2
        assert (route.budget.chars_per_token < 2.3) == learns


async def test_what_is_sent_to_be_explained_shrinks_with_it() -> None:
    model = Counting()
    engine, code = engine_of(model), "def save(text):\n" + "    keep(text)\n" * 2_000
    snapshot = await opened(code, uri="untitled:a")
    for _ in range(30):
        async for _item in explain(engine, snapshot, 0, len(code)):
            pass
    assert model.sizes[-1] / model.sizes[0] == pytest.approx(2.1 / 3.2, rel=0.1)


def test_without_a_model_it_is_said_what_to_set() -> None:
    with pytest.raises(NotFound, match="set a model"):
        route_of(engine_of(Counting()), "fix")


async def test_a_completion_has_no_more_than_its_budget_as_its_model_counts() -> None:
    """What is left over are the instructions and the pieces' tags."""
    model, around = Counting(), "value_of(first, second)\n" * 400
    engine = Engine(Settings(complete=Complete(debounce_ms=0)), {"complete": Route(model, NAME, BUDGET, form="chat")})
    session = Session()
    for n in range(40):
        await complete(engine, session, await cursor_in(session, f"{around}x{n} = ▮\n{around}"))
    session.close_all()
    first, last = ((size - INSTRUCTIONS * 3.2) / 2 for size in (model.sizes[0], model.sizes[-1]))
    window = BUDGET.prefix + BUDGET.suffix
    assert first > 1.4 * window
    assert last == pytest.approx(window, rel=0.1)
