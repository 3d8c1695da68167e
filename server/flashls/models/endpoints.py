"""Endpoints: what is special about the servers that speak OpenAI's format, as rows by host name.

Sources: the references of OpenAI, Mistral (which refuses fields it does not know, with status 422) and DeepSeek (FIM
completion, beta), as of November 2026.
"""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from flashls.models.addresses import joined, leads_here, split

Length = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a host takes.

    ``title``: what people call it; empty for a server of one's own. ``length``: the field for a reply's limit.
    ``tells_usage``: it does so unasked, and asking is an error. ``holes``: where completions are asked for that fill in
    the middle, relative to ``base_url``, or from the host's root with a slash; None: it has only words.
    ``fills``: the pattern of the ids that do so there by ``suffix``; empty: as the model's dialect says. ``lists``: its
    list of models has the names that they are asked by.
    """

    host: str
    title: str = ""
    length: Length = "max_tokens"
    tells_usage: bool = False
    holes: str | None = None
    fills: str = ""
    lists: bool = True

    @property
    def own(self) -> bool:
        """Whether it is a server of one's own: it may need no key, and may read the special tokens that text spells."""
        return not self.title


def endpoint_of(base_url: str) -> Endpoint:
    """The row for an address; there is one for every address."""
    try:
        host = urllib.parse.urlsplit(base_url).hostname or ""
    except ValueError:  # told when it is asked
        host = ""
    return next(row for row in _ENDPOINTS if fnmatchcase(host, row.host))


def address(base_url: str, path: str) -> str:
    """The URL of a path at an endpoint; one that names no path itself gets the usual ``/v1``. Raises ``Unusable``."""
    bare = not (split(base_url).path.strip("/") or path.startswith("/"))
    return joined(base_url, f"/v1/{path}" if bare else path)


def once(base_url: str) -> dict[str, str]:
    """The header that has a connection carry one request, for servers on this machine, where a new one costs nothing.

    llama.cpp's now and then hangs up on the second request without an answer, and a POST is not sent again.
    """
    return {"connection": "close"} if leads_here(base_url) else {}


_ENDPOINTS = (
    Endpoint("api.openai.com", "OpenAI", "max_completion_tokens"),
    Endpoint("api.xroute.ai", "XRoute"),
    Endpoint("openrouter.ai", "OpenRouter"),
    Endpoint("generativelanguage.googleapis.com", "Gemini"),
    Endpoint("api.groq.com", "Groq"),
    Endpoint("api.mistral.ai", "Mistral", tells_usage=True, holes="/v1/fim/completions", fills="*codestral*"),
    Endpoint("codestral.mistral.ai", "Mistral", tells_usage=True, holes="/v1/fim/completions", fills="*codestral*"),
    Endpoint("api.deepseek.com", "DeepSeek", holes="/beta/completions", fills="deepseek-c*"),
    Endpoint("*.openai.azure.com", "Azure", "max_completion_tokens", lists=False),  # asked by a deployment's name
    Endpoint("*", holes="completions"),
)
