"""What statuses and error bodies mean: the bodies are Google's, a gateway's, OpenAI's and Anthropic's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flashls.models.faults import Asked, fault
from flashls.models.seam import (
    Declined,
    Garbled,
    ModelError,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    Unauthorized,
    Unreachable,
)

ASKED = Asked("Gemini", "gemini-3.5-flash-lite", "$GEMINI_API_KEY")
KEY = "AIzaSyD-1234567890abcdefghijklmnopqrs"


def google(code: int, status: str, message: str = "", *details: dict[str, Any]) -> bytes:
    return json.dumps({"error": {"code": code, "status": status, "message": message, "details": details}}).encode()


def reason(name: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": name}


def gateway(code: int, kind: str, message: str = "") -> bytes:
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": str(code)}}).encode()


BAD_KEY = google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", reason("API_KEY_INVALID"))
TOO_LONG = google(400, "INVALID_ARGUMENT", "The input token count exceeds the maximum number of tokens allowed 1048576")
LLAMA_LONG = b'{"error":{"code":400,"type":"exceed_context_size_error","message":"the request exceeds the size"}}'
CLAUDE_BUSY = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
CLAUDE_LIMIT = b'{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}'
CLAUDE_KEY = b'{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}'
OPENAI_ERROR = b'{"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}}'
PROXY_LONG = b'{"error":{"message":"This model\'s maximum context length is 8192 tokens","code":"422"}}'
PYDANTIC = b'{"detail":[{"type":"missing","loc":["body","messages",0],"msg":"Field required","input":{"a":"def f()"}}]}'
STORED = "1 error: [{'type': 'missing', 'loc': ('body',), 'msg': 'Field required', 'input': {'a': 'def f()'}}]"
AZURE_CONTENT = b'{"error":{"message":"The prompt triggered","code":"content_filter","status":400}}'
LITELLM_CONTENT = gateway(400, "invalid_request_error", "litellm.ContentPolicyViolationError: OpenAIException")
PAGE = b"<!DOCTYPE html><html><title>Sign in</title></html>"

ROWS: list[tuple[str, int, bytes, type[ModelError], str]] = [
    ("bad key", 400, BAD_KEY, Unauthorized, "refused the key: check $GEMINI_API_KEY"),
    ("bad key, expired", 400, google(400, "", "API key expired. Please renew."), Unauthorized, "$GEMINI_API_KEY"),
    ("bad key at a gateway", 400, gateway(400, "no_db_connection"), Unauthorized, "$GEMINI_API_KEY"),
    ("bad key at a gateway, 401", 401, gateway(401, "auth_error"), Unauthorized, "$GEMINI_API_KEY"),
    ("no right", 403, google(403, "PERMISSION_DENIED"), Unauthorized, "$GEMINI_API_KEY"),
    ("API off", 403, google(403, "PERMISSION_DENIED", "", reason("SERVICE_DISABLED")), Unauthorized, "enable the API"),
    ("no model", 404, google(404, "NOT_FOUND", "models/x is not found"), NotFound, "no model gemini-3.5-flash-lite"),
    ("no model at a gateway", 400, gateway(400, "x", "Invalid model name passed in model=nope"), NotFound, "no model"),
    ("no route", 405, b'{"detail":"Method Not Allowed"}', Refused, "Method Not Allowed"),
    ("too long", 400, TOO_LONG, Refused, "too long"),
    ("too long for llama.cpp", 400, LLAMA_LONG, Refused, "too long"),
    ("too large", 413, b"", Refused, "too long"),
    ("unknown field", 400, google(400, "", 'Unknown name "foo" at \'x\''), Refused, '"foo"'),
    ("content", 400, AZURE_CONTENT, Declined, "objects to what the request says"),
    ("content at a gateway", 400, LITELLM_CONTENT, Declined, "objects to what the request says"),
    ("in a stream: content", 0, gateway(400, "content_policy_violation"), Declined, "objects"),
    ("unsaid", 400, b"", Refused, "refused the request (status 400)"),
    ("overloaded", 503, google(503, "UNAVAILABLE", "The model is overloaded."), Overloaded, "503"),
    ("overloaded, Anthropic", 529, CLAUDE_BUSY, Overloaded, "529"),
    ("dead upstream", 500, gateway(500, "internal_server_error"), Overloaded, "500"),
    ("bad gateway page", 502, PAGE, Overloaded, "502"),
    ("a sign-in page", 400, PAGE, Garbled, "web page"),
    ("budget at a gateway", 422, gateway(422, "budget_exceeded"), RateLimited, "used up"),
    ("credit at Anthropic", 400, gateway(400, "x", "Your credit balance is too low"), RateLimited, "used up"),
    ("quota at OpenAI", 429, gateway(429, "insufficient_quota"), RateLimited, "used up"),
    ("no credit left", 402, b'{"error":{"code":402,"message":"Insufficient credits"}}', RateLimited, "used up"),
    ("no credit left, Anthropic", 402, b"", RateLimited, "credit is used up"),
    ("gone", 410, b"", NotFound, "no model gemini-3.5-flash-lite"),
    ("a proxy's key", 407, b"", Unreachable, "http://user:password@host:port"),
    ("too slow to ask", 408, b"", Overloaded, "did not get the whole request in time (status 408): try again"),
    ("too long at a gateway", 422, PROXY_LONG, Refused, "too long"),
    ("another form", 422, PYDANTIC, Refused, "(status 422): body.messages.0: Field required; another model"),
    ("another form in words", 422, gateway(422, "x", STORED), Refused, "'Field required'"),
    ("a page that forbids", 403, PAGE, Unauthorized, "A web page came instead of Gemini's answer (status 403)"),
    ("a page that finds nothing", 404, PAGE, NotFound, "(status 404): check base_url"),
    ("a page that wants less", 413, PAGE, Refused, "too large for what stands before Gemini"),
    ("a page that wants patience", 429, PAGE, RateLimited, "Too many requests"),
    ("array around", 503, b"[" + google(503, "UNAVAILABLE") + b"]", Overloaded, "503"),
    ("a string for an error", 403, b'{"error":"forbidden"}', Unauthorized, "403"),
    ("broken JSON", 404, b'{"error":', NotFound, "no model"),
    ("not UTF-8", 500, b"\xff\xfe", Overloaded, "500"),
    ("in a stream: overloaded", 0, google(503, "UNAVAILABLE"), Overloaded, "503"),
    ("in a stream: limit", 0, google(429, "RESOURCE_EXHAUSTED"), RateLimited, "Too many"),
    ("in a stream: gateway", 0, gateway(500, "internal"), Overloaded, "500"),
    ("in a stream: a page", 0, PAGE, Garbled, "web page"),
    ("in a stream: a page, marked", 0, b"\xef\xbb\xbf \n" + PAGE, Garbled, "Gemini's answer: check base_url"),
    ("in a stream: Anthropic's overload", 0, CLAUDE_BUSY, Overloaded, "529"),
    ("in a stream: Anthropic's limit", 0, CLAUDE_LIMIT, RateLimited, "Too many"),
    ("in a stream: Anthropic's key", 0, CLAUDE_KEY, Unauthorized, "401"),
    ("in a stream: OpenAI's trouble", 0, OPENAI_ERROR, Overloaded, "500"),
    ("in a stream: Google's without a number", 0, b'{"error":{"status":"UNAVAILABLE"}}', Overloaded, "503"),
    ("in a stream: vLLM's", 0, b'{"object":"error","message":"engine died","code":null}', Overloaded, "engine died"),
    ("in a stream: words", 0, b'{"error":"runner stopped"}', Overloaded, "with an error: runner stopped; try again"),
    ("in a stream: words of ours", 0, b'"def secret(): pass"', Garbled, "no answer: check base_url"),
    ("in a stream: a message of ours", 0, b'{"message":{"content":"def secret()"}}', Garbled, "no answer: check"),
    ("in a stream: anything", 0, b'{"hello": 1}', Garbled, "no answer"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "body", "kind", "text"), ROWS, ids=[row[0] for row in ROWS])
def test_statuses_and_bodies(name: str, status: int, body: bytes, kind: type[ModelError], text: str) -> None:
    found = fault(ASKED, status, {}, body)
    assert type(found) is kind, found
    assert text in str(found)
    assert "\n" not in str(found)
    assert "def " not in str(found)
    assert len(str(found)) < 300


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text/plain; charset=utf-8", "no answer (text/plain): check base_url"),
        ("text/event-stream", "no answer: check base_url"),
        ("", "no answer: check base_url"),
        (f"x/{KEY}-and-more-that-is-no-type", "no answer: check base_url"),
    ],
)
def test_another_type_is_named(kind: str, text: str) -> None:
    assert text in str(fault(ASKED, 0, {"content-type": kind} if kind else {}, b"It works!"))


def retry(delay: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}


def quota(name: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": name}]}


SAID = "You exceeded your current quota, please check your plan and billing details.\nPlease retry in "
DATE = "Sun, 22 Nov 2026 05:35:{:02} GMT"
HERE = 1_795_325_710.0  # 05:35:10
LINK: dict[str, Any] = {"@type": "type.googleapis.com/google.rpc.Help", "links": []}
MINUTE, DAY = quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"), quota("GenerateRequestsPerDayPerProject")

WAITS: list[tuple[str, dict[str, str], bytes, float | None, bool]] = [
    ("told", {}, google(429, "", "", MINUTE, LINK, retry("56s")), 56.0, False),
    ("fraction", {}, google(429, "", "", retry("45.123s")), 45.123, False),
    ("milliseconds", {}, google(429, "", "", retry("900ms")), 0.9, False),
    ("nonsense", {}, google(429, "", "", retry("soon")), None, False),
    ("in the message", {}, google(429, "", SAID + "56.185908122s."), 56.185908122, False),
    ("in the message, milliseconds", {}, google(429, "", SAID + "250ms."), 0.25, False),
    ("in the message, hours", {}, google(429, "", SAID + "1h2m3.5s."), 3723.5, True),
    ("told before said", {}, google(429, "", SAID + "9s.", retry("5s")), 5.0, False),
    ("a minute's limit without time", {}, google(429, "", "", MINUTE), 60.0, False),
    ("a day's limit", {}, google(429, "", "", DAY), None, True),
    ("a day's limit with a short wait", {}, google(429, "", "", DAY, retry("3s")), 3.0, True),
    ("longer than anybody waits", {}, google(429, "", "", retry("301s")), 301.0, True),
    ("only a link", {}, google(429, "", "", LINK), None, False),
    ("nothing", {}, b"", None, False),
    ("header", {"retry-after": "60"}, gateway(429, "throttling_error"), 60.0, False),
    ("a gateway's header", {"llm_provider-retry-after": "7"}, gateway(429, "throttling_error"), 7.0, False),
    ("OpenAI's header", {"retry-after-ms": "1500", "retry-after": "2"}, gateway(429, "x"), 1.5, False),
    ("OpenAI's words", {}, gateway(429, "tokens", "Rate limit reached. Please try again in 6m0s."), 360.0, True),
    ("a date and the server's own", {"date": DATE.format(0), "retry-after": DATE.format(24)}, b"", 24.0, False),
    ("a date that is over", {"date": DATE.format(24), "retry-after": DATE.format(0)}, b"", 0.0, False),
    ("a date that is none", {"date": DATE.format(0), "retry-after": "later"}, b"", None, False),
    ("a date, and a server without a clock", {"retry-after": DATE.format(24)}, b"", 14.0, False),
    ("a date beside one that is none", {"date": "now", "retry-after": DATE.format(24)}, b"", 14.0, False),
    ("a page", {"retry-after": "20"}, PAGE, 20.0, False),
    ("a page for hours", {"retry-after": "3600"}, PAGE, 3600.0, True),
    ("no capacity", {}, google(429, "", "", reason("MODEL_CAPACITY_EXHAUSTED")), None, True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "headers", "body", "wait", "final"), WAITS, ids=[row[0] for row in WAITS])
def test_how_long_to_wait(name: str, headers: dict[str, str], body: bytes, wait: float | None, final: bool) -> None:
    found = fault(ASKED, 429, headers, body, lambda: HERE)
    assert isinstance(found, RateLimited)
    assert (found.retry_after, found.final) == (wait, final)


@pytest.mark.parametrize(
    ("status", "headers", "body", "wait", "text"),
    [
        (503, {"retry-after": "20"}, google(503, "UNAVAILABLE"), 20.0, "(status 503): try again in 20 s"),
        (529, {"retry-after": "20"}, CLAUDE_BUSY, 20.0, "try again in 20 s"),
        (503, {"retry-after": DATE.format(24)}, b"", 14.0, "try again in 14 s"),
        (503, {}, google(503, "UNAVAILABLE", "", retry("7s")), 7.0, "try again in 7 s"),
        (502, {"retry-after": "20"}, PAGE, 20.0, "has trouble (status 502): try again in 20 s, or check base_url"),
        (408, {"retry-after": "2"}, b"", 2.0, "try again"),
        (500, {}, b"", None, "try again in a moment"),
        (0, {}, CLAUDE_BUSY, None, "try again in a moment"),
    ],
)
def test_how_long_trouble_lasts(
    status: int, headers: dict[str, str], body: bytes, wait: float | None, text: str
) -> None:
    found = fault(ASKED, status, headers, body, lambda: HERE)
    assert isinstance(found, Overloaded)
    assert found.retry_after == wait
    assert text in str(found)


@pytest.mark.parametrize(
    "message",
    [
        f"Your key {KEY} was reported as leaked",
        f"key={KEY}",
        f'Invalid value at contents, "{KEY} def secret_function(): return 1"',
        "Invalid value 'def my_private_function_of_the_company(first, second): return 1'",
        f"fine\n{KEY}",
        "Invalid value `def my_private_function(first, second): pass` at contents",
        "1 validation error for Body\tmessages Field required [type=missing, input_value={'x': 'def function'}]",
        "words " * 33 + KEY,
    ],
)
def test_keys_and_code_are_not_quoted(message: str) -> None:
    text = str(fault(ASKED, 400, {}, google(400, "INVALID_ARGUMENT", message)))
    assert KEY not in text
    assert "function" not in text
