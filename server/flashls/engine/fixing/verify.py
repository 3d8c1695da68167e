"""Verify: whether a text changed for a diagnostic is better: it parses, the tool that complained is content, and so on.

Nothing here decides by a model's word. What no tool can tell is ``unverified``, and said to be.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flashls.engine.anchors import Replacement, applied
from flashls.engine.checks.check import Place, check
from flashls.engine.checks.findings import Finding, new_ones
from flashls.engine.checks.program import NotRun
from flashls.engine.checks.tools import Tool, tools_for
from flashls.settings import Settings
from flashls.syntax.errors import errors_in
from flashls.syntax.languages import Language, language_of
from flashls.syntax.outline import outline_in_steps
from flashls.syntax.trees import parse_in_steps
from flashls.text.lines import BlockLines, lines_of
from flashls.types import Diagnostic, Lines, Snapshot

State = Literal["verified", "unverified", "wrong"]

# Comments that switch a check off: the diagnostic goes, what it is about stays.
_SILENCES = re.compile(
    r"#\s*(?:flake8:\s*)?(?:noqa|type:\s*ignore|ty:\s*ignore|pyright:|pylint:|mypy:|ruff:|isort:|nosec|pragma:|pyre-)|"
    r"//\s*nolint|/[/*]+\s*@ts-|/[/*]+\s*eslint-|/[/*]+\s*(?:biome|deno-lint|prettier)-ignore|//\s*NOLINT|//\s*\+build|"
    r"//go:build|#\s*shellcheck\s+disable|@SuppressWarnings|@no_type_check|#!?\[(?:allow|expect)\(|//\s*lint:ignore",
    re.IGNORECASE,
)
_FEW_ROWS = 3  # rows, besides those complained of, that may go, on balance, without a person looking at it
_SHOWN = 10  # findings that a model is told of


@dataclass(frozen=True, slots=True)
class Verdict:
    """``how`` in words for the user; ``output`` is what a model is told of a change that is wrong."""

    state: State
    how: str
    output: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """A text as it was, and what its tools said of it; ``silent`` are the tools that were not run, with the reason."""

    snapshot: Snapshot
    errors: int
    found: Mapping[str, tuple[Finding, ...]]
    silent: Mapping[str, str]


async def before(snapshot: Snapshot, tools: Sequence[Tool], place: Place, settings: Settings) -> Before:
    """What each tool says of a document as it is."""
    found, silent = await _findings(tools, _text(snapshot.lines), snapshot.language, place, settings)
    return Before(snapshot, await _errors(snapshot.lines, snapshot.language), found, silent)


async def verify(
    was: Before, changes: Sequence[Replacement], diagnostics: Sequence[Diagnostic], place: Place, settings: Settings
) -> Verdict:
    """Whether the changes do away with the diagnostics, and with nothing else that was well.

    Verified: each diagnostic was found by a tool before and no longer is, and no tool that was run finds anything new.
    """
    snapshot, text = was.snapshot, applied(was.snapshot.lines, changes)
    lines = lines_of(text)
    if told := _silenced(snapshot.lines, changes):
        return Verdict("wrong", told, told)
    if await _errors(lines, snapshot.language) > was.errors:
        return Verdict("wrong", "the result does not parse", "The result has a new syntax error.")
    tools = [tool for tool in tools_for(snapshot.language) if tool.name in was.found]
    after, failed = await _findings(tools, text, snapshot.language, place, settings)
    rows = _touched(snapshot.lines, changes)
    new = [each for name in after for each in _new(was.found[name], after[name], was.errors > 0, rows)]
    if new:
        return Verdict("wrong", f"{_names(after)} finds something new: {_short(new[0])}", _told("now finds", new))
    left = [d for d in diagnostics if any(_remains(d, was.found[name], after[name]) for name in after)]
    if left:
        still = f"{left[0].source or _names(after)} still finds: {left[0].message}"
        return Verdict("wrong", still[:300], f"The problem in line {left[0].row + 1} is still there: {left[0].message}")
    doubts = _doubt(was, after, failed, diagnostics), await _loss(snapshot, lines, changes, diagnostics)
    doubt = "; ".join(filter(None, doubts))
    return Verdict("unverified", doubt) if doubt else Verdict("verified", f"checked with {_names(after)}")


def tools_that_tell(language: str, diagnostics: Sequence[Diagnostic]) -> tuple[Tool, ...]:
    """The tools whose diagnostics these are; all that check the language where that is not told for each."""
    sources = {d.source.casefold() for d in diagnostics}
    every = not diagnostics or "" in sources
    return tuple(tool for tool in tools_for(language) if every or tool.sources & sources)


async def _findings(
    tools: Sequence[Tool], text: str, language: str, place: Place, settings: Settings
) -> tuple[dict[str, tuple[Finding, ...]], dict[str, str]]:
    found, silent = dict[str, tuple[Finding, ...]](), dict[str, str]()
    runs = (check(tool, text, language, place, settings) for tool in tools)
    for tool, result in zip(tools, await asyncio.gather(*runs, return_exceptions=True), strict=True):
        if isinstance(result, NotRun):
            silent[tool.name] = str(result)
        elif isinstance(result, BaseException):
            raise result
        else:
            found[tool.name] = result
    return found, silent


def _new(was: Sequence[Finding], now: Sequence[Finding], broken: bool, rows: set[int]) -> Sequence[Finding]:
    """What is found now and was not. A text that did not parse hid most of it: then only what changed counts."""
    hidden = broken or any(each.code == "invalid-syntax" for each in was)
    return [each for each in new_ones(was, now) if not hidden or each.row in rows]


def _remains(diagnostic: Diagnostic, was: Sequence[Finding], now: Sequence[Finding]) -> bool:
    """Whether a diagnostic that a tool found is found as often as before."""
    kinds = {each.kind for each in was if each.is_told_by(diagnostic)}
    return any(_count(was, kind) <= _count(now, kind) for kind in kinds)


def _count(found: Sequence[Finding], kind: tuple[str, str]) -> int:
    return sum(each.kind == kind for each in found)


def _doubt(
    was: Before, after: Mapping[str, Sequence[Finding]], failed: Mapping[str, str], diagnostics: Sequence[Diagnostic]
) -> str:
    """Why the tools cannot vouch for the change; "" if they can."""
    if failed or (not after and was.silent):
        return next(iter({**was.silent, **failed}.values()))
    if not diagnostics:
        return f"{_names(after)} finds nothing new" if after else "no tool checks it"
    for each in diagnostics:
        if not any(found.is_told_by(each) for some in was.found.values() for found in some):
            if not each.source:
                return "no tool that can be run here finds the problem"
            return f"{each.source} is not among the tools that can be run here"
    return ""


async def _loss(
    snapshot: Snapshot, lines: BlockLines, changes: Sequence[Replacement], diagnostics: Sequence[Diagnostic]
) -> str:
    """What goes missing that a tool would not miss; "" if nothing much does."""
    language = language_of(snapshot.language)
    names, now = await _defined(language, snapshot.lines), await _defined(language, lines)
    if len(now) < len(names):
        return f"it removes {', '.join(sorted(names - now)[:3])}"
    old = sum(_rows(snapshot.lines.after(each.start, each.end - each.start)) for each in changes)
    rows = old - sum(_rows(each.text) for each in changes)
    complained_of = {row for each in diagnostics for row in range(each.row, each.end_row + 1)}
    return f"it removes {rows} lines" if rows - len(complained_of) >= _FEW_ROWS else ""


async def _defined(language: Language | None, lines: Lines) -> set[str]:
    tree = await parse_in_steps(language, lines)
    found = await outline_in_steps(tree, lines, language)
    return {symbol.path for symbol in found if symbol.kind not in ("variable", "constant", "macro")}


def _rows(text: str) -> int:
    return sum(bool(row.strip()) for row in text.splitlines())


def _silenced(lines: Lines, changes: Sequence[Replacement]) -> str:
    """What is said of a change that adds a comment which switches a check off; "" if none does."""
    old = sum(len(_SILENCES.findall(lines.after(each.start, each.end - each.start))) for each in changes)
    new = sum(len(_SILENCES.findall(each.text)) for each in changes)
    return "it silences the problem instead of mending it" if new > old else ""


def _touched(lines: Lines, changes: Sequence[Replacement]) -> set[int]:
    """The rows of the new text that changed."""
    rows, moved = set[int](), 0
    for each in changes:
        first = lines.point(each.start)[0] + moved
        added = each.text.count("\n")
        rows |= set(range(first, first + added + 1))
        moved += added - (lines.point(each.end)[0] - lines.point(each.start)[0])
    return rows


async def _errors(lines: Lines, language: str) -> int:
    tree = await parse_in_steps(language_of(language), lines)
    return errors_in(tree) if tree else 0


def _text(lines: Lines) -> str:
    return lines.after(0, lines.length)


def _names(found: Mapping[str, object]) -> str:
    return " and ".join(found)


def _short(finding: Finding) -> str:
    return f"{finding.code} {finding.message}".strip().split("\n")[0][:160]


def _told(what: str, found: Sequence[Finding]) -> str:
    rows = (f"line {each.row + 1}: {each.code} {each.message}" for each in found[:_SHOWN])
    return f"The tool {what}:\n" + "\n".join(rows)
