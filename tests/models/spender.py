"""A process that spends: ``python spender.py LEDGER LOG SEED REQUESTS DIES``, for tests of a budget that several share.

Each line of LOG is "asked", "refused", "left", or "used ROW INPUT OUTPUT": what the model told as its End. It is there
before the ledger knows of it, and when the process is killed. With DIES 1 it ends within a reply, as if killed.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from flashls.models.budgeted import Budgeted
from flashls.models.catalog import Price
from flashls.models.metered import Metered
from flashls.models.seam import OverBudget, Stream
from flashls.prompt.seal import seal
from flashls.settings import Budget
from flashls.store.ledger import Ledger
from flashls.types import Call, Draft, End, Piece, Prompt, Text, Usage

NOON = 1_795_348_800.0
BUDGET = Budget(daily_usd=0.01)
PRICE = Price(0.03, 0.003, 0.03, 0.12)
PROMPT = seal(Draft((Text("user", "x" * 200),), max_tokens=256))
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Using:
    """A model that writes some words, and then tells how many tokens it took."""

    chance: random.Random
    log: Callable[[str], object]
    dies: bool

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        for _ in range(self.chance.randrange(4)):
            await asyncio.sleep(self.chance.random() * 0.01)
            yield Piece("word ")
            if self.dies:
                os._exit(9)
        usage = Usage(input=self.chance.randrange(200), output=self.chance.randrange(256))
        self.log(f"used {call.attempt} {usage.input} {usage.output}")
        yield End("stop", usage, "openai/m")


async def main(path: Path, log: Callable[[str], object], seed: int, requests: int, dies: int) -> None:
    chance = random.Random(seed)
    ledger = Ledger(path, patience=20, clock=_now)
    metered = Metered(Using(chance, log, bool(dies)), "openai/m", ledger, lambda day, tokens: PRICE, _now)
    model = Budgeted(metered, "openai/m", ledger, lambda day, tokens: PRICE, BUDGET, lambda line: None, _now)
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with turns:
            log("asked")
            try:
                async with asyncio.timeout(chance.choice((None, None, 0.002, 0.01))):
                    await _ask(model, str(number), leaves=chance.random() < 0.1)
            except OverBudget:
                log("refused")
            except TimeoutError:
                log("left")

    async with asyncio.TaskGroup() as group:
        for number in range(requests):
            group.create_task(one(number))
    await ledger.aclose(20)


async def _ask(model: Budgeted, name: str, leaves: bool) -> None:
    async with aclosing(model.stream(PROMPT, Call(name, "complete"))) as items:
        async for _ in items:
            if leaves:
                break


def _now() -> float:
    return NOON + time.monotonic() % 3600


if __name__ == "__main__":
    target = os.open(sys.argv[2], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    asyncio.run(main(Path(sys.argv[1]), lambda line: os.write(target, f"{line}\n".encode()), *map(int, sys.argv[3:6])))
