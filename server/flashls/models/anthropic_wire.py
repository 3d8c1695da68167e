"""Anthropic's wire format: what a prompt looks like as a request, and what a reply's events say.

The API's reference is https://platform.claude.com/docs/en/api/messages, version 2026-10-21, which knows no sampling
parameters any more. What differs between models is in ``families``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from flashls.models.ending import ending
from flashls.models.profiles import Profile, level, room
from flashls.models.seam import Refused
from flashls.types import EndReason, Image, Prompt, Role, Task, Text, Thinking, Usage

_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
# Budgets of tokens for models up to 4.5: the API takes 1,024 or more, and less than max_tokens.
_BUDGETS: dict[Thinking, int] = {"low": 1024, "medium": 4096, "high": 16_384}
_CONTINUE = "Go on exactly where your last message stops, and repeat nothing of it."

Block = dict[str, Any]


def request(model_id: str, prompt: Prompt, task: Task, row: Profile) -> dict[str, Any]:
    """The body of ``/v1/messages`` for a prompt; what the API or the model lacks is left out.

    The last of the leading stable parts is marked for Anthropic's cache where there are enough of them; stop sequences
    of nothing but space are not sent, since the API refuses them. Raises ``Refused`` for a prompt that asks nothing,
    that rests on another provider's cache, or has a picture that the model does not take.
    """
    if prompt.cached_content is not None:
        raise Refused("This prompt rests on what is stored with Gemini: only the model it is stored for can answer it")
    system, messages = _conversation(prompt, row)
    prefilled = messages[-1]["role"] == "assistant"  # which rules thoughts out
    thinking = None if prefilled else level(row, prompt.thinking, task)
    body: dict[str, Any] = {"model": model_id, "max_tokens": min(prompt.max_tokens + room(row, thinking), row.output)}
    body |= {"system": system} if system else {}
    body |= {"messages": messages, "stream": True}
    stops = [stop for stop in dict.fromkeys(prompt.stop) if stop.strip()]
    body |= {"stop_sequences": stops} if stops else {}
    return body | _output(row, thinking, _schema(prompt, row))


def count_request(model_id: str, prompt: Prompt, row: Profile) -> dict[str, Any]:
    """The body of ``/v1/messages/count_tokens``. Raises as ``request`` does."""
    system, messages = _conversation(prompt, row)
    return {"model": model_id, "messages": messages} | ({"system": system} if system else {})


def strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema as structured outputs take it: closed objects, and limits told in words where they are not kept.

    The rules are those of Anthropic's own SDK: what is not enforced becomes a part of the description.
    """
    rest = dict(schema)
    kept: dict[str, Any] = {}
    for name in ("$defs", "properties"):
        if name in rest:
            kept[name] = {key: strict(inner) for key, inner in rest.pop(name).items()}
    for name in ("anyOf", "allOf"):
        if name in rest:
            kept[name] = [strict(inner) for inner in rest.pop(name)]
    if "oneOf" in rest:
        kept["anyOf"] = [strict(inner) for inner in rest.pop("oneOf")]
    if "items" in rest:
        kept["items"] = strict(rest.pop("items"))
    if rest.get("type") == "object":
        kept |= {"properties": kept.get("properties", {}), "additionalProperties": False}
        rest.pop("additionalProperties", None)
    kept |= {name: rest.pop(name) for name in _KEPT if name in rest and _is_kept(name, rest[name])}
    if rest:
        told = "{" + ", ".join(f"{name}: {value}" for name, value in rest.items()) + "}"
        kept["description"] = f"{kept['description']}\n\n{told}" if "description" in kept else told
    return kept


_KEPT = ("$ref", "type", "enum", "const", "required", "title", "description", "format", "minItems")
_FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")


def _is_kept(name: str, value: object) -> bool:
    return (name != "format" or value in _FORMATS) and (name != "minItems" or value in (0, 1))


def _schema(prompt: Prompt, row: Profile) -> dict[str, Any] | None:
    return strict(prompt.schema) if prompt.schema is not None and row.schema else None


def _output(row: Profile, thinking: Thinking | None, schema: dict[str, Any] | None) -> dict[str, Any]:
    """The fields that say how hard to think and what the reply must look like.

    Models since 4.6 think as hard as their effort says unless they are told not to; older ones do not think unless
    they are given a budget.
    """
    config: dict[str, Any] = {"format": {"type": "json_schema", "schema": schema}} if schema is not None else {}
    fields: dict[str, Any] = {}
    if thinking and row.thinking == "level":
        fields["thinking"] = {"type": row.off if thinking == "minimal" else "adaptive"}
        config["effort"] = "low" if thinking == "minimal" else thinking
    if thinking in _BUDGETS and row.thinking == "budget":
        fields["thinking"] = {"type": "enabled", "budget_tokens": _BUDGETS[thinking]}
    return fields | ({"output_config": config} if config else {})


def _conversation(prompt: Prompt, row: Profile) -> tuple[str | list[Block], list[dict[str, Any]]]:
    """The system's words, and the turns; blank texts, which the API refuses, are left out."""
    parts = [part for part in prompt.parts if isinstance(part, Image) or part.text.strip()]
    system = [part for part in parts if isinstance(part, Text) and part.role == "system"]
    said = [part for part in parts if not (isinstance(part, Text) and part.role == "system")]
    marked = _marked([*system, *said], row)
    blocks = [_block(part, row, at == marked) for at, part in enumerate([*system, *said])]
    messages = _messages(said, blocks[len(system) :], prefill=row.prefill and _schema(prompt, row) is None)
    return _content(blocks[: len(system)]) if system else "", messages


def _marked(parts: Sequence[Text | Image], row: Profile) -> int:
    """The number of the last part worth caching, -1 if none is: those before it must be stable and long enough."""
    characters, last = 0, -1
    for at, part in enumerate(parts):
        if not (isinstance(part, Text) and part.stable):
            break
        characters, last = characters + len(part.text), at
    enough = row.caching is not None and characters / row.budget.chars_per_token >= row.caching
    return last if enough else -1


def _block(part: Text | Image, row: Profile, marked: bool) -> Block:
    if isinstance(part, Text):
        block: Block = {"type": "text", "text": part.text}
        return block | ({"cache_control": {"type": "ephemeral"}} if marked else {})
    if not row.images:
        raise Refused("This model takes no pictures: leave them out, or choose a model that does")
    if part.mime not in _IMAGES:
        raise Refused(f"Claude takes no pictures of the kind {part.mime}: use PNG, JPEG, GIF or WebP")
    data = base64.b64encode(part.data).decode()
    return {"type": "image", "source": {"type": "base64", "media_type": part.mime, "data": data}}


def _messages(parts: Iterable[Text | Image], blocks: Iterable[Block], prefill: bool) -> list[dict[str, Any]]:
    """The turns: neighbours of one role joined; the model's turn stays last only where it may."""
    turns: list[tuple[str, list[Block]]] = []
    for part, block in zip(parts, blocks, strict=True):
        role: Role = "user" if isinstance(part, Image) else part.role
        name = "assistant" if role == "model" else "user"
        if not turns or turns[-1][0] != name:
            turns.append((name, []))
        turns[-1][1].append(block)
    if not turns:
        raise Refused("The prompt asks nothing: Claude wants at least one part that is not the system's")
    if turns[-1][0] == "assistant":
        if prefill:  # which may not end with space
            turns[-1][1][-1]["text"] = turns[-1][1][-1]["text"].rstrip()
        else:
            turns.append(("user", [{"type": "text", "text": _CONTINUE}]))
    return [{"role": role, "content": _content(blocks)} for role, blocks in turns]


def _content(blocks: list[Block]) -> str | list[Block]:
    """A single plain text as a string, which every gateway knows."""
    plain = len(blocks) == 1 and blocks[0].keys() == {"type", "text"}
    return str(blocks[0]["text"]) if plain else blocks


class _Thought(msgspec.Struct):
    thinking_tokens: int | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None
    output_tokens_details: _Thought | None = None


class _Message(msgspec.Struct):
    usage: _Usage | None = None


class _Delta(msgspec.Struct):
    type: str | None = None
    text: str | None = None
    stop_reason: str | None = None


_REASONS: dict[str, EndReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "blocked",
}


class Event(msgspec.Struct):
    """One event of a reply, of any type: the API adds types and fields as it likes."""

    type: str = ""
    message: _Message | None = None
    content_block: _Delta | None = None
    delta: _Delta | None = None
    usage: _Usage | None = None
    error: msgspec.Raw | None = None

    def text(self) -> str:
        """The reply's text in this event; thoughts are no part of it."""
        found = self.content_block or self.delta
        return (found.text or "") if found is not None and found.type in ("text", "text_delta") else ""

    def reason(self) -> EndReason | None:
        """Why the reply ends, None if this event does not say. Raises as ``ending`` does."""
        said = self.delta.stop_reason if self.delta is not None else None
        return ending(said, _REASONS) if said else None

    def counts(self) -> dict[str, int]:
        """What this event says of the tokens so far, by the API's names; a later event's word counts."""
        told = self.usage or (self.message.usage if self.message is not None else None)
        if told is None:
            return {}
        found = {name: getattr(told, name) for name in _COUNTS}
        thought = told.output_tokens_details
        found["thinking_tokens"] = thought.thinking_tokens if thought is not None else None
        return {name: count for name, count in found.items() if count is not None}


_COUNTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")


def usage(counts: Mapping[str, int]) -> Usage | None:
    """The tokens of a reply from what its events said; None if no input was counted, as some gateways do."""
    fresh, written, cached = (counts.get(name, 0) for name in _COUNTS[:3])
    if not fresh + written + cached:
        return None
    return Usage(
        input=fresh + written + cached,
        cached=cached,
        cache_write=written,
        output=counts.get("output_tokens", 0),
        thought=counts.get("thinking_tokens", 0),
    )
