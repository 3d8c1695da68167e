"""OpenAI: models over ``/chat/completions`` and ``/completions``, from OpenAI or from any server with its format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import msgspec

from flashls.models.addresses import shown
from flashls.models.answer import Answer
from flashls.models.dialects import SUFFIX, Dialect, dialect_of
from flashls.models.endpoints import Endpoint, address, endpoint_of, once
from flashls.models.estimate import estimated
from flashls.models.faults import Asked, fault
from flashls.models.keys import Key, usable
from flashls.models.openai_list import unlisted
from flashls.models.openai_wire import Chunk, chat_request, hole_request
from flashls.models.profiles import profile
from flashls.models.seam import Garbled, ModelError, NotFound, Stream
from flashls.models.slots import Slots
from flashls.models.spelling import PutBack
from flashls.models.sse import Cut, Item, Items
from flashls.models.turns import put_back
from flashls.types import Call, End, EndReason, Piece, Prompt, Task, Usage

BASE_URL = "https://api.openai.com/v1"
KEY_HINT = "$OPENAI_API_KEY (a key comes from https://platform.openai.com/api-keys)"
_LIST = 4 * 1024 * 1024  # bytes of the list of models that are read; OpenRouter's has half of one
_JSON = msgspec.json.Encoder()
_CHUNK = msgspec.json.Decoder(Chunk)


@dataclass(frozen=True, slots=True)
class OpenAI:
    """The model ``id`` of ``provider`` at ``base_url``.

    ``key``: the key, or what gives it when it is needed; it is never shown, and a server of one's own may need none.
    ``dialect``: the form of a hole where the id does not tell, "chat" for words. Raises ValueError for a ``dialect``
    that there is not.
    """

    id: str
    key: Key = field(repr=False)
    slots: Slots = field(repr=False)
    base_url: str = field(default=BASE_URL, repr=False)
    key_hint: str = KEY_HINT
    provider: str = "openai"
    dialect: str = ""

    def __post_init__(self) -> None:
        dialect_of(self.id, self.dialect)

    @property
    def name(self) -> str:
        """The model's name, ``<provider>/<id>``."""
        return f"{self.provider}/{self.id}"

    @property
    def hole(self) -> Dialect | None:
        """The form in which a hole is asked for here; None: in words."""
        endpoint = self._endpoint
        if self.dialect:
            return dialect_of(self.id, self.dialect)
        if endpoint.fills:
            return SUFFIX if fnmatchcase(self.id.lower(), endpoint.fills) else None
        return dialect_of(self.id) if endpoint.holes else None

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the reply's pieces, then one End; see ``Model.stream``."""
        url, body, torn = self._asked(prompt, call.task)
        reply = _Reply()
        async with self.slots.post(url, self._headers(), body, call) as answer:
            if answer.status != 200:
                raise self._fault(answer, await answer.read(), url)
            async for item in Items(answer):
                if item.data.strip() == b"[DONE]":
                    reply.over = True
                    continue
                for text in reply.read(self._chunk(answer, item, url)):
                    if given := torn.feed(text):
                        yield Piece(given)
        if rest := torn.rest():
            yield Piece(rest)
        if (reason := reply.end(answer.headers)) is None:
            raise Garbled(f"{self._title}'s reply broke off: try again")
        per_token = profile(self.name).budget.chars_per_token
        yield End(reason, reply.usage or estimated(prompt, reply.written, per_token), self.name)

    async def warm(self) -> None:
        """Connects ahead, so that the first request needs no handshake. Raises ``Unreachable``."""
        await self.slots.warm(self.base_url)

    async def reachable(self, call: Call) -> None:
        """Asks for the list of models, which costs nothing. Raises a ``ModelError`` where a request would.

        ``NotFound`` also where the list has other models only.
        """
        url = address(self.base_url, "models")
        async with self.slots.fetch("GET", url, self._headers(), b"", call) as answer:
            said = await answer.read(_LIST)
            if answer.status == 404:
                raise NotFound(f"{self._title} has no list of models at {shown(url)}: check base_url")
            if answer.status != 200:
                raise self._fault(answer, said, url)
        if self._endpoint.lists and (missing := unlisted(said, self.id)):
            raise NotFound(f"{self._title} has no model {self.id}: {missing}")

    @property
    def _endpoint(self) -> Endpoint:
        return endpoint_of(self.base_url)

    @property
    def _title(self) -> str:
        return self._endpoint.title or self.provider

    def _asked(self, prompt: Prompt, task: Task) -> tuple[str, bytes, PutBack]:
        """Where to ask, what, and how to read the answer: by the hole itself where the model and the server can."""
        row, endpoint, dialect = profile(self.name), self._endpoint, self.hole
        if prompt.fim is None or dialect is None:
            body = chat_request(self.id, prompt, task, row, endpoint)
            torn = put_back(prompt.parts) if endpoint.own else PutBack({})
            return address(self.base_url, "chat/completions"), _JSON.encode(body), torn
        body = hole_request(self.id, prompt, prompt.fim, dialect, row, endpoint)
        url = address(self.base_url, endpoint.holes or "completions")
        return url, _JSON.encode(body), PutBack(dialect.broken(prompt.fim))

    def _chunk(self, answer: Answer, item: Item, url: str) -> Chunk:
        if isinstance(item, Cut):
            raise Garbled(f"{self._title}'s reply broke off: try again")
        try:
            chunk = _CHUNK.decode(item.data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise self._fault(answer, item.data, url) from None
        if chunk.failed:
            raise self._fault(answer, item.data, url)
        return chunk

    def _fault(self, answer: Answer, body: bytes, url: str) -> ModelError:
        """The error a body tells; inside a stream, whose own status is 200, the status stands in the body."""
        status = 0 if answer.status == 200 else answer.status
        error = fault(Asked(self._title, self.id, self.key_hint), status, answer.headers, body)
        if isinstance(error, NotFound) and not url.endswith("/chat/completions"):
            return NotFound(f"{error}; where it only chats, set providers.{self.provider}.dialect to chat")
        return error

    def _headers(self) -> dict[str, str]:
        key = usable(self.key, self._title, self.key_hint, needed=not self._endpoint.own)
        return once(self.base_url) | ({"authorization": f"Bearer {key}"} if key else {})


@dataclass(slots=True)
class _Reply:
    """What is known of a reply so far. ``over``: the server said that nothing follows."""

    reason: EndReason | None = None
    usage: Usage | None = None
    written: int = 0
    over: bool = False

    def read(self, chunk: Chunk) -> Iterator[str]:
        """The words of a chunk; notes what else it tells of the reply."""
        for text in chunk.texts():
            self.written += len(text)
            yield text
        if self.reason != "blocked":  # a refusal ends with "stop", too
            self.reason = chunk.reason() or self.reason
        self.usage = chunk.told() or self.usage

    def end(self, headers: Mapping[str, str]) -> EndReason | None:
        """Why it ended, None if it broke off.

        Some servers never give a reason: then their own end mark counts, or their count of tokens, or that the answer
        was sent as one whose end HTTP tells.
        """
        framed = "transfer-encoding" in headers or "content-length" in headers
        whole = self.over or self.usage is not None or (framed and self.written > 0)
        return self.reason or ("stop" if whole else None)
