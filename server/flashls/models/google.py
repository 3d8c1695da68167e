"""Google: what Gemini's own API and Google Cloud have in common, which is all but addresses and credentials."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from flashls.models.addresses import joined
from flashls.models.answer import Answer
from flashls.models.estimate import estimated
from flashls.models.faults import Asked, fault
from flashls.models.gemini_wire import Chunk, Count, count_request, request
from flashls.models.profiles import profile
from flashls.models.seam import Garbled, ModelError, Stream
from flashls.models.slots import Slots
from flashls.models.sse import Cut, Event, Item, Items
from flashls.types import Call, End, EndReason, Piece, Prompt

_JSON = msgspec.json.Encoder()
_CHUNK = msgspec.json.Decoder(Chunk)
_HELLO = {"contents": [{"parts": [{"text": "Hello"}], "role": "user"}]}


@dataclass(frozen=True, slots=True)
class Access:
    """How a model is reached: ``root`` the API's address with its version, ``parent`` what stands before a resource's
    name there, ``model`` the model's name, and the headers that let one in. ``refused`` is told when they do not.
    """

    root: str = field(repr=False)
    parent: str
    model: str
    headers: Mapping[str, str] = field(repr=False)
    refused: Callable[[], None] = field(default=lambda: None, repr=False)

    def url(self, path: str) -> str:
        """The URL of a path at the API."""
        return joined(self.root, path)


class Google(ABC):
    """A model behind ``generateContent``, wherever it is."""

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """The model's name, ``provider/id``."""

    @property
    @abstractmethod
    def connections(self) -> Slots:
        """What requests go through."""

    @property
    @abstractmethod
    def asked(self) -> Asked:
        """Who is asked, as errors tell it."""

    @abstractmethod
    async def access(self, call: Call, /) -> Access:
        """How to reach the model now. Raises a ``ModelError``."""

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the reply's pieces, then one End; see ``Model.stream``."""
        row = profile(self.name)
        body = _JSON.encode(request(prompt, call.task, row))
        reason: EndReason | None = None
        usage = None
        written = 0
        access = await self.access(call)
        url = access.url(f"{access.model}:streamGenerateContent?alt=sse")
        async with self.connections.post(url, access.headers, body, call) as answer:
            if answer.status != 200:
                raise self.fault(access, answer, await answer.read())
            async for item in Items(answer):
                if item.data == b"[DONE]":
                    continue
                chunk = self._chunk(access, answer, item)
                for text in chunk.texts():
                    written += len(text)
                    yield Piece(text)
                reason, usage = chunk.reason() or reason, chunk.usage() or usage
        if reason is None:
            raise Garbled(f"{self.asked.provider}'s reply broke off: try again")
        yield End(reason, usage or estimated(prompt, written, row.budget.chars_per_token), self.name)

    async def count_tokens(self, prompt: Prompt, call: Call | None = None) -> int:
        """How many tokens the prompt has, by the model's own tokenizer. Raises a ``ModelError``."""
        return await self._count(count_request(prompt), call or Call("count", "ask"))

    async def reachable(self, call: Call) -> None:
        """Returns if the endpoint knows the key and the model: it counts the tokens of one word, which costs nothing.

        Raises a ``ModelError``.
        """
        await self._count(_HELLO, call)

    def fault(self, access: Access, answer: Answer, body: bytes) -> ModelError:
        """The error a body tells; inside a stream, whose own status is 200, the status stands in the body."""
        if answer.status == 401:
            access.refused()
        return fault(self.asked, 0 if answer.status == 200 else answer.status, answer.headers, body)

    async def _count(self, body: dict[str, Any], call: Call) -> int:
        access = await self.access(call)
        url = access.url(f"{access.model}:countTokens")
        async with self.connections.post(url, access.headers, _JSON.encode(body), call) as answer:
            said = await answer.read()
            if answer.status != 200:
                raise self.fault(access, answer, said)
        try:
            return msgspec.json.decode(said, type=Count).total_tokens
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Garbled(f"{self.asked.provider}'s count of tokens cannot be read: check base_url") from None

    def _chunk(self, access: Access, answer: Answer, item: Item) -> Chunk:
        if isinstance(item, Cut):
            raise Garbled(f"{self.asked.provider}'s reply broke off: try again")
        try:
            chunk = _CHUNK.decode(item.data) if isinstance(item, Event) else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            chunk = None
        if chunk is None or chunk.error is not None:
            raise self.fault(access, answer, item.data)
        return chunk
