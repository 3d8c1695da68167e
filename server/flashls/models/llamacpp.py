"""LlamaCpp: the model of a llama.cpp server that the user runs.

A hole goes to ``/infill``, which takes the model's form from its file and reads no special token in the user's text;
words go to its OpenAI-compatible route.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import msgspec

from flashls.models.addresses import joined
from flashls.models.answer import Answer
from flashls.models.dialects import CHAT, dialect_of, ends
from flashls.models.faults import Asked, fault
from flashls.models.keys import Key, usable
from flashls.models.llamacpp_wire import Chunk
from flashls.models.openai import OpenAI
from flashls.models.profiles import profile
from flashls.models.seam import Garbled, ModelError, Refused, Stream, Unreachable
from flashls.models.slots import Slots
from flashls.models.sse import Cut, Event, Item, Items
from flashls.types import Call, End, Fim, Piece, Prompt

BASE_URL = "http://127.0.0.1:8080"
_JSON = msgspec.json.Encoder()
_CHUNK = msgspec.json.Decoder(Chunk)
_TITLE = "The llama.cpp server"
_NO_INFILL = 501


class _NoInfill(Refused):
    """The model has no tokens for a hole."""


@dataclass(frozen=True, slots=True)
class LlamaCpp:
    """The model that the server at ``base_url`` holds; ``id`` is what to call it, servers of many models choose by it.

    ``key``: what the server was started with as ``--api-key``. ``dialect`` "chat" asks for a hole in words, as a model
    without tokens for it is asked by itself. ``provider``: what the settings call the server.
    Raises ValueError for a ``dialect`` that there is not.
    """

    id: str
    slots: Slots = field(repr=False)
    base_url: str = field(default=BASE_URL, repr=False)
    key: Key = field(default="", repr=False)
    dialect: str = ""
    provider: str = "llamacpp"

    def __post_init__(self) -> None:
        dialect_of(self.id, self.dialect)

    @property
    def name(self) -> str:
        """The model's name, ``<provider>/<id>``."""
        return f"{self.provider}/{self.id}"

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the reply's pieces, then one End; see ``Model.stream``."""
        try:
            if prompt.fim is not None and self.dialect != CHAT:
                try:
                    async with aclosing(self._fill(prompt, prompt.fim, call)) as stream:
                        async for item in stream:
                            yield item
                    return
                except _NoInfill:
                    if not prompt.parts:
                        raise
            async with aclosing(self._words().stream(prompt, call)) as stream:
                async for item in stream:
                    yield item
        except Unreachable as error:
            raise self._silent(error) from error

    async def warm(self) -> None:
        """Connects ahead, so that the first request need not. Raises ``Unreachable``."""
        await self.slots.warm(self.base_url)

    async def reachable(self, call: Call) -> None:
        """Looks whether the server runs, has its model loaded and takes the key. Raises a ``ModelError``."""
        try:
            async with self.slots.fetch("GET", self._url("props"), self._headers(), b"", call) as answer:
                if answer.status != 200:
                    raise self._fault(answer, await answer.read())
        except Unreachable as error:
            raise self._silent(error) from error

    @property
    def _key_hint(self) -> str:
        return f"providers.{self.provider}.key_env"

    def _words(self) -> OpenAI:
        return OpenAI(self.id, self.key, self.slots, self._url("v1"), self._key_hint, self.provider, CHAT)

    async def _fill(self, prompt: Prompt, fim: Fim, call: Call) -> Stream:
        body = _JSON.encode(infill_request(self.id, prompt, fim, profile(self.name).output))
        # One request a connection: llama.cpp now and then hangs up on the second one without an answer.
        headers = self._headers() | {"connection": "close"}
        async with self.slots.post(self._url("infill"), headers, body, call) as answer:
            if answer.status != 200:
                raise self._fault(answer, await answer.read())
            async for item in Items(answer):
                chunk = self._chunk(answer, item)
                if chunk.content:
                    yield Piece(chunk.content)
                if chunk.stop:
                    yield End(chunk.reason(), chunk.usage(), self.name)
                    return
        raise self._broken()

    def _chunk(self, answer: Answer, item: Item) -> Chunk:
        if isinstance(item, Cut):
            raise self._broken()
        try:
            chunk = _CHUNK.decode(item.data) if isinstance(item, Event) else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            chunk = None
        if chunk is None or chunk.error is not None:
            raise self._fault(answer, item.data)
        return chunk

    def _fault(self, answer: Answer, body: bytes) -> ModelError:
        if answer.status == _NO_INFILL:
            return _NoInfill(f"{_TITLE}'s model cannot fill in the middle: choose another model")
        status = 0 if answer.status == 200 else answer.status
        return fault(Asked(_TITLE, self.id, self._key_hint), status, answer.headers, body)

    @staticmethod
    def _broken() -> Garbled:
        return Garbled(f"{_TITLE}'s reply broke off: try again")

    def _silent(self, error: Unreachable) -> Unreachable:
        hint = f"start llama-server, or check providers.{self.provider}.base_url"
        return Unreachable(str(error).replace("start it, or check base_url", hint))

    def _url(self, path: str) -> str:
        return joined(self.base_url, path, "/v1")

    def _headers(self) -> dict[str, str]:
        key = usable(self.key, _TITLE, self._key_hint, needed=False)
        return {"authorization": f"Bearer {key}"} if key else {}


def infill_request(model: str, prompt: Prompt, fim: Fim, most: int) -> dict[str, Any]:
    """The body of ``/infill``, for a reply of at most ``most`` tokens.

    The same question gets the same answer; one of several samples is drawn with a seed of its own.
    """
    return {
        "model": model,
        "input_prefix": fim.prefix,
        "input_suffix": fim.suffix,
        "input_extra": [{"filename": each.path, "text": f"{each.text.rstrip()}\n"} for each in fim.extra],
        "prompt": "",
        "cache_prompt": True,
        "stream": True,
        # News after each batch of the prompt: a write that fails is how llama.cpp learns that the client hung up.
        "return_progress": True,
        "n_predict": min(prompt.max_tokens, most),
        "stop": ends(prompt.stop, fim),
        "temperature": 0.7 if prompt.sample else 0.0,
        "seed": prompt.sample,
    }
