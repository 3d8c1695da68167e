"""Structured: replies in JSON that fit a schema, whether or not the model can be held to one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import fastjsonschema

from flashls.models.profiles import Profile
from flashls.models.seam import Garbled, Model, Stream
from flashls.types import Call, End, Piece, Prompt

# What the search for a reply's JSON may cost, in characters read; each place where it may begin takes the time of a
# thousand, and an error that of one for every 32 before it, whose lines it counts. All of it takes about 10 ms.
_EFFORT, _PLACE, _COUNTED = 500_000, 1000, 32
_BEGINS = re.compile(r"""\{(?=\s*["}])|\[(?=\s*["{\[\]\dtfn-])""")
_THOUGHT = "</think>"


@dataclass(frozen=True, slots=True)
class Structured:
    """Holds the replies of ``model`` to the prompt's schema; ``row`` says whether the API does so too.

    The model is told the schema in words, whether or not the API is told it: gateways drop it without a word (LiteLLM
    does on its way from Anthropic's format to OpenAI's). The reply is one Piece of JSON that fits. Before it, a Piece
    without text for each that comes tells that the reply has begun and goes on.

    What counts, limits and retries attempts belongs inside: to it, a reply that has come in part has begun.
    """

    model: Model
    row: Profile

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the reply as JSON, then one End; without a schema, what the model yields; see ``Model.stream``.

        Raises ``Garbled`` for a reply without JSON that fits, too; a blocked reply has no text.
        """
        if prompt.schema is None:
            async with aclosing(self.model.stream(prompt, call)) as stream:
                async for item in stream:
                    yield item
            return
        text, end = "", None
        async with aclosing(self.model.stream(prompt.asking_for_json(held=self.row.schema), call)) as stream:
            async for item in stream:
                if isinstance(item, End):
                    end = item
                    continue
                text += item.text
                if call.heard is not None:
                    call.heard(text)
                yield Piece("")
        if end is None:
            raise Garbled("The reply broke off: try again")
        if end.reason != "blocked":
            yield Piece(_json(text, end, prompt.schema, prompt.max_tokens))
        yield end


def extracted(text: str, schema: Mapping[str, Any]) -> Any:
    """The JSON value of a reply that fits ``schema``: bare, in a fence, or with prose or thoughts around it.

    Line breaks within strings, which models write, are taken as they are. Raises ``Garbled`` with what is wrong with
    the first value found; the reply itself is not quoted.
    """
    fits = _check(json.dumps(schema, sort_keys=True))
    wrong: str | None = None
    for value in _values(text):
        told = fits(value)
        if told is None:
            return value
        wrong = wrong or told
    if wrong is None:
        raise Garbled("The reply holds no JSON: try again, or choose another model")
    raise Garbled(f"The reply's JSON is not what was asked for ({wrong}): try again, or choose another model")


def _json(text: str, end: End, schema: Mapping[str, Any], limit: int) -> str:
    try:
        value = extracted(text, schema)
    except Garbled:
        if end.reason == "length":
            told = f"The reply was cut off after {limit} tokens, before its JSON was complete: ask about less"
            raise Garbled(told) from None
        raise
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _values(text: str) -> Iterator[Any]:
    """The whole text as JSON, else each object or array in it, outermost first: behind the thoughts, if there are any.

    Where thoughts seem to end in the midst of a value, that is a part of it.
    """
    try:
        yield _DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        pass
    before, thought, behind = text.rpartition(_THOUGHT)
    yield from (value for value, _ in _within(behind))
    if thought:
        yield from (value for value, end in _within(text) if end > len(before))


def _within(text: str) -> Iterator[tuple[Any, int]]:
    """Each object or array in a text, and where it ends."""
    left = _EFFORT
    for begin in _BEGINS.finditer(text):
        start = begin.start()
        try:
            value, end = _DECODER.raw_decode(text, start)
            yield value, end
        except json.JSONDecodeError as error:
            end, left = error.pos, left - error.pos // _COUNTED
        except (ValueError, RecursionError):  # a number that is none, or too deep: nobody knows where
            end = len(text)
        left -= _PLACE + end - start
        if left < 0:
            return


def _no_number(name: str) -> Any:
    raise ValueError(name)  # JSON has neither NaN nor Infinity


_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_number)


@lru_cache(32)
def _check(schema: str) -> Callable[[Any], str | None]:
    """Says of a value what is wrong with it: where, and the schema's own words. Compiling a schema takes 4 ms."""
    validate = fastjsonschema.compile(json.loads(schema), use_default=False)

    def check(value: Any) -> str | None:
        """What is wrong with a value, None if it fits."""
        try:
            validate(value)
        except fastjsonschema.JsonSchemaValueException as error:
            where = ".".join(error.path[1:]) or "the whole"
            return f"{where}: {error.rule} {json.dumps(error.rule_definition, ensure_ascii=False)}"[:160]
        return None

    return check
