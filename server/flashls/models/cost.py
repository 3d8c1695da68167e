"""Cost: what a request to a model costs, and the most it can cost. The only place where money is reckoned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache

import msgspec

from flashls.models import catalog
from flashls.models.addresses import leads_here
from flashls.models.catalog import Price
from flashls.models.profiles import level, profile, resolve, room
from flashls.settings import Price as Stated
from flashls.settings import Provider
from flashls.types import Fim, Image, Prompt, Task, Usage

PriceOf = Callable[[date, int], Price | None]
"""What a model's tokens cost on a day (UTC), for a prompt of so many tokens; None if nobody says."""

FREE = Price(0.0, 0.0, 0.0, 0.0, 0.0)

_MILLION = 1_000_000
# Models that run on machines of the user's own.
_FREE_PROVIDERS = ("local", "ollama", "llamacpp", "scripted")
# The most tokens that a picture of any size counts: Gemini 3 at its highest media resolution, and what tiles of 2.5
# come to; GPT-4o mini's eight tiles, and 1,536 patches at the highest factor for the others; Claude's high resolution;
# the most that open models of vision make of one (Qwen-VL). The vendors' own pages on pictures, November 2026.
_PICTURES = (
    ("gemini/*", 2_560),
    ("vertex/*", 2_560),
    ("*gpt-4o-mini*", 48_169),
    ("openai/*", 4_096),
    ("anthropic/*", 5_000),
    ("*", 16_384),
)
# What a wire format puts around a prompt, around each of its parts, and around each file, in tokens.
_AROUND, _AROUND_PART = 128, 32


def price_of(name: str, providers: Mapping[str, Provider], day: date, prompt_tokens: int = 0) -> Price | None:
    """What ``provider/model`` costs: as ``[providers.NAME] prices`` say, else as the catalog says; None if nobody does.

    Nothing for models that run on machines of the user's own. At an address on this one there may be a gateway: what it
    serves costs what the catalog says of that model, whoever its vendor, and nothing where the catalog has none. A
    retired model costs what the one costs that its vendor answers with instead.
    """
    provider = name.partition("/")[0]
    own = providers.get(provider, Provider())
    answers = name if own.base_url else _answering(name, day)
    for stated in (own.prices.get(each.partition("/")[2]) for each in (name, answers)):
        if stated is not None:
            return _stated(stated, catalog.price(answers, day, prompt_tokens))
    if provider in _FREE_PROVIDERS:
        return FREE
    if leads_here(own.base_url):
        return catalog.anybodys(name, day, prompt_tokens) or FREE
    return catalog.price(answers, day, prompt_tokens)


def is_free(price: Price | None) -> bool:
    """Whether a price is known and nothing."""
    return price is not None and not any((price.input, price.cached, price.cache_write, price.output))


def cost(usage: Usage, price: Price) -> float:
    """What a request cost, in US dollars."""
    fresh = max(usage.input - usage.cached - usage.cache_write, 0)
    dollars = fresh * price.input + usage.cached * price.cached
    return (dollars + usage.cache_write * price.cache_write + usage.output * price.output) / _MILLION


def storage_cost(tokens: int, hours: float, price: Price) -> float | None:
    """What it costs to put tokens into a provider's explicit cache and to keep them there; None without a price.

    They are read once, at the price of any input, and then pay by the hour (ai.google.dev/gemini-api/docs/caching).
    """
    return None if price.storage is None else tokens * (price.input + hours * price.storage) / _MILLION


def most(prompt: Prompt, task: Task, name: str, price: PriceOf, day: date) -> float | None:
    """The most that one attempt to have ``name`` answer can cost, in US dollars; None without a price.

    All of the longest input at the dearest of its prices, and all of the output that the model may write, thoughts
    included.
    """
    read = most_input(prompt, name)
    rates = price(day, read)
    if rates is None:
        return None
    row = profile(name)
    written = min(prompt.max_tokens + room(row, level(row, prompt.thinking, task)), row.output)
    return (read * max(rates.input, rates.cached, rates.cache_write) + written * rates.output) / _MILLION


def most_input(prompt: Prompt, name: str) -> int:
    """The most tokens that a prompt can be: one for each byte of its text in UTF-8, which no tokenizer exceeds.

    Where it rests on what a provider keeps, that may fill the model's window.
    """
    pictures = sum(isinstance(part, Image) for part in prompt.parts)
    words = sum(0 if isinstance(part, Image) else _bytes(part.text) for part in prompt.parts)
    asked = max(words, _hole(prompt.fim)) + _AROUND + _AROUND_PART * len(prompt.parts)
    if prompt.schema is not None:  # once for the API, once more as instructions for models that know no schemas
        asked += 2 * len(msgspec.json.encode(dict(prompt.schema)))
    if pictures:
        asked += pictures * next(tokens for pattern, tokens in _PICTURES if fnmatchcase(name, pattern))
    return asked + (profile(name).window if prompt.cached_content is not None else 0)


@lru_cache(256)
def _answering(name: str, day: date) -> str:
    return resolve(name, day).name


def _stated(price: Stated, listed: Price | None) -> Price:
    """A price of the user's own; what it costs to keep tokens with the provider only the catalog says."""
    cached = price.input if price.cached is None else price.cached
    cache_write = price.input if price.cache_write is None else price.cache_write
    return Price(price.input, cached, cache_write, price.output, listed.storage if listed else None)


def _hole(fim: Fim | None) -> int:
    """A file that spells special tokens has each broken up, which takes a byte for some five."""
    if fim is None:
        return 0
    texts = [fim.prefix, fim.suffix, *(text for snippet in fim.extra for text in (snippet.path, snippet.text))]
    return sum(map(_bytes, texts)) * 5 // 4 + _AROUND_PART * len(fim.extra)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
