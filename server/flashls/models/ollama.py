"""Ollama: models of a server that the user runs, over its own API: https://docs.ollama.com/api.

Its OpenAI-compatible routes know neither its way to fill in the middle nor its way to switch thinking off.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import msgspec

from flashls.models.addresses import joined
from flashls.models.answer import Answer
from flashls.models.dialects import Dialect, dialect_of
from flashls.models.estimate import estimated
from flashls.models.faults import Asked, fault
from flashls.models.keys import Key, usable
from flashls.models.ollama_wire import Chunk, chat_request, hole_requests, too_long, too_small
from flashls.models.profiles import profile
from flashls.models.seam import Garbled, ModelError, NotFound, Refused, Stream, Unreachable
from flashls.models.slots import Slots
from flashls.models.spelling import PutBack
from flashls.models.sse import Item, Items
from flashls.models.turns import put_back
from flashls.types import Call, End, Piece, Prompt

BASE_URL = "http://127.0.0.1:11434"
_JSON = msgspec.json.Encoder()
_CHUNK = msgspec.json.Decoder(Chunk)


class _NoInsert(Refused):
    """The model's template knows no hole."""


@dataclass(frozen=True, slots=True)
class Ollama:
    """The model ``id``, a name that ``ollama list`` shows, of the server at ``base_url``.

    ``key``: for a server behind a gateway. ``dialect``: the form of a hole where the id does not tell; "suffix" leaves
    it to the model's template, "chat" asks in words. ``provider``: what the settings call the server.
    Raises ValueError for a ``dialect`` that there is not.
    """

    id: str
    slots: Slots = field(repr=False)
    base_url: str = field(default=BASE_URL, repr=False)
    key: Key = field(default="", repr=False)
    dialect: str = ""
    provider: str = "ollama"

    def __post_init__(self) -> None:
        dialect_of(self.id, self.dialect)

    @property
    def name(self) -> str:
        """The model's name, ``<provider>/<id>``."""
        return f"{self.provider}/{self.id}"

    @property
    def hole(self) -> Dialect | None:
        """The form in which a hole is asked for here; None: in words."""
        return dialect_of(self.id, self.dialect)

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the reply's pieces, then one End; see ``Model.stream``."""
        row, dialect, fim = profile(self.name), self.hole, prompt.fim
        if fim is None or dialect is None:
            asked, path = [chat_request(self.id, prompt, call.task, row)], "chat"
            torn = put_back(prompt.parts)
        else:
            asked, path = hole_requests(self.id, prompt, fim, dialect, row), "generate"
            torn = PutBack(dialect.broken(fim))
        for body in asked:
            try:
                async with aclosing(self._ask(path, body, prompt, call, torn)) as stream:
                    async for item in stream:
                        yield item
                return
            except _NoInsert:
                if body is asked[-1]:
                    raise

    async def warm(self) -> None:
        """Connects ahead, so that the first request need not. Raises ``Unreachable``."""
        await self.slots.warm(self.base_url)

    async def reachable(self, call: Call) -> None:
        """Looks whether the server runs and has the model. Raises a ``ModelError`` that says what to do."""
        try:
            async with self.slots.fetch("GET", self._url("tags"), self._headers(), b"", call) as answer:
                said = await answer.read(1024 * 1024)
                if answer.status != 200:
                    raise self._fault(answer, said)
        except Unreachable as error:
            raise self._silent(error) from error
        if not _has(said, self.id):
            raise self._missing()

    @property
    def _key_hint(self) -> str:
        return f"providers.{self.provider}.key_env"

    async def _ask(self, path: str, body: dict[str, Any], prompt: Prompt, call: Call, torn: PutBack) -> Stream:
        try:
            async with self.slots.post(self._url(path), self._headers(), _JSON.encode(body), call) as answer:
                if answer.status != 200:
                    raise self._fault(answer, await answer.read())
                async with aclosing(self._read(answer, prompt, torn)) as stream:
                    async for item in stream:
                        yield item
        except Unreachable as error:
            raise self._silent(error) from error

    async def _read(self, answer: Answer, prompt: Prompt, torn: PutBack) -> Stream:
        written = 0
        async for item in Items(answer):
            chunk = self._chunk(answer, item)
            written += len(chunk.text)
            if given := torn.feed(chunk.text) + (torn.rest() if chunk.done else ""):
                yield Piece(given)
            if chunk.done:
                per_token = profile(self.name).budget.chars_per_token
                yield End(chunk.reason(), chunk.usage() or estimated(prompt, written, per_token), self.name)
                return
        raise Garbled("Ollama's reply broke off: try again")

    def _chunk(self, answer: Answer, item: Item) -> Chunk:
        try:
            chunk = _CHUNK.decode(item.data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            chunk = None
        if chunk is None or chunk.error:
            raise self._fault(answer, item.data)
        return chunk

    def _fault(self, answer: Answer, body: bytes) -> ModelError:
        told = body.decode(errors="replace")
        if answer.status == 404 and '"error"' in told:
            return self._missing()
        if "does not support insert" in told:
            hint = f"set providers.{self.provider}.dialect to its form of a hole, or to chat"
            return _NoInsert(f"Ollama cannot fill in the middle with {self.id}: {hint}")
        if too_long(told):
            more = "give it more context with $OLLAMA_CONTEXT_LENGTH"
            return Refused(f"The prompt is too long for {self.id}: ask about less, or {more}")
        if too_small(told):
            return Refused(f"Ollama has too little memory for {self.id}: choose a smaller model")
        status = 0 if answer.status == 200 else answer.status
        return fault(Asked("Ollama", self.id, self._key_hint), status, answer.headers, body)

    def _missing(self) -> NotFound:
        return NotFound(f"Ollama has no model {self.id}: get it with 'ollama pull {self.id}'")

    def _silent(self, error: Unreachable) -> Unreachable:
        hint = f"start Ollama with 'ollama serve', or check providers.{self.provider}.base_url"
        return Unreachable(str(error).replace("start it, or check base_url", hint))

    def _url(self, path: str) -> str:
        return joined(self.base_url, f"api/{path}", "/api", "/v1")

    def _headers(self) -> dict[str, str]:
        key = usable(self.key, "Ollama", self._key_hint, needed=False)
        return {"authorization": f"Bearer {key}"} if key else {}


class _Tag(msgspec.Struct):
    name: str = ""


class _Tags(msgspec.Struct):
    models: list[_Tag] | None = None


def _has(said: bytes, name: str) -> bool:
    """Whether the list of models names one; ``latest`` is the tag of a name without one."""
    try:
        tags = msgspec.json.decode(said, type=_Tags).models or []
    except msgspec.DecodeError:
        raise Garbled("Ollama's list of models cannot be read: check base_url") from None
    return any(_tagged(name) == _tagged(each.name) for each in tags)


def _tagged(name: str) -> str:
    return name.lower() if ":" in name.rpartition("/")[2] else f"{name.lower()}:latest"
