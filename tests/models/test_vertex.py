"""Vertex as a Model: Gemini's format on Google Cloud, with a made-up service account and local servers."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.auth.credentials import AnonymousCredentials
from google.genai import types
from google.oauth2 import service_account

from flashls.models.google_tokens import Tokens, beside
from flashls.models.seam import ModelError, NotFound, Overloaded, RateLimited, Stalled, Unauthorized, Unusable
from flashls.models.slots import Slots
from flashls.models.vertex import Vertex
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Image, Prompt, Text
from tests.models import gemini_server, servers, token_server
from tests.models.asking import reply_of
from tests.models.gemini_server import GeminiServer, Reply, overloaded, rate_limited
from tests.models.token_server import ACCOUNT, TokenServer

LITE = "gemini-3.5-flash-lite"
CALL = Call("1", "complete")
PROMPT = seal(Draft((Text("system", "You complete code."), Text("user", "x = ")), stop=("\n\n",), max_tokens=64))


@dataclass(frozen=True, slots=True)
class Cloud:
    """Both servers, and what the model is made of."""

    gemini: GeminiServer
    tokens: TokenServer
    slots: Slots
    key_file: Path

    def model(self, model_id: str = LITE, project: str = "p1", location: str = "us-central1") -> Vertex:
        return Vertex(model_id, self.slots, project, location, self.credentials(), self.gemini.url)

    def credentials(self) -> Any:
        return service_account.Credentials.from_service_account_file(str(self.key_file))  # type: ignore[no-untyped-call]


@asynccontextmanager
async def cloud(folder: Path, *replies: Reply | str) -> AsyncGenerator[Cloud, None]:
    async with gemini_server.serve(replies or "ok") as gemini, token_server.serve() as tokens:
        slots = Slots()
        yield Cloud(gemini, tokens, slots, tokens.key_file(folder / "key.json"))
        await slots.aclose()


async def ask(model: Vertex, prompt: Prompt = PROMPT, call: Call = CALL) -> tuple[str, End]:
    return await reply_of(model, prompt, call)


async def test_a_reply(tmp_path: Path) -> None:
    async with cloud(tmp_path, Reply("return a + b", thought="hm")) as here:
        text, end = await ask(here.model())
        request = here.gemini.requests[0]
    assert (text, end.reason, end.model) == ("return a + b", "stop", f"vertex/{LITE}")
    parent = "/v1/projects/p1/locations/us-central1/publishers/google/models"
    assert request.path == f"{parent}/{LITE}:streamGenerateContent?alt=sse"
    assert request.headers["authorization"] == "Bearer ya29.1"
    claims = here.tokens.claims[0]
    assert (claims["iss"], claims["scope"]) == (ACCOUNT, "https://www.googleapis.com/auth/cloud-platform")


async def test_our_request_is_the_sdks(tmp_path: Path) -> None:
    asked = seal(
        Draft(
            (Text("system", "s"), Text("user", "what?"), Image("image/png", b"\x89PNG")),
            max_tokens=64,
            stop=("x",),
            schema={"type": "object"},
            thinking="minimal",
        )
    )
    config = types.GenerateContentConfig(
        system_instruction="s",
        max_output_tokens=64,
        stop_sequences=["x"],
        response_mime_type="application/json",
        response_json_schema={"type": "object"},
        thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel.MINIMAL),
    )
    picture = types.Part.from_bytes(data=b"\x89PNG", mime_type="image/png")
    async with cloud(tmp_path, "{}") as here:
        await ask(here.model(project="p1"), asked)
        options = types.HttpOptions(api_version="v1", base_url=here.gemini.url)
        client = genai.Client(
            vertexai=True, project="p1", location="us-central1", credentials=here.credentials(), http_options=options
        )
        parts = [types.Part(text="what?"), picture]
        content = types.Content(role="user", parts=parts)
        async for _ in await client.aio.models.generate_content_stream(model=LITE, contents=[content], config=config):
            pass
        await client.aio.aclose()
        client.close()
        ours, theirs = here.gemini.requests
    assert ours.path == theirs.path
    assert ours.body == gemini_server.camel(theirs.body)


async def test_the_project_of_the_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with cloud(tmp_path) as here:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(here.key_file))
        await ask(Vertex(LITE, here.slots, base_url=here.gemini.url))
        assert here.gemini.requests[0].path.startswith("/v1/projects/made-up/locations/global/")


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("global", "aiplatform.googleapis.com"),
        ("europe-west4", "europe-west4-aiplatform.googleapis.com"),
        ("eu", "aiplatform.eu.rep.googleapis.com"),
    ],
)
async def test_addresses(tmp_path: Path, location: str, host: str) -> None:
    async with cloud(tmp_path) as here:
        access = await replace(here.model(location=location), base_url="").access(CALL)
    assert access.root == f"https://{host}/v1"
    assert access.model == f"projects/p1/locations/{location}/publishers/google/models/{LITE}"


@pytest.mark.parametrize(("project", "location"), [("p1", "evil.example/x"), ("p1", ""), ("p1", "US")])
async def test_a_location_that_is_none(tmp_path: Path, project: str, location: str) -> None:
    async with cloud(tmp_path) as here:
        with pytest.raises(Unusable, match="no location"):
            await ask(here.model(project=project, location=location))


async def test_without_a_project(tmp_path: Path) -> None:
    async with cloud(tmp_path) as here:
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        nobody.token = "ya29.x"
        with pytest.raises(Unusable, match="name no Google Cloud project"):
            await ask(Vertex(LITE, here.slots, credentials=nobody, base_url=here.gemini.url))


async def test_a_name_cannot_change_the_path(tmp_path: Path) -> None:
    async with cloud(tmp_path) as here:
        await ask(here.model("../x?y", project="a/b"))
        assert "/projects/a%2Fb/" in here.gemini.requests[0].path
        assert here.gemini.requests[0].model == "..%2Fx%3Fy"


@pytest.mark.parametrize(
    ("reply", "model", "kind", "text"),
    [
        (rate_limited(), LITE, RateLimited, "Too many requests to Vertex"),
        (overloaded(), LITE, Overloaded, "Vertex"),
        (Reply("ok"), "nope", NotFound, "Vertex has no model nope"),
    ],
)
async def test_faults(tmp_path: Path, reply: Reply, model: str, kind: type[ModelError], text: str) -> None:
    async with cloud(tmp_path, reply) as here:
        with pytest.raises(kind, match=text):
            await ask(here.model(model))


async def test_count_and_reachable(tmp_path: Path) -> None:
    async with cloud(tmp_path) as here:
        model = here.model()
        await model.warm()
        assert await model.count_tokens(PROMPT) > 5
        await model.reachable(CALL)
        with pytest.raises(NotFound):
            await here.model("nope").reachable(CALL)
        assert [request.method for request in here.gemini.requests] == ["countTokens"] * 2


async def test_one_token_serves_until_it_runs_out(tmp_path: Path) -> None:
    async with cloud(tmp_path) as here:
        model = here.model()
        await asyncio.gather(*(ask(model) for _ in range(5)))
        assert {request.headers["authorization"] for request in here.gemini.requests} == {"Bearer ya29.1"}
        assert len(here.tokens.claims) == 1


@dataclass(slots=True)
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.mark.parametrize(
    ("minutes", "used", "next_one"),
    [
        (0, "ya29.1", "ya29.1"),
        (54, "ya29.1", "ya29.1"),
        (56, "ya29.1", "ya29.2"),  # renewed while the first one is used
        (60, "ya29.2", "ya29.2"),
        (90, "ya29.2", "ya29.2"),
    ],
)
async def test_a_token_is_renewed_ahead(tmp_path: Path, minutes: int, used: str, next_one: str) -> None:
    clock = Clock(datetime.now(UTC))
    async with cloud(tmp_path) as here:
        tokens = Tokens(here.slots, here.credentials(), clock)
        await tokens.token(CALL)
        clock.now += timedelta(minutes=minutes)
        assert await tokens.token(CALL) == used
        async with asyncio.timeout(10):
            while (minutes == 56) and len(here.tokens.claims) < 2:
                await asyncio.sleep(0.001)
            clock.now -= timedelta(minutes=minutes)
            while await tokens.token(CALL) != next_one:
                await asyncio.sleep(0.001)


async def test_a_refused_token_is_not_used_again(tmp_path: Path) -> None:
    async with cloud(tmp_path) as here:
        credentials = here.credentials().with_scopes(["https://www.googleapis.com/auth/cloud-platform"])
        credentials.token, credentials.expiry = "bad-key", datetime(2099, 1, 1)
        model = Vertex(LITE, here.slots, "p1", "global", credentials, here.gemini.url)
        with pytest.raises(Unauthorized, match="gcloud auth application-default login"):
            await ask(model)
        assert (await ask(model))[0] == "ok"


@pytest.mark.parametrize(("status", "kind", "text"), [(400, Unauthorized, "login` again"), (503, Overloaded, "moment")])
async def test_an_account_that_is_refused(tmp_path: Path, status: int, kind: type[ModelError], text: str) -> None:
    async with cloud(tmp_path) as here:
        here.tokens.status = status
        model = here.model()
        with pytest.raises(kind, match=text) as caught:
            await ask(model)
        assert "Account disabled" not in str(caught.value)
        here.tokens.status = 200
        assert (await ask(model))[0] == "ok"


async def test_a_token_endpoint_without_tls_elsewhere(tmp_path: Path) -> None:
    async with cloud(tmp_path) as here:
        here.tokens.url = "http://tokens.example"
        file = here.tokens.key_file(tmp_path / "other.json")
        with pytest.raises(Unusable, match="without TLS"):
            await ask(replace(here.model(), credentials=replace(here, key_file=file).credentials()))


async def test_waiting_for_a_token_ends_with_the_call(tmp_path: Path) -> None:
    async with cloud(tmp_path) as here:
        here.tokens.stall = True
        late = replace(CALL, deadline=asyncio.get_running_loop().time() + 0.05)
        with pytest.raises(Stalled):
            await ask(here.model(), call=late)


METADATA = {
    "/computeMetadata/v1/project/project-id": b"cloud-project",
    "/computeMetadata/v1/instance/service-accounts/default/": b'{"email": "m@x", "scopes": ["s"], "aliases": []}',
    "/computeMetadata/v1/instance/service-accounts/default/token": b'{"access_token": "ya29.m", "expires_in": 3600}',
}


async def _metadata(peer: servers.Peer) -> None:
    """What a machine on Google Cloud is told beside it."""
    while True:
        head = await peer.request()
        path = head.split(" ")[1].partition("?")[0]
        body, status = METADATA.get(path, b""), 200 if path in (*METADATA, "/") else 404
        told = f"HTTP/1.1 {status} OK\r\nMetadata-Flavor: Google\r\nContent-Length: {len(body)}\r\n"
        kind = "application/json" if body.startswith(b"{") else "application/text"
        await peer.send(f"{told}Content-Type: {kind}\r\n\r\n".encode() + body)


async def test_on_a_machine_of_google_cloud() -> None:
    program = """
import asyncio
from flashls.models.slots import Slots
from flashls.models.vertex import Vertex
from flashls.types import Call

async def main():
    slots = Slots()
    access = await Vertex("gemini-3.5-flash-lite", slots).access(Call("1", "ask"))
    print(access.parent, access.headers["authorization"])
    await slots.aclose()

asyncio.run(main())
"""
    async with servers.serve(_metadata) as server:
        at = {"GCE_METADATA_HOST": f"127.0.0.1:{server.port}", "GCE_METADATA_IP": f"127.0.0.1:{server.port}"}
        environ = {name: value for name, value in os.environ.items() if not name.startswith("GOOGLE_")}
        environ |= {"CLOUDSDK_CONFIG": "/nonexistent", **at}
        done = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(60):
            out, err = await done.communicate()
    assert out.decode() == "projects/cloud-project/locations/global/ Bearer ya29.m\n", err.decode()


async def test_the_metadata_server_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with servers.serve(_metadata) as server:
        url = f"{server.url}/computeMetadata/v1/project/project-id"
        answer = await asyncio.to_thread(beside, url, "GET", {"metadata-flavor": "Google"}, 5.0, OSError)
    assert (answer.status, answer.data) == (200, b"cloud-project")
    with pytest.raises(OSError, match="no answer"):
        await asyncio.to_thread(beside, url, "GET", {}, 5.0, OSError)


@pytest.mark.parametrize("text", ["{}", "not JSON", '{"type": "service_account"}'])
async def test_a_key_file_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    file = tmp_path / "broken.json"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    async with cloud(tmp_path) as here:
        with pytest.raises(Unauthorized, match="GOOGLE_APPLICATION_CREDENTIALS"):
            await ask(Vertex(LITE, here.slots, base_url=here.gemini.url))


def test_without_google_auth_it_says_what_to_install() -> None:
    program = """
import asyncio, sys
sys.modules["google.auth"] = sys.modules["google.auth.exceptions"] = None
from flashls.models.seam import Unusable
from flashls.models.slots import Slots
from flashls.models.vertex import Vertex
from flashls.types import Call

async def main():
    slots = Slots()
    try:
        await Vertex("gemini-3.5-flash-lite", slots).reachable(Call("1", "ask"))
    except Unusable as error:
        print(error)
    await slots.aclose()

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "Vertex needs google-auth: run `pip install 'flashls[vertex]'`\n"


async def test_no_secret_is_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with cloud(tmp_path, overloaded()) as here:
        model = here.model()
        with pytest.raises(Overloaded) as caught:
            await ask(model)
        access = await model.access(CALL)
        shown = f"{model!r} {model} {access!r} {model.tokens!r} {vars(model.tokens)} {caught.value!r} {caplog.text}"
    assert "ya29" not in shown
    assert "PRIVATE" not in shown
