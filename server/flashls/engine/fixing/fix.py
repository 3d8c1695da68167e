"""Fix: what is wrong in, edits out, checked as far as tools can; what is wrong with a selection, where no tool says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from flashls.engine.anchors import EDITS, SOME_EDITS, Replacement, Span, Unanchored, anchored, edits_of
from flashls.engine.checks.check import place_of
from flashls.engine.engine import Engine, Route
from flashls.engine.fixing.anew import NO_CODE, changes_of, remark_of
from flashls.engine.fixing.explanation import begun_in, plain
from flashls.engine.fixing.reach import head_of, piece_of, reach_of, rewritable
from flashls.engine.fixing.verify import Before, Verdict, before, tools_that_tell, verify
from flashls.engine.task import Answer, answered, permit, room, route_of
from flashls.models.seam import Garbled, Refused
from flashls.prompt.fix import compose_fix, compose_fix_again, compose_fix_anew
from flashls.text.uris import shown_path
from flashls.types import Diagnostic, Draft, Snapshot

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

    If what came of the first answer does not parse or a tool is not content, the model is asked for other edits, with
    what was wrong; if an answer had no edits, they could not be placed, or are the same again, for all of the code, of
    which only the difference is taken. Neither is asked for twice. What is wrong even then is not given out. A fix for
    diagnostics may change the definition they are in, what is around them, and the head of the file with its imports;
    for a selection, its rows.

    ``root`` is the workspace's folder. ``hear`` is told the model's explanation so far, as it comes, anew for each
    answer. Raises ``ModelError``: ``Refused`` too if the file may not be seen, or there is nothing to mend.
    """
    route = route_of(engine, "fix")
    permit(engine, snapshot, root)
    piece = piece_of(snapshot, diagnostics, selection)
    if not snapshot.after(piece[0], piece[1] - piece[0]).strip() and not diagnostics:
        raise Refused("There is nothing to mend here.")
    permit(engine, snapshot, root, *piece)
    head = await head_of(snapshot)
    within = reach_of(snapshot, diagnostics, head) if diagnostics else (piece,)
    tools = tools_that_tell(snapshot.language, diagnostics)
    looking = asyncio.create_task(before(snapshot, tools, place_of(snapshot, root), engine.settings))
    try:
        problem = _Problem(engine, route, snapshot, root, diagnostics, piece, within, looking, priority, hear)
        return await _tried(problem, problem.question(head))
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is to be mended, and whom to ask; ``looking`` is what the tools say of the text as it is."""

    engine: Engine
    route: Route
    snapshot: Snapshot
    root: str | None
    diagnostics: Sequence[Diagnostic]
    piece: Span
    within: Sequence[Span]
    looking: asyncio.Task[Before]
    priority: int
    hear: Callable[[str], None] | None

    @property
    def path(self) -> str:
        return shown_path(self.snapshot.uri, self.root)

    def question(self, head: int) -> Draft:
        most, told = room(self.engine, self.route), self.engine.templates["fix"]
        return compose_fix(
            self.snapshot, self.path, self.piece, self.diagnostics, most, EDITS, self.route.thinking, told,
            self.snapshot.before(head, head),
        )  # fmt: skip

    def question_anew(self, piece: Span) -> Draft:
        most, told = room(self.engine, self.route), self.engine.templates["fix-anew"]
        return compose_fix_anew(
            self.snapshot, self.path, piece, self.diagnostics, most, self.route.thinking, told
        )  # fmt: skip

    async def answer(self, draft: Draft, last: Answer | None = None) -> Answer:
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


@dataclass(frozen=True, slots=True)
class _Reply:
    """What came of a question: the changes, and what the tools say of them; ``why`` there are none, without a verdict.

    ``unread`` is what the reply was instead of an answer.
    """

    said: str = ""
    why: str = ""
    changes: tuple[Replacement, ...] = ()
    verdict: Verdict | None = None
    answer: Answer | None = None
    unread: Garbled | None = None

    @property
    def is_wrong(self) -> bool:
        return self.verdict is None or self.verdict.state == "wrong"

    def repeats(self, other: _Reply) -> bool:
        """Whether this is another reply that says the same."""
        return self is not other and self.changes == other.changes


async def _tried(problem: _Problem, draft: Draft) -> Fixed:
    first = last = await _by_edits(problem, draft)
    if first.why == _NO_EDIT and not await problem.is_checked():
        return _fixed(problem, first)
    piece = rewritable(problem.snapshot, problem.diagnostics, problem.piece, room(problem.engine, problem.route))
    if first.answer is not None and first.is_wrong and (first.verdict is not None or piece is None):
        last = await _by_other_edits(problem, draft, first, first.answer)
    if piece is not None and last.is_wrong and (last.verdict is None or last.repeats(first)):
        last = await _by_code(problem, piece, last)
    if first.unread is not None and last.verdict is None:
        raise first.unread
    return _fixed(problem, first if last.unread is not None else last)


def _fixed(problem: _Problem, reply: _Reply) -> Fixed:
    version, verdict = problem.snapshot.version, reply.verdict
    if reply.why == _NO_EDIT:
        return Fixed(version, "refused", "The model has no fix for it.", explanation=reply.said)
    if verdict is None or verdict.state == "wrong":
        return Fixed(version, "refused", f"No fix that holds was found: {verdict.how if verdict else reply.why}.")
    return Fixed(version, verdict.state, verdict.how, reply.changes, reply.said)


async def _by_edits(problem: _Problem, draft: Draft, last: Answer | None = None) -> _Reply:
    """The question asked for edits that are anchored on the old text."""
    try:
        answer = await problem.answer(draft, last)
    except Garbled as unread:
        return _Reply(unread=unread)
    said = plain(str(answer.json["explanation"]))
    try:
        if not answer.json["edits"]:
            raise Unanchored(_NO_EDIT)
        changes = anchored(problem.snapshot.lines, edits_of(answer), problem.within)
    except Unanchored as unanchored:
        return _Reply(said, str(unanchored), answer=answer)
    return _Reply(said, "", changes, await problem.judged(changes), answer)


async def _by_other_edits(problem: _Problem, draft: Draft, last: _Reply, answer: Answer) -> _Reply:
    """The question asked again for edits, with what was wrong with the last ones."""
    if last.verdict is not None:
        reason, output = "The changed file was checked: it is not right.", last.verdict.output
    else:
        reason, output = _SAID.get(last.why, f"This cannot be done: {last.why}."), ""
    schema = SOME_EDITS if await problem.is_checked() else EDITS
    again = compose_fix_again(draft, answer.text, reason, output, schema, problem.engine.templates["fix"])
    return await _by_edits(problem, again, answer)


async def _by_code(problem: _Problem, piece: Span, last: _Reply) -> _Reply:
    """The question asked for the piece written out anew, from which the changes are found; ``last`` without code."""
    answer = await problem.answer(problem.question_anew(piece))
    try:
        changes = changes_of(answer, problem.snapshot.lines, piece, problem.within)
    except Unanchored as unanchored:
        return last if str(unanchored) == NO_CODE else _Reply(last.said, str(unanchored))
    return _Reply(plain(remark_of(answer)) or last.said, "", changes, await problem.judged(changes), answer)
