"""Ollama's wire format: what a prompt looks like as a request, and what a reply's lines say, one JSON object each."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from flashls.models.dialects import SUFFIX, Dialect, ends
from flashls.models.ending import ending
from flashls.models.profiles import Profile, level, room
from flashls.models.seam import Refused
from flashls.models.turns import messages
from flashls.types import EndReason, Fim, Image, Prompt, Task, Usage


def chat_request(model: str, prompt: Prompt, task: Task, row: Profile) -> dict[str, Any]:
    """The body of ``/api/chat``. Raises ``Refused`` as ``openai_wire.chat_request`` does.

    Its templates' special tokens are read wherever text spells them, so the turns are guarded.
    """
    if not row.images and any(isinstance(part, Image) for part in prompt.parts):
        raise Refused(f"{model} cannot see pictures: choose another model for this")
    thinking = level(row, prompt.thinking, task)
    body = _body(model, prompt, [stop for stop in prompt.stop if stop], row, room(row, thinking))
    body["messages"] = [_message(turn) for turn in messages(prompt.parts, guarded=True)]
    if prompt.schema is not None:
        body["format"] = dict(prompt.schema)
    # Unasked a model that can think does, and nothing tells how long; it counts against the limit.
    body["think"] = row.word(thinking) if thinking and row.thinking == "level" else False
    return body


def hole_requests(model: str, prompt: Prompt, fim: Fim, dialect: Dialect, row: Profile) -> list[dict[str, Any]]:
    """The bodies of ``/api/generate`` for a hole, the next to be tried where the model's template knows no hole.

    The template has a place for the text before the hole and for that behind it, and for nothing else: with other
    files, or nothing behind the hole (which would make it a question), the whole prompt is sent raw.
    """
    body = _body(model, prompt, ends((*prompt.stop, *dialect.stop), fim), row) | {"think": False}
    before, behind = dialect.sides(fim)
    if dialect is SUFFIX:  # a line break where there is nothing: an empty prompt only loads the model
        return [body | {"prompt": before or "\n", "suffix": behind or "\n"}]
    raw = body | {"prompt": dialect.render(fim), "raw": True}
    if fim.extra or not before or not behind:
        return [raw]
    return [body | {"prompt": before, "suffix": behind}, raw]


def too_long(error: str) -> bool:
    """Whether an error says that the prompt does not fit the model's context."""
    return re.search(r"exceeds? (the )?(maximum |available )?context", error, re.IGNORECASE) is not None


def too_small(error: str) -> bool:
    """Whether an error says that the model does not fit the machine."""
    return "more system memory" in error or "out of memory" in error


def _body(model: str, prompt: Prompt, stop: list[str], row: Profile, more: int = 0) -> dict[str, Any]:
    """What both routes take. Without ``truncate`` the beginning of a long prompt would be dropped without a word."""
    options: dict[str, Any] = {"num_predict": min(prompt.max_tokens + more, row.output)}
    options |= {"temperature": 0.7 if prompt.sample else 0.0, "seed": prompt.sample}
    options |= {"stop": stop} if stop else {}
    return {"model": model, "options": options, "stream": True, "truncate": False}


def _message(turn: dict[str, Any]) -> dict[str, Any]:
    """A turn of OpenAI's format in Ollama's, where pictures stand beside the text."""
    if isinstance(turn["content"], str):
        return turn
    texts = [part["text"] for part in turn["content"] if part["type"] == "text"]
    pictures = [part["image_url"]["url"].partition(",")[2] for part in turn["content"] if part["type"] == "image_url"]
    return {"role": turn["role"], "content": "\n\n".join(texts), "images": pictures}


# "load" and "unload" are what it says where a model was only loaded, or is gone.
_REASONS: dict[str, EndReason] = {"stop": "stop", "length": "length"}


class _Message(msgspec.Struct):
    content: str | None = None


class Chunk(msgspec.Struct):
    """One line of a reply: of ``/api/generate`` with ``response``, of ``/api/chat`` with ``message``."""

    response: str | None = None
    message: _Message | None = None
    done: bool = False
    done_reason: str | None = None
    prompt_eval_count: int | None = None
    eval_count: int | None = None
    error: Any = None

    @property
    def text(self) -> str:
        """The reply's text in this line; thinking is no part of it."""
        return self.response or (self.message and self.message.content) or ""

    def reason(self) -> EndReason:
        """Why the reply ends, in the line with ``done``; older servers do not say. Raises as ``ending`` does."""
        return ending(self.done_reason or "stop", _REASONS)

    def usage(self) -> Usage | None:
        """What Ollama counted. It leaves the prompt out where all of it was read before; None: it said nothing."""
        if self.eval_count is None or self.prompt_eval_count is None:
            return None
        return Usage(input=self.prompt_eval_count, output=self.eval_count)
