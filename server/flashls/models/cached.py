"""Replies from the disk: the same prompt to the same model is asked once."""

from __future__ import annotations

from contextlib import aclosing, suppress
from dataclasses import dataclass, field

import msgspec

from flashls.models.addresses import shown
from flashls.models.seam import Model, Stream
from flashls.store.disk import Replies
from flashls.types import Call, End, EndReason, Piece, Prompt, Usage


@dataclass(frozen=True, slots=True)
class Cached:
    """``model``, known as ``name`` (``provider/model``), with its finished replies kept in ``replies``.

    Only its own replies that ended with "stop" or "length" are kept, whole: never blocked, failed, cut or cancelled
    ones, nor those of a model that answered in its place, which would go on answering when it is well again. Two
    equal prompts at the same time may both be asked. ``endpoint`` tells servers with the same names apart; what is
    secret in it is not written.
    """

    model: Model
    name: str
    replies: Replies
    endpoint: str = field(default="", repr=False)
    _place: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        place = shown(self.endpoint)
        object.__setattr__(self, "_place", f"{self.name}@{place}" if place else self.name)

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the kept reply in one piece, its End ``cached`` and without cost; else the model's own pieces."""
        key = f"{self._place}:{prompt.digest}"
        kept = _read(await self.replies.get(key))
        if kept is not None:
            if kept.text:
                yield Piece(kept.text)
            yield End(kept.reason, Usage(), kept.model, cached=True)
            return
        texts: list[str] = []
        async with aclosing(self.model.stream(prompt, call)) as items:
            async for item in items:
                if isinstance(item, Piece):
                    texts.append(item.text)
                else:  # before it is passed on, since a reader may stop there
                    self._keep(key, item, "".join(texts))
                yield item

    def _keep(self, key: str, end: End, text: str) -> None:
        """Keeps no "length" without a text either: that model spent all its tokens on thinking."""
        if end.model == self.name and (end.reason == "stop" or (end.reason == "length" and text)):
            with suppress(UnicodeEncodeError):  # half of a surrogate pair is no text
                self.replies.put(key, msgspec.json.encode(_Reply(end.reason, end.model, text)).decode())


class _Reply(msgspec.Struct, frozen=True):
    reason: EndReason
    model: str
    text: str


def _read(written: str | None) -> _Reply | None:
    try:
        return None if written is None else msgspec.json.decode(written, type=_Reply)
    except msgspec.MsgspecError:
        return None
