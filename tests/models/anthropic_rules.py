"""What Anthropic's servers refuse, as a table: unknown fields, wrong values, wrong keys, unknown models."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

BAD_KEY = "bad-key"
GONE = ("claude-3-haiku-20240307", "nope")

# Fields of API version 2026-10-21 by name; a list is a list of messages, None any value.
_ANY = None
_CACHE = {"type": _ANY, "ttl": _ANY}
_SOURCE = {"type": _ANY, "media_type": _ANY, "data": _ANY}
_BLOCK: dict[str, Any] = {"type": _ANY, "text": _ANY, "cache_control": _CACHE, "citations": _ANY, "source": _SOURCE}
_MESSAGE = {"role": _ANY, "content": [_BLOCK]}
_COUNT: dict[str, Any] = {
    "model": _ANY,
    "messages": [_MESSAGE],
    "system": [_BLOCK],
    "output_config": {"effort": _ANY, "format": {"type": _ANY, "schema": _ANY}},
    "thinking": {"type": _ANY, "budget_tokens": _ANY, "display": _ANY},
    "cache_control": _CACHE,
    "tools": _ANY,
    "tool_choice": _ANY,
}
_CREATE = _COUNT | {
    "max_tokens": _ANY,
    "metadata": _ANY,
    "service_tier": _ANY,
    "stop_sequences": _ANY,
    "stream": _ANY,
}
_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_LIMITS = ("minimum", "maximum", "minLength", "maxLength", "maxItems", "uniqueItems", "pattern", "multipleOf")

Json = dict[str, Any]


def broken_rule(path: str, headers: dict[str, str], body: bytes) -> tuple[int, Json] | None:
    """The status and body for a request that Anthropic would refuse, None for a good one."""
    if path not in ("/v1/messages", "/v1/messages/count_tokens"):
        return error(404, "not_found_error", "Not found")
    scheme, _, token = headers.get("authorization", "").partition(" ")
    key = headers.get("x-api-key") or (token if scheme == "Bearer" else "")
    if not key:
        return error(401, "authentication_error", "x-api-key header is required")
    if key == BAD_KEY:
        return error(401, "authentication_error", "invalid x-api-key")
    if "anthropic-version" not in headers:
        return _invalid("anthropic-version: header is required")
    try:
        asked = json.loads(body)
    except ValueError:
        return _invalid("The request body is not valid JSON")
    if asked.get("model") in GONE:
        return error(404, "not_found_error", f"model: {asked['model']}")
    counts = path.endswith("count_tokens")
    problem = _unknown(asked, _COUNT if counts else _CREATE, "") or _wrong_value(asked, counts)
    return _invalid(problem) if problem else None


def error(status: int, kind: str, message: str) -> tuple[int, Json]:
    """An error as Anthropic writes it."""
    return status, {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def _invalid(message: str) -> tuple[int, Json]:
    return error(400, "invalid_request_error", message)


def _wrong_value(asked: Json, counts: bool) -> str:
    messages = asked.get("messages") or []
    blocks = [block for each in messages for block in _blocks(each["content"])]
    blocks += _blocks(asked.get("system", []))
    limit, thinking = asked.get("max_tokens", 1), asked.get("thinking") or {}
    schema = ((asked.get("output_config") or {}).get("format") or {}).get("schema")
    rules = [
        (not counts and "max_tokens" not in asked, "max_tokens: Field required"),
        (not messages, "messages: at least one message is required"),
        (limit < 1 or limit > _most(asked["model"]), f"max_tokens: {limit} > {_most(asked['model'])}"),
        (any(each["role"] not in ("user", "assistant") for each in messages), "messages: Unexpected role"),
        (any(not stop.strip() for stop in asked.get("stop_sequences", [])), "stop_sequences: non-whitespace"),
        (any(_is_blank(block) for block in blocks), "messages: text content blocks must be non-empty"),
        (any(not _is_image(block) for block in blocks), "messages: image: wrong source"),
        (sum("cache_control" in block for block in blocks) > 4, "A maximum of 4 blocks with cache_control"),
        (schema is not None and not _is_closed(schema), "output_config.format.schema: not supported"),
    ]
    told = next((text for broken, text in rules if broken), "")
    return told or _wrong_thinking(asked["model"], thinking, limit) or _wrong_end(asked, messages, thinking, schema)


def _wrong_thinking(model: str, thinking: Json, limit: int) -> str:
    kind, budget = thinking.get("type"), thinking.get("budget_tokens", 1024)
    always = any(name in model for name in ("fable", "mythos", "opus-5-5", "sonnet-5-5"))
    old = any(name in model for name in ("-4-5", "-3-7", "claude-3"))
    rules = [
        (kind not in (None, "adaptive", "enabled", "disabled", "between_tools"), "thinking: unknown type"),
        (kind == "enabled" and not old, '"thinking.type.enabled" is not supported for this model'),
        (kind == "adaptive" and old, "adaptive thinking is not supported on this model"),
        (kind == "between_tools" and "sonnet-5-5" not in model, '"thinking.type.between_tools" is not supported'),
        (kind == "disabled" and always, '"thinking.type.disabled" is not supported for this model'),
        (kind == "enabled" and not 1024 <= budget < limit, "max_tokens must be greater than thinking.budget_tokens"),
    ]
    return next((text for broken, text in rules if broken), "")


def _wrong_end(asked: Json, messages: list[Json], thinking: Json, schema: Json | None) -> str:
    """The rules of a conversation that ends with the model's turn."""
    if messages[-1]["role"] != "assistant":
        return ""
    last = _blocks(messages[-1]["content"])[-1]["text"]
    rules = [
        ("-4-5" not in asked["model"] and "claude-3" not in asked["model"], "does not support assistant prefill"),
        (last != last.rstrip(), "final assistant content cannot end with trailing whitespace"),
        (thinking.get("type") == "enabled", "prefill and thinking cannot be used together"),
        (schema is not None, "prefill and structured outputs cannot be used together"),
    ]
    return next((text for broken, text in rules if broken), "")


def _most(model: str) -> int:
    return 4096 if "claude-3-" in model else 64_000 if "-4-5" in model else 128_000


def _blocks(content: Any) -> list[Json]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _is_blank(block: Json) -> bool:
    return bool(block["type"] == "text" and not block["text"].strip())


def _is_image(block: Json) -> bool:
    """Whether a block that is an image is a good one; any other block is."""
    if block["type"] != "image":
        return True
    source = block["source"]
    try:
        base64.b64decode(source["data"], validate=True)
    except binascii.Error:
        return False
    return source["type"] == "base64" and source["media_type"] in _IMAGES


def _is_closed(schema: Any) -> bool:
    if isinstance(schema, list):
        return all(_is_closed(each) for each in schema)
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return False
    limited = "type" in schema and any(name in schema for name in _LIMITS)
    return not limited and all(_is_closed(inner) for inner in schema.values())


def _unknown(value: Any, spec: Any, where: str) -> str:
    """The first field that there is not, as Anthropic words it."""
    if spec is _ANY or isinstance(value, str):
        return ""
    if isinstance(spec, list):
        return next((found for each in value if (found := _unknown(each, spec[0], where))), "")
    for name, inner in value.items():
        if name not in spec:
            return f"{where}{name}: Extra inputs are not permitted"
        if found := _unknown(inner, spec[name], f"{where}{name}."):
            return found
    return ""
