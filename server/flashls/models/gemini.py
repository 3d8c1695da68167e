"""Gemini: Google's models over ``generateContent``, from Google or from a gateway that speaks its format."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from flashls.models.answer import Answer
from flashls.models.estimate import estimated
from flashls.models.faults import Asked, fault
from flashls.models.gemini_wire import Chunk, Count, count_request, request
from flashls.models.profiles import profile
from flashls.models.seam import Garbled, ModelError, Stream, Unauthorized
from flashls.models.slots import Slots
from flashls.models.sse import Cut, Event, Item, Items
from flashls.types import Call, End, EndReason, Piece, Prompt, Usage

BASE_URL = "https://generativelanguage.googleapis.com"
KEY_HINT = "$GEMINI_API_KEY (a key comes from https://aistudio.google.com/apikey)"
_JSON = msgspec.json.Encoder()
_CHUNK = msgspec.json.Decoder(Chunk)


@dataclass(frozen=True, slots=True)
class Gemini:
    """The model ``id`` at ``base_url``. ``key``: the key, or what gives it when it is needed; it is never shown."""

    id: str
    key: str | Callable[[], str | None] = field(repr=False)
    slots: Slots = field(repr=False)
    base_url: str = BASE_URL
    key_hint: str = KEY_HINT

    @property
    def name(self) -> str:
        """The model's name, ``gemini/<id>``."""
        return f"gemini/{self.id}"

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the reply's pieces, then one End; see ``Model.stream``."""
        row = profile(self.name)
        body = _JSON.encode(request(prompt, call.task, row))
        reason: EndReason | None = None
        usage: Usage | None = None
        written = 0
        url = self._url("streamGenerateContent?alt=sse")
        async with self.slots.post(url, self._headers(), body, call) as answer:
            if answer.status != 200:
                raise self._fault(answer, await answer.read())
            async for item in Items(answer):
                if item.data == b"[DONE]":
                    continue
                chunk = self._chunk(answer, item)
                for text in chunk.texts():
                    written += len(text)
                    yield Piece(text)
                reason, usage = chunk.reason() or reason, chunk.usage() or usage
        if reason is None:
            raise Garbled("Gemini's reply broke off: try again")
        yield End(reason, usage or estimated(prompt, written, row.budget.chars_per_token), self.name)

    async def count_tokens(self, prompt: Prompt, call: Call | None = None) -> int:
        """How many tokens the prompt has, by the model's own tokenizer. Raises a ``ModelError``."""
        body = _JSON.encode(count_request(prompt))
        call = call or Call("count", "ask")
        async with self.slots.post(self._url("countTokens"), self._headers(), body, call) as answer:
            said = await answer.read()
            if answer.status != 200:
                raise self._fault(answer, said)
        try:
            return msgspec.json.decode(said, type=Count).total_tokens
        except msgspec.DecodeError:
            raise Garbled("Gemini's count of tokens cannot be read: check base_url") from None

    async def warm(self) -> None:
        """Connects ahead, so that the first request needs no handshake. Raises ``Unreachable``."""
        await self.slots.warm(self.base_url)

    def _chunk(self, answer: Answer, item: Item) -> Chunk:
        if isinstance(item, Cut):
            raise Garbled("Gemini's reply broke off: try again")
        try:
            chunk = _CHUNK.decode(item.data) if isinstance(item, Event) else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            chunk = None
        if chunk is None or chunk.error is not None:
            raise self._fault(answer, item.data)
        return chunk

    def _fault(self, answer: Answer, body: bytes) -> ModelError:
        """The error a body tells; inside a stream, whose own status is 200, the status stands in the body."""
        status = 0 if answer.status == 200 else answer.status
        return fault(Asked("Gemini", self.id, self.key_hint), status, answer.headers, body)

    def _url(self, method: str) -> str:
        return f"{self.base_url.rstrip('/')}/v1beta/models/{urllib.parse.quote(self.id, safe='.-_')}:{method}"

    def _headers(self) -> dict[str, str]:
        key = (self.key if isinstance(self.key, str) else self.key() or "").strip()
        if not key:
            raise Unauthorized(f"There is no key for Gemini: set {self.key_hint}")
        if not (key.isascii() and key.isprintable()):
            raise Unauthorized(f"The key for Gemini holds a character no key has: check {self.key_hint}")
        return {"x-goog-api-key": key}
