"""URLs from a base_url and a path: its query stays, its user and password go into a header, and neither is shown."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from flashls.models import anthropic, gemini, llamacpp, ollama, openai
from flashls.models.addresses import joined, leads_here, shown
from flashls.models.providers import Reaches
from flashls.models.seam import ModelError, Unusable
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, Text
from tests.models.wire_server import Answer, Request, serve, whole

CALL = Call("1", "complete")
PROMPT = seal(Draft((Text("user", "x = "),), max_tokens=64))
PASSWORD, TOKEN = "pass/word+1", "sk-in-the-query"
LOGIN = "Basic " + base64.b64encode(f"me:{PASSWORD}".encode()).decode()


@pytest.mark.parametrize(
    ("base_url", "path", "less", "url"),
    [
        ("https://h/v1", "models", "", "https://h/v1/models"),
        ("https://h/v1/", "models", "/v1", "https://h/models"),
        ("https://h", "models", "/v1", "https://h/models"),
        ("https://h/v1beta/", "models", "/v1beta /v1", "https://h/models"),
        ("https://h/v1/v1beta", "models", "/v1beta /v1", "https://h/v1/models"),
        ("https://h/v1?api-version=1", "chat/completions", "", "https://h/v1/chat/completions?api-version=1"),
        ("https://h/v1?a=1", "x:stream?alt=sse", "", "https://h/v1/x:stream?a=1&alt=sse"),
        ("https://h/v1?a=1", "/beta/x", "", "https://h/beta/x?a=1"),
        ("http://me:pw@h:1/v1#part", "x", "", "http://me:pw@h:1/v1/x"),
        ("http://[::1]:8080", "x", "", "http://[::1]:8080/x"),
    ],
)
def test_a_path_at_an_endpoint(base_url: str, path: str, less: str, url: str) -> None:
    assert joined(base_url, path, *less.split()) == url


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://me:pw@h:1/v1/x?key=k", "https://h:1/v1/x"),
        ("https://h/v1", "https://h/v1"),
        ("sk-secret@host", ""),
        ("http://[bad", ""),
    ],
)
def test_what_is_shown_of_a_url(url: str, text: str) -> None:
    assert shown(url) == text


MAKE: dict[str, Callable[[Slots, str, str], Reaches]] = {
    "gemini": lambda slots, url, key: gemini.Gemini("m", key, slots, url),
    "openai": lambda slots, url, key: openai.OpenAI("m", key, slots, url),
    "anthropic": lambda slots, url, key: anthropic.Anthropic("m", key, slots, url),
    "ollama": lambda slots, url, key: ollama.Ollama("m", slots, url, key),
    "llamacpp": lambda slots, url, key: llamacpp.LlamaCpp("m", slots, url, key),
}


@pytest.mark.parametrize(
    ("wire", "end", "path"),
    [
        ("gemini", "", "/v1beta/models/m:streamGenerateContent?alt=sse"),
        ("gemini", "/v1beta", "/v1beta/models/m:streamGenerateContent?alt=sse"),
        ("gemini", "/v1/", "/v1beta/models/m:streamGenerateContent?alt=sse"),
        ("gemini", "/gateway/v1beta/", "/gateway/v1beta/models/m:streamGenerateContent?alt=sse"),
        ("ollama", "", "/api/chat"),
        ("ollama", "/v1", "/api/chat"),
        ("ollama", "/api/", "/api/chat"),
        ("anthropic", "/v1", "/v1/messages"),
        ("llamacpp", "/v1", "/v1/chat/completions"),
        ("openai", "/v1", "/v1/chat/completions"),
    ],
)
async def test_a_version_that_base_url_names_is_not_doubled(wire: str, end: str, path: str) -> None:
    async with serve(lambda _: whole(404, {})) as server:
        slots = Slots()
        await failures(MAKE[wire](slots, server.url + end, "key"))
        await slots.aclose()
    assert server.requests[0].path == path


async def failures(model: Reaches) -> list[ModelError]:
    """What is said of a request, and of whether the model is there."""

    async def asks() -> None:
        async for _ in model.stream(PROMPT, CALL):
            pass

    found = []
    for attempt in (asks(), model.reachable(CALL)):
        with pytest.raises(ModelError) as caught:
            await attempt
        found.append(caught.value)
    return found


def in_url(url: str, path: str = "") -> str:
    return url.replace("//", f"//me:{PASSWORD.replace('/', '%2F')}@") + f"{path}?api-version=2026-11-01&key={TOKEN}"


def hidden(texts: list[str]) -> None:
    for text in texts:
        for secret in (PASSWORD, PASSWORD.replace("/", "%2F"), TOKEN, LOGIN.partition(" ")[2]):
            assert secret not in text, text


@pytest.mark.parametrize("wire", MAKE)
@pytest.mark.parametrize("status", [400, 404])
async def test_what_a_base_url_holds_is_sent_and_never_shown(wire: str, status: int) -> None:
    """The server repeats all of it."""

    def answers(asked: Request) -> Answer:
        said = f"no {asked.path} for {asked.headers.get('authorization')}, me:{PASSWORD}, {TOKEN}"
        return whole(status, {"error": {"message": said, "type": "x"}})

    async with serve(answers) as server:
        slots = Slots()
        model = MAKE[wire](slots, in_url(server.url), "own-key/1" if wire == "gemini" else "")
        hidden([str(error) for error in await failures(model)] + [repr(model)])
        await slots.aclose()
    for asked in server.requests:
        assert f"?api-version=2026-11-01&key={TOKEN}" in asked.path
        assert asked.headers["authorization"] == LOGIN
        assert asked.headers["host"] == server.url.partition("//")[2]
    if wire == "gemini":
        assert {asked.headers["x-goog-api-key"] for asked in server.requests} == {"own-key/1"}


@pytest.mark.parametrize("wire", MAKE)
async def test_what_a_base_url_holds_is_not_shown_where_nobody_answers(wire: str) -> None:
    async with serve(lambda _: whole(200, {})) as server:
        url = server.url
    slots = Slots()
    hidden(
        [
            str(error)
            for error in await failures(MAKE[wire](slots, in_url(url), "own-key/1" if wire == "gemini" else ""))
        ]
    )
    await slots.aclose()


@pytest.mark.parametrize("wire", ["openai", "ollama", "llamacpp"])
async def test_a_key_and_a_password_for_the_same_header_are_one_too_many(wire: str) -> None:
    slots = Slots()
    for error in await failures(MAKE[wire](slots, in_url("http://127.0.0.1:9"), "own-key/1")):
        assert type(error) is Unusable
        assert str(error) == (
            "There is a key, and base_url holds a user or password, for the same header: leave one out"
        )
    await slots.aclose()


@pytest.mark.parametrize(
    "base_url", [f"me:{PASSWORD}@host", f"ftp://me:{PASSWORD}@host", f"http://me:{TOKEN}@[bad", ""]
)
@pytest.mark.parametrize("wire", MAKE)
async def test_a_base_url_that_is_none_is_told_and_not_shown(wire: str, base_url: str) -> None:
    slots = Slots()
    for error in await failures(MAKE[wire](slots, base_url, "own-key/1")):
        assert type(error) is Unusable
        assert str(error) == "The base_url is not a valid URL: it looks like https://host:port/path"
    await slots.aclose()


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://me:pw@localhost", True),
        ("https://[::1]/", True),
        ("http://[::ffff:127.0.0.1]:1/", True),
        ("http://[::ffff:10.0.0.1]:1/", False),
        ("https://llm.example.com", False),
        ("http://localhost.example.com", False),
        ("http://[bad", False),
        ("", False),
    ],
)
def test_whether_a_url_leads_here(url: str, here: bool) -> None:
    assert leads_here(url) is here
