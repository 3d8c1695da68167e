"""flashls models test: one word from each model in use, and how long it took."""

from __future__ import annotations

import time
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.text import Text as Styled

from flashls.app import App
from flashls.models.cost import cost, price_of
from flashls.models.profiles import resolve
from flashls.models.seam import ModelError
from flashls.prompt.seal import seal
from flashls.routes import Asked
from flashls.types import Call, Draft, End, Piece, Text
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.console import console
from flashls_cli.trouble import Trouble

_QUESTION = seal(Draft((Text("user", "Answer with the one word: ready"),), max_tokens=64))
_PATIENCE = 60.0  # seconds: a model on this machine may have to be loaded first


@dataclass(frozen=True, slots=True)
class Answer:
    """How a model answered: milliseconds to the first text and to the end, tokens, US dollars; or what went wrong."""

    name: str
    text: str = ""
    first_ms: float | None = None
    total_ms: float = 0.0
    tokens: int = 0
    usd: float | None = None
    trouble: str = ""

    def facts(self) -> dict[str, Any]:
        """The answer for programs."""
        return {
            "name": self.name, "ok": not self.trouble, "trouble": self.trouble or None, "text": self.text,
            "first_ms": self.first_ms, "total_ms": self.total_ms, "tokens": self.tokens, "cost_usd": self.usd,
        }  # fmt: skip


async def test(name: str | None, common: Common) -> int:
    """Asks each model in use, one after the other; 0 if all answered, else 1. Raises Trouble for an unknown name."""
    async with opened_app(common) as app:
        if not app.asked:
            raise Trouble(app.engine.missing, status=1)
        name = resolve(name, datetime.now(UTC).date()).name if name and name not in app.asked else name
        if name is not None and name not in app.asked:
            raise Trouble(f"{name} is not in use; there are {', '.join(app.asked)}")
        answers = [await _drawn(app, n, asked, common) for n, asked in app.asked.items() if name in (None, n)]
    if common.json:
        print_json({"models": [answer.facts() for answer in answers]})
    return 1 if any(answer.trouble for answer in answers) else 0


async def _drawn(app: App, name: str, asked: Asked, common: Common) -> Answer:
    answer = await _answer(app, name, asked)
    if not common.json:
        mark = ("✗", "red") if answer.trouble else ("✓", "green")
        console().print(Styled.assemble(mark, f" {name}: {answer.trouble or _figures(answer)}"), soft_wrap=True)
    return answer


async def _answer(app: App, name: str, asked: Asked) -> Answer:
    started, first, text = time.perf_counter(), None, ""
    call = Call("test", asked.tasks[0], deadline=time.monotonic() + _PATIENCE, patience="once")
    try:
        async with aclosing(asked.model.stream(_QUESTION, call)) as stream:
            async for item in stream:
                if isinstance(item, Piece):
                    first = _ms(started) if first is None else first
                    text += item.text
                else:
                    end = item
    except ModelError as error:
        return Answer(name, trouble=str(error), total_ms=_ms(started))
    return Answer(name, text.strip(), first, _ms(started), end.usage.input + end.usage.output, _usd(app, name, end))


def _usd(app: App, name: str, end: End) -> float | None:
    price = price_of(name, app.settings.providers, datetime.now(UTC).date(), end.usage.input)
    return cost(end.usage, price) if price else None


def _ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


def _figures(answer: Answer) -> str:
    first = f"first text after {answer.first_ms:.0f} ms" if answer.first_ms is not None else "no text"
    usd = "price unknown" if answer.usd is None else "free" if answer.usd == 0 else f"US$ {answer.usd:.6f}"
    return f"{first}, all after {answer.total_ms:.0f} ms, {answer.tokens} tokens, {usd}"
