"""SARIF 2.1.0 (OASIS, https://docs.oasis-open.org/sarif/sarif/v2.1.0/): a review as code hosts and editors read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flashls import __version__
from flashls_cli.findings import Place, Problem, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LINK = re.compile(r"\[([^\]]*)\]\(")
_LEVELS = {"error": "error", "warning": "warning"}  # others are notes
_RULES = {
    "bug": "It computes the wrong thing, crashes, or loses data",
    "security": "Somebody can make it do what it should not",
    "robustness": "Errors, resources, threads or unusual input are dealt with badly",
    "performance": "It is needlessly slow or large",
    "clarity": "It misleads its next reader",
}


def sarif(reports: Sequence[Report]) -> dict[str, Any]:
    """The log of one run. Files that could not be reviewed are notifications, and the run is then no success."""
    troubles = [_notification(report) for report in reports if report.trouble]
    rules = [{"id": name, "shortDescription": {"text": text}} for name, text in _RULES.items()]
    driver = {"name": "flashls", "semanticVersion": __version__, "rules": rules}
    invocation: dict[str, Any] = {"executionSuccessful": not troubles}
    if troubles:
        invocation["toolExecutionNotifications"] = troubles
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_result(report, problem) for report in reports for problem in report.findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(report: Report, problem: Problem) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.kind,
        "ruleIndex": list(_RULES).index(problem.kind),
        "level": _LEVELS.get(problem.severity, "note"),
        "message": _message(f"{problem.title}. {problem.explanation}".strip()),
        "locations": [{"physicalLocation": _location(report.path, problem.place)}],
        "partialFingerprints": {"flashls/v1": problem.fingerprint},
    }
    if problem.related:
        result["relatedLocations"] = [
            {
                "id": n,
                "message": _message(note.note or "related"),
                "physicalLocation": _location(report.path, note.place),
            }
            for n, note in enumerate(problem.related, 1)
        ]
    return result


def _message(text: str) -> dict[str, str]:
    r"""A plain text: single braces would be placeholders, and nothing in it is a link (section 3.11)."""
    return {"text": _LINK.sub(r"\\[\1\\](", text).replace("{", "{{").replace("}", "}}")}


def _location(path: str, place: Place) -> dict[str, Any]:
    region = {
        "startLine": place.line, "startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column,
    }  # fmt: skip
    return {"artifactLocation": _artifact(path), "region": region}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}


def _notification(report: Report) -> dict[str, Any]:
    return {
        "level": "error",
        "message": _message(report.trouble),
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(report.path)}}],
    }
