"""The rows of the fault table: what a server does to a request, and the one line that the user reads of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from flashls.models.answer import Limits
from flashls.models.seam import (
    Garbled,
    ModelError,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    Stalled,
    Unauthorized,
    Unreachable,
)
from tests.models.servers import STREAM, Peer
from tests.models.wires import KEY, Wire, event

CODE = "def of_the_user(): pass"
Does = Callable[[Peer, Wire], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What the first request meets, and the error: its kind, and its whole text.

    ``does`` gets the connection after the request was read, and says whether it goes on. In ``says``, {who}, {model},
    {hint}, {no_model} and {host} stand for the provider's. ``pieces`` arrive before the error. ``but`` are wires that
    have no such fault: some servers with OpenAI's format never say that a reply is over.
    """

    name: str
    does: Does
    kind: type[ModelError]
    says: str
    limits: Limits = field(default_factory=Limits)
    seconds: float | None = None
    pieces: int = 0
    but: tuple[str, ...] = ()


def answers(status: int, body: bytes = b"", *headers: str) -> Does:
    """A whole answer. KEY in the body is the key that was sent."""

    async def does(peer: Peer, wire: Wire) -> bool:
        lines = (f"HTTP/1.1 {status} Status", *headers, f"Content-Length: {len(body)}", "", "")
        await peer.send("\r\n".join(lines).encode() + body)
        return True

    return does


def streams(*chunks: bytes | int, end: bool = True, stall: bool = False) -> Does:
    """An answer in chunks, a number standing for the good reply's event; it ends, hangs up or stalls."""

    async def does(peer: Peer, wire: Wire) -> bool:
        await peer.send(STREAM)
        for chunk in chunks:
            await peer.send(chunked(wire.events[chunk] if isinstance(chunk, int) else chunk))
        if stall:
            await peer.gone()
        elif end:
            await peer.send(b"0\r\n\r\n")
        return end and not stall

    return does


def sends(data: bytes, stall: bool = False) -> Does:
    """Some bytes, whatever they are; then it hangs up, or stalls."""

    async def does(peer: Peer, wire: Wire) -> bool:
        await peer.send(data)
        if stall:
            await peer.gone()
        return False

    return does


def floods(head: bytes, block: Callable[[Wire], bytes]) -> Does:
    """100 MB, or as much as the client takes."""

    async def does(peer: Peer, wire: Wire) -> bool:
        await peer.send(head)
        data, sent = block(wire), 0
        while sent < 100_000_000:
            await peer.send(data)
            sent += len(data)
        return False

    return does


async def drips(peer: Peer, wire: Wire) -> bool:
    """A comment every few milliseconds, for ever."""
    await peer.send(STREAM)
    while True:
        await peer.send(chunked(b":\n"))
        await asyncio.sleep(0.005)


async def drips_headers(peer: Peer, wire: Wire) -> bool:
    await peer.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await peer.send(b"X-Slow: yes\r\n")
        await asyncio.sleep(0.02)


async def resets(peer: Peer, wire: Wire) -> bool:
    await peer.send(STREAM + chunked(wire.events[0]))
    await asyncio.sleep(0.05)
    peer.writer.transport.abort()
    return False


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def google(code: int, status: str, message: str, *details: Any) -> bytes:
    return json.dumps({"error": {"code": code, "message": message, "status": status, "details": details}}).encode()


def litellm(code: int, kind: str, message: str = "") -> bytes:
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": str(code)}}).encode()


def claude(kind: str, message: str) -> bytes:
    return json.dumps({"type": "error", "error": {"type": kind, "message": message}}).encode()


def rpc(kind: str, **more: Any) -> dict[str, Any]:
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **more}


QUOTA = "You exceeded your current quota, please check your plan and billing details."
MINUTE = rpc("QuotaFailure", violations=[{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}])
DAY = rpc("QuotaFailure", violations=[{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}])
FIVE_S, HOUR = rpc("RetryInfo", retryDelay="5s"), rpc("RetryInfo", retryDelay="3600s")
BAD_KEY = google(400, "INVALID_ARGUMENT", f"API key not valid: {KEY}", rpc("ErrorInfo", reason="API_KEY_INVALID"))
DISABLED = google(403, "PERMISSION_DENIED", "not used before", rpc("ErrorInfo", reason="SERVICE_DISABLED"))
TOO_LONG = google(400, "INVALID_ARGUMENT", "The input token count exceeds the maximum number of tokens allowed 1048576")
BUSY = google(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
PYDANTIC = json.dumps({"detail": [{"loc": ["body", "top_k"], "msg": "Extra inputs", "input": CODE}]}).encode()
PAGE = b"<!DOCTYPE html>\n<html><title>Sign in</title></html>\n"
HTML = "Content-Type: text/html; charset=utf-8"
SPENT = "{who}'s budget or credit is used up: see the account's billing page, or use another model"
FULL = "{who}'s quota for {model} is used up: use another model, or see the account's limits"
REFUSED_KEY = "{who} refused the key: check {hint}"
LONG = "The prompt is too long for {model}: ask about less, or choose a model that reads more"
BROKEN = "{who}'s reply broke off: try again"
CUT = "The answer broke off: try again"
NO_ANSWER = "{who} sent something that is no answer: check base_url, or try again"
TYPED = NO_ANSWER.replace("answer:", "answer ({}):")
NO_HTTP = "What answered does not speak HTTP as it should: check base_url and the proxy"
SILENT = "{host} sent nothing for 0.3 s: try again, or choose a faster model"
SIZE = "{host} sent over 2048 KiB in one answer: check base_url"
WEB_PAGE = "A web page came instead of {who}'s answer: check base_url and the proxy, or sign in to the network"
SOON = Limits(first_byte=0.3, between=0.3)
SMALL = Limits(answer=2 * 1024 * 1024)
BARE = b'{"a": "' + b"x" * 399 + b'"},\n'


def trouble(status: int) -> str:
    return f"{{who}} is overloaded or has trouble (status {status}): try again in a moment"


STATUSES = [
    Fault("400", answers(400, google(400, "X", f"Bad request by {KEY}")), Refused,
          "{who} refused the request (status 400): Bad request by …; another model may take it"),
    Fault("400 that quotes code", answers(400, google(400, "X", f"Unknown name 'x' at '{CODE * 3}'")), Refused,
          "{who} refused the request (status 400): Unknown name 'x' at …; another model may take it"),
    Fault("400 for a key", answers(400, BAD_KEY), Unauthorized, REFUSED_KEY),
    Fault("400 for a key, LiteLLM", answers(400, litellm(400, "no_db_connection")), Unauthorized, REFUSED_KEY),
    Fault("400 for a model, LiteLLM", answers(400, litellm(400, "x", "Invalid model name passed in model=y")), NotFound,
          "{no_model}", but=("ollama",)),
    Fault("400, too long", answers(400, TOO_LONG), Refused, LONG),
    Fault("400, no credit, Anthropic", answers(400, claude("x", "Your credit balance is too low")), RateLimited, SPENT),
    Fault("401", answers(401, claude("authentication_error", f"invalid x-api-key {KEY}")), Unauthorized,
          "{who} refused the key (status 401): check {hint} and what it may use"),
    Fault("401, OpenAI", answers(401, litellm(401, "x", f"Incorrect API key provided: {KEY}")), Unauthorized,
          REFUSED_KEY),
    Fault("402", answers(402, b""), RateLimited, SPENT),
    Fault("403", answers(403, google(403, "PERMISSION_DENIED", KEY)), Unauthorized,
          "{who} refused the key (status 403): check {hint} and what it may use"),
    Fault("403, not enabled", answers(403, DISABLED), Unauthorized,
          "{who} is not enabled for the key's project: enable the API there, or use another key"),
    Fault("403, a page", answers(403, PAGE, HTML), Unauthorized,
          "A web page came instead of {who}'s answer (status 403): check the proxy, base_url and {hint}"),
    Fault("404", answers(404, google(404, "NOT_FOUND", "models/x is not found")), NotFound, "{no_model}"),
    Fault("404, a page", answers(404, PAGE, HTML), NotFound,
          "A web page came instead of {who}'s answer (status 404): check base_url"),
    Fault("407", answers(407, b""), Unreachable,
          "The proxy on the way to {who} wants a user and a password: http://user:password@host:port"),
    Fault("408", answers(408, b""), Overloaded,
          "{who} did not get the whole request in time (status 408): try again"),
    Fault("413", answers(413, claude("request_too_large", "Request exceeds the maximum size")), Refused, LONG),
    Fault("413, a page", answers(413, PAGE), Refused,
          "The request is too large for what stands before {who} (status 413): ask about less"),
    Fault("422, budget, LiteLLM", answers(422, litellm(422, "budget_exceeded", "Budget has been exceeded!")),
          RateLimited, SPENT),
    Fault("422, a field", answers(422, PYDANTIC), Refused,
          "{who} refused the request (status 422): body.top_k: Extra inputs; another model may take it"),
    Fault("429, Gemini", answers(429, google(429, "RESOURCE_EXHAUSTED", QUOTA, MINUTE, FIVE_S)), RateLimited,
          "Too many requests to {who}: try again in 5 s"),
    Fault("429, Gemini, a day's", answers(429, google(429, "RESOURCE_EXHAUSTED", QUOTA, DAY, FIVE_S)), RateLimited,
          FULL),
    Fault("429, Gemini, an hour", answers(429, google(429, "RESOURCE_EXHAUSTED", QUOTA, HOUR)), RateLimited, FULL),
    Fault("429, OpenAI", answers(429, litellm(429, "requests", "Rate limit reached"), "Retry-After: 20"), RateLimited,
          "Too many requests to {who}: try again in 20 s"),
    Fault("429, OpenAI, no money", answers(429, litellm(429, "insufficient_quota", QUOTA)), RateLimited, SPENT),
    Fault("429, LiteLLM", answers(429, litellm(429, "throttling_error", KEY), "llm_provider-retry-after: 60"),
          RateLimited, "Too many requests to {who}: try again in 60 s"),
    Fault("429, Anthropic", answers(429, claude("rate_limit_error", f"Limit for {KEY}"), "Retry-After: 7"), RateLimited,
          "Too many requests to {who}: try again in 7 s"),
    Fault("429, Anthropic, no time", answers(429, claude("rate_limit_error", "x")), RateLimited,
          "Too many requests to {who}: try again in a moment"),
    Fault("500", answers(500, litellm(500, "internal_server_error", f"No upstream for {KEY}")), Overloaded,
          trouble(500)),
    Fault("500, no body", answers(500), Overloaded, trouble(500)),
    Fault("502, a page", answers(502, PAGE, HTML), Overloaded,
          "What stands before {who} has trouble (status 502): try again in a moment, or check base_url"),
    Fault("503", answers(503, BUSY), Overloaded, trouble(503)),
    Fault("503 in an array", answers(503, b"[" + BUSY + b"]"), Overloaded, trouble(503)),
    Fault("529", answers(529, claude("overloaded_error", "Overloaded")), Overloaded, trouble(529)),
    Fault("a redirect to another host", answers(307, b"", "Location: https://elsewhere.test/x"), NotFound,
          "{host} redirects to elsewhere.test: set base_url to the address that answers itself"),
    Fault("a redirect to nowhere", answers(302, b"", "Location: http://[::1"), NotFound,
          "{host} redirects to another address: set base_url to the address that answers itself"),
    Fault("compressed", answers(200, b"x", "Content-Encoding: gzip"), Garbled,
          "{host} sent a compressed answer though none was asked for: check the proxy"),
]  # fmt: skip

BODIES = [
    Fault("200 with an error inside", streams(0, event(**json.loads(BUSY))), Overloaded, trouble(503), pieces=1),
    Fault("200 with bare JSON inside", streams(0, json.dumps(json.loads(BUSY), indent=2).encode()), Overloaded,
          trouble(503), pieces=1),
    Fault("200 with an array instead", answers(200, b"[" + BUSY + b"]"), Overloaded, trouble(503)),
    Fault("200 with a named error inside",
          streams(0, event("error", type="error", error={"type": "overloaded_error", "message": KEY})), Overloaded,
          trouble(529), pieces=1),
    Fault("200 with words for an error", streams(0, event(error=f"it broke for {KEY}")), Overloaded,
          "{who} broke its answer off with an error: it broke for …; try again", pieces=1),
    Fault("200 with a page", answers(200, PAGE, HTML), Garbled, WEB_PAGE),
    Fault("200 with plain text", answers(200, b"It works!", "Content-Type: text/plain"), Garbled,
          TYPED.replace("{}", "text/plain")),
    Fault("200 with nothing", answers(200), Garbled, BROKEN),
    Fault("204", sends(b"HTTP/1.1 204 No Content\r\n\r\n"), Garbled, NO_ANSWER),
    Fault("a garbage event", streams(0, b"data: {]" + CODE.encode() + b"\n\n"), Garbled, NO_ANSWER, pieces=1),
    Fault("binary", streams(0, b"data: \xff\x00\xfe\n\n"), Garbled, NO_ANSWER, pieces=1),
    Fault("cut in an event", streams(0, b'data: {"cand'), Garbled, BROKEN, pieces=1, but=("ollama",)),
    Fault("cut between events", streams(0), Garbled, BROKEN, pieces=1, but=("openai", "llamacpp")),
    Fault("hung up in an event", streams(0, b'data: {"cand', end=False), Garbled, CUT, pieces=1),
    Fault("hung up between events", streams(0, end=False), Garbled, CUT, pieces=1),
    Fault("reset", resets, Garbled, CUT, pieces=1),
    Fault("hung up before the answer", sends(b""), Unreachable,
          "{host} closed the connection without an answer: try again"),
    Fault("hung up in the headers", sends(b"HTTP/1.1 200 OK\r\nContent-Le"), Garbled, NO_HTTP),
    Fault("another protocol", sends(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"), Garbled, NO_HTTP),
    Fault("endless headers", floods(b"HTTP/1.1 200 OK\r\n", lambda _: b"X-Big: yes\r\n" * 100), Garbled, NO_HTTP),
    Fault("stalled before the first byte", sends(b"", stall=True), Stalled, SILENT, SOON),
    Fault("stalled in the headers", sends(b"HTTP/1.1 200 OK\r\n", stall=True), Stalled, SILENT, SOON),
    Fault("headers in drips", drips_headers, Stalled, SILENT, SOON),
    Fault("stalled before the first event", streams(stall=True), Stalled, SILENT, SOON),
    Fault("stalled in the midst", streams(0, stall=True), Stalled, SILENT, SOON, pieces=1),
    Fault("stalled in an error", sends(b"HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\nx", stall=True), Stalled, SILENT,
          SOON),
    Fault("past the deadline before the first byte", sends(b"", stall=True), Stalled,
          "{host} did not answer in time: try again, or choose a faster model", seconds=0.3),
    Fault("past the deadline in the midst", streams(0, stall=True), Stalled,
          "{host} did not answer in time: try again, or choose a faster model", seconds=0.3, pieces=1),
    Fault("drips until the deadline", drips, Stalled,
          "{host} did not answer in time: try again, or choose a faster model", seconds=0.3),
    Fault("drips for ever", drips, Stalled,
          "{host} took over 0.5 s for one answer: try again, or ask about less", Limits(whole=0.5)),
]  # fmt: skip

FLOODS = [
    Fault("100 MB of events", floods(STREAM, lambda wire: chunked(wire.events[0] * 500)), Garbled, SIZE, SMALL),
    Fault("100 MB in one event", floods(STREAM + chunked(b"data: "), lambda _: chunked(b"x" * 65_536)), Garbled, SIZE,
          SMALL),
    Fault("100 MB of lines that are none", floods(STREAM, lambda _: chunked((b"x" * 399 + b"\n") * 100)), Garbled, SIZE,
          SMALL),
    Fault("100 MB of bare JSON", floods(STREAM + chunked(b"[\n"), lambda _: chunked(BARE * 100)), Garbled, SIZE, SMALL),
    Fault("100 MB as an error", floods(b"HTTP/1.1 500 X\r\nContent-Length: 100000000\r\n\r\n", lambda _: b"x" * 65_536),
          Overloaded, trouble(500)),
]  # fmt: skip
