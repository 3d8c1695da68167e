"""Paper: what a reply is written on as it streams in: a page on a terminal, plain text in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager

from flashls.models.seam import Stream
from flashls.types import End, Piece
from flashls_cli.console import console
from flashls_cli.page import Page
from flashls_cli.printed import clean
from flashls_cli.progress import waiting


async def written(stream: Stream, asking: str, draw: bool = True) -> tuple[str, End | None]:
    """A reply's whole text and its End; drawn as it comes, if it is to be, and a spinner until then.

    What would move a terminal's cursor is left out.
    """
    text, end = "", None
    async with aclosing(stream) as items:
        with waiting(f"asking {asking}"):
            item = await anext(items, None)
        with _paper(draw) as write:
            while item is not None:
                if isinstance(item, Piece):
                    text += item.text
                    write(clean(item.text))
                else:
                    end = item
                item = await anext(items, None)
    return text, end


@contextmanager
def _paper(draw: bool) -> Iterator[Callable[[str], None]]:
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
