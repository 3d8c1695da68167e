"""A team's gateway, set up as the README says: completions and explanations through LiteLLM, priced and metered."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls.app import App, build
from flashls.prompt.seal import seal
from flashls.store.ledger import Ledger
from flashls.types import Call, Draft, Piece, Task, Text
from tests.models.gateways import KEY
from tests.test_readme import BLOCKS

pytestmark = pytest.mark.model

TEAM = next(block for block in BLOCKS if "TEAM_KEY" in block)


def environment(folder: Path, url: str) -> dict[str, str]:
    config = folder / "config.toml"
    config.write_text(TEAM.replace("https://litellm.example.com", url), "utf-8")
    own = {"FLASHLS_CONFIG": str(config), "FLASHLS_DATA": str(folder / "d"), "FLASHLS_CACHE": str(folder / "c")}
    return own | {"TEAM_KEY": KEY}


async def answered(app: App, task: Task) -> str:
    question = seal(Draft((Text("user", "Write a Python expression that sums a list xs."),), max_tokens=32))
    stream = app.engine.routes[task].model.stream(question, Call(task, task))
    return "".join([item.text async for item in stream if isinstance(item, Piece)])


async def test_the_readmes_team_asks_its_gateway_and_knows_what_that_costs(gateway_url: str, tmp_path: Path) -> None:
    environ = environment(tmp_path, gateway_url.removesuffix("/v1"))
    app = await build(environ)
    try:
        for task in ("complete", "explain"):
            assert "sum" in await answered(app, task)
    finally:
        await app.aclose()
    ledger = Ledger(tmp_path / "d" / "ledger.sqlite3")
    attempts = await ledger.since(0)
    await ledger.aclose()
    assert [attempt.model for attempt in attempts] == ["team/gemini-3.5-flash-lite", "team/claude-haiku-5-5"]
    assert all(attempt.cost for attempt in attempts)
