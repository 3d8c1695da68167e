"""Review: what is wrong with a piece of code, as findings that are each anchored to the code itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from flashls.engine.anchors import Unanchored, anchored
from flashls.engine.engine import Engine
from flashls.engine.reviewing.deltas import Delta
from flashls.engine.reviewing.pieces import Span, pieces
from flashls.engine.task import Answer, answered, permit, room, route_of
from flashls.models.seam import ModelError
from flashls.prompt.review import compose_review
from flashls.prompt.seal import unseal
from flashls.text.uris import shown_path
from flashls.types import End, Lines, Snapshot

Severity = Literal["error", "warning", "information", "hint"]

# Nobody waits for a review as for a completion: it may read four times as much at a time.
_ROOM = 4
_MOST_FINDINGS = 100
_AT_ONCE = 3  # questions
_ANYTHING = "\N{BLACK SQUARE}"  # in place of a quote: where it would go is where the quote stands


@dataclass(frozen=True, slots=True)
class Related:
    """Another place, offsets ``start`` to ``end``, that a finding depends on, and what there is to say of it."""

    start: int
    end: int
    note: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with offsets ``start`` to ``end``. ``kind`` is one of ``prompt.review.KINDS``.

    What the texts say comes from a model, and may hold anything.
    """

    start: int
    end: int
    severity: Severity
    kind: str
    title: str
    explanation: str
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """The findings in a document, in order. ``dropped`` are those whose quote stands nowhere in it, or more than once;
    ``outside`` those of what was not to be reviewed. ``ends`` are how the model's replies ended.
    """

    findings: tuple[Finding, ...] = ()
    dropped: int = 0
    outside: int = 0
    ends: tuple[End, ...] = ()


async def review(
    engine: Engine,
    snapshot: Snapshot,
    start: int,
    end: int,
    deltas: Sequence[Delta] | None = None,
    root: str | None = None,
    priority: int = 0,
) -> Review:
    """What is wrong with offsets ``start`` to ``end``, or with what was changed in the document (``deltas``).

    A long range is reviewed piece by piece, a few questions at a time. A secret in the code stays a placeholder in
    the findings. Raises ``ModelError``: ``NotFound`` without a model, ``Refused`` for a file that no model may see.
    """
    route = route_of(engine, "review")
    permit(engine, snapshot, root)
    permit(engine, snapshot, root, start, end)
    path, most = shown_path(snapshot.uri, root), _ROOM * room(engine, route)
    if deltas is None:
        spans = await asyncio.to_thread(pieces, snapshot, start, end, most)
        asked: list[tuple[Span, Delta | None]] = [(span, None) for span in spans if _has_text(snapshot, span)]
    else:
        asked = [((delta.ranges[0][0], delta.ranges[-1][1]), delta) for delta in deltas if delta.ranges]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def found(span: Span, delta: Delta | None) -> Review | ModelError:
        changes, told = delta.text if delta else "", engine.templates["review"]
        async with gate:
            draft = compose_review(snapshot, path, *span, most, changes, route.thinking, told)
            try:
                answer = await answered(route, "review", draft, priority=priority)
                return findings_of(snapshot.lines, answer, delta.ranges if delta else (span,))
            except ModelError as error:
                return error

    reviews = await asyncio.gather(*(found(*each) for each in asked))
    for one in reviews:
        if isinstance(one, ModelError):
            raise one
    return _joined([one for one in reviews if isinstance(one, Review)])


def findings_of(lines: Lines, answer: Answer, ranges: Sequence[Span]) -> Review:
    """The findings of a reply whose quote stands exactly once in the document, and touches one of the ranges.

    A related place that is not found is left out of its finding. Raises Garbled for a reply that is no JSON.
    """
    kept, dropped, outside = dict[tuple[int, int, str], Finding](), 0, 0
    for said in answer.json["findings"][:_MOST_FINDINGS]:
        span = _located(lines, unseal(said["quote"], answer.prompt))
        if span is None:
            dropped += 1
        elif not any(_touches(span, one) for one in ranges):
            outside += 1
        else:
            finding = _finding(lines, answer, said, span)
            kept.setdefault((*span, finding.title), finding)
    return Review(tuple(kept.values()), dropped, outside, (answer.end,))


def after_edit(findings: Sequence[Finding], start: int, end: int, length: int) -> tuple[Finding, ...]:
    """The findings that still hold when offsets ``start`` to ``end`` have become ``length`` characters.

    One whose code was edited is gone, and so is a related place; what stands behind has moved.
    """

    def moved(span: Span) -> Span | None:
        if span[1] <= start:
            return span
        by = length - (end - start)
        return (span[0] + by, span[1] + by) if span[0] >= end else None

    return tuple(_moved(findings, moved))


def carried(findings: Sequence[Finding], old: Lines, new: Lines) -> tuple[Finding, ...]:
    """The findings of a text in a later one: those whose code stands there once."""
    return tuple(_moved(findings, lambda span: _located(new, old.after(span[0], span[1] - span[0]))))


def _moved(findings: Sequence[Finding], place: Callable[[Span], Span | None]) -> Iterator[Finding]:
    for one in findings:
        if span := place((one.start, one.end)):
            pairs = [(each, place((each.start, each.end))) for each in one.related]
            related = tuple(Related(*at, each.note) for each, at in pairs if at is not None)
            yield replace(one, start=span[0], end=span[1], related=related)


def _finding(lines: Lines, answer: Answer, said: Mapping[str, Any], span: Span) -> Finding:
    related = tuple(_related(lines, answer, said["related"]))
    title, explanation = (said[name].strip() for name in ("title", "explanation"))
    return Finding(*span, said["severity"], said["kind"], title or said["kind"], explanation, related)


def _related(lines: Lines, answer: Answer, said: Sequence[Mapping[str, Any]]) -> Iterator[Related]:
    for one in said:
        span = _located(lines, unseal(one["quote"], answer.prompt))
        if span is not None:
            yield Related(*span, one["note"].strip())


def _located(lines: Lines, quote: str) -> Span | None:
    """Where a quote stands, without the blanks around it; None if nowhere or more than once."""
    quote = quote.strip()
    if not quote:
        return None
    try:
        (found,) = anchored(lines, ((quote, _ANYTHING),))
    except Unanchored:
        return None
    text = lines.after(found.start, found.end - found.start)
    return found.start + len(text) - len(text.lstrip()), found.end - len(text) + len(text.rstrip())


def _touches(span: Span, other: Span) -> bool:
    return span[0] <= other[1] and other[0] <= span[1]


def _joined(found: Sequence[Review]) -> Review:
    findings = sorted((f for one in found for f in one.findings), key=lambda f: (f.start, f.end, f.title))
    ends = tuple(end for one in found for end in one.ends)
    return Review(tuple(findings), sum(one.dropped for one in found), sum(one.outside for one in found), ends)


def _has_text(snapshot: Snapshot, span: Span) -> bool:
    return bool(snapshot.after(span[0], span[1] - span[0]).strip())
