"""Money, as people read it."""

from __future__ import annotations


def shown(usd: float | None) -> str:
    """An amount for people: ``US$ 0.0123``, in as many digits as it takes to tell it from nothing."""
    if usd is None:
        return "price unknown"
    return f"US$ {usd:.2f}" if usd >= 1 else f"US$ {usd:.4f}" if usd >= 0.0001 or usd == 0 else "less than US$ 0.0001"
