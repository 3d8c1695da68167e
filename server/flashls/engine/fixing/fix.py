"""Fix: what is wrong in, edits out, checked as far as tools can; what is wrong with a selection, where no tool says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from flashls.engine.anchors import EDITS, SOME_EDITS, Replacement, Span, Unanchored, anchored, edits_of
from flashls.engine.answering.explain import subject
from flashls.engine.checks.check import place_of
from flashls.engine.engine import Engine, Route
from flashls.engine.fixing.explanation import begun_in, plain
from flashls.engine.fixing.verify import Before, Verdict, before, tools_that_tell, verify
from flashls.engine.task import Answer, answered, permit, room, route_of
from flashls.models.seam import Garbled, Refused
from flashls.prompt.fix import compose_fix, compose_fix_again
from flashls.syntax.languages import language_of
from flashls.syntax.outline import outline_in_steps
from flashls.syntax.scopes import enclosing
from flashls.text.uris import shown_path
from flashls.types import Diagnostic, Draft, Lines, Snapshot

_AROUND = 30  # rows around a diagnostic that its fix may change, besides the definition it is in
_LONG_SCOPE = 200  # rows; of a longer definition only what is around the diagnostic may change
_HEAD_ROWS = 80
_LONGEST_HEAD = 4_000
_TRIES = 2
_NO_EDIT = "there is no edit"
# What a model is told of an answer that is none, where why it is none does not say what to do.
_SAID = {
    _NO_EDIT: "There is no edit in your answer.",
    "the edits change nothing": 'In your answer "new" is the same as "old": as "new", write the lines as they must be.',
}


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of a fix. ``changes`` are for the document at ``version``; there are none if it is ``refused``.

    ``explanation`` is the model's, as plain text; ``how`` says in our words what checked the changes, why nothing
    could, or why there are none.
    """

    version: int
    state: Literal["verified", "unverified", "refused"]
    how: str
    changes: tuple[Replacement, ...] = ()
    explanation: str = ""


async def fix(
    engine: Engine,
    snapshot: Snapshot,
    root: str | None,
    diagnostics: Sequence[Diagnostic] = (),
    selection: Span | None = None,
    priority: int = 0,
    hear: Callable[[str], None] | None = None,
) -> Fixed:
    """Edits that mend the diagnostics; without any, what the model finds wrong with the selection.

    The model is asked once more, with what was wrong, if its edits cannot be placed, do not parse, or a tool is not
    content. What is wrong even then is not given out. A fix for diagnostics may change the definition they are in,
    what is around them, and the head of the file with its imports; for a selection, its rows. ``root`` is the
    workspace's folder. ``hear`` is told the model's explanation so far, as it comes, anew for each answer. Raises
    ``ModelError``: ``Refused`` too if the file may not be seen, or there is nothing to mend.
    """
    route = route_of(engine, "fix")
    permit(engine, snapshot, root)
    piece = _piece(snapshot, diagnostics, selection)
    if not snapshot.after(piece[0], piece[1] - piece[0]).strip() and not diagnostics:
        raise Refused("There is nothing to mend here.")
    permit(engine, snapshot, root, *piece)
    head = await _head(snapshot)
    within = _reach(snapshot, diagnostics, head) if diagnostics else (piece,)
    most, told = room(engine, route), engine.templates["fix"]
    path, top = shown_path(snapshot.uri, root), snapshot.before(head, head)
    draft = compose_fix(snapshot, path, piece, diagnostics, most, EDITS, route.thinking, told, top)
    tools = tools_that_tell(snapshot.language, diagnostics)
    looking = asyncio.create_task(before(snapshot, tools, place_of(snapshot, root), engine.settings))
    try:
        attempt = _Attempt(engine, route, snapshot, root, diagnostics, within, looking, priority, hear)
        return await _tried(attempt, draft)
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What stays the same when the model is asked again; ``looking`` is what the tools say of the text as it is."""

    engine: Engine
    route: Route
    snapshot: Snapshot
    root: str | None
    diagnostics: Sequence[Diagnostic]
    within: Sequence[Span]
    looking: asyncio.Task[Before]
    priority: int
    hear: Callable[[str], None] | None

    async def answer(self, draft: Draft, last: Answer | None) -> Answer:
        def heard(reply: str) -> None:
            if self.hear is not None and (said := begun_in(reply)):
                self.hear(said)

        return await answered(self.route, "fix", draft, priority=self.priority, before=last, heard=heard)

    async def is_checked(self) -> bool:
        """Whether a tool tells if a fix is right, so that a model may be pressed for one."""
        return bool((await self.looking).found)

    async def judged(self, changes: Sequence[Replacement]) -> Verdict:
        place = place_of(self.snapshot, self.root)
        return await verify(await self.looking, changes, self.diagnostics, place, self.engine.settings)


async def _tried(attempt: _Attempt, draft: Draft) -> Fixed:
    version, why, said, answer = attempt.snapshot.version, "", "", None
    for _ in range(_TRIES):
        try:
            answer = await attempt.answer(draft, answer)
        except Garbled:
            if answer is None:
                raise
            break
        said, output = plain(str(answer.json["explanation"])), ""
        try:
            changes = _changes(attempt, answer)
            verdict = await attempt.judged(changes)
            if verdict.state != "wrong":
                return Fixed(version, verdict.state, verdict.how, changes, said)
            why, reason, output = verdict.how, "The changed file was checked: it is not right.", verdict.output
        except Unanchored as unanchored:
            why = str(unanchored)
            reason = _SAID.get(why, f"This cannot be done: {why}.")
        schema = SOME_EDITS if await attempt.is_checked() else EDITS
        if why == _NO_EDIT and schema is EDITS:
            break
        draft = compose_fix_again(draft, answer.text, reason, output, schema, attempt.engine.templates["fix"])
    if why == _NO_EDIT:
        return Fixed(version, "refused", "The model has no fix for it.", explanation=said)
    return Fixed(version, "refused", f"No fix that holds was found: {why}.")


def _changes(attempt: _Attempt, answer: Answer) -> tuple[Replacement, ...]:
    """What a reply changes. Raises Unanchored if that is nothing, or cannot be placed."""
    if not answer.json["edits"]:
        raise Unanchored(_NO_EDIT)
    return anchored(attempt.snapshot.lines, edits_of(answer), attempt.within)


def _piece(snapshot: Snapshot, diagnostics: Sequence[Diagnostic], selection: Span | None) -> Span:
    """What the question is about, in whole rows: the diagnostics', the selection's, or the definition around it."""
    lines = snapshot.lines
    if diagnostics:
        first, last = min(d.row for d in diagnostics), max(max(d.row, d.end_row) for d in diagnostics)
        return lines.offset(first, 0), _end_of(lines, last)
    start, end = subject(snapshot, *selection) if selection else (0, lines.length)
    last, column = lines.point(end)
    return lines.offset(lines.point(start)[0], 0), end if column == 0 else _end_of(lines, last)


def _reach(snapshot: Snapshot, diagnostics: Sequence[Diagnostic], head: int) -> tuple[Span, ...]:
    """What a fix of diagnostics may change, in order and apart."""
    spans = sorted(((0, head), *(span for each in diagnostics for span in _near(snapshot, each))))
    merged = list[Span]()
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _near(snapshot: Snapshot, one: Diagnostic) -> Iterator[Span]:
    lines, row = snapshot.lines, min(one.row, len(snapshot.lines) - 1)
    yield lines.offset(row - _AROUND, 0), lines.offset(row + _AROUND + 1, 0)
    text = lines[row]
    inside = lines.offset(row, len(text) - len(text.lstrip()) + 1)
    for scope in enclosing(snapshot.tree, lines, language_of(snapshot.language), inside):
        if lines.point(scope.end)[0] - lines.point(scope.start)[0] <= _LONG_SCOPE:
            yield lines.offset(lines.point(scope.start)[0], 0), scope.end
            return


async def _head(snapshot: Snapshot) -> int:
    """The offset at which the first definition of a file begins: before it stand the imports."""
    lines = snapshot.lines
    symbols = await outline_in_steps(snapshot.tree, lines, language_of(snapshot.language))
    starts = [symbol.start for symbol in symbols if symbol.kind not in ("variable", "constant", "macro")]
    most = min(lines.offset(_HEAD_ROWS, 0), _LONGEST_HEAD)
    return lines.offset(lines.point(min(min(starts, default=most), most))[0], 0)


def _end_of(lines: Lines, row: int) -> int:
    """The end of a row, before its line end."""
    row = min(row, len(lines) - 1)
    return lines.offset(row, len(lines[row].rstrip("\r\n")))
