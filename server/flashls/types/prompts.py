"""What a model is asked: the question as composed, and as it may be sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import takewhile
from operator import attrgetter
from typing import Any, Literal

import msgspec

from flashls.types.contexts import Snippet

Role = Literal["system", "user", "model"]
Thinking = Literal["minimal", "low", "medium", "high"]
# The form a model is asked in: words with a mark for the cursor, the hole itself to fill in, or either.
Form = Literal["chat", "fim", "both"]


@dataclass(frozen=True, slots=True)
class Text:
    """A part of a prompt that is text. ``stable`` parts are the same for many prompts and come first."""

    role: Role
    text: str
    stable: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A part of a prompt that is a picture, in the user's turn."""

    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Fim:
    """The same question for models trained to fill in the middle: snippets, then what stands around the hole."""

    extra: tuple[Snippet, ...]
    prefix: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What ``prompt.compose`` wants to ask. Not to be sent: ``prompt.seal`` turns it into a Prompt.

    ``parts`` asks in words, ``fim`` by the hole itself; a provider takes the form its model was trained on.
    ``sample`` numbers the answers wanted to one question, so that each is cached apart.
    """

    parts: tuple[Text | Image, ...]
    fim: Fim | None = None
    stop: tuple[str, ...] = ()
    max_tokens: int = 1024
    schema: Mapping[str, Any] | None = None
    thinking: Thinking | None = None
    cached_content: str | None = None
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Prompt(Draft):
    """A question without secrets. Only ``prompt.seal`` makes one (a test looks for other callers).

    ``redactions`` maps each placeholder to what it stands for; it never leaves the process and is no part of the
    ``digest``.
    """

    redactions: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """A SHA-256 in hex over everything the model would see, names and all.

        As MessagePack, which takes a thirtieth of the time that Python takes to write it; as Python writes it where
        that has no form for it, such as half of a surrogate pair.
        """
        seen = _seen(self)
        try:
            return hashlib.sha256(msgspec.msgpack.encode(seen)).hexdigest()
        except (TypeError, ValueError, OverflowError):
            return hashlib.sha256(repr(seen).encode()).hexdigest()

    @property
    def lasting(self) -> tuple[Text, ...]:
        """The leading stable parts: what many prompts begin with, word for word."""
        leading = takewhile(lambda part: isinstance(part, Text) and part.stable, self.parts)
        return tuple(part for part in leading if isinstance(part, Text))

    def resting_on(self, name: str) -> Prompt:
        """This question without its ``lasting`` parts, which a provider keeps under ``name`` (``cached_content``)."""
        return replace(self, parts=self.parts[len(self.lasting) :], cached_content=name)

    def with_hole(self, cut: Callable[[Fim], Fim]) -> Prompt:
        """This question with less around its hole: ``cut`` leaves things out and adds none."""
        return self if self.fim is None else replace(self, fim=cut(self.fim))

    def sampled(self, number: int) -> Prompt:
        """This question, asked for another answer: the one of that number."""
        return replace(self, sample=number)

    def asking_for_json(self, held: bool) -> Prompt:
        """This question with its schema told in words, too; as it is without one.

        The schema itself stays only if the API is to hold the reply to it (``held``).
        """
        if self.schema is None:
            return self
        schema = json.dumps(self.schema, ensure_ascii=False, separators=(",", ":"))
        parts = (*self.parts, Text("user", _IN_JSON + schema))
        return replace(self, parts=parts, fim=None, schema=self.schema if held else None)


_seen = attrgetter(*(each.name for each in fields(Draft)))
_IN_JSON = "Answer with one JSON value and nothing else: no words around it, no fence. It must fit this JSON Schema:\n"
