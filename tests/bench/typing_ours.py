"""The product at the keys of a recorded session: its own line from cursor to ghost, its own wrappers, another model."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any

from flashls.app import build
from flashls.engine.completion.complete import complete
from flashls.engine.engine import Engine
from flashls.engine.session import Session
from flashls.models.failover import Failover
from flashls.models.seam import Model
from flashls.text.edits import Change
from flashls.types import Cursor, Ghost
from tests.bench.typing_model import Foreseeing
from tests.bench.typing_play import Answer, Place
from tests.bench.typing_trace import Stroke

URI = "file:///bench/skiplist.rs"
_CLOSING_S = 0.3
_PAUSE_S = 0.3  # as for edits without a request in lsp.sync


@asynccontextmanager
async def engine_around(model: Foreseeing, flags: Mapping[str, Any] | None = None) -> AsyncGenerator[Engine]:
    """The engine as users have it, with all wrappers, but for the provider in the middle: that is ``model``.

    ``flags`` are settings; the folders of config, cache and ledger are empty ones.
    """
    with TemporaryDirectory() as home:
        places = {"FLASHLS_CONFIG": os.devnull} | {f"FLASHLS_{name}": f"{home}/{name}" for name in ("CACHE", "DATA")}
        models = {"models": {"complete": [model.name]}}
        app = await build({"HOME": home, "GEMINI_API_KEY": "bench", **places}, {**models, **(flags or {})})
        assert not app.problems, app.problems
        app.replies.warm()
        await app.replies.stats()
        route = app.engine.routes["complete"]
        asked = replace(route, model=_with(route.model, model), form="both")
        try:
            yield replace(app.engine, routes={**app.engine.routes, "complete": asked})
        finally:
            # its threads write meanwhile: their time is not the virtual clock's, which stands still while one sleeps
            await asyncio.gather(app.aclose(), asyncio.to_thread(time.sleep, _CLOSING_S))


class Product:
    """One editor window with the session's document."""

    def __init__(self, engine: Engine, text: str, language: str = "rust") -> None:
        self._engine = engine
        self._session = Session()
        self._version = 1
        self._session.documents.open(URI, language, 1, text)

    async def ready(self) -> None:
        """Waits for the document's first tree."""
        await self._session.documents.parsed(URI)

    def edited(self, stroke: Stroke, _: str = "") -> None:
        """What ``lsp.sync`` does with a change."""
        self._version += 1
        for position, deleted, text in stroke.patches:
            lines = self._session.documents[URI].lines
            change = Change(lines.point(position), lines.point(position + deleted), text)
            snapshot = self._session.documents.change(URI, self._version, [change])
            self._session.fates.changed(URI, lines, position, position + deleted, text)
            terms = self._engine.terms(self._engine.routes["complete"])
            self._session.look_ahead(Cursor(snapshot, position + len(text)), terms, _PAUSE_S)

    async def complete(self, stroke: Stroke, _: Place) -> Answer:
        """The suggestion after a stroke, or "" and why there is none."""
        outcome = await complete(self._engine, self._session, Cursor(self._session.documents[URI], stroke.cursor))
        if isinstance(outcome, Ghost):
            return outcome.text, ""
        return "", outcome.reason

    def close(self) -> None:
        """Ends everything."""
        self._session.close_all()


def _with(model: Any, innermost: Model) -> Any:
    """The same wrappers around another provider."""
    if isinstance(model, Failover):
        return replace(model, models=[(name, _with(each, innermost)) for name, each in model.models])
    return replace(model, model=_with(model.model, innermost)) if hasattr(model, "model") else innermost
