"""The holes of ``infilling``: rows, statements and spans cut out of real functions, which then fail their checks."""

from __future__ import annotations

import ast
import importlib
import json
import platform
import random
import subprocess
import sys
import tempfile
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import islice
from pathlib import Path

_CHECKS = {
    name: row["check"]
    for name, row in tomllib.loads(Path(__file__).with_name("infilling.toml").read_text("utf-8")).items()
}
KINDS = {"one row": 55, "rows": 55, "span": 54}
_MOST_ROWS = 8
_TRIES = 12
_TIME_LIMIT_S = 20
_RUN = """
import importlib.util, sys
name, path, check = sys.argv[1:]
spec = importlib.util.spec_from_file_location(name, path)
m = importlib.util.module_from_spec(spec)
spec.loader.exec_module(m)
exec(check, {"m": m})
"""


@dataclass(frozen=True, slots=True)
class Hole:
    """What was cut out of a function, and the module's text around it."""

    function: str
    kind: str
    before: str
    cut: str
    after: str

    def passes(self, filling: str) -> bool:
        """Whether the function does what is asserted with ``filling`` in the hole; runs it in a process of its own."""
        module, _ = _module(self.function)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "filled.py"
            path.write_text(self.before + filling + self.after, "utf-8")
            command = [sys.executable, "-I", "-W", "ignore", "-c", _RUN, module, str(path), _CHECKS[self.function]]
            try:
                return subprocess.run(command, capture_output=True, timeout=_TIME_LIMIT_S, cwd=folder).returncode == 0
            except subprocess.TimeoutExpired:
                return False


def holes(folder: Path) -> list[Hole]:
    """164 of them, the same ones for the same Python. They are looked for once (five minutes), and kept in ``folder``.

    What was cut out passes its check, and neither nothing nor ``pass`` in its place does.
    """
    kept = folder / f"holes-{platform.python_version()}.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([_place(hole) for hole in _found()]), "utf-8")
    return [_at(*place) for place in sorted(json.loads(kept.read_text("utf-8")), key=str)]


def _place(hole: Hole) -> tuple[str, str, int, int]:
    return hole.function, hole.kind, len(hole.before), len(hole.before) + len(hole.cut)


def _at(function: str, kind: str, start: int, end: int) -> Hole:
    text, _ = _source(function)
    return Hole(function, kind, text[:start], text[start:end], text[end:])


def _found() -> list[Hole]:
    found: list[Hole] = []
    for kind, wanted in KINDS.items():
        functions = sorted(_CHECKS)
        random.Random(kind).shuffle(functions)
        some = (hole for function in functions if (hole := _hole(function, kind)))
        found += islice(some, wanted)
    return found


def _hole(function: str, kind: str) -> Hole | None:
    """The first of some random holes that the check is about."""
    chance = random.Random(f"{function} {kind}")
    cut: dict[str, Callable[[str, ast.FunctionDef, random.Random], tuple[int, int] | None]] = {
        "one row": _one_row,
        "rows": _rows,
        "span": _span,
    }
    text, node = _source(function)
    tried = set()
    for _ in range(_TRIES):
        place = cut[kind](text, node, chance)
        if place is None or place in tried:
            continue
        tried.add(place)
        hole = _at(function, kind, *place)
        if not hole.passes("") and not hole.passes("pass") and hole.passes(hole.cut):
            return hole
    return None


def _one_row(text: str, node: ast.FunctionDef, chance: random.Random) -> tuple[int, int] | None:
    """What stands in a row, without its indentation."""
    rows = [n for n in range(_body(node)[0].lineno, _end(node) + 1) if _row(text, n).strip(" )]}:\n")]
    row = chance.choice(rows)
    return _start(text, row) + _indent(text, row), _start(text, row) + len(_row(text, row))


def _rows(text: str, node: ast.FunctionDef, chance: random.Random) -> tuple[int, int] | None:
    """Statements of a block that follow each other, of two rows at least."""
    blocks = [block for each in ast.walk(node) for block in _blocks(each)]
    block = chance.choice(blocks)
    first = chance.randrange(len(block))
    last = chance.randrange(first, len(block))
    top, bottom = block[first].lineno, _end(block[last])
    if not 1 <= bottom - top < _MOST_ROWS or (block[first] is node.body[0] and ast.get_docstring(node)):
        return None
    return _start(text, top) + _indent(text, top), _start(text, bottom) + len(_row(text, bottom))


def _span(text: str, node: ast.FunctionDef, chance: random.Random) -> tuple[int, int] | None:
    """From a token to another in its row, or to the end of one of the next two rows."""
    begin, end = _body(node)[0].lineno, _end(node)
    tokens = [t for t in _tokens(text) if begin <= t.start[0] and t.end[0] <= end and t.string.strip()]
    first = chance.choice([t for t in tokens if t.type != tokenize.COMMENT])
    start = _start(text, first.start[0]) + first.start[1]
    if chance.random() < 0.5:
        last = chance.choice([t for t in tokens if t.start[0] == first.start[0] and t.start >= first.start])
        return (start, _start(text, last.end[0]) + last.end[1]) if last.end[0] == first.start[0] else None
    row = min(first.start[0] + chance.randrange(3), end)
    return start, _start(text, row) + len(_row(text, row))


def _body(node: ast.FunctionDef) -> list[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    return (
        block
        for name in ("body", "orelse", "finalbody")
        if isinstance(block := getattr(node, name, None), list) and block
    )


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


@cache
def _module(function: str) -> tuple[str, str]:
    """The module a function is in, and its path."""
    name = function
    while name := name.rpartition(".")[0]:
        with suppress(ImportError):
            return name, str(importlib.import_module(name).__file__)
    raise ValueError(f"no module has a function {function}")


@cache
def _source(function: str) -> tuple[str, ast.FunctionDef]:
    module, path = _module(function)
    text = Path(path).read_text("utf-8")
    node: ast.AST = ast.parse(text)
    for name in function.removeprefix(f"{module}.").split("."):
        node = next(n for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == name)
    assert isinstance(node, ast.FunctionDef), function
    return text, node


@cache
def _lines(text: str) -> tuple[list[str], list[int]]:
    rows = text.splitlines(keepends=True)
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row))
    return rows, starts


@cache
def _tokens(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(StringIO(text).readline))


def _row(text: str, number: int) -> str:
    return _lines(text)[0][number - 1].rstrip("\n")


def _start(text: str, number: int) -> int:
    return _lines(text)[1][number - 1]


def _indent(text: str, number: int) -> int:
    row = _row(text, number)
    return len(row) - len(row.lstrip())
