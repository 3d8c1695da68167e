"""What Gemini's servers refuse, as a table: unknown fields, wrong values, wrong keys, unknown models."""

from __future__ import annotations

import json
import re
from typing import Any

BAD_KEY = "bad-key"
GONE = ("gemini-2.0-flash", "nope")

# Fields by their proto names; a list is a repeated message, None any value. The API takes camelCase and snake_case.
_ANY = None
_CONTENT: dict[str, Any] = {
    "role": _ANY,
    "parts": [
        {
            "text": _ANY,
            "inline_data": {"mime_type": _ANY, "data": _ANY},
            "file_data": _ANY,
            "thought": _ANY,
            "thought_signature": _ANY,
        }
    ],
}
_CONFIG: dict[str, Any] = {
    "candidate_count": _ANY,
    "max_output_tokens": _ANY,
    "response_json_schema": _ANY,
    "response_mime_type": _ANY,
    "response_schema": _ANY,
    "seed": _ANY,
    "stop_sequences": _ANY,
    "temperature": _ANY,
    "thinking_config": {"include_thoughts": _ANY, "thinking_budget": _ANY, "thinking_level": _ANY},
    "top_k": _ANY,
    "top_p": _ANY,
}
_GENERATE: dict[str, Any] = {
    "cached_content": _ANY,
    "contents": [_CONTENT],
    "generation_config": _CONFIG,
    "safety_settings": _ANY,
    "system_instruction": _CONTENT,
    "tool_config": _ANY,
    "tools": _ANY,
}
_CACHE: dict[str, Any] = {
    "contents": [_CONTENT],
    "display_name": _ANY,
    "expire_time": _ANY,
    "model": _ANY,
    "system_instruction": _CONTENT,
    "tool_config": _ANY,
    "tools": _ANY,
    "ttl": _ANY,
}
_COUNT: dict[str, Any] = {"contents": [_CONTENT], "generate_content_request": _GENERATE | {"model": _ANY}}

_LEVELS = {
    "gemini-3.8-flash": "LOW MEDIUM HIGH",
    "gemini-3.7-flash": "LOW MEDIUM HIGH",
    "gemini-4-argon": "LOW MEDIUM HIGH",
    "gemini-2": "",
}


def broken_rule(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any] | None:
    """The error body for a request that Gemini, or Gemini on Google Cloud, would refuse, None for a good one."""
    if "key=" in path:
        return _invalid("This server takes no key in the URL")
    if (problem := _wrong_key(path, headers)) is not None:
        return problem
    model, _, verb = path.partition("?")[0].rpartition("/")[2].partition(":")
    if model in GONE:
        text = f"models/{model} is not found for API version v1beta, or is not supported for {verb}."
        return _error(404, "NOT_FOUND", text)
    if verb == "streamGenerateContent" and not path.endswith("?alt=sse"):
        return _invalid("This server streams server-sent events only")
    if method == "DELETE":
        return None
    try:
        asked = json.loads(body)
    except ValueError:
        return _invalid("Invalid JSON payload received.")
    spec = {"countTokens": _COUNT, "": _CACHE}.get(verb, _GENERATE)
    if unknown := _unknown(asked, spec, ""):
        return _invalid(unknown)
    return _wrong_value(model, _snake(asked)) if verb else _wrong_cache(path, _snake(asked))


def _wrong_key(path: str, headers: dict[str, str]) -> dict[str, Any] | None:
    if path.startswith("/v1/projects/"):
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token or token == BAD_KEY:
            text = "Request had invalid authentication credentials. Expected OAuth 2 access token."
            return _error(401, "UNAUTHENTICATED", text)
        return None
    key = headers.get("x-goog-api-key", "")
    if not key:
        text = "Method doesn't allow unregistered callers (callers without established identity)."
        return _error(403, "PERMISSION_DENIED", text)
    if key == BAD_KEY:
        reason = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
        text = "API key not valid. Please pass a valid API key."
        return _error(400, "INVALID_ARGUMENT", text, reason)
    return None


def _wrong_cache(path: str, asked: dict[str, Any]) -> dict[str, Any] | None:
    cloud = path.removeprefix("/v1/").removesuffix("/cachedContents") if path.startswith("/v1/") else ""
    model = f"{cloud}/publishers/google/models/" if cloud else "models/"
    size = len(json.dumps([asked.get("contents"), asked.get("system_instruction")])) // 4
    rules = [
        (not str(asked.get("model", "")).startswith(model), f"CreateCachedContentRequest.model: must be {model}..."),
        (not re.fullmatch(r"\d+(\.\d+)?s", str(asked.get("ttl", "300s"))), "ttl: Illegal duration format"),
        ("gemini-4" in str(asked.get("model")), "Model is not supported for createCachedContent."),
        (size < 1024, f"Cached content is too small. total_token_count={size}, min_total_token_count=1024"),
    ]
    return next((_invalid(text) for broken, text in rules if broken), None)


def _wrong_value(model: str, asked: dict[str, Any]) -> dict[str, Any] | None:
    contents = asked.get("contents") or []
    config = _snake(asked.get("generation_config") or {})
    thinking = _snake(config.get("thinking_config") or {})
    levels = next((levels for name, levels in _LEVELS.items() if model.startswith(name)), "MINIMAL LOW MEDIUM HIGH")
    chosen = thinking.get("thinking_level")
    rules = [
        (not contents, "GenerateContentRequest.contents: contents is not specified"),
        (bool(contents) and contents[-1].get("role") == "model", "Please ensure that the last turn is a user turn."),
        (any(not c.get("parts") for c in contents), "GenerateContentRequest.contents: parts must not be empty"),
        (len(config.get("stop_sequences") or []) > 5, "stop_sequences: at most 5 are allowed"),
        ({"frequency_penalty", "presence_penalty"} & config.keys() != set(), "Penalty is not enabled for this model"),
        ("thinking_budget" in thinking and chosen is not None, "You can only set one of budget and level."),
        ("thinking_budget" in thinking and not model.startswith("gemini-2.5"), "Budget is not supported; use a level."),
        (chosen is not None and chosen not in levels.split(), f"{chosen} is not a supported thinking level."),
        ("cached_content" in asked and "system_instruction" in asked, "CachedContent can not be used with a system"),
    ]
    return next((_invalid(text) for broken, text in rules if broken), None)


def _unknown(value: Any, spec: Any, where: str) -> str:
    """The first field that the message does not have, as Google words it."""
    if spec is _ANY:
        return ""
    if isinstance(spec, list):
        return next((found for each in value if (found := _unknown(each, spec[0], where))), "")
    for name, inner in value.items():
        proto = _proto(name)
        if proto not in spec:
            return f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field."
        if found := _unknown(inner, spec[proto], f"{where}.{proto}".strip(".")):
            return found
    return ""


def _snake(message: dict[str, Any]) -> dict[str, Any]:
    return {_proto(name): value for name, value in message.items()}


def _proto(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _invalid(message: str) -> dict[str, Any]:
    return _error(400, "INVALID_ARGUMENT", message)


def _error(code: int, status: str, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"code": code, "message": message, "status": status}
    return {"error": body | ({"details": list(details)} if details else {})}
