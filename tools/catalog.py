"""Writes ``models/catalog.toml`` from the package genai-prices; ``--check`` says whether it is up to date.

python tools/catalog.py            write it
python tools/catalog.py --check    exit 1 and show the difference if it would change
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import metadata
from pathlib import Path
from typing import Any

CATALOG = Path(__file__).parent.parent / "server/flashls/models/catalog.toml"

# Models that write text and that somebody may still choose today; everything else in genai-prices is left out.
WANTED = {
    "google": ("gemini", r"gemini-(2\.5|3[\d.]*|4)-(flash|flash-lite|pro|argon)(-preview)?"),
    "openai": (
        "openai",
        r"(gpt-(4\.1|4o|5[\d.]*|6[\d.]*)|o3|o4)(-mini|-nano|-codex|-codex-mini|-luna|-sol|-terra|-astra)?",
    ),
    "anthropic": ("anthropic", r"claude-(haiku|sonnet|opus|fable)-(4-[5-9]|[5-9](-\d)?)"),
}
HEAD = """# Models, their context windows in tokens and their prices in US dollars per million tokens.
# Written by tools/catalog.py from genai-prices {version} (Pydantic, MIT licence): do not edit.
# A price counts from its day `from` on, and for prompts longer than `above` tokens. `storage` is for an hour.
"""
# genai-prices has no unit for what an explicit cache costs to keep; it is told in words, and for today's price only.
STORAGE = re.compile(r"cache storage price \(\$(\d+(?:\.\d+)?) per 1M tokens per hour\)")


def main() -> int:
    """Writes the catalog, or checks it."""
    new = catalog()
    old = CATALOG.read_text(encoding="utf-8") if CATALOG.exists() else ""
    if "--check" not in sys.argv[1:]:
        CATALOG.write_text(new, encoding="utf-8")
        return 0
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), "catalog.toml", "new"))
    return int(old != new)


def catalog() -> str:
    """The catalog's text."""
    from genai_prices.data import providers  # 16 MB: only when needed

    blocks = [HEAD.format(version=metadata.version("genai-prices"))]
    for provider in providers:
        name, pattern = WANTED.get(provider.id, ("", "(?!)"))
        blocks += [_block(name, model) for model in provider.models if re.fullmatch(pattern, model.id)]
    return "\n".join(blocks)


def _block(provider: str, model: Any) -> str:
    lines = ["[[model]]", f'name = "{provider}/{model.id}"']
    others = sorted({f'"{provider}/{other}"' for other in _names(model.match) if other != model.id})
    lines += [f"also = [{', '.join(others)}]"] if others else []
    lines += [f"window = {model.context_window}"] if model.context_window else []
    rows = list(_prices(model.prices))
    if storage := STORAGE.search(model.price_comments or ""):
        rows[0] += f", storage = {float(storage[1])!r}"
    lines += ["prices = [", *(f"  {{ {row} }}," for row in rows), "]", ""]
    return "\n".join(lines)


def _names(clause: Any) -> Iterator[str]:
    """The names that a rule of genai-prices spells out."""
    if hasattr(clause, "equals"):
        yield from [clause.equals] if re.fullmatch(r"[\w.\-]+", clause.equals) else []
    for inner in getattr(clause, "or_", ()):
        yield from _names(inner)


def _prices(prices: Any) -> Iterator[str]:
    dated = prices if isinstance(prices, list) else [None]
    for each in dated:
        day = getattr(getattr(each, "constraint", None), "start_date", None)
        yield from _tiers(prices if each is None else each.prices, day)


def _tiers(price: Any, day: date | None) -> Iterator[str]:
    columns = {"input": "input_mtok", "cached": "cache_read_mtok", "cache_write": "cache_write_mtok"}
    columns |= {"output": "output_mtok"}
    found = {column: value for column, key in columns.items() if (value := getattr(price, key, None)) is not None}
    starts = sorted({tier.start for value in found.values() for tier in getattr(value, "tiers", ())})
    for start in (0, *starts):
        cells = [f"from = {day}"] if day else []
        cells += [f"above = {start}"] if start else []
        yield ", ".join(cells + [f"{column} = {_at(value, start)}" for column, value in found.items()])


def _at(value: Any, start: int) -> str:
    if not isinstance(value, Decimal):
        reached = [tier.price for tier in value.tiers if tier.start <= start]
        value = reached[-1] if reached else value.base
    return repr(float(value))


if __name__ == "__main__":
    sys.exit(main())
