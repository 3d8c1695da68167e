"""Gemini's wire format: what a prompt looks like as a request, and what a reply's chunks say.

The API's reference is https://ai.google.dev/api/generate-content. What differs between models is in ``families``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from flashls.models.ending import ending
from flashls.models.profiles import Profile, level, room
from flashls.models.seam import Refused
from flashls.types import EndReason, Image, Prompt, Role, Task, Text, Thinking, Usage

_STOPS = 5  # the most stop sequences the API takes
# A model of the 2.5 line takes a budget of tokens instead of a level. These are what Google's own OpenAI-compatible
# endpoint makes of an effort of that name; minimal is its "none".
_BUDGETS: dict[Thinking, int] = {"minimal": 0, "low": 1024, "medium": 8192, "high": 24_576}
# https://ai.google.dev/gemini-api/docs/image-understanding
_IMAGES = ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif")

_CONTINUE = "Go on exactly where your last message stops, and repeat nothing of it."


def request(prompt: Prompt, task: Task, row: Profile) -> dict[str, Any]:
    """The body of ``generateContent`` for a prompt; what the API or the model lacks is left out.

    At most five stop sequences are sent, the first ones. With ``cached_content`` the system instruction is part of
    what is cached, and the API takes no second one. Raises ``Refused`` for a prompt that asks nothing, or shows a
    picture that the model does not take.
    """
    if not row.images and any(isinstance(part, Image) for part in prompt.parts):
        raise Refused("This model takes no pictures: leave them out, or choose a model that does")
    body: dict[str, Any] = {"contents": _contents(prompt.parts)}
    system = [{"text": part.text} for part in prompt.parts if isinstance(part, Text) and part.role == "system"]
    if prompt.cached_content is not None:
        body["cachedContent"] = prompt.cached_content
    elif system:
        body["systemInstruction"] = {"parts": system, "role": "user"}
    return body | {"generationConfig": _config(prompt, task, row)}


def count_request(prompt: Prompt) -> dict[str, Any]:
    """The body of ``countTokens``, with the system instruction as the user's words: gateways know no other form."""
    parts = [Text("user", part.text) if isinstance(part, Text) else part for part in prompt.parts]
    return {"contents": _contents(parts)}


def kept_request(parts: Iterable[Text], model: str, seconds: int) -> dict[str, Any]:
    """The body of ``cachedContents`` that stores the parts under the model's full name for some seconds."""
    body: dict[str, Any] = {"model": model, "ttl": f"{seconds}s"}
    parts = list(parts)
    said = [part for part in parts if part.role != "system"]
    if said:
        body["contents"] = _turns(said)
    if len(said) < len(parts):
        system = [{"text": part.text} for part in parts if part.role == "system"]
        body["systemInstruction"] = {"parts": system, "role": "user"}
    return body


def _contents(parts: Iterable[Text | Image]) -> list[dict[str, Any]]:
    """The turns, and never a model's turn at the end, which 3.5 and later refuse."""
    turns = _turns(parts)
    if not turns:
        raise Refused("The prompt asks nothing: Gemini wants at least one part that is not the system's")
    if turns[-1]["role"] == "model":
        turns.append({"parts": [{"text": _CONTINUE}], "role": "user"})
    return turns


def _turns(parts: Iterable[Text | Image]) -> list[dict[str, Any]]:
    """What is not the system's, neighbours of one role joined."""
    turns: list[dict[str, Any]] = []
    for part in parts:
        role: Role = "user" if isinstance(part, Image) else part.role
        if role == "system":
            continue
        if not turns or turns[-1]["role"] != role:
            turns.append({"parts": [], "role": role})
        turns[-1]["parts"].append(_part(part))
    return turns


def _part(part: Text | Image) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"text": part.text}
    if part.mime not in _IMAGES:
        raise Refused(f"Gemini takes no pictures of the kind {part.mime}: use PNG, JPEG or WebP")
    return {"inlineData": {"mimeType": part.mime, "data": base64.b64encode(part.data).decode()}}


def _config(prompt: Prompt, task: Task, row: Profile) -> dict[str, Any]:
    thinking = level(row, prompt.thinking, task)
    config: dict[str, Any] = {"maxOutputTokens": min(prompt.max_tokens + room(row, thinking), row.output)}
    stops = [stop for stop in dict.fromkeys(prompt.stop) if stop]
    if stops:
        config["stopSequences"] = stops[:_STOPS]
    if prompt.schema is not None and row.schema:
        config |= {"responseMimeType": "application/json", "responseJsonSchema": dict(prompt.schema)}
    if thinking and row.thinking == "level":
        config["thinkingConfig"] = {"thinkingLevel": thinking.upper()}
    if thinking and row.thinking == "budget":
        config["thinkingConfig"] = {"thinkingBudget": max(_BUDGETS[thinking], row.least)}
    return config


class _Part(msgspec.Struct, rename="camel"):
    text: str | None = None
    thought: bool | None = None


class _Content(msgspec.Struct):
    parts: list[_Part] | None = None


class _Candidate(msgspec.Struct, rename="camel"):
    content: _Content | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct, rename="camel"):
    prompt_token_count: int | None = None
    cached_content_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None


class _Feedback(msgspec.Struct, rename="camel"):
    block_reason: str | None = None


# https://ai.google.dev/api/generate-content#FinishReason; "other" is a block that Google does not explain.
_BLOCKED = "safety recitation language blocklist prohibited_content spii other image_safety image_prohibited_content"
_REASONS: dict[str, EndReason] = {
    "stop": "stop",
    "max_tokens": "length",
    **dict.fromkeys(_BLOCKED.split(), "blocked"),
}


class Chunk(msgspec.Struct, rename="camel"):
    """One event of a reply. Everything may be missing, or null from a gateway."""

    candidates: list[_Candidate] | None = None
    usage_metadata: _Usage | None = None
    prompt_feedback: _Feedback | None = None
    error: msgspec.Raw | None = None

    def texts(self) -> Iterator[str]:
        """The reply's text in this chunk; thoughts are no part of it."""
        for candidate in (self.candidates or [])[:1]:
            for part in (candidate.content and candidate.content.parts) or ():
                if part.text and not part.thought:
                    yield part.text

    def reason(self) -> EndReason | None:
        """Why the reply ends with this chunk, None if it goes on. Raises as ``ending`` does."""
        if self.prompt_feedback is not None and self.prompt_feedback.block_reason:
            return "blocked"
        finish = next((c.finish_reason for c in self.candidates or [] if c.finish_reason), None)
        if finish is None or finish == "FINISH_REASON_UNSPECIFIED":
            return None
        return ending(finish, _REASONS)

    def usage(self) -> Usage | None:
        """The tokens so far; None if the chunk says nothing, or only zeros, as some gateways do."""
        told = self.usage_metadata
        if told is None or not (told.prompt_token_count or told.candidates_token_count):
            return None
        thought = told.thoughts_token_count or 0
        return Usage(
            input=(told.prompt_token_count or 0) + (told.tool_use_prompt_token_count or 0),
            cached=told.cached_content_token_count or 0,
            output=(told.candidates_token_count or 0) + thought,
            thought=thought,
        )


class Count(msgspec.Struct, rename="camel"):
    """The answer of ``countTokens``."""

    total_tokens: int


class _Stored(msgspec.Struct, rename="camel"):
    total_token_count: int | None = None


class Kept(msgspec.Struct, rename="camel"):
    """The answer of ``cachedContents``: the name to rest on, and how much is stored."""

    name: str
    usage_metadata: _Stored | None = None

    def tokens(self) -> int:
        """How many tokens are stored, 0 if nobody says."""
        return (self.usage_metadata.total_token_count or 0) if self.usage_metadata is not None else 0
