"""JSON-RPC as the protocol has it: what is answered, what is refused, and that nothing a client sends shows a toast."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from lsprotocol import types as lsp

from flashls.lsp.server import FlashServer

INITIALIZE = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": {}, "processId": None}}


class Peer:
    """A server in this process, and the messages that it sent."""

    def __init__(self) -> None:
        self.server = FlashServer()
        self.server.protocol.set_writer(self)
        self.sent: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        header, body = data.split(b"\r\n\r\n", 1)
        assert header == b"Content-Length: %d" % len(body)
        self.sent.append(json.loads(body))

    def close(self) -> None: ...

    def say(self, *messages: dict[str, Any] | bytes) -> list[dict[str, Any]]:
        """Sends messages, each bare or with ``jsonrpc`` to be added; what was answered at once."""
        before = len(self.sent)
        for message in messages:
            body = message if isinstance(message, bytes) else json.dumps({"jsonrpc": "2.0"} | message).encode()
            self.server.protocol.receive(body)
        return self.sent[before:]

    async def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """The response to a request."""
        self.say(message)
        async with asyncio.timeout(5):
            while not (found := [m for m in self.sent if m.get("id") == message["id"] and "method" not in m]):
                await asyncio.sleep(0)
        return found[0]


@pytest.fixture
def peer() -> Peer:
    """A server that was initialized."""
    peer = Peer()
    peer.say(INITIALIZE)
    return peer


def codes(messages: list[dict[str, Any]]) -> list[tuple[Any, int | None]]:
    return [(message.get("id"), message.get("error", {}).get("code")) for message in messages]


def request(method: str, n: int = 1, **params: Any) -> dict[str, Any]:
    return {"id": n, "method": method, "params": params}


BAD: dict[str, tuple[dict[str, Any] | bytes, list[tuple[Any, int | None]]]] = {
    "no JSON": (b"{", [(None, -32700)]),
    "no UTF-8": (b'{"a": "\xff"}', [(None, -32700)]),
    "empty": (b"", [(None, -32700)]),
    "a list": (b"[]", [(None, -32700)]),
    "nested too deep": (b"[" * 100_000, [(None, -32700)]),
    "no version": (b'{"id": 1, "method": "shutdown"}', [(1, -32600)]),
    "no version, no id": (b'{"method": "exit"}', []),
    "unknown request": (request("textDocument/telepathy"), [(1, -32601)]),
    "unknown request without params": ({"id": "a", "method": "x/y"}, [("a", -32601)]),
    "unknown notification": ({"method": "$/unheard", "params": {}}, []),
    "unknown notification without params": ({"method": "x/y"}, []),
    "method is no text": ({"id": 1, "method": 5, "params": {}}, [(1, -32600)]),
    "method is a list": ({"id": 1, "method": [], "params": {}}, [(1, -32600)]),
    "params of another shape": (request("textDocument/inlineCompletion", where=1), [(1, -32602)]),
    "no params": ({"id": 1, "method": "textDocument/completion"}, [(1, -32602)]),
    "notification of another shape": ({"method": "textDocument/didOpen", "params": {"x": 1}}, []),
    "neither method nor id": ({}, []),
    "an answer to nothing": ({"id": 9, "result": None}, []),
    "an error to nothing": ({"id": 9, "error": {"code": 1, "message": "x"}}, []),
    "an answer without a result": ({"id": 9}, []),
    "cancels nothing": ({"method": "$/cancelRequest", "params": {"id": 77}}, []),
    "a second initialize": (INITIALIZE | {"id": 5}, [(5, -32600)]),
}


@pytest.mark.parametrize(("message", "answers"), BAD.values(), ids=BAD)
def test_what_is_malformed_is_refused_and_the_server_goes_on(
    peer: Peer, message: dict[str, Any] | bytes, answers: list[tuple[Any, int | None]]
) -> None:
    assert codes(peer.say(message)) == answers
    assert codes(peer.say(request("no/such", 2))) == [(2, -32601)]


@pytest.mark.parametrize("arguments", [None, [], [1], [{"uri": "file:///x"}], [{"uri": "file:///x", "range": {}}]])
async def test_a_command_with_wrong_arguments_is_refused(peer: Peer, arguments: Any) -> None:
    answer = await peer.answer(request("workspace/executeCommand", command="flashls.explain", arguments=arguments))
    assert codes([answer]) == [(1, -32602)]


async def test_an_unknown_command_is_refused(peer: Peer) -> None:
    answer = await peer.answer(request("workspace/executeCommand", command="flashls.dance"))
    assert answer["error"]["message"] == "there is no command 'flashls.dance'"


def test_before_initialize_requests_are_refused_and_notifications_dropped() -> None:
    peer = Peer()
    opened = {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "a", "text": ""}}}
    assert codes(peer.say(request("textDocument/hover"), opened, request("shutdown", 2))) == [(1, -32002), (2, -32002)]
    assert codes(peer.say(INITIALIZE)) == [(0, None)]


async def test_after_shutdown_only_exit_counts(peer: Peer) -> None:
    assert (await peer.answer({"id": 1, "method": "shutdown"}))["result"] is None
    assert codes(peer.say(request("shutdown", 2), request("no/such", 3))) == [(2, -32600), (3, -32600)]
    assert peer.server.protocol.exit_code is None
    peer.say({"method": "exit"})
    assert peer.server.protocol.exit_code == 0


def test_exit_without_shutdown_is_an_error(peer: Peer) -> None:
    peer.say({"method": "exit"})
    assert peer.server.protocol.exit_code == 1


async def test_a_cancelled_command_is_really_stopped(peer: Peer) -> None:
    stopped = asyncio.Event()
    started = asyncio.Event()

    async def slow(*arguments: Any) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    peer.server.command("test.slow")(slow)
    peer.say(request("workspace/executeCommand", 7, command="test.slow"))
    async with asyncio.timeout(5):
        await started.wait()
        peer.say({"method": "$/cancelRequest", "params": {"id": 7}})
        await stopped.wait()
        await asyncio.sleep(0)
    assert codes(peer.sent[1:]) == [(7, -32800)]


async def test_shutdown_answers_what_is_still_open_as_cancelled(peer: Peer) -> None:
    async def slow(*arguments: Any) -> None:
        await asyncio.Event().wait()

    peer.server.command("test.slow")(slow)
    peer.say(*(request("workspace/executeCommand", n, command="test.slow") for n in (1, 2, 3)))
    await asyncio.sleep(0)
    assert (await peer.answer({"id": 4, "method": "shutdown"}))["result"] is None
    assert codes(peer.sent[1:]) == [(1, -32800), (2, -32800), (3, -32800), (4, None)]


async def test_what_breaks_in_here_is_logged_without_its_message(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(*arguments: Any) -> None:
        raise ValueError("password = hunter2")

    peer.server.command("test.broken")(broken)
    assert codes([await peer.answer(request("workspace/executeCommand", command="test.broken"))]) == [(1, -32603)]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("flashls")]
    assert len(ours) == 1
    assert ours[0].startswith("ValueError\n")
    assert "test_protocol.py" in ours[0]
    assert "hunter2" not in ours[0].replace('raise ValueError("password = hunter2")', "")
    assert not [message for message in peer.sent if message.get("method") == "window/showMessage"]


async def test_keys_never_reach_a_log(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    secret = "AIza-not-a-real-one"
    fresh = Peer()
    initialize: dict[str, Any] = json.loads(json.dumps(INITIALIZE))
    initialize["params"]["initializationOptions"] = {"keys": {"gemini": secret}}
    fresh.say(initialize, b'{"id": 1, "result": [{"keys": {"other": "%b"}}]}' % secret.encode())
    assert fresh.server.keys.current() == {"other": secret}
    assert fresh.server.options == {}
    assert secret not in caplog.text
    assert secret not in json.dumps(fresh.sent)


def test_what_can_be_done_is_advertised(peer: Peer) -> None:
    can = peer.sent[0]["result"]["capabilities"]
    assert can["positionEncoding"] == "utf-16"
    assert can["textDocumentSync"]["change"] == 2
    assert can["inlineCompletionProvider"] == {}
    assert {*can["executeCommandProvider"]["commands"]} >= {
        "flashls.explain", "flashls.fix", "flashls.accept", "flashls.showContext", "flashls.status",
    }  # fmt: skip
    assert {*can["codeActionProvider"]["codeActionKinds"]} >= {"", "quickfix"}
    assert can["codeActionProvider"]["resolveProvider"]
    assert peer.sent[0]["result"]["serverInfo"]["name"] == "flashls"


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [([], "utf-16"), (["utf-8", "utf-16"], "utf-8"), (["utf-32"], "utf-32"), (["utf-16", "utf-8"], "utf-16")],
)
def test_the_clients_first_choice_of_units_is_taken(offered: list[str], chosen: str) -> None:
    peer = Peer()
    initialize = INITIALIZE | {"params": {"capabilities": {"general": {"positionEncodings": offered}}}}
    assert peer.say(initialize)[0]["result"]["capabilities"]["positionEncoding"] == chosen
    assert peer.server.encoding == chosen


async def test_the_light_bulb_offers_to_explain_and_mend_a_selection_and_not_a_bare_cursor(peer: Peer) -> None:
    uri = "file:///w/a.py"
    document = {"uri": uri, "languageId": "python", "version": 1, "text": "x = 1\n"}
    peer.say({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    start, end = {"line": 0, "character": 0}, {"line": 0, "character": 5}
    places = [(uri, start, end), (uri, end, end), ("file:///w/not-open.py", start, end)]
    bulbs = []
    for n, (of, first, last) in enumerate(places, 1):
        where = {"textDocument": {"uri": of}, "range": {"start": first, "end": last}}
        answer = await peer.answer(request("textDocument/codeAction", n, context={"diagnostics": []}, **where))
        offered = {action["command"]["command"]: action for action in answer["result"]}
        bulbs.append({name: offered[name] for name in ("flashls.explain", "flashls.fix") if name in offered})
    assert {name: action["title"] for name, action in bulbs[0].items()} == {
        "flashls.explain": "Explain with flashls",
        "flashls.fix": "What is wrong here? Fix with flashls",
    }
    for action in bulbs[0].values():
        assert action["title"] == action["command"]["title"]
        (argument,) = action["command"]["arguments"]
        assert {name: argument[name] for name in ("uri", "range")} == {
            "uri": uri,
            "range": {"start": start, "end": end},
        }
    assert bulbs[1:] == [{}, {}]
    peer.server.session.close_all()


@pytest.mark.parametrize("text", ["ä\u2028😀", "half: \ud83d", "both halves: \ud83d\ude00"])
def test_any_string_is_sent(peer: Peer, text: str) -> None:
    peer.server.protocol.notify("flashls/status", {"message": text, "large": 2**70})
    assert peer.sent[-1]["params"] == {"message": json.loads(json.dumps(text)), "large": 2**70}


async def test_an_answer_that_nobody_waits_for_any_more_is_let_go(peer: Peer) -> None:
    asking = asyncio.create_task(peer.server.workspace_configuration_async(lsp.ConfigurationParams([])))
    await asyncio.sleep(0)
    asked = peer.sent[-1]
    assert asked["method"] == lsp.WORKSPACE_CONFIGURATION
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert peer.say({"id": asked["id"], "result": []}, {"id": "unknown", "result": []}) == []
    assert (await peer.answer({"id": 7, "method": "shutdown"}))["result"] is None
