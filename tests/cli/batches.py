"""A user whose questions go through batches, to a server of ours."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flashls.store.attempts import Attempt
from flashls.store.ledger import Ledger
from tests.cli.command_line import CommandLine
from tests.cli.served import served
from tests.models.gemini_batch_server import BatchServer, Replies, serve
from tests.models.gemini_server import error
from tests.models.wire_server import whole

MODEL = "gemini/gemini-3.8-flash"
PRICE = 'prices = { "gemini-3.8-flash" = { input = 1.0, output = 10.0 } }\n'


def text_of(request: dict[str, Any]) -> str:
    return "".join(part["text"] for turn in request["contents"] for part in turn["parts"])


def echo(request: dict[str, Any]) -> str:
    """An explanation that says which file it is of."""
    found = re.search(r'path="(\w+\.py)"', text_of(request))
    return f"This is {found[1] if found else 'nothing'}."


@contextmanager
def batches(flashls: CommandLine, replies: Replies = echo, more: str = "", **how: Any) -> Iterator[BatchServer]:
    """A server whose batches a user's tasks are sent to."""
    with served(lambda: serve(replies, **({"looks": 0} | how))) as server:
        flashls.config.write_text(
            f'[models]\nexplain = ["{MODEL}"]\n[providers.gemini]\nbase_url = "{server.url}"\n{PRICE}{more}'
        )
        flashls.monkeypatch.setenv("GEMINI_API_KEY", "key-of-mine")
        (flashls.folder / ".git").mkdir(exist_ok=True)
        yield server


def ledger(flashls: CommandLine) -> list[Attempt]:
    async def read() -> list[Attempt]:
        kept = Ledger(flashls.folder.parent / "data" / "ledger.sqlite3")
        found = await kept.since(0)
        await kept.aclose(10)
        return found

    return asyncio.run(read())


@contextmanager
def no_entry(server: BatchServer, *verbs: str) -> Iterator[None]:
    """Lets nobody do some of what a batch is asked with: a command ends there, and the batch goes on."""
    assert server.wire is not None
    answer = server.answer

    def refuse(request: Any) -> Any:
        if request.method in verbs:
            return whole(403, error(403, "PERMISSION_DENIED", "no"))
        return answer(request)

    server.wire.answer = refuse
    yield
    server.wire.answer = answer
