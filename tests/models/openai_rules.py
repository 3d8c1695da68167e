"""What OpenAI's servers refuse, as a table: unknown fields, wrong values, wrong keys, unknown models."""

from __future__ import annotations

import re
from typing import Any

from tests.models.wire_server import Request

Json = dict[str, Any]
BAD_KEY = "sk-bad-key"
GONE = ("nope", "gpt-4-32k")

_STREAM = {"include_usage": bool, "include_obfuscation": bool}
_CHAT: Json = {
    "messages": [
        {
            "role": str,
            "content": [
                {"type": str, "text": str, "image_url": {"url": str, "detail": str}},
            ],
            "name": str,
        }
    ],
    "model": str,
    "max_tokens": int,
    "max_completion_tokens": int,
    "reasoning_effort": str,
    "response_format": {"type": str, "json_schema": {"name": str, "schema": dict, "strict": bool, "description": str}},
    "seed": int,
    "stop": [str],
    "stream": bool,
    "stream_options": _STREAM,
    "temperature": (int, float),
}
_COMPLETIONS: Json = {
    "model": str,
    "prompt": str,
    "suffix": str,
    "max_tokens": int,
    "seed": int,
    "stop": [str],
    "stream": bool,
    "stream_options": _STREAM,
    "temperature": (int, float),
}
_EFFORTS = (("gpt-5.", "none low medium high xhigh"), ("gpt-5", "minimal low medium high"), ("o", "low medium high"))


def broken_rule(asked: Request) -> tuple[int, Json] | None:
    """The status and the error body for a request that OpenAI would refuse, None for a good one."""
    key = asked.headers.get("authorization", "").removeprefix("Bearer ")
    if not key:
        return 401, error("You didn't provide an API key.", "invalid_request_error")
    if key == BAD_KEY:
        text = f"Incorrect API key provided: {key[:5]}**-key. You can find your API key at your account page."
        return 401, error(text, "invalid_request_error", "invalid_api_key")
    if asked.method != "POST":
        return None
    if not asked.body:
        return 400, error("We could not parse the JSON body of your request.", "invalid_request_error")
    if asked.body.get("model") in GONE:
        text = f"The model `{asked.body['model']}` does not exist or you do not have access to it."
        return 404, error(text, "invalid_request_error", "model_not_found")
    chat = asked.path.endswith("/chat/completions")
    problem = _unknown(asked.body, _CHAT if chat else _COMPLETIONS, "") or _wrong_value(asked.body, chat)
    return (400, error(problem, "invalid_request_error")) if problem else None


def error(message: str, kind: str, code: str | None = None) -> Json:
    """An error body as OpenAI writes it."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _wrong_value(asked: Json, chat: bool) -> str:
    model = str(asked.get("model", ""))
    reasons = re.match(r"gpt-5(?!.*chat)|o\d", model) is not None
    effort = asked.get("reasoning_effort")
    efforts = next((words for name, words in _EFFORTS if reasons and model.startswith(name)), "").split()
    turns = asked.get("messages") or []
    schema = (asked.get("response_format") or {}).get("json_schema") or {}
    rules = [
        (not model, "you must provide a model parameter"),
        (chat and not turns, "'messages' is a required property"),
        (any(t.get("role") not in ("system", "developer", "user", "assistant") for t in turns), "Invalid role"),
        (len(asked.get("stop") or []) > 4, "Invalid 'stop': array too long. Expected at most 4 elements"),
        ("" in (asked.get("stop") or []), "Invalid 'stop': strings must not be empty"),
        ({"max_tokens", "max_completion_tokens"} <= asked.keys(), "Set only one of the two limits"),
        (reasons and "max_tokens" in asked, "Unsupported parameter: 'max_tokens': Use 'max_completion_tokens' instead"),
        (reasons and "stop" in asked, "Unsupported parameter: 'stop' is not supported with this model."),
        (reasons and asked.get("temperature", 1) != 1, "Unsupported value: 'temperature' does not support this"),
        (effort is not None and effort not in efforts, f"Unsupported value: 'reasoning_effort' {effort!r}"),
        ("stream_options" in asked and not asked.get("stream"), "'stream_options' is only allowed with 'stream'"),
        (bool(schema.get("strict")) and not _closed(schema.get("schema")), "Invalid schema: 'additionalProperties'"),
        (any(not _is_picture(part) for t in turns for part in _parts(t)), "Invalid image_url: expected a data URL"),
    ]
    return next((text for broken, text in rules if broken), "")


def _parts(turn: Json) -> list[Json]:
    return turn["content"] if isinstance(turn.get("content"), list) else []


def _is_picture(part: Json) -> bool:
    if part.get("type") != "image_url":
        return True
    return re.fullmatch(r"data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+=*", part["image_url"]["url"]) is not None


def _closed(schema: Any) -> bool:
    if isinstance(schema, list):
        return all(map(_closed, schema))
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object":
        named = set(schema.get("properties") or {})
        if schema.get("additionalProperties") is not False or set(schema.get("required") or ()) != named:
            return False
        return all(map(_closed, (schema.get("properties") or {}).values()))
    return all(_closed(value) for value in schema.values())


def _unknown(value: Any, spec: Any, where: str) -> str:
    """The first field that is not in the reference, or whose value is of another type."""
    if isinstance(spec, list):
        each = value if isinstance(value, list) else [] if isinstance(value, str) else None
        if each is None:
            return f"Invalid type for '{where}'"
        return next((found for at, one in enumerate(each) if (found := _unknown(one, spec[0], f"{where}[{at}]"))), "")
    if not isinstance(spec, dict):
        return "" if isinstance(value, spec) else f"Invalid type for '{where}'"
    if not isinstance(value, dict):
        return f"Invalid type for '{where}'"
    for name, inner in value.items():
        if name not in spec:
            return f"Unrecognized request argument supplied: {f'{where}.{name}'.strip('.')}"
        if found := _unknown(inner, spec[name], f"{where}.{name}".strip(".")):
            return found
    return ""
