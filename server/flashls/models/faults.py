"""Faults: what an HTTP status and an error body mean, as an error of the seam.

The bodies are those of Gemini (google.rpc.Status with details), of OpenAI and of Anthropic, and of the gateways that
imitate them. The texts are ours: what a server says is quoted only where nothing better is known, and without
whatever could be a key or code.
"""

from __future__ import annotations

import math
import re
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

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
from flashls.models.wait import wait_asked

_PATIENCE = 300.0  # seconds; whoever asks for more has run out of quota (the rule of Google's own gemini-cli)
_KEY_REASONS = ("API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_SERVICE_BLOCKED", "no_db_connection", "auth_error")
_KEY_WORDS = re.compile(
    r"api[ _]key (not valid|not found|expired|invalid)|incorrect api key|invalid api key", re.IGNORECASE
)
_LONG_WORDS = re.compile(
    r"exceed_context_size|context_length_exceeded|maximum (number of tokens|context)|too (long|many tokens)",
    re.IGNORECASE,
)
_SPENT_CODES = re.compile(r"insufficient_quota|budget_exceeded|billing_error|MODEL_CAPACITY_EXHAUSTED", re.IGNORECASE)
# What a request is about, where it is that: OpenAI's, Azure's and the gateways' codes.
_CONTENT_CODES = re.compile(r"content_?(policy_?violation|filter)|ResponsibleAI|moderation_blocked", re.IGNORECASE)
_UNKNOWN_WORDS = re.compile(r"invalid model name|model_not_found", re.IGNORECASE)
# Statuses by name, for errors in the midst of a stream: google.rpc.Code, and the error types of Anthropic and OpenAI.
_NAMED = {
    "invalid_request_error": 400, "authentication_error": 401, "permission_error": 403, "not_found_error": 404,
    "request_too_large": 413, "rate_limit_error": 429, "rate_limit_exceeded": 429, "api_error": 500,
    "server_error": 500, "timeout_error": 504, "overloaded_error": 529, "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403, "NOT_FOUND": 404, "RESOURCE_EXHAUSTED": 429, "INTERNAL": 500,
    "UNAVAILABLE": 503, "DEADLINE_EXCEEDED": 504,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked: the provider as people call it, the model's id, and how its key is set."""

    provider: str
    model: str
    key_hint: str


@dataclass(frozen=True, slots=True)
class _Told:
    """What an error body says: its message, its codes in one string, and google.rpc details.

    ``page``: it is a web page; ``error``: it calls itself an error.
    """

    message: str = ""
    codes: str = ""
    details: tuple[Mapping[str, Any], ...] = field(default=())
    page: bool = False
    error: bool = False


def fault(
    asked: Asked,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    clock: Callable[[], float] = time.time,
) -> ModelError:
    """The error of the seam for an answer with an error status, or for an error in the midst of a stream.

    ``headers`` have names in lower case. ``status`` 0 takes the status from the body. ``clock`` gives seconds since
    1970, for a server that has none.
    """
    told = _told(body)
    status = status or _status(told)
    wait = wait_asked(headers, told.message, told.details, clock)
    if told.page:
        return _page(asked, status, wait)
    return _by_words(asked, status, told) or _by_status(asked, status, headers, told, wait)


def _by_words(asked: Asked, status: int, told: _Told) -> ModelError | None:
    """Errors whose status alone misleads: Gemini says 400 to a wrong key, gateways to an unknown model."""
    who = asked.provider
    if any(reason in told.codes for reason in _KEY_REASONS) or _KEY_WORDS.search(told.message):
        return Unauthorized(f"{who} refused the key: check {asked.key_hint}")
    if "SERVICE_DISABLED" in told.codes:
        return Unauthorized(f"{who} is not enabled for the key's project: enable the API there, or use another key")
    if 400 <= status < 500 and _CONTENT_CODES.search(f"{told.codes} {told.message}"):
        return Declined(f"{who} objects to what the request says: ask about another piece, or choose another model")
    if status in (400, 413, 422) and _LONG_WORDS.search(f"{told.codes} {told.message}"):
        return _too_long(asked)
    if status in (400, 404) and _UNKNOWN_WORDS.search(f"{told.codes} {told.message}"):
        return _unknown(asked)
    if status == 402 or _SPENT_CODES.search(told.codes) or "credit balance" in told.message:
        return _spent(f"{who}'s budget or credit is used up: see the account's billing page, or use another model")
    return None


def _by_status(asked: Asked, status: int, headers: Mapping[str, str], told: _Told, wait: float | None) -> ModelError:
    who = asked.provider
    if status in (401, 403):
        return Unauthorized(f"{who} refused the key (status {status}): check {asked.key_hint} and what it may use")
    if status in (404, 410):
        return _unknown(asked)
    if status == 407:
        return Unreachable(f"The proxy on the way to {who} wants a user and a password: http://user:password@host:port")
    if status == 408:
        return Overloaded(f"{who} did not get the whole request in time (status 408): try again", wait)
    if status == 413:
        return _too_long(asked)
    if status == 429:
        return _limited(asked, told, wait)
    if status >= 500:
        return Overloaded(f"{who} is overloaded or has trouble (status {status}): try again {_when(wait)}", wait)
    if status >= 400:
        return Refused(f"{who} refused the request (status {status}){_quote(told)}; another model may take it")
    if told.error:
        return Overloaded(f"{who} broke its answer off with an error{_quote(told)}; try again")
    kind = headers.get("content-type", "").partition(";")[0].strip()
    sent = f" ({kind})" if re.fullmatch(r"[\w.+-]{1,40}/[\w.+-]{1,40}", kind) and kind != "text/event-stream" else ""
    return Garbled(f"{who} sent something that is no answer{sent}: check base_url, or try again")


def _page(asked: Asked, status: int, wait: float | None) -> ModelError:
    """A page is hardly ever the model's own: a proxy blocks, a network wants a sign-in, base_url leads elsewhere."""
    who, said = asked.provider, f" (status {status})" if status else ""
    if status in (401, 403, 407):
        text = f"A web page came instead of {who}'s answer{said}: check the proxy, base_url and {asked.key_hint}"
        return Unauthorized(text)
    if status == 404:
        return NotFound(f"A web page came instead of {who}'s answer{said}: check base_url")
    if status == 413:
        return Refused(f"The request is too large for what stands before {who}{said}: ask about less")
    if status == 429:
        return _limited(asked, _Told(), wait)
    if status == 408 or status >= 500:
        text = f"What stands before {who} has trouble{said}: try again {_when(wait)}, or check base_url"
        return Overloaded(text, wait)
    return Garbled(
        f"A web page came instead of {who}'s answer{said}: check base_url and the proxy, or sign in to the network"
    )


def _too_long(asked: Asked) -> Refused:
    return Refused(f"The prompt is too long for {asked.model}: ask about less, or choose a model that reads more")


def _unknown(asked: Asked) -> NotFound:
    return NotFound(f"{asked.provider} has no model {asked.model} there: choose another one, or check base_url")


def _spent(text: str, wait: float | None = None) -> RateLimited:
    return RateLimited(text, wait, final=True)


def _limited(asked: Asked, told: _Told, wait: float | None) -> RateLimited:
    quotas = " ".join(str(v.get("quotaId", "")) for d in told.details for v in _dicts(d.get("violations")))
    if wait is None and "PerMinute" in quotas:
        wait = 60.0
    if re.search(r"PerDay|Daily", quotas) or (wait is not None and wait > _PATIENCE):
        text = f"{asked.provider}'s quota for {asked.model} is used up: use another model, or see the account's limits"
        return _spent(text, wait)
    return RateLimited(f"Too many requests to {asked.provider}: try again {_when(wait)}", wait)


def _when(wait: float | None) -> str:
    return f"in {math.ceil(wait)} s" if wait else "in a moment"


def _status(told: _Told) -> int:
    found = re.search(r"(?<!\d)([45]\d\d)(?!\d)", told.codes)
    return int(found[1]) if found else next((_NAMED[code] for code in told.codes.split() if code in _NAMED), 0)


def _told(body: bytes) -> _Told:
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Told(page=body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<")
    answer = answer[0] if isinstance(answer, list) and answer else answer
    if not isinstance(answer, dict):
        return _Told()
    error = answer if answer.get("error") is None else answer["error"]
    named = error is not answer or answer.get("object") == "error"  # the second is how vLLM says it
    if not isinstance(error, dict):
        return _Told(message=str(error), error=named)
    details = tuple(_dicts(error.get("details")))
    codes = [str(error.get(name)) for name in ("code", "status", "type") if error.get(name) is not None]
    codes += [str(detail["reason"]) for detail in details if "reason" in detail]
    return _Told(_message(error), " ".join(codes), details, error=named)


def _message(error: Mapping[str, Any]) -> str:
    """The message in words. FastAPI's "detail" is a list with what was wrong, and with what we sent, which is code."""
    said = error.get("message") or error.get("detail") or ""
    for each in _dicts(said):
        place = ".".join(str(part) for part in each.get("loc", ()) if isinstance(part, str | int))
        return f"{place}: {each.get('msg', '')}"
    return said if isinstance(said, str) else ""


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _quote(told: _Told) -> str:
    """The first line of a server's words, without quoted text and without anything that could be a key.

    What pydantic calls the input is what we sent: nothing is quoted from there on.
    """
    line = (told.message.strip().splitlines() or [""])[0]
    line = re.split(r"[\[{(,]?\s*['\"]?\binput(?:_value)?['\"]?\s*[:=]", line)[0]
    line = re.sub(r"\"[^\"]{24,}\"?|'[^']{60,}'?|`[^`]{24,}`?", "…", line)
    line = re.sub(r"(?=\S*\d)[\w\-]{24,}", "…", line)
    line = textwrap.shorten(line, 200, placeholder=" …").rstrip(" .,;:")
    return f": {line}" if line else ""
