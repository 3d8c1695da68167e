"""Findings of a review as people and programs get them: lines and columns from 1, as editors show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from flashls.engine.reviewing.review import Finding, Review
from flashls.prompt.review import SEVERITIES
from flashls.types import Lines
from flashls_cli.journal import digest_of


class Place(msgspec.Struct, frozen=True):
    """Lines and columns of code points, from 1; the end column is the one after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


class Note(msgspec.Struct, frozen=True):
    """Another place that a finding depends on."""

    place: Place
    note: str


class Problem(msgspec.Struct, frozen=True):
    """A finding. ``fingerprint`` is the same for the same kind of finding at the same code, wherever that has moved."""

    place: Place
    severity: str
    kind: str
    title: str
    explanation: str
    fingerprint: str
    related: tuple[Note, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """What a review of one file came to; ``trouble`` where there was none."""

    path: str
    findings: tuple[Problem, ...] = ()
    dropped: int = 0
    outside: int = 0
    trouble: str = ""


def report_of(path: str, lines: Lines, found: Review) -> Report:
    """A file's findings, with places for people in place of offsets."""
    return Report(path, tuple(_problems(path, lines, found)), found.dropped, found.outside)


def at_least(report: Report, severity: str) -> bool:
    """Whether a report has a finding of this severity or a graver one; ``never`` is graver than all."""
    if severity not in SEVERITIES:
        return False
    grave = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return any(problem.severity in grave for problem in report.findings)


def _problems(path: str, lines: Lines, found: Review) -> Iterator[Problem]:
    seen = Counter[str]()
    for one in found.findings:
        print_ = _fingerprint(path, lines, one)
        seen[print_] += 1
        related = tuple(Note(_place(lines, r.start, r.end), r.note) for r in one.related)
        known_as = f"{print_}:{seen[print_]}"
        place = _place(lines, one.start, one.end)
        yield Problem(place, one.severity, one.kind, one.title, one.explanation, known_as, related)


def _fingerprint(path: str, lines: Lines, one: Finding) -> str:
    """Of the code without its blanks, so that moving or indenting it makes no new finding of it."""
    code = "".join(lines.after(one.start, one.end - one.start).split())
    return digest_of(path, one.kind, code)[:16]


def _place(lines: Lines, start: int, end: int) -> Place:
    (row, column), (end_row, end_column) = lines.point(start), lines.point(end)
    return Place(row + 1, column + 1, end_row + 1, end_column + 1)
