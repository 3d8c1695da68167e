"""Endpoints: what is special about the servers that speak OpenAI's format, as rows by host name.

Sources: the references of OpenAI, Mistral (which refuses fields it does not know, with status 422) and DeepSeek (FIM
completion, beta), as of November 2026.
"""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

Length = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a host takes.

    ``title``: what people call it; empty for a server of one's own. ``length``: the field for a reply's limit.
    ``tells_usage``: it does so unasked, and asking is an error. ``holes``: where completions are asked for that fill in
    the middle, relative to ``base_url``, or from the host's root with a slash; None: it has only words.
    ``fills``: the pattern of the ids that do so there by ``suffix``; empty: as the model's dialect says.
    """

    host: str
    title: str = ""
    length: Length = "max_tokens"
    tells_usage: bool = False
    holes: str | None = None
    fills: str = ""

    @property
    def own(self) -> bool:
        """Whether it is a server of one's own: it may need no key, and may read the special tokens that text spells."""
        return not self.title


def endpoint_of(base_url: str) -> Endpoint:
    """The row for an address; there is one for every address."""
    host = urllib.parse.urlsplit(base_url).hostname or ""
    return next(row for row in _ENDPOINTS if fnmatchcase(host, row.host))


def address(base_url: str, path: str) -> str:
    """The URL of a path at an endpoint. A ``base_url`` that names no path gets the usual ``/v1``."""
    parts = urllib.parse.urlsplit(base_url)
    base = base_url.rstrip("/") if parts.path.strip("/") else f"{parts.scheme}://{parts.netloc}/v1"
    return urllib.parse.urljoin(f"{base}/", path)


_ENDPOINTS = (
    Endpoint("api.openai.com", "OpenAI", "max_completion_tokens"),
    Endpoint("api.xroute.ai", "XRoute"),
    Endpoint("openrouter.ai", "OpenRouter"),
    Endpoint("generativelanguage.googleapis.com", "Gemini"),
    Endpoint("api.groq.com", "Groq"),
    Endpoint("api.mistral.ai", "Mistral", tells_usage=True, holes="/v1/fim/completions", fills="*codestral*"),
    Endpoint("codestral.mistral.ai", "Mistral", tells_usage=True, holes="/v1/fim/completions", fills="*codestral*"),
    Endpoint("api.deepseek.com", "DeepSeek", holes="/beta/completions", fills="deepseek-c*"),
    Endpoint("*", holes="completions"),
)
