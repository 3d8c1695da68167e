"""Findings as text: for people, for pipes, and as annotations of GitHub's actions.

What models write may hold control characters, and lines that whoever reads the output takes for commands of its own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

from rich.text import Text

from flashls_cli.console import console
from flashls_cli.findings import Problem, Report

_COLOURS = {"error": "bold red", "warning": "yellow", "information": "cyan", "hint": "dim"}
_COMMANDS = {"error": "error", "warning": "warning"}  # others are notices
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """A text without what moves a terminal's cursor, colours it, or turns the order of letters round."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def counted(number: int, what: str) -> str:
    """A number of things: ``1 file``, ``2 files``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def print_text(reports: Sequence[Report]) -> None:
    """Each finding with its place first, as compilers write it, and what there is to say of it below."""
    out = console()
    for report in reports:
        for problem in report.findings:
            out.print(_heading(report.path, problem), soft_wrap=True)
            for row in _body(report.path, problem):
                # A row that began with "::" would be a command to GitHub's runner, also after blanks.
                out.print(Text(f"  | {row}" if row else "  |"), soft_wrap=True)
        if report.trouble:
            sys.stderr.write(f"flashls: {report.path}: {clean(report.trouble)}\n")
    sys.stderr.write(f"flashls: {summary(reports)}\n")


def print_github(reports: Sequence[Report]) -> None:
    """Workflow commands that GitHub shows at the lines of a change (docs.github.com, "Workflow commands")."""
    for report in reports:
        for problem in report.findings:
            place, kind = problem.place, _COMMANDS.get(problem.severity, "notice")
            where = {"file": report.path, "line": place.line, "endLine": place.end_line}
            if place.line == place.end_line:
                where |= {"col": place.column, "endColumn": place.end_column}
            told = ",".join(f"{name}={_property(str(value))}" for name, value in where.items())
            title = _property(f"flashls: {problem.title}")
            sys.stdout.write(f"::{kind} {told},title={title}::{_data(problem.explanation or problem.title)}\n")
        if report.trouble:
            sys.stdout.write(f"::error file={_property(report.path)}::{_data(report.trouble)}\n")
    sys.stdout.flush()


def summary(reports: Sequence[Report]) -> str:
    """How much was reviewed, found, and left out."""
    found = sum(len(report.findings) for report in reports)
    dropped = sum(report.dropped for report in reports)
    failed = sum(bool(report.trouble) for report in reports)
    told = f"{counted(found, 'finding')} in {counted(len(reports) - failed, 'file')}"
    if dropped:
        told += f", {dropped} more dropped: no one place in the code is what they quote"
    return told + (f"; {counted(failed, 'file')} could not be reviewed" if failed else "")


def _heading(path: str, problem: Problem) -> Text:
    place = f"{path}:{problem.place.line}:{problem.place.column}: "
    style = _COLOURS.get(problem.severity, "")
    return Text.assemble(place, (problem.severity, style), f": {_row(problem.title)} ", (f"[{problem.kind}]", "dim"))


def _body(path: str, problem: Problem) -> Iterator[str]:
    yield from clean(problem.explanation).split("\n") if problem.explanation else ()
    for note in problem.related:
        yield f"{path}:{note.place.line}:{note.place.column}: {_row(note.note)}"


def _row(text: str) -> str:
    return " ".join(clean(text).split())


def _data(text: str) -> str:
    """As actions/toolkit escapes what follows a command."""
    return clean(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
