"""One frozen Settings: its defaults, and the meaning, range and unit of each setting.

``sources.py`` says where values come from, which one wins, and who may set what. The reference page
``docs/settings.md`` is generated from this module.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Names = tuple[str, ...]

# What is asked when nobody chooses: a fast model as you type, a larger one to explain; the small ones run here.
OUR_MODELS: Names = (
    "gemini/gemini-3.5-flash-lite",
    "gemini/gemini-3.8-flash",
    "local/qwen2.5-coder-0.5b",
    "local/qwen2.5-coder-1.5b",
)


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of settings: a table of ``config.toml``."""


class Complete(Section, frozen=True):
    """Completions as you type."""

    enabled: Annotated[bool, Meta(description="Whether to suggest unasked.")] = True
    debounce_ms: Annotated[
        int, Meta(ge=0, le=5000, description="Pause in typing, in milliseconds, before a model is asked.")
    ] = 75
    multiline: Annotated[bool, Meta(description="Whether a suggestion may span several lines.")] = True
    max_tokens: Annotated[int, Meta(ge=1, le=4096, description="The longest reply to ask for, in tokens.")] = 256
    timeout_s: Annotated[float, Meta(gt=0, le=120, description="Seconds after which a suggestion comes too late.")] = 15


class Languages(Section, frozen=True):
    """Languages, by their LSP language id."""

    off: Annotated[Names, Meta(description="Languages that get no suggestions.")] = ()


class Paths(Section, frozen=True):
    """Paths, as .gitignore patterns relative to the workspace."""

    off: Annotated[Names, Meta(description="Files that get no suggestions and that no model ever sees.")] = ()


class Models(Section, frozen=True):
    """Which model each task uses: the first of a list, as ``provider/model``.

    An empty list chooses by itself: Gemini if there is a key, else the embedded model.
    """

    complete: Annotated[Names, Meta(description="Models for completions.")] = ()
    explain: Annotated[Names, Meta(description="Models for explanations.")] = ()


class Provider(Section, frozen=True):
    """An endpoint: how to reach the models named ``NAME/...``."""

    base_url: Annotated[str, Meta(description="The endpoint's address; empty for the provider's own.")] = ""
    key_env: Annotated[str, Meta(description="The environment variable that holds the key.")] = ""
    replies: Annotated[str, Meta(description="For `scripted`: the JSON file with its replies.")] = ""


class Cache(Section, frozen=True):
    """Finished replies, kept on disk."""

    enabled: Annotated[bool, Meta(description="Whether to keep replies.")] = True
    size_mb: Annotated[int, Meta(ge=1, le=10_000, description="The most disk space to use, in megabytes.")] = 200
    ttl_days: Annotated[float, Meta(gt=0, le=3650, description="Days after which a reply is forgotten.")] = 30


class Settings(Section, frozen=True):
    """Everything a user can set."""

    complete: Complete = Complete()
    languages: Languages = Languages()
    paths: Paths = Paths()
    models: Models = Models()
    cache: Cache = Cache()
    providers: Annotated[
        dict[str, Provider], Meta(description="Endpoints by provider name, each a table `[providers.NAME]`.")
    ] = {}
