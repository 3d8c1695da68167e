"""Providers: from a model's name, ``provider/model``, to what reaches it. A row for each provider that is built in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from flashls.models import anthropic, gemini, llamacpp, ollama, openai
from flashls.models.addresses import leads_here
from flashls.models.dialects import dialect_of
from flashls.models.keys import Key
from flashls.models.local import Local
from flashls.models.scripted import Scripted, load
from flashls.models.seam import Model
from flashls.models.slots import Slots
from flashls.models.vertex import Vertex
from flashls.settings import Provider, Settings
from flashls.types import Call, Form

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*|[a-z_][a-z0-9_]*")  # of a variable; a key has letters of both cases

Wire = Literal["", "openai", "anthropic", "gemini", "vertex", "ollama", "llamacpp", "local", "scripted"]


class WrongModel(Exception):
    """A model that the settings name cannot be had; one line for the user."""


class Reaches(Model, Protocol):
    """A Model that is no wrapper: it talks to a server, or is one."""

    @property
    def name(self) -> str:
        """The model's name, ``provider/model``."""
        ...

    async def warm(self) -> None:
        """Gets ready what the first request would wait for. Raises a ``ModelError``."""
        ...

    async def reachable(self, call: Call) -> None:
        """Asks whether the model is there, at no cost. Raises a ``ModelError`` that says what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """A provider: its wire format, its own address, and how its key is set."""

    wire: Wire
    base_url: str = ""
    key_hint: str = ""

    @property
    def wants_key(self) -> bool:
        """Whether requests carry a key: all do but those to a machine of one's own, which may."""
        return self.wire in ("gemini", "openai", "anthropic") and not leads_here(self.base_url)


ROWS = {
    "gemini": Row("gemini", gemini.BASE_URL, gemini.KEY_HINT),
    "vertex": Row("vertex"),
    "openai": Row("openai", openai.BASE_URL, openai.KEY_HINT),
    "xroute": Row("openai", "https://api.xroute.ai/openai/v1", "$XROUTE_API_KEY"),
    "anthropic": Row("anthropic", anthropic.BASE_URL, anthropic.KEY_HINT),
    "ollama": Row("ollama", ollama.BASE_URL),
    "llamacpp": Row("llamacpp", llamacpp.BASE_URL),
    "local": Row("local"),
    "scripted": Row("scripted"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What providers stand on. ``key`` gives a provider's key when it is needed; ``data`` is the folder of weights."""

    settings: Settings
    slots: Slots = field(repr=False)
    data: Path
    key: Callable[[str], str] = field(repr=False)


def row_of(provider: str, settings: Settings) -> Row:
    """The row of a provider, as the user's config.toml has it. Raises ``WrongModel`` for a name nobody knows."""
    own = settings.providers.get(provider, Provider())
    built_in = ROWS.get(provider)
    if built_in is None and not own.base_url:
        raise WrongModel(
            f"models: there is no provider {provider!r}; there are {', '.join(ROWS)}, and those with a base_url "
            "in [providers.NAME] of config.toml"
        )
    row = built_in or Row(own.wire or "openai")
    named = f"key_env in [providers.{provider}] of config.toml"
    hint = f"${own.key_env}" if _NAME.fullmatch(own.key_env) else named if own.key_env else row.key_hint or named
    return Row(row.wire, own.base_url or row.base_url, hint)


def provided(name: str, around: Surroundings) -> Reaches:
    """What reaches the model ``provider/model``. Nothing is connected yet. Raises ``WrongModel``."""
    provider, slash, model_id = name.partition("/")
    if not (slash and provider and model_id):
        raise WrongModel(f"models: {name!r} is not provider/model with a provider of {', '.join(ROWS)}")
    row, own, slots = (
        row_of(provider, around.settings),
        around.settings.providers.get(provider, Provider()),
        around.slots,
    )
    key: Key = lambda: around.key(provider)  # noqa: E731
    try:
        dialect_of(model_id, own.dialect)
    except ValueError as error:
        raise WrongModel(f"providers.{provider}.dialect: {error}") from None
    match row.wire:
        case "gemini":
            return gemini.Gemini(model_id, key, slots, row.base_url, row.key_hint, provider)
        case "vertex":
            return Vertex(model_id, slots, own.project, own.location, base_url=own.base_url)
        case "anthropic":
            return anthropic.Anthropic(model_id, key, slots, row.base_url, row.key_hint, provider=provider)
        case "ollama":
            return ollama.Ollama(model_id, slots, row.base_url, key, own.dialect, provider)
        case "llamacpp":
            return llamacpp.LlamaCpp(model_id, slots, row.base_url, key, own.dialect, provider)
        case "local":
            return Local(model_id, around.data, slots)
        case "scripted":
            return _scripted(name, own)
        case _:
            return openai.OpenAI(model_id, key, slots, row.base_url, row.key_hint, provider, own.dialect)


def form_of(provider: Reaches) -> Form:
    """The form in which a provider's model takes a completion's question; "both" where only the server knows."""
    match provider:
        case Local():
            return "fim"
        case openai.OpenAI():
            return "fim" if provider.hole else "chat"
        case ollama.Ollama() | llamacpp.LlamaCpp() | Scripted():
            return "both"
        case _:
            return "chat"


def _scripted(name: str, own: Provider) -> Reaches:
    if not own.replies:
        raise WrongModel("models: scripted/… needs [providers.scripted] replies = FILE in config.toml")
    try:
        return Scripted(load(Path(own.replies)), name)
    except (OSError, ValueError) as error:
        raise WrongModel(f"providers.scripted.replies: {error}") from None
