"""Anthropic: Claude over ``/v1/messages``, from Anthropic or from a server that speaks its format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from flashls.models.addresses import joined, split
from flashls.models.answer import Answer
from flashls.models.anthropic_wire import Event, count_request, request, usage
from flashls.models.endpoints import once
from flashls.models.estimate import estimated
from flashls.models.faults import Asked, fault
from flashls.models.keys import Key, usable
from flashls.models.profiles import profile
from flashls.models.seam import Garbled, ModelError, Stream
from flashls.models.slots import Slots
from flashls.models.sse import Cut, Items
from flashls.models.sse import Event as Framed
from flashls.models.sse import Item as Frame
from flashls.types import Call, End, EndReason, Piece, Prompt

BASE_URL = "https://api.anthropic.com"
KEY_HINT = "$ANTHROPIC_API_KEY (a key comes from https://platform.claude.com/settings/keys)"
VERSION = "2026-10-21"
_OWN_KEYS = "sk-ant-"
_JSON = msgspec.json.Encoder()
_EVENT = msgspec.json.Decoder(Event)


@dataclass(frozen=True, slots=True)
class Anthropic:
    """The model ``id`` at ``base_url``. ``key``: the key, or what gives it when it is needed; it is never shown.

    It goes into ``x-api-key``. A gateway may read ``Authorization: Bearer`` instead, so a key of its own is sent to it
    in both; where Anthropic gets both in the end, it refuses them, so one of Anthropic's own never is. ``provider`` is
    the name that the settings give to the endpoint. Endpoints other than Anthropic's own may need no key.
    """

    id: str
    key: Key = field(repr=False)
    slots: Slots = field(repr=False)
    base_url: str = field(default=BASE_URL, repr=False)
    key_hint: str = KEY_HINT
    provider: str = "anthropic"

    @property
    def name(self) -> str:
        """The model's name, ``anthropic/<id>``."""
        return f"{self.provider}/{self.id}"

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the reply's pieces, then one End; see ``Model.stream``."""
        row = profile(self.name)
        body = _JSON.encode(request(self.id, prompt, call.task, row))
        reason: EndReason | None = None
        counts: dict[str, int] = {}
        written = 0
        async with self.slots.post(self._url("messages"), self._headers(), body, call) as answer:
            if answer.status != 200:
                raise self._fault(answer, await answer.read())
            async for frame in Items(answer):
                if frame.data == b"[DONE]":  # a gateway's habit, from OpenAI's format
                    continue
                event = self._event(answer, frame)
                if text := event.text():
                    written += len(text)
                    yield Piece(text)
                reason = event.reason() or reason
                counts |= event.counts()
        if reason is None:
            raise Garbled(f"{self._label}'s reply broke off: try again")
        yield End(reason, usage(counts) or estimated(prompt, written, row.budget.chars_per_token), self.name)

    async def count_tokens(self, prompt: Prompt, call: Call | None = None) -> int:
        """How many tokens the prompt has, by the model's own tokenizer. Raises a ``ModelError``."""
        return await self._count(count_request(self.id, prompt, profile(self.name)), call or Call("count", "ask"))

    async def reachable(self, call: Call) -> None:
        """Returns if the endpoint knows the key and the model: it counts the tokens of one word, which costs nothing.

        Raises a ``ModelError``.
        """
        await self._count({"model": self.id, "messages": [{"role": "user", "content": "Hello"}]}, call)

    async def warm(self) -> None:
        """Connects ahead, so that the first request needs no handshake. Raises ``Unreachable``."""
        await self.slots.warm(self.base_url)

    async def _count(self, body: dict[str, Any], call: Call) -> int:
        url = self._url("messages/count_tokens")
        async with self.slots.post(url, self._headers(), _JSON.encode(body), call) as answer:
            said = await answer.read()
            if answer.status != 200:
                raise self._fault(answer, said)
        try:
            return msgspec.json.decode(said, type=_Count).input_tokens
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Garbled(f"{self._label}'s count of tokens cannot be read: check base_url") from None

    def _event(self, answer: Answer, frame: Frame) -> Event:
        if isinstance(frame, Cut):
            raise Garbled(f"{self._label}'s reply broke off: try again")
        try:
            event = _EVENT.decode(frame.data) if isinstance(frame, Framed) else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            event = None
        if event is None or event.error is not None:
            raise self._fault(answer, frame.data)
        return event

    def _fault(self, answer: Answer, body: bytes) -> ModelError:
        """The error a body tells; inside a stream, whose own status is 200, its type tells the status."""
        status = _status(body) if answer.status == 200 else answer.status
        return fault(Asked(self._label, self.id, self.key_hint), status, answer.headers, body)

    @property
    def _label(self) -> str:
        return "Anthropic" if self.provider == "anthropic" else self.provider

    def _url(self, path: str) -> str:
        return joined(self.base_url, f"v1/{path}", "/v1")

    def _headers(self) -> dict[str, str]:
        place = split(self.base_url)
        own = place.hostname == split(BASE_URL).hostname
        key = usable(self.key, self._label, self.key_hint, needed=own)
        sent = {"anthropic-version": VERSION} | once(self.base_url)
        sent |= {"x-api-key": key} if key else {}
        if key and not (own or key.startswith(_OWN_KEYS) or place.username):  # whose password takes that header
            sent["authorization"] = f"Bearer {key}"
        return sent


class _Count(msgspec.Struct):
    input_tokens: int


class _Kind(msgspec.Struct):
    type: str = ""


class _Error(msgspec.Struct):
    error: _Kind = msgspec.field(default_factory=_Kind)


# https://platform.claude.com/docs/en/api/errors
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


def _status(body: bytes) -> int:
    """The HTTP status that an error in the midst of a stream would have had, 0 for one of an unknown type."""
    try:
        return _STATUS.get(msgspec.json.decode(body, type=_Error).error.type, 0)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0
