"""What tools print, in one form; and which of it is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from flashls.engine.checks.findings import (
    Finding,
    from_eslint,
    from_gnu,
    from_mypy,
    from_pyright,
    from_ruff,
    from_shellcheck,
    from_tsc,
    new_ones,
)
from flashls.types import Diagnostic

# As ruff 0.17.6, pyright 1.1.414, shellcheck 0.9.0, eslint 9, tsc 7.0.2, go 1.27.3 and mypy 2.4.1 print them, cut.
PRINTED: list[tuple[Callable[[str], Iterable[Finding]], str, list[tuple[int, str, str]]]] = [
    (
        from_ruff,
        '[{"code": "F401", "location": {"row": 1, "column": 8}, "message": "`os` imported but unused"},'
        '{"code": null, "location": {"row": 3, "column": 1}, "message": "Expected )"}]',
        [(0, "F401", "`os` imported but unused"), (2, "invalid-syntax", "Expected )")],
    ),
    (from_ruff, "", []),
    (
        from_pyright,
        '{"generalDiagnostics": [{"severity": "error", "message": "\\"y\\" is not defined", "range":'
        ' {"start": {"line": 1, "character": 6}}, "rule": "reportUndefinedVariable"},'
        ' {"severity": "information", "message": "Analyzed"}]}',
        [(1, "reportUndefinedVariable", '"y" is not defined')],
    ),
    (
        from_shellcheck,
        '{"comments": [{"line": 1, "level": "info", "code": 2086, "message": "Double quote"}]}',
        [(0, "SC2086", "Double quote")],
    ),
    (
        from_eslint,
        '[{"filePath": "/w/a.js", "messages": [{"ruleId": null, "fatal": true, "severity": 2, "message": "Parsing",'
        ' "line": 2}, {"ruleId": "semi", "severity": 1, "message": "Missing semicolon."}]}]',
        [(1, "", "Parsing"), (0, "semi", "Missing semicolon.")],
    ),
    (
        lambda text: from_tsc(text, "a.ts"),
        "../x/a.ts(2,1): error TS2304: Cannot find name 'foo'.\r\nlib/b.ts(9,9): error TS1: b\nFound 2 errors.\n",
        [(1, "TS2304", "Cannot find name 'foo'."), (-1, "TS1", "b.ts: b")],
    ),
    (
        lambda text: from_gnu(text, "a.go"),
        "# command-line-arguments\nvet: ./a.go:5:42: undefined: f\n./a.go:6:2: declared and not used: x\n",
        [(4, "", "undefined: f"), (5, "", "declared and not used: x")],
    ),
    (
        lambda text: from_mypy(text, "a.py"),
        'a.py:3:5: error: Name "y" is not defined  [name-defined]\na.py:4: note: See\n',
        [(2, "name-defined", 'Name "y" is not defined')],
    ),
]


@pytest.mark.parametrize(("read", "text", "found"), PRINTED)
def test_what_tools_print_is_found(
    read: Callable[[str], Iterable[Finding]], text: str, found: list[tuple[int, str, str]]
) -> None:
    assert [(each.row, each.code, each.message) for each in read(text)] == found


A, B = Finding(1, "E1", "a"), Finding(2, "E2", "b")


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ([A], [A], []),
        ([A], [Finding(9, "E1", "a")], []),
        ([A, B], [B], []),
        ([A], [A, A], [A]),
        ([A], [A, B], [B]),
        ([Finding(1, "E", "defined in line 3")], [Finding(1, "E", "defined in line 4")], []),
        ([Finding(1, "E", "expected 3 arguments")], [Finding(1, "E", "expected 4 arguments")], None),
    ],
)
def test_what_moves_is_not_new(before: list[Finding], after: list[Finding], new: list[Finding] | None) -> None:
    assert list(new_ones(before, after)) == (after if new is None else new)


@pytest.mark.parametrize(
    ("row", "code", "message", "same"),
    [
        (4, "F821", "Undefined name `y`", True),
        (4, "F821", "worded otherwise", True),
        (4, "", "Undefined name `y`", True),
        (4, "", "undefined name `y` (F821)", True),
        (3, "F821", "Undefined name `y`", False),
        (4, "F401", "worded otherwise", False),
        (4, "", "", False),
    ],
)
def test_an_editors_diagnostic_is_told_by_its_row_and_its_code_or_message(
    row: int, code: str, message: str, same: bool
) -> None:
    finding = Finding(4, "F821", "Undefined name `y`")
    assert finding.is_told_by(Diagnostic("file:///a", row, row, "error", message, "Ruff", code)) == same


@pytest.mark.parametrize(("finding", "editors"), [("TS2304", "2304"), ("SC2086", "2086"), ("SC2086", "SC2086")])
def test_codes_are_the_same_with_their_tools_letters_and_without(finding: str, editors: str) -> None:
    one = Diagnostic("file:///a", 0, 0, "error", "other words", "x", editors)
    assert Finding(0, finding, "words").is_told_by(one)
