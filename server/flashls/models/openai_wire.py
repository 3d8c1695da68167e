"""OpenAI's wire format: what a prompt looks like as a request, and what a reply's chunks say.

The API's reference is https://platform.openai.com/docs/api-reference. What differs between models is in ``profiles``,
between servers in ``endpoints``, between forms of a hole in ``dialects``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from flashls.models.dialects import SUFFIX, Dialect, ends
from flashls.models.ending import ending
from flashls.models.endpoints import Endpoint
from flashls.models.profiles import Profile, level, room
from flashls.models.seam import Refused
from flashls.models.turns import messages
from flashls.types import EndReason, Fim, Image, Prompt, Task, Thinking, Usage

_STOPS = 4  # the most stop sequences the API takes
# Models that reason take no stop sequences ("Unsupported parameter: 'stop'", 400) and only the newer name of a reply's
# limit, wherever they are served.
_REASONING = ("gpt-5*", "*/gpt-5*", "o[1-9]*", "*/o[1-9]*")
_CHATTING = ("*gpt-5*-chat*",)


def chat_request(model: str, prompt: Prompt, task: Task, row: Profile, endpoint: Endpoint) -> dict[str, Any]:
    """The body of ``/chat/completions`` for a prompt; what the API or the model lacks is left out.

    At most four stop sequences are sent, the first ones. Raises ``Refused`` for a prompt that asks nothing, and for one
    with pictures for a model that cannot see.
    """
    if not row.images and any(isinstance(part, Image) for part in prompt.parts):
        raise Refused(f"{model} cannot see pictures: choose another model for this")
    thinking = level(row, prompt.thinking, task)
    reasoning = _reasons(model)
    length = "max_completion_tokens" if reasoning else endpoint.length
    body: dict[str, Any] = {"messages": messages(prompt.parts, endpoint.own), "model": model, "stream": True}
    body[length] = min(prompt.max_tokens + room(row, thinking), row.output)
    if not endpoint.tells_usage:
        body["stream_options"] = {"include_usage": True}
    if not reasoning and (stop := _first(prompt.stop)):
        body["stop"] = stop
    if prompt.schema is not None and row.schema:
        schema = {"name": "reply", "schema": dict(prompt.schema), "strict": _is_strict(prompt.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    if thinking and (effort := _effort(model, row, thinking)):
        body["reasoning_effort"] = effort
    return body


def hole_request(
    model: str, prompt: Prompt, fim: Fim, dialect: Dialect, row: Profile, endpoint: Endpoint
) -> dict[str, Any]:
    """The body of ``/completions`` for a hole: one text in the model's dialect, or what stands on its two sides.

    The same question gets the same answer, so the temperature is 0 but for one of several samples.
    """
    body: dict[str, Any] = {"model": model, "max_tokens": min(prompt.max_tokens, row.output), "stream": True}
    body["temperature"] = 0.7 if prompt.sample else 0
    if dialect is SUFFIX:
        body["prompt"], suffix = dialect.sides(fim)
        body |= {"suffix": suffix} if suffix else {}
    else:
        body["prompt"] = dialect.render(fim)
    if not endpoint.tells_usage:
        body["stream_options"] = {"include_usage": True}
    if stop := _first((*ends(prompt.stop, fim), *dialect.stop)):
        body["stop"] = stop
    return body


def _effort(model: str, row: Profile, thinking: Thinking) -> str | None:
    """What the API calls a level, None where it cannot be told.

    Gemini 2.5 has budgets, which Google's compatible endpoint takes as efforts; unasked it thinks. Others that have
    budgets do not think unasked.
    """
    if row.thinking == "level":
        return row.word(thinking)
    if row.thinking != "budget" or "gemini" not in model:
        return None
    least = "low" if row.least else "none"
    return least if thinking == "minimal" else thinking


def _first(stops: Iterable[str]) -> list[str]:
    return [stop for stop in dict.fromkeys(stops) if stop][:_STOPS]


def _reasons(model: str) -> bool:
    name = model.lower()
    return any(fnmatchcase(name, each) for each in _REASONING) and not any(fnmatchcase(name, c) for c in _CHATTING)


def _is_strict(schema: object) -> bool:
    """Whether the API takes a schema as strict: each object closed, each of its properties required."""
    if isinstance(schema, list | tuple):
        return all(map(_is_strict, schema))
    if not isinstance(schema, Mapping):
        return True
    properties = schema.get("properties")
    if schema.get("type") == "object" or isinstance(properties, Mapping):
        closed = schema.get("additionalProperties") is False
        if not closed or set(schema.get("required") or ()) != set(properties or ()):
            return False
        schema = {**schema, "properties": list((properties or {}).values())}
    return all(_is_strict(value) for name, value in schema.items() if name not in ("required", "enum", "const"))


class _Delta(msgspec.Struct):
    content: str | list[dict[str, Any]] | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    message: _Delta | None = None
    text: str | None = None
    finish_reason: str | None = None


class _Details(msgspec.Struct):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None
    completion_tokens_details: _Details | None = None
    prompt_cache_hit_tokens: int | None = None  # DeepSeek's


class _Groq(msgspec.Struct):
    usage: _Usage | None = None


# OpenAI's words, and those of servers with its format: text-generation-inference, Together, Cohere, TensorRT-LLM,
# Mistral, Z.ai, Bedrock's and Google's through gateways.
_STOPPED = "stop eos eos_token end_id stop_token stop_sequence stop_words end_turn complete completed"
_CALLED = "tool_calls tool_use function_call"
_FULL = "length max_tokens max_length max_output_tokens model_length model_context_window_exceeded"
_BLOCKED = "content_filter refusal safety recitation blocklist prohibited_content spii sensitive guardrail_intervened"
_REASONS: dict[str, EndReason] = {
    **dict.fromkeys(f"{_STOPPED} {_CALLED}".split(), "stop"),
    **dict.fromkeys(_FULL.split(), "length"),
    **dict.fromkeys(_BLOCKED.split(), "blocked"),
}


class Chunk(msgspec.Struct):
    """One event of a reply, or a whole one from a server that does not stream. Everything may be missing, or null."""

    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    x_groq: _Groq | None = None
    error: Any = None
    object: str | None = None

    @property
    def failed(self) -> bool:
        """Whether it tells an error."""
        return bool(self.error) or self.object == "error"

    def texts(self) -> Iterator[str]:
        """The reply's text in this chunk; reasoning is no part of it."""
        for choice in (self.choices or [])[:1]:
            said = choice.delta or choice.message
            content = choice.text if said is None or said.content is None else said.content
            if isinstance(content, list):
                content = "".join(str(part.get("text", "")) for part in content if part.get("type") == "text")
            if content:
                yield content

    def reason(self) -> EndReason | None:
        """Why the reply ends with this chunk, None if it goes on. A refusal counts as blocked. Raises as ``ending``."""
        for choice in (self.choices or [])[:1]:
            said = choice.delta or choice.message
            if said is not None and said.refusal:
                return "blocked"
            if choice.finish_reason:
                return ending(choice.finish_reason, _REASONS)
        return None

    def told(self) -> Usage | None:
        """The tokens so far; None if the chunk says nothing, or only zeros, as some gateways do."""
        counted = self.usage or (self.x_groq and self.x_groq.usage)
        if not counted or not (counted.prompt_tokens or counted.completion_tokens):
            return None
        before, after = counted.prompt_tokens_details or _Details(), counted.completion_tokens_details or _Details()
        return Usage(
            input=counted.prompt_tokens or 0,
            cached=before.cached_tokens or counted.prompt_cache_hit_tokens or 0,
            cache_write=before.cache_write_tokens or 0,
            output=counted.completion_tokens or 0,
            thought=after.reasoning_tokens or 0,
        )
