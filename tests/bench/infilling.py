"""Holes in real functions, filled by the embedded model: how many pass their checks raw, and as shaped.

``python -m tests.bench infilling``; needs the weights of the small model (``flashls models pull``). Replies are kept on
the disk, so that what is shaped otherwise can be measured again at once.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flashls.app import App, build
from flashls.context.gather import gather
from flashls.engine.completion.extent import extent_at
from flashls.engine.completion.shape import shape_for
from flashls.engine.session import Session
from flashls.prompt.compose import compose_complete
from flashls.prompt.seal import seal, unseal
from flashls.sources import cache_path, data_path
from flashls.syntax.languages import language_of
from flashls.types import Budget, Call, Cursor, EndReason, Ghost, Piece, Prompt, Silence
from tests.bench.harness import table
from tests.bench.infilling_holes import KINDS, Hole, holes
from tests.engine.check import cursor_in

_KEPT = cache_path(os.environ) / "infilling"
_MODEL = "local/qwen2.5-coder-0.5b"
_TOKENS = 96
_WINDOW = Budget(prefix=160, suffix=40, extra=0, suffix_rows=5, head_step=1)  # a cold prompt is read slowly
_PIECE = 6  # characters that arrive at a time when a kept reply is streamed again


@dataclass(frozen=True, slots=True)
class Filled:
    """A hole, what the model said, and what of it is shown."""

    hole: Hole
    raw: str
    outcome: Ghost | Silence

    @property
    def shown(self) -> str:
        """The ghost's text, "" for silence."""
        return self.outcome.text if isinstance(self.outcome, Ghost) else ""


def main() -> None:
    """Prints the table, and the holes that shaping filled wrongly though the reply was right as it came."""
    filled = asyncio.run(_filled(holes(_KEPT)))
    passed = [(each, each.hole.passes(each.raw)) for each in filled]
    results = [(each, raw, raw if each.shown == each.raw else each.hole.passes(each.shown)) for each, raw in passed]
    rows = [_summed(kind, [r for r in results if r[0].hole.kind == kind]) for kind in KINDS]
    rows.append(_summed("all", results))
    header = ["hole", "holes", "raw passes", "shaped passes", "raw %", "shaped %", "silent", "won", "lost"]
    print(table("Holes in the standard library, filled by the 0.5B model", header, rows))
    for each, raw, shaped in results:
        if raw and not shaped:
            print(f"lost: {each.hole.function} ({each.hole.kind}): said {each.raw!r}, shown {each.outcome!r}")


def _summed(kind: str, results: Sequence[tuple[Filled, bool, bool]]) -> list[str]:
    raw, shaped = sum(r for _, r, _ in results), sum(s for _, _, s in results)
    silent = sum(isinstance(each.outcome, Silence) for each, _, _ in results)
    won, lost = sum(s and not r for _, r, s in results), sum(r and not s for _, r, s in results)
    shares = (f"{100 * n / max(1, len(results)):.1f}" for n in (raw, shaped))
    return [kind, *map(str, (len(results), raw, shaped)), *shares, *map(str, (silent, won, lost))]


async def _filled(wanted: Sequence[Hole]) -> list[Filled]:
    environ = {
        "FLASHLS_DATA": str(data_path(os.environ)),
        "FLASHLS_CACHE": str(_KEPT),
        "FLASHLS_CONFIG": os.devnull,
    }
    app = await build(environ, {"models": {"complete": [_MODEL]}, "cache": {"ttl_days": 3650}})
    try:
        return [await _fill(app, hole, f"{n} of {len(wanted)}") for n, hole in enumerate(wanted, 1)]
    finally:
        await app.aclose()


async def _fill(app: App, hole: Hole, which: str) -> Filled:
    session = Session()
    cursor = await cursor_in(
        session, f"{hole.before}▮{hole.after}", uri=f"file:///w/{hole.function.replace('.', '/')}.py"
    )
    session.close_all()
    prompt = _prompt(cursor)
    print(f"\r{which}", end="", file=sys.stderr, flush=True)
    raw, reason = await _said(app, prompt)
    return Filled(hole, unseal(raw, prompt), shaped(cursor, prompt, raw, reason))


def _prompt(cursor: Cursor) -> Prompt:
    """What is asked at a cursor, whatever its extent: how much is wanted of the reply is for shaping to say."""
    context = gather(cursor, _WINDOW, ())
    return seal(compose_complete(context, Path(cursor.snapshot.uri).name, "block", _TOKENS, None, "fim"))


async def _said(app: App, prompt: Prompt) -> tuple[str, EndReason]:
    """The model's whole reply, to its own end."""
    texts = list[str]()
    reason: EndReason = "stop"
    async for item in app.engine.routes["complete"].model.stream(prompt, Call("bench", "complete")):
        if isinstance(item, Piece):
            texts.append(item.text)
        else:
            reason = item.reason
    return "".join(texts), reason


def shaped(cursor: Cursor, prompt: Prompt, raw: str, reason: EndReason) -> Ghost | Silence:
    """What is shown of a reply that arrives in pieces and is closed as soon as it is enough."""
    shape = shape_for(cursor, language_of("python"), extent_at(cursor), lambda text: unseal(text, prompt))
    for end in range(_PIECE, len(raw), _PIECE):
        if shape.enough(raw[:end]):
            return shape.outcome(raw[:end], "stop")
    return shape.outcome(raw, reason)
