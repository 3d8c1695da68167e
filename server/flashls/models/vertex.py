"""Vertex: Gemini's models on Google Cloud, for a project of one's own, with Google Cloud's credentials."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

from flashls.models.addresses import joined
from flashls.models.faults import Asked
from flashls.models.google import Access, Google
from flashls.models.google_tokens import HINT, Tokens
from flashls.models.seam import Unusable
from flashls.models.slots import Slots
from flashls.types import Call

_MANY_REGIONS = ("us", "eu")


@dataclass(frozen=True, slots=True)
class Vertex(Google):
    """The model ``id`` in a project and a location: a region, ``us``, ``eu``, or ``global``.

    Without ``credentials`` (google-auth's), application default credentials are looked for; without a ``project``,
    theirs is used. ``base_url`` stands in for Google's address.
    """

    id: str
    slots: Slots = field(repr=False)
    project: str = ""
    location: str = "global"
    credentials: Any = field(default=None, repr=False)
    base_url: str = field(default="", repr=False)
    tokens: Tokens = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tokens", Tokens(self.slots, self.credentials))

    @property
    def name(self) -> str:
        """The model's name, ``vertex/<id>``."""
        return f"vertex/{self.id}"

    @property
    def connections(self) -> Slots:
        """What requests go through."""
        return self.slots

    @property
    def asked(self) -> Asked:
        """Who is asked, as errors tell it."""
        return Asked("Vertex", self.id, HINT)

    async def access(self, call: Call, /) -> Access:
        """How to reach the model now, with a token that lasts. Raises a ``ModelError``."""
        root = joined(self._address(), "v1")
        token = await self.tokens.token(call)
        project = self.project or self.tokens.project
        if not project:
            raise Unusable("The credentials name no Google Cloud project: set project in [providers.vertex]")
        parent = f"projects/{_quoted(project)}/locations/{self.location}/"
        model = f"{parent}publishers/google/models/{_quoted(self.id)}"
        return Access(root, parent, model, {"authorization": f"Bearer {token}"}, self.tokens.forget)

    async def warm(self) -> None:
        """Has a connection and a token ready, so that the first request waits for neither. Raises a ``ModelError``."""
        await self.tokens.token(Call("warm", "complete"))
        await self.slots.warm(self._address())

    def _address(self) -> str:
        """https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations"""
        if not re.fullmatch(r"[a-z0-9-]+", self.location):  # it becomes part of a host's name
            raise Unusable(f"There is no location {self.location!r}: set one in [providers.vertex], as us-central1")
        if self.base_url:
            return self.base_url
        if self.location == "global":
            return "https://aiplatform.googleapis.com"
        if self.location in _MANY_REGIONS:
            return f"https://aiplatform.{self.location}.rep.googleapis.com"
        return f"https://{self.location}-aiplatform.googleapis.com"


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe=".-_:")
