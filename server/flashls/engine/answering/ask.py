"""Ask: a question about a workspace, answered from its code, with places that are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flashls.context.question import stretches
from flashls.engine.answering.citations import checked, rows_in
from flashls.engine.engine import Engine, Route
from flashls.engine.masked import masked_rows
from flashls.engine.task import asked, room
from flashls.index.files import content
from flashls.models.profiles import profile
from flashls.models.profiles import room as thoughts
from flashls.models.seam import Refused, Stream
from flashls.prompt.ask import Extract, compose_ask
from flashls.text.uris import shown_path
from flashls.types import Draft, Image, Workspace

# An answer may rest on more than a completion: four times as much.
_ROOM = 4
_MOST_BYTES = 1_000_000
_LEAST_ROWS = 3
_SELECTION = "the user has chosen it"
# What a prompt holds besides the code, in tokens: instructions, the question, and the answer, which counts as well.
_BESIDES = 8_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user has chosen in an editor: rows ``row`` to ``end_row`` (both included) of an open document."""

    uri: str
    row: int
    end_row: int


@dataclass(frozen=True, slots=True)
class Material:
    """The code that questions are answered from; ``left_out`` are files that there was no room for."""

    extracts: tuple[Extract, ...]
    left_out: tuple[str, ...] = ()

    @property
    def characters(self) -> int:
        """About how long it is."""
        return sum(extract.length for extract in self.extracts)


async def ask(
    engine: Engine, route: Route, workspace: Workspace, question: str, material: Material, images: Sequence[Image] = ()
) -> Stream:
    """Yields the answer as Markdown pieces, wrong places struck through, then its End.

    The workspace is one that ``visible`` gave; ``material`` comes from ``gathered`` or ``whole``. Raises
    ``ModelError``: ``Refused`` for pictures that the model does not take.
    """
    draft = drafted(engine, route, question, material, images)
    rows = rows_in(workspace, (extract.path for extract in material.extracts))
    async with aclosing(checked(asked(route, "ask", draft), rows)) as stream:
        async for item in stream:
            yield item


def drafted(engine: Engine, route: Route, question: str, material: Material, images: Sequence[Image] = ()) -> Draft:
    """What is asked; what it begins with is the same for all questions on one material. Raises Refused."""
    if not question.strip():
        raise Refused("There is no question: say in words what you want to know.")
    if images and not profile(route.name).images:
        raise Refused(f"{route.name} takes no pictures: choose another model with --model.")
    return compose_ask(question, material.extracts, images, route.thinking, engine.templates["ask"])


def gathered(
    engine: Engine, route: Route, workspace: Workspace, question: str, chosen: Selection | None = None
) -> Material:
    """The code that a question is about: what is chosen, what the question names, and what speaks of the same things.

    The workspace is one that ``visible`` gave. Reads files: for a thread.
    """
    left = _ROOM * room(engine, route)
    rows_of = _reader(workspace)
    found, out = list[Extract](), dict[str, None]()
    wanted = [(one.path, one.row, one.end_row, one.why) for one in stretches(question, workspace)]
    for path, row, end_row, why in (*_selected(workspace, chosen), *wanted):
        extract = Extract(path, row, tuple(rows_of(path)[row : end_row + 1]), why)
        if not any(text.strip() for text in extract.rows):
            continue
        fitting = _fitting(extract, left)
        if fitting is None:
            out[path] = None
            continue
        found.append(fitting)
        left -= fitting.length
    shown = {extract.path for extract in found}
    return Material(tuple(found), tuple(path for path in out if path not in shown))


def whole(route: Route, workspace: Workspace, paths: Iterable[str]) -> Material:
    """All of some files (paths below the root), as much as the model's window holds, in the order of the paths.

    Of too many those with the shortest paths are taken. Reads files, and looks for secrets in them: for a thread.
    """
    row = profile(route.name)
    tokens = row.window - _BESIDES - thoughts(row, route.thinking)
    left = int(max(0, tokens) * route.budget.chars_per_token * 0.9)
    rows_of, found, out = _reader(workspace), list[Extract](), list[str]()
    for path in sorted(paths, key=lambda path: (path.count("/"), path)):
        extract = Extract(path, 0, tuple(rows_of(path)))
        if not extract.rows:
            continue
        if extract.length > left:
            out.append(path)
        else:
            found.append(extract)
            left -= extract.length
    return Material(tuple(sorted(found, key=lambda extract: extract.path)), tuple(out))


def _selected(workspace: Workspace, chosen: Selection | None) -> Iterator[tuple[str, int, int, str]]:
    known = {snapshot.uri for snapshot in workspace.snapshots}
    if chosen is not None and chosen.uri in known:
        yield shown_path(chosen.uri, workspace.root), chosen.row, chosen.end_row, _SELECTION


def _fitting(extract: Extract, left: int) -> Extract | None:
    """As many of the first rows as there is room for; None if that is hardly any."""
    if extract.length <= left:
        return extract
    rows, size = 0, Extract(extract.path, 0, (), extract.why).length
    for row in extract.rows:
        size += len(row) + 7
        if size > left:
            break
        rows += 1
    return Extract(extract.path, extract.row, extract.rows[:rows], extract.why) if rows >= _LEAST_ROWS else None


def _reader(workspace: Workspace) -> Callable[[str], list[str]]:
    """Gives a file's rows without its secrets: as it is open, else as it lies on the disk; none of what is no text."""
    open_ = {shown_path(each.uri, workspace.root): each for each in workspace.snapshots}

    @cache
    def rows(path: str) -> list[str]:
        if path in open_:
            lines = open_[path].lines
            return masked_rows(lines.after(0, lines.length))
        if workspace.root is None or not workspace.visible(path):
            return []
        try:
            file = Path(workspace.root, path)
            data = file.read_bytes() if file.stat().st_size <= _MOST_BYTES else b""
        except OSError:
            return []
        return [] if content(path, data) == "unreadable" else masked_rows(data.decode("utf-8", "replace"))

    return rows
