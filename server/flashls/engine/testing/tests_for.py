"""Tests for a symbol: in the project's framework, in the right file beside what is there; run where that is trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from flashls.engine.anchors import Replacement, applied
from flashls.engine.answering.explain import subject
from flashls.engine.engine import Engine
from flashls.engine.hidden import hidden
from flashls.engine.task import answered, permit, room, route_of
from flashls.engine.testing.testcode import Clash, Tests, new_file, placed, tests_from
from flashls.engine.testing.testplace import TestPlace, place_for_tests
from flashls.engine.testing.testrun import Ran, run_tests
from flashls.models.seam import Garbled, Refused
from flashls.prompt.tests_for import compose_tests, compose_tests_again
from flashls.syntax.errors import errors_in
from flashls.syntax.languages import Language, language_of
from flashls.syntax.outline import outline_in_steps
from flashls.syntax.trees import parse_in_steps
from flashls.text.lines import lines_of
from flashls.text.uris import path_of, shown_path
from flashls.types import Lines, Snapshot, Snippet

_TRIES = 2
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Tested:
    """Tests for a file. ``edits`` are for ``lines``, what stands in ``path`` now: nothing, for one that is ``new``.

    ``version`` is that of an open document, None for one that is not open. ``names`` are the tests'. ``state`` says
    whether they were run: those that "failed", twice, are for a person to look at, not to be applied; ``output`` is
    what they printed then.
    """

    path: Path
    new: bool
    lines: Lines
    version: int | None
    edits: tuple[Replacement, ...]
    names: tuple[str, ...]
    framework: str
    state: Literal["passed", "failed", "unrun"]
    how: str
    output: str = ""

    @property
    def text(self) -> str:
        """The file with the tests."""
        return applied(self.lines, self.edits)


@dataclass(frozen=True, slots=True)
class _Asked:
    snapshot: Snapshot
    language: Language
    place: TestPlace
    symbol: str
    existing: str


async def tests_for(
    engine: Engine, snapshot: Snapshot, start: int, end: int, root: str | None = None, opened: Sequence[Snapshot] = ()
) -> Tested:
    """Tests for offsets ``start`` to ``end``; an empty range stands for the symbol around it.

    They go by the project's own tests, extend the file that tests this one, and replace nothing: tests of a name that
    is there already are asked for anew, once, as are those that do not parse and, where ``[trust] roots`` lets them be
    run, those that fail. ``opened`` are the open documents, whose text counts for that of their files.

    Raises ``ModelError``: ``NotFound`` without a model; ``Refused`` for a file that no model may see, one that is on no
    disk, a language whose tests flashls does not know; ``Garbled`` for replies that are no tests.
    """
    route = route_of(engine, "test")
    permit(engine, snapshot, root)
    start, end = subject(snapshot, start, end)
    if not snapshot.after(start, end - start).strip():
        raise Refused("There is nothing to test here.")
    permit(engine, snapshot, root, start, end)
    asked = await _asked(engine, snapshot, start, end, root, opened)
    path, place = shown_path(snapshot.uri, root), asked.place
    file = shown_path(place.path.as_uri(), root) + (", which is new" if not asked.existing else "")
    draft = compose_tests(
        snapshot, path, start, end, asked.symbol, place.framework.told, file, room(engine, route),
        _examples(place, root), route.thinking, engine.templates["test"],
    )  # fmt: skip
    why, tested, last, answer = "", None, "", None
    for _ in range(_TRIES):
        answer = await answered(route, "test", draft, before=answer)
        tested, why, last = await _tested(engine, asked, answer.json, root, opened)
        if tested is not None and tested.state != "failed":
            return tested
        draft = compose_tests_again(draft, answer.text, f"This cannot be used: {why}.", last, engine.templates["test"])
    if tested is None:
        raise Garbled(f"The model wrote no tests that can be used: {why}.")
    return tested


async def _asked(
    engine: Engine, snapshot: Snapshot, start: int, end: int, root: str | None, opened: Sequence[Snapshot]
) -> _Asked:
    language = language_of(snapshot.language)
    if not snapshot.uri.startswith("file:"):
        raise Refused("Save the file first: where its tests belong is found by its path.")
    source = Path(path_of(snapshot.uri))
    folder = Path(root) if root and source.is_relative_to(root) else source.parent

    def read(path: Path) -> str | None:
        if hidden(path.as_uri(), root, engine.settings.paths.off):
            return None
        found = next((s for s in opened if s.uri == path.as_uri()), None)
        if found is not None:
            return found.lines.after(0, found.lines.length)
        try:
            return path.read_bytes().decode("utf-8") if path.stat().st_size <= _MOST_BYTES else None
        except (OSError, ValueError):
            return None

    place = await asyncio.to_thread(place_for_tests, source, folder, language.name, read) if language else None
    if language is None or place is None:
        raise Refused("flashls knows no place for tests of this: it is a test itself, its tests are kept from models, "
                      f"or they are in a language it writes no tests in ({snapshot.language}).")  # fmt: skip
    if place.framework.where == "module":
        place = TestPlace(source, place.framework, snapshot.lines.after(0, snapshot.lines.length))
    symbols = await outline_in_steps(snapshot.tree, snapshot.lines, language)
    inside = [s for s in symbols if s.start >= start and s.end <= end]
    named = inside[0].path if len(inside) == 1 or (inside and inside[0].start == start) else "what is marked"
    return _Asked(snapshot, language, place, named, place.text or "")


def _examples(place: TestPlace, root: str | None) -> tuple[Snippet, ...]:
    """The tests that there are, or a neighbour's."""
    if place.text and place.framework.where != "module":
        return (_example(place.path, place.text, root, "the tests that the new ones will stand below"),)
    if place.example and place.example_path is not None:
        return (_example(place.example_path, place.example, root, "tests of another file, as an example"),)
    return ()


def _example(path: Path, text: str, root: str | None, why: str) -> Snippet:
    return Snippet(shown_path(path.as_uri(), root), text[:12_000], "counterpart", 1.0, why)


async def _tested(
    engine: Engine, asked: _Asked, reply: Any, root: str | None, opened: Sequence[Snapshot]
) -> tuple[Tested | None, str, str]:
    """The tests of a reply, in their file; None, and why, for those that cannot be used; and what they printed."""
    place, language = asked.place, asked.language
    try:
        tests = tests_from(reply["imports"], [each["code"] for each in reply["tests"]], language)
        edits = _edits(asked, tests)
    except Clash as clash:
        return None, f"there are tests of the same name already: {clash}", ""
    except Garbled as garbled:
        return None, str(garbled), ""
    text = applied(lines_of(asked.existing), edits)
    if await _errors(language, text) > (await _errors(language, asked.existing) if asked.existing else 0):
        return None, "the file with the tests does not parse", ""
    ran = await _ran(engine, asked, text, tests.names, root)
    document = next((s for s in opened if s.uri == place.path.as_uri()), None)
    if place.framework.where == "module":
        document = asked.snapshot
    tested = Tested(
        place.path, not asked.existing and not place.path.exists(), lines_of(asked.existing),
        document.version if document else None, edits, tests.names, place.framework.name, ran.state, ran.how,
        ran.output,
    )  # fmt: skip
    return tested, "the tests fail", ran.output


async def _ran(engine: Engine, asked: _Asked, text: str, names: Sequence[str], root: str | None) -> Ran:
    return await run_tests(
        asked.place.framework, asked.place.path, text, names, Path(root) if root else None, engine.settings
    )  # fmt: skip


def _edits(asked: _Asked, tests: Tests) -> tuple[Replacement, ...]:
    place, language = asked.place, asked.language
    if len(set(tests.names)) < len(tests.names):
        raise Clash(next(name for name in tests.names if tests.names.count(name) > 1))
    if asked.existing.strip():
        return placed(asked.existing, tests, place.framework, language)
    source = asked.snapshot.lines.after(0, asked.snapshot.lines.length)
    text = new_file(tests, place.framework, language, source, place.path.stem)
    line_end = "\r\n" if asked.snapshot.lines[0].endswith("\r\n") else "\n"
    return (Replacement(0, len(asked.existing), text.replace("\n", line_end)),)


async def _errors(language: Language, text: str) -> int:
    tree = await parse_in_steps(language, lines_of(text))
    return errors_in(tree) if tree else 0
