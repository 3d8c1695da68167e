"""flashls explain: what a piece of code does, as Markdown that streams."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Annotated

from cyclopts import Parameter

from flashls.app import App
from flashls.engine.explain import explain as explain_range
from flashls.models.seam import ModelError, NotFound
from flashls.types import End, Piece
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.console import console
from flashls_cli.page import Page
from flashls_cli.progress import waiting
from flashls_cli.target import Target, resolve
from flashls_cli.trouble import Trouble


def explain(
    target: str,
    /,
    *,
    brief: Annotated[bool, Parameter(negative="")] = False,
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Explain the code at a TARGET.

    Parameters
    ----------
    target:
        The piece, as path, path:LINE-LINE, path::Symbol.name, or - for standard input; at a path:LINE:COL the
        function around it.
    brief:
        In one or two sentences.
    language:
        The LSP language id, where the path does not tell it.
    """
    try:
        return asyncio.run(_explain(target, brief, language, common))
    except Trouble as trouble:
        if common.json:
            print_json({"text": "", "reason": "error", "detail": str(trouble)})
        raise


async def _explain(target: str, brief: bool, language: str | None, common: Common) -> int:
    place = await resolve(target, language)
    async with opened_app(common, place.root) as app:
        started = time.perf_counter()
        try:
            text, end = await _streamed(app, place, brief, draw=not common.json)
        except NotFound as error:
            raise Trouble(str(error)) from None
        except ModelError as error:
            raise Trouble(str(error), status=1) from None
    if common.json:
        ms = round((time.perf_counter() - started) * 1000, 1)
        print_json({"text": text, "reason": end.reason if end else "error", "model": _model(app), "ms": ms})
    return 0 if text.strip() else 1


async def _streamed(app: App, place: Target, brief: bool, draw: bool) -> tuple[str, End | None]:
    """The whole text; drawn as it comes: Markdown for people, plain text for pipes."""
    text, end = "", None
    stream = explain_range(app.engine, place.snapshot, place.start, place.end, brief, root=str(place.root))
    async with aclosing(stream) as items:
        with waiting(f"asking {_model(app)}"):
            item = await anext(items, None)
        with _paper(draw) as write:
            while item is not None:
                if isinstance(item, Piece):
                    text += item.text
                    write(item.text)
                else:
                    end = item
                item = await anext(items, None)
    return text, end


def _model(app: App) -> str:
    route = app.engine.routes.get("explain")
    return route.name if route else ""


@contextmanager
def _paper(draw: bool) -> Iterator[Callable[[str], None]]:
    """What the text is written on: a page on a terminal, plain text in a pipe, nothing if it is not to be drawn."""
    if not draw:
        yield lambda _: None
    elif sys.stdout.isatty():
        with Page(console()) as page:
            yield page.write
    else:
        try:
            yield _printed
        finally:
            sys.stdout.write("\n")


def _printed(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
