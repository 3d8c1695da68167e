"""Findings: what a tool says is wrong, as it prints it, in one form."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from flashls.types import Diagnostic

Severity = Literal["error", "warning", "information", "hint"]

_GNU = re.compile(r"(?P<path>.+?):(?P<row>\d+)(?::(?P<column>\d+))?(?:-\d+)?:? (?P<message>.+)")
_TSC = re.compile(r"(?P<path>.+?)\((?P<row>\d+),(?P<column>\d+)\): (?P<level>\w+) (?P<code>TS\d+): (?P<message>.+)")
_MYPY = re.compile(
    r"(?P<path>.+?):(?P<row>\d+):(?:\d+:)? (?P<level>error|warning): (?P<message>.+?)  \[(?P<code>[\w-]+)\]"
)
_NUMBER = re.compile(r"\b(line|lines|row|column|at|:)(\s*)\d+", re.IGNORECASE)
_LEVELS: dict[str, Severity] = {"error": "error", "warning": "warning", "info": "information", "style": "hint"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a tool says of a row (0-based) of a text."""

    row: int
    code: str
    message: str
    severity: Severity = "error"

    @property
    def kind(self) -> tuple[str, str]:
        """What makes two findings the same in two versions of a text: not where they are."""
        return self.code, _NUMBER.sub(r"\1\2N", self.message)

    def is_told_by(self, diagnostic: Diagnostic) -> bool:
        """Whether an editor's diagnostic is this finding: the same row, and the same code or message."""
        if diagnostic.row != self.row:
            return False
        mine, theirs = _bare(self.code), _bare(diagnostic.code)
        if mine and theirs and mine == theirs:
            return True
        a, b = self.message.strip().casefold(), diagnostic.message.strip().casefold()
        return bool(a and b) and (a in b or b in a)


def new_ones(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of ``after`` that ``before`` has not, or not as often."""
    left = Counter(each.kind for each in before)
    found = list[Finding]()
    for each in after:
        left[each.kind] -= 1
        if left[each.kind] < 0:
            found.append(each)
    return tuple(found)


def from_ruff(text: str) -> Iterator[Finding]:
    """``ruff check --output-format json``."""
    for each in _list(text):
        code = str(each.get("code") or "invalid-syntax")
        yield Finding(
            each["location"]["row"] - 1, code, each["message"], "error" if code == "invalid-syntax" else "warning"
        )


def from_pyright(text: str) -> Iterator[Finding]:
    """``pyright --outputjson``: errors and warnings; of its hints nobody asks."""
    for each in json.loads(text)["generalDiagnostics"]:
        if each["severity"] in ("error", "warning"):
            row = each.get("range", {}).get("start", {}).get("line", 0)
            yield Finding(row, str(each.get("rule", "")), each["message"], each["severity"])


def from_shellcheck(text: str) -> Iterator[Finding]:
    """``shellcheck --format json1``."""
    for each in json.loads(text)["comments"]:
        yield Finding(each["line"] - 1, f"SC{each['code']}", each["message"], _LEVELS.get(each["level"], "warning"))


def from_eslint(text: str) -> Iterator[Finding]:
    """``eslint --format json``."""
    for file in _list(text):
        for each in file["messages"]:
            level: Severity = "error" if each.get("severity") == 2 else "warning"
            yield Finding(each.get("line", 1) - 1, str(each.get("ruleId") or ""), each["message"], level)


def from_rows(text: str, pattern: re.Pattern[str], file: str) -> Iterator[Finding]:
    """One finding for each row of the form of ``pattern``; those about files of other names have the row -1."""
    for found in (pattern.match(row.strip()) for row in text.splitlines()):
        if found is None:
            continue
        groups = found.groupdict()
        name, message = re.split(r"[/\\]", found["path"])[-1], found["message"].strip()
        code, level = groups.get("code") or "", _LEVELS.get(groups.get("level") or "", "error")
        own = name == file
        yield Finding(int(found["row"]) - 1 if own else -1, code, message if own else f"{name}: {message}", level)


def from_tsc(text: str, file: str) -> Iterator[Finding]:
    """``tsc --pretty false``."""
    return from_rows(text, _TSC, file)


def from_mypy(text: str, file: str) -> Iterator[Finding]:
    """``mypy --show-column-numbers --show-error-codes``."""
    return from_rows(text, _MYPY, file)


def from_gnu(text: str, file: str) -> Iterator[Finding]:
    """``path:line:column: message``, as compilers and most linters print."""
    return from_rows(re.sub(r"(?m)^vet: ", "", text), _GNU, file)


def _list(text: str) -> list[Any]:
    value = json.loads(text or "[]")
    return value if isinstance(value, list) else []


def _bare(code: str) -> str:
    return re.sub(r"\A(TS|SC)(?=\d)", "", code.strip(), flags=re.IGNORECASE).casefold()
