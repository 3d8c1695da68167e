"""The words of statistics: what ways and fates are called for people, and numbers as they read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashls_cli.money import shown

if TYPE_CHECKING:
    from flashls_cli.stats_summary import Use

ABOUT_WAYS = {
    "advance": "typed into the last one",
    "join": "a reply under way",
    "cache": "the cache",
    "ask": "a model",
}
ABOUT_FATES = {
    "accepted": "accepted",
    "partly accepted": "partly accepted",
    "typed through": "typed key by key",
    "rejected": "rejected (inferred)",
    "unseen": "gone before it was seen (inferred)",
}


def share(part: float | None) -> str:
    """A share in percent; a dash where there is nothing to take a share of."""
    return "–" if part is None else f"{part:.0%}" if part in (0, 1) or 0.01 <= part < 0.995 else f"{part:.1%}"


def milliseconds(ms: float) -> str:
    """Milliseconds in as many digits as mean something."""
    return f"{ms:,.0f}" if ms >= 10 else f"{ms:.1f}"


def counted(number: int, what: str) -> str:
    """A number of things."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def cost(use: Use) -> str:
    """What was paid for a model, as far as its price is known."""
    return shown(None if use.unpriced and not use.usd else use.usd)
