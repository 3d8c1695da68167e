"""Faults: what an HTTP status and an error body mean, as an error of the seam.

The bodies are those of Gemini (google.rpc.Status with details), of OpenAI and of Anthropic, and of the gateways that
imitate them. The texts are ours: what a server says is quoted only where nothing better is known, and without
whatever could be a key or code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from flashls.models.seam import (
    Garbled,
    ModelError,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    Unauthorized,
)

_PATIENCE = 300.0  # seconds; whoever asks for more has run out of quota (the rule of Google's own gemini-cli)
_KEY_REASONS = ("API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_SERVICE_BLOCKED", "no_db_connection", "auth_error")
_KEY_WORDS = re.compile(
    r"api[ _]key (not valid|not found|expired|invalid)|incorrect api key|invalid api key", re.IGNORECASE
)
_LONG_WORDS = re.compile(
    r"exceed_context_size|context_length_exceeded|maximum (number of tokens|context)|too (long|many tokens)",
    re.IGNORECASE,
)
_SPENT_CODES = re.compile(r"insufficient_quota|budget_exceeded|MODEL_CAPACITY_EXHAUSTED", re.IGNORECASE)
_UNIT = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked: the provider as people call it, the model's id, and how its key is set."""

    provider: str
    model: str
    key_hint: str


@dataclass(frozen=True, slots=True)
class _Told:
    """What an error body says: its message, its codes in one string, and google.rpc details."""

    message: str = ""
    codes: str = ""
    details: tuple[Mapping[str, Any], ...] = field(default=())
    page: bool = False


def fault(asked: Asked, status: int, headers: Mapping[str, str], body: bytes) -> ModelError:
    """The error of the seam for an answer with an error status, or for an error in the midst of a stream.

    ``headers`` have names in lower case. ``status`` 0 takes the status from the body.
    """
    told = _told(body)
    status = status or _status(told)
    return _by_words(asked, status, told) or _by_status(asked, status, headers, told)


def _by_words(asked: Asked, status: int, told: _Told) -> ModelError | None:
    """Errors whose status alone misleads: Gemini says 400 to a wrong key, gateways to an unknown model."""
    who = asked.provider
    if any(reason in told.codes for reason in _KEY_REASONS) or _KEY_WORDS.search(told.message):
        return Unauthorized(f"{who} refused the key: check {asked.key_hint}")
    if "SERVICE_DISABLED" in told.codes:
        return Unauthorized(f"{who} is not enabled for the key's project: enable the API there, or use another key")
    if status in (400, 413) and _LONG_WORDS.search(f"{told.codes} {told.message}"):
        return Refused(f"The prompt is too long for {asked.model}: ask about less, or choose a model that reads more")
    if status in (400, 404) and re.search(
        r"invalid model name|model_not_found", f"{told.codes} {told.message}", re.IGNORECASE
    ):
        return _unknown(asked)
    if _SPENT_CODES.search(told.codes) or "credit balance" in told.message:
        return RateLimited(f"{who}'s budget or quota is used up: see the account's billing page", final=True)
    return None


def _by_status(asked: Asked, status: int, headers: Mapping[str, str], told: _Told) -> ModelError:
    who = asked.provider
    if status in (401, 403):
        return Unauthorized(f"{who} refused the key (status {status}): check {asked.key_hint} and what it may use")
    if status == 404:
        return _unknown(asked)
    if status == 429:
        return _limited(asked, headers, told)
    if status == 408 or status >= 500:
        return Overloaded(f"{who} is overloaded or has trouble (status {status}): try again in a moment")
    if status == 413:
        return Refused(f"The prompt is too long for {asked.model}: ask about less, or choose a model that reads more")
    if told.page:
        return Garbled(f"{who} answered with a web page (status {status}): check base_url and the proxy")
    if status < 400:
        return Garbled(f"{who} sent something that is no answer{_quote(told)}")
    return Refused(f"{who} refused the request (status {status}){_quote(told)}")


def _unknown(asked: Asked) -> NotFound:
    return NotFound(f"{asked.provider} has no model {asked.model} there: choose another one, or check base_url")


def _limited(asked: Asked, headers: Mapping[str, str], told: _Told) -> RateLimited:
    quotas = " ".join(str(v.get("quotaId", "")) for d in told.details for v in _dicts(d.get("violations")))
    wait = _wait(headers, told)
    if wait is None and "PerMinute" in quotas:
        wait = 60.0
    if re.search(r"PerDay|Daily", quotas) or (wait is not None and wait > _PATIENCE):
        return RateLimited(
            f"{asked.provider}'s quota for {asked.model} is used up: see the account's limits", wait, True
        )
    when = "in a moment" if wait is None else f"in {math.ceil(wait)} s"
    return RateLimited(f"Too many requests to {asked.provider}: try again {when}", wait)


def _wait(headers: Mapping[str, str], told: _Told) -> float | None:
    """Seconds to wait: google.rpc.RetryInfo, then the message's own words, then the headers."""
    delays = [str(d.get("retryDelay", "")) for d in told.details]
    said = re.search(r"retry in ((?:[\d.]+(?:ms|s|m|h))+)", told.message)
    delays += [said[1]] if said else []
    delays += [f"{headers['retry-after-ms']}ms"] if "retry-after-ms" in headers else []
    delays += [f"{headers[n]}s" for n in ("retry-after", "llm_provider-retry-after") if n in headers]
    return next((seconds for delay in delays if (seconds := _seconds(delay)) is not None), None)


def _seconds(delay: str) -> float | None:
    """``"56s"``, ``"900ms"``, ``"1h2m3.5s"`` in seconds."""
    if not re.fullmatch(r"(\d+(\.\d+)?(ms|s|m|h))+", delay):
        return None
    return sum(float(number) * _UNIT[unit] for number, unit in re.findall(r"([\d.]+)(ms|s|m|h)", delay))


def _status(told: _Told) -> int:
    found = re.search(r"(?<!\d)([45]\d\d)(?!\d)", told.codes)
    return int(found[1]) if found else 0


def _told(body: bytes) -> _Told:
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Told(page=body.lstrip()[:1] == b"<")
    answer = answer[0] if isinstance(answer, list) and answer else answer
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    if not isinstance(error, dict):
        return _Told(message=str(error))
    details = tuple(_dicts(error.get("details")))
    codes = [str(error.get(name)) for name in ("code", "status", "type") if error.get(name) is not None]
    codes += [str(detail["reason"]) for detail in details if "reason" in detail]
    return _Told(str(error.get("message") or error.get("detail") or ""), " ".join(codes), details)


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _quote(told: _Told) -> str:
    """The first line of a server's words, without quoted text and without anything that could be a key."""
    line = (told.message.strip().splitlines() or [""])[0]
    line = re.sub(r"\"[^\"]{24,}\"?|'[^']{60,}'?", "…", line)
    line = re.sub(r"(?=\S*\d)[\w\-]{24,}", "…", line)
    return f": {line[:200]}" if line else ""
