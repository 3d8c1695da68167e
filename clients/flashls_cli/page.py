"""The page: Markdown that is drawn on a terminal while it streams in."""

from __future__ import annotations

import re
import time
from types import TracebackType

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.markdown import Markdown
from rich.segment import Segment

_FRAME_S = 0.08  # between two drawings of the last block
_LINE = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")  # as CommonMark has it, section 2.1


class Page:
    """A context manager that takes pieces of Markdown and draws each of its lines once.

    Finished blocks are printed for good. Only the last block, which may still change, is drawn anew, its last rows
    if it is longer than the screen: what has left the screen cannot be drawn over.
    """

    def __init__(self, console: Console) -> None:
        # No refreshing thread: one that draws while a block is printed goes up too far, and wipes what was printed.
        self._live = Live(console=console, transient=True, vertical_overflow="ellipsis", auto_refresh=False)
        self._tail = ""
        self._drawn = 0.0

    def __enter__(self) -> Page:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Prints what is left, also of a text that broke off."""
        self._live.stop()
        self._live.console.print(Markdown(self._tail))

    def write(self, piece: str) -> None:
        """Takes the next piece of the text."""
        finished, self._tail = split(self._tail + piece)
        self._live.update(_Last(Markdown(self._tail)))
        now = time.monotonic()
        if finished.strip():
            self._live.console.print(Markdown(finished), "")
        elif now - self._drawn > _FRAME_S:
            self._live.refresh()
            self._drawn = now


def split(text: str) -> tuple[str, str]:
    """Markdown in two: the blocks that no further text can change, and the last one.

    A line without its end does not count as the start of a block: ``2`` may become ``2. second``, in the list above.
    """
    whole = text[: text.rfind("\n") + 1]
    starts = [token.map[0] for token in Markdown(whole).parsed if token.level == 0 and token.map]
    lines = _LINE.split(text)
    last = starts[-1] if starts else 0
    return "".join(lines[:last]), "".join(lines[last:])


class _Last:
    """The last rows of a text, as many as the screen has."""

    def __init__(self, text: Markdown) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = console.render_lines(self._text, options.update(height=None), pad=False)
        for row in rows[-(options.max_height - 1) :]:
            yield from row
            yield Segment.line()
