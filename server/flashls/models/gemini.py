"""Gemini: Google's models over ``generateContent``, from Google or from a gateway that speaks its format."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, field

from flashls.models.addresses import joined
from flashls.models.faults import Asked
from flashls.models.google import Access, Google
from flashls.models.keys import Key, usable
from flashls.models.slots import Slots
from flashls.types import Call

BASE_URL = "https://generativelanguage.googleapis.com"
KEY_HINT = "$GEMINI_API_KEY (a key comes from https://aistudio.google.com/apikey)"


@dataclass(frozen=True, slots=True)
class Gemini(Google):
    """The model ``id`` at ``base_url``. ``key``: the key, or what gives it when it is needed; it is never shown.

    ``provider`` is the name that the settings give to the endpoint.
    """

    id: str
    key: Key = field(repr=False)
    slots: Slots = field(repr=False)
    base_url: str = field(default=BASE_URL, repr=False)
    key_hint: str = KEY_HINT
    provider: str = "gemini"

    @property
    def name(self) -> str:
        """The model's name, ``gemini/<id>``."""
        return f"{self.provider}/{self.id}"

    @property
    def connections(self) -> Slots:
        """What requests go through."""
        return self.slots

    @property
    def asked(self) -> Asked:
        """Who is asked, as errors tell it."""
        return Asked("Gemini" if self.provider == "gemini" else self.provider, self.id, self.key_hint)

    async def access(self, _call: Call, /) -> Access:
        """How to reach the model. Raises ``Unauthorized`` without a key."""
        key = usable(self.key, self.asked.provider, self.key_hint)
        model = f"models/{urllib.parse.quote(self.id, safe='.-_')}"
        return Access(joined(self.base_url, "v1beta", "/v1beta", "/v1"), "", model, {"x-goog-api-key": key})

    async def warm(self) -> None:
        """Connects ahead, so that the first request needs no handshake. Raises ``Unreachable``."""
        await self.slots.warm(self.base_url)
