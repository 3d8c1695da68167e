"""Citations: places such as ``src/a.py:12`` in an answer, each checked before it is shown, struck if it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from flashls.index.files import language
from flashls.models.seam import ModelError, Stream
from flashls.text.uris import shown_path
from flashls.types import Lines, Piece, Workspace

Rows = Callable[[str], int | None]
"""How many rows the file at a path has, None if there is no such file that may be shown."""

_CITATION = re.compile(
    r"(?<![\w/\\.:@~+-])(?P<tick>`?)(?P<path>[\w.@+~-]+(?:[/\\][\w.@+~-]+)*):(?P<line>\d{1,7})"
    r"(?:[-–](?P<last>\d{1,7})|:\d{1,6})?(?P=tick)(?![\w/\\])"
)
_FENCE = re.compile(r"(?:```|~~~)")
_LONGEST_WORD = 400
_MOST_BYTES = 4_000_000


async def checked(stream: Stream, rows: Rows) -> Stream:
    """Yields a stream's pieces with each place that is not there struck through, as Markdown has it; then its End.

    Text is held back to the end of a word only. What stands in a fence is code, and stays as it is.
    """
    page = _Page(rows)
    async with aclosing(stream) as items:
        try:
            async for item in items:
                if not isinstance(item, Piece):
                    if rest := page.rest():
                        yield Piece(rest)
                    yield item
                elif text := page.read(item.text):
                    yield Piece(text)
        except ModelError:
            if rest := page.rest():
                yield Piece(rest)
            raise


def struck(text: str, rows: Rows) -> str:
    """A whole text with each place that is not there struck through."""
    page = _Page(rows)
    return page.read(text) + page.rest()


def rows_in(workspace: Workspace, shown: Iterable[str] = ()) -> Rows:
    """The rows of a workspace's files, as they are open or lie on the disk; only of what models may see.

    A path may also be the end of just one of those ``shown``. The workspace is one that ``visible`` gave.
    """
    open_ = {shown_path(each.uri, workspace.root): _count(each.lines) for each in workspace.snapshots}
    known = tuple({*shown, *open_})

    @cache
    def rows(path: str) -> int | None:
        path = path.replace("\\", "/").removeprefix("./")
        whole = [each for each in known if each.endswith(f"/{path}")]
        path = whole[0] if path not in known and len(whole) == 1 else path
        return open_[path] if path in open_ else _on_disk(path, workspace)

    return rows


@dataclass(slots=True)
class _Page:
    rows: Rows
    held: str = ""
    begun: bool = False
    """Whether there is something in the row so far."""
    fenced: bool = field(default=False)

    def read(self, text: str) -> str:
        """What can be shown now that ``text`` has come."""
        self.held += text
        cut = max(self.held.rfind(blank) for blank in " \n\t") + 1
        if not cut and len(self.held) < _LONGEST_WORD:
            return ""
        ready, self.held = (self.held[:cut], self.held[cut:]) if cut else (self.held, "")
        return "".join(self._word(word) for word in re.split(r"(\s+)", ready))

    def rest(self) -> str:
        """What was held back."""
        ready, self.held = self.held, ""
        return self._word(ready)

    def _word(self, word: str) -> str:
        if not word.strip():
            self.begun = self.begun and "\n" not in word
            return word
        fence = not self.begun and _FENCE.match(word)
        self.begun = True
        if fence:
            self.fenced = not self.fenced
        return word if fence or self.fenced else _CITATION.sub(self._cited, word)

    def _cited(self, found: re.Match[str]) -> str:
        path, rows = found["path"], self.rows(found["path"])
        if rows is None:
            names_file = "/" in path or "\\" in path or language(path)
            return f"~~{found[0]}~~" if names_file else found[0]
        first, last = int(found["line"]), int(found["last"] or found["line"])
        return found[0] if 1 <= first <= last <= rows else f"~~{found[0]}~~"


def _count(lines: Lines) -> int:
    return len(lines) - (len(lines) > 1 and not lines[len(lines) - 1])


def _on_disk(path: str, workspace: Workspace) -> int | None:
    if workspace.root is None or ".." in path.split("/") or path.startswith("/"):
        return None
    file = Path(workspace.root, path)
    try:
        if not file.is_file() or file.stat().st_size > _MOST_BYTES or not workspace.visible(path):
            return None
        data = file.read_bytes()
        return data.count(b"\n") + (not data.endswith(b"\n"))
    except (OSError, ValueError):
        return None
