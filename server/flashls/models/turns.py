"""Turns: a prompt's parts as messages in OpenAI's format, which most servers have."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from flashls.models.seam import Refused
from flashls.models.spelling import TURNS, PutBack, broken, plain
from flashls.types import Image, Role, Text

_ROLES: dict[Role, str] = {"system": "system", "user": "user", "model": "assistant"}
_CONTINUE = "Go on exactly where your last message stops, and repeat nothing of it."


def messages(parts: Iterable[Text | Image], guarded: bool = False) -> list[dict[str, Any]]:
    """The turns: the system's words first, neighbours of one role joined, never a model's turn at the end.

    A turn without pictures is one string: the chat templates of open models know nothing else. ``guarded``: for a
    server that reads the special tokens that text spells; ``put_back`` undoes it. Raises ``Refused`` for a prompt that
    asks nothing.
    """
    turns: list[tuple[Role, list[Text | Image]]] = []
    for part in sorted(parts, key=lambda each: _role(each) != "system"):
        role = _role(part)
        if not turns or turns[-1][0] != role:
            turns.append((role, []))
        turns[-1][1].append(part)
    if not turns or turns[-1][0] == "system":
        raise Refused("The prompt asks nothing: it has no part that is not the system's")
    if turns[-1][0] == "model":
        turns.append(("user", [Text("user", _CONTINUE)]))
    return [{"role": _ROLES[role], "content": _content(said, guarded)} for role, said in turns]


def put_back(parts: Iterable[Text | Image]) -> PutBack:
    """How to read the reply to ``messages`` that were guarded."""
    return PutBack(broken((part.text for part in parts if isinstance(part, Text)), TURNS))


def _role(part: Text | Image) -> Role:
    return "user" if isinstance(part, Image) else part.role


def _content(parts: list[Text | Image], guarded: bool) -> str | list[dict[str, Any]]:
    said = [_part(part, guarded) for part in parts]
    texts = [each["text"] for each in said if each["type"] == "text"]
    return "\n\n".join(texts) if len(texts) == len(said) else said


def _part(part: Text | Image, guarded: bool) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "text": plain(part.text, TURNS) if guarded else part.text}
    url = f"data:{part.mime};base64,{base64.b64encode(part.data).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}
