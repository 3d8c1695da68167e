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

    The model is asked once more: for other edits, with what was wrong, if what came of the first does not parse or a
    tool is not content; for all of the code, if its answer had no edits or they could not be placed. What is wrong
    even then is not given out. A fix for diagnostics may change the definition they are in, what is around them, and
    the head of the file with its imports; for a selection, its rows. ``root`` is the workspace's folder. ``hear`` is
    told the model's explanation so far, as it comes, anew for each answer. Raises ``ModelError``: ``Refused`` too if
    the file may not be seen, or there is nothing to mend.
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


async def _tried(problem: _Problem, draft: Draft) -> Fixed:
    first = await _by_edits(problem, draft)
    if first.why == _NO_EDIT and not await problem.is_checked():
        return Fixed(problem.snapshot.version, "refused", "The model has no fix for it.", explanation=first.said)
    if not first.is_wrong:
        return _fixed(problem, first)
    second = await _again(problem, draft, first)
    if first.unread is not None and second.verdict is None:
        raise first.unread
    if second.why == _NO_EDIT:
        return Fixed(problem.snapshot.version, "refused", "The model has no fix for it.", explanation=second.said)
    return _fixed(problem, first if second.unread is not None else second)


def _fixed(problem: _Problem, reply: _Reply) -> Fixed:
    version, verdict = problem.snapshot.version, reply.verdict
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


async def _again(problem: _Problem, draft: Draft, first: _Reply) -> _Reply:
    """Asked once more: for all of the code where no edits could be had, else for others, with what is wrong."""
    piece = rewritable(problem.snapshot, problem.diagnostics, problem.piece, room(problem.engine, problem.route))
    if first.verdict is None and piece is not None:
        second = await _by_code(problem, piece, first.said)
        return first if second.why == NO_CODE else second
    if first.answer is None:
        return first
    if first.verdict is not None:
        reason, output = "The changed file was checked: it is not right.", first.verdict.output
    else:
        reason, output = _SAID.get(first.why, f"This cannot be done: {first.why}."), ""
    schema = SOME_EDITS if await problem.is_checked() else EDITS
    told = problem.engine.templates["fix"]
    return await _by_edits(
        problem, compose_fix_again(draft, first.answer.text, reason, output, schema, told), first.answer
    )


async def _by_code(problem: _Problem, piece: Span, said: str) -> _Reply:
    """The question asked for the piece written out anew, from which the changes are found."""
    answer = await problem.answer(problem.question_anew(piece))
    try:
        changes = changes_of(answer, problem.snapshot.lines, piece)
    except Unanchored as unanchored:
        return _Reply(said, str(unanchored))
    return _Reply(said or plain(remark_of(answer)), "", changes, await problem.judged(changes), answer)
