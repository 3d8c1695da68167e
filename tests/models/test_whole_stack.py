"""Faults met by the whole stack, as an app builds it: a model that fails, all wrappers, and another one after it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from flashls.app import App, build
from flashls.models.seam import Declined, Garbled, Unauthorized
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, Piece, Task, Text
from tests.models.fault_rows import BODIES, STATUSES, Fault, answers, litellm, streams
from tests.models.servers import Peer, Server, serve
from tests.models.wires import KEY, WIRES

FIRST, SECOND = "gemini/gemini-3.5-flash-lite", "openai/gpt-5.4-mini"
PROMPT = seal(Draft((Text("user", "x = "),), max_tokens=64))
OTHER_KEY = "sk-of-the-second/1"
FAULTS = {fault.name: fault for fault in (*STATUSES, *BODIES)}
CONTENT = Fault("content", answers(400, litellm(400, "content_policy_violation", KEY)), Declined, "")


class Stack:
    """An app whose tasks ask two models; ``notices`` are what the user is told."""

    def __init__(self, app: App, first: Server, second: Server, notices: list[str]) -> None:
        self.app, self.first, self.second, self.notices = app, first, second, notices

    async def ask(self, task: Task = "explain") -> str:
        text = ""
        async with aclosing(self.app.engine.routes[task].model.stream(PROMPT, Call("1", task))) as stream:
            async for item in stream:
                text += item.text if isinstance(item, Piece) else f"|{item.model}"
        return text

    async def attempts(self) -> list[tuple[str, str]]:
        return [(row.model, row.outcome) for row in await self.app.ledger.since(0)]


@asynccontextmanager
async def stack(
    folder: Path, fault: Fault, base_url: str = "", more: str = "", key: str = OTHER_KEY
) -> AsyncGenerator[Stack]:
    """The first model meets the fault each time; the second one is well, if there is a ``key`` for it."""

    async def fails(peer: Peer) -> None:
        while True:
            await peer.request()
            if not await fault.does(peer, WIRES["gemini"]):
                return

    async def works(peer: Peer) -> None:
        while True:
            await peer.request()
            await streams(0, 1)(peer, WIRES["openai"])

    notices = list[str]()
    async with serve(fails) as first, serve(works) as second:
        path = folder / "config.toml"
        path.write_text(
            f"[models]\ncomplete = ['{FIRST}', '{SECOND}']\nexplain = ['{FIRST}', '{SECOND}']\n{more}\n"
            f"[providers.gemini]\nbase_url = '{base_url or first.url}'\n"
            f"[providers.openai]\nbase_url = '{second.url}/v1'\n",
            "utf-8",
        )
        environ = {"FLASHLS_CONFIG": str(path), "FLASHLS_DATA": str(folder / "d"), "FLASHLS_CACHE": str(folder / "c")}
        keys = {"GEMINI_API_KEY": KEY} | ({"OPENAI_API_KEY": key} if key else {})
        app = await build(environ | keys, notice=notices.append)
        try:
            assert app.problems == ()
            yield Stack(app, first, second, notices)
        finally:
            await app.aclose()


@pytest.mark.parametrize("task", ["complete", "explain"])
@pytest.mark.parametrize(
    ("name", "attempts"),
    [
        ("400", 1),
        ("400 for a key", 1),
        ("400, too long", 1),
        ("401", 1),
        ("402", 1),
        ("403, a page", 1),
        ("404", 1),
        ("413", 1),
        ("422, a field", 1),
        ("429, Gemini, a day's", 1),
        ("429, OpenAI", 1),
        ("500", 2),
        ("503 in an array", 2),
        ("a redirect to another host", 1),
        ("200 with a page", 1),
        ("200 with an array instead", 2),
        ("204", 1),
        ("another protocol", 1),
        ("hung up before the answer", 2),
    ],
)
async def test_the_next_model_answers(name: str, attempts: int, task: Task, tmp_path: Path) -> None:
    fault = FAULTS[name]
    async with stack(tmp_path, fault) as two:
        assert await two.ask(task) == f"ok|{SECOND}"
        assert await two.attempts() == [(FIRST, fault.kind.__name__)] * attempts + [(SECOND, "stop")]
        assert len(two.first.heads) == attempts
        [notice] = two.notices
        assert notice.startswith(f"{SECOND} answers in place of {FIRST}: ")
        assert KEY not in notice
        assert "\n" not in notice


@pytest.mark.parametrize(
    ("base_url", "more", "says"),
    [
        ("ftp://gateway", "", "The base_url is not a valid URL"),
        ("gateway:4000", "", "The base_url is not a valid URL"),
        ("http://gateway.example.com", "", "would be asked without TLS"),
        (
            "https://127.0.0.1:9",
            "[network]\nca_bundle = '/nowhere/ca.pem'",
            "ca_bundle: /nowhere/ca.pem cannot be read",
        ),
        ("https://127.0.0.1:9", "[network]\nca_bundle = 'ca.pem'", "give the file's whole path"),
    ],
)
async def test_a_setting_that_cannot_be_used_leaves_the_next_model_to_answer(
    base_url: str, more: str, says: str, tmp_path: Path
) -> None:
    async with stack(tmp_path, FAULTS["400"], base_url, more) as two:
        assert await two.ask() == f"ok|{SECOND}"
        assert says in two.notices[0]
        assert await two.attempts() == [(FIRST, "Unusable"), (SECOND, "stop")]


async def test_a_reply_that_has_begun_is_not_begun_anew(tmp_path: Path) -> None:
    async with stack(tmp_path, FAULTS["cut in an event"]) as two:
        with pytest.raises(Garbled, match="broke off"):
            await two.ask()
        assert await two.attempts() == [(FIRST, "Garbled")]
        assert two.second.heads == []


async def test_what_a_provider_objects_to_is_shown_to_no_other(tmp_path: Path) -> None:
    async with stack(tmp_path, CONTENT) as two:
        with pytest.raises(Declined, match=r"^Gemini objects to"):
            await two.ask()
        assert two.second.heads == []


async def test_where_all_fail_each_is_told(tmp_path: Path) -> None:
    async with stack(tmp_path, FAULTS["401"], key="bad\nkey") as two:
        with pytest.raises(Unauthorized) as caught:
            await two.ask()
        told = str(caught.value)
        assert told.startswith(f"{FIRST}: Gemini refused the key (status 401)")
        assert f"; {SECOND}: The key for openai holds a character no key has" in told
        assert KEY not in told
