"""Framework: what a project tests with, found by looking at its files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flashls.syntax.languages import language_of

_MOST_BYTES = 200_000
Where = Literal["file", "class", "module"]


@dataclass(frozen=True, slots=True)
class Framework:
    """A row of the table. ``told`` is for the model: the form of a test.

    ``where`` new tests stand: at the file's end, in its class, or in the module ``tests`` of the source itself.
    ``names`` are the forms of its files' names.
    """

    name: str
    told: str
    names: tuple[str, ...]
    where: Where = "file"


_SCRIPTS = tuple(f"{{}}.{word}{end}" for word in ("test", "spec") for end in (".ts", ".tsx", ".js", ".jsx", ".mjs"))
_CALLS = 'each test is a statement `test("what it shows", () => { ... });` at the top level, or a `describe` of such'
FRAMEWORKS = {
    row.name: row
    for row in (
        Framework("pytest", "pytest: functions `test_...` at the top level, with plain asserts; "
                  "`pytest.mark.parametrize` for tables, `pytest.raises` for errors",
                  ("test_{}.py", "{}_test.py")),
        Framework("unittest", "unittest: each entry is one whole class derived from `unittest.TestCase`",
                  ("test_{}.py", "{}_test.py")),
        Framework("vitest", f"Vitest: {_CALLS}; import `test`, `expect` and what else is needed from \"vitest\"",
                  _SCRIPTS),
        Framework("jest", f"Jest: {_CALLS}; its functions are global and not imported", _SCRIPTS),
        Framework("node:test", f"Node's test runner: {_CALLS}; import `test` from \"node:test\" and `assert` from "
                  "\"node:assert/strict\"", _SCRIPTS),
        Framework("go test", "Go's package testing: functions `func Test...(t *testing.T)`; tables with t.Run",
                  ("{}_test.go",)),
        Framework("cargo test", "Rust's own tests: functions with `#[test]`; they stand in a module `tests` of the "
                  "file itself, and import `super::*`", ("{}.rs",), "module"),
        Framework("JUnit 5", "JUnit 5: methods with `@Test`, without a class around them; static imports of "
                  "`org.junit.jupiter.api.Assertions`", ("{}Test.java",), "class"),
        Framework("JUnit 4", "JUnit 4: public methods with `@Test`, without a class around them; static imports of "
                  "`org.junit.Assert`", ("{}Test.java",), "class"),
    )
}  # fmt: skip
_FIXED = {"go": "go test", "rust": "cargo test"}
_SCRIPTING = ("javascript", "typescript", "tsx")


def has_framework(language_id: str) -> bool:
    """Whether flashls knows what tests of a language are written with."""
    language = language_of(language_id)
    return language is not None and (language.name in _SCRIPTING or language.name in ("python", "java", *_FIXED))


def framework_of(language: str, path: Path, root: Path, example: str = "") -> Framework | None:
    """What tests of a file are written with; None for a language whose tests flashls does not know.

    ``language`` is the row's name in the language table; ``example`` is a test that there is already, which decides.
    Else the settings of the project do, nearest first; else pytest, Node's own runner, JUnit 5. Reads a few files.
    """
    if language == "python":
        name = _imported(example, {"pytest": r"\bpytest\b", "unittest": r"\bunittest\.TestCase\b|import TestCase"})
        return FRAMEWORKS[name or _pythons(path, root)]
    if language in _SCRIPTING:
        known = {
            "vitest": r"""["']vitest["']""",
            "node:test": r"""["']node:test["']""",
            "jest": r"@jest/globals|\bjest\.",
        }
        return FRAMEWORKS[_imported(example, known) or _scripts(path, root)]
    if language == "java":
        name = _imported(example, {"JUnit 5": r"org\.junit\.jupiter", "JUnit 4": r"org\.junit\.(?!jupiter)"})
        return FRAMEWORKS[name or _javas(path, root)]
    return FRAMEWORKS.get(_FIXED.get(language, ""))


def _imported(text: str, known: dict[str, str]) -> str:
    return next((name for name, pattern in known.items() if re.search(pattern, text)), "")


def _pythons(path: Path, root: Path) -> str:
    """unittest needs no setting, so that only a project without a trace of pytest is taken to use it."""
    for folder in _upwards(path, root):
        if any((folder / name).is_file() for name in ("pytest.ini", "conftest.py")):
            return "pytest"
        for name in ("pyproject.toml", "setup.cfg", "tox.ini", "requirements-dev.txt", "requirements.txt", "Makefile"):
            found = re.search(r"\bpytest\b|\bunittest\b", _read(folder / name))
            if found is not None:
                return found[0]
    return "pytest"


def _scripts(path: Path, root: Path) -> str:
    for folder in _upwards(path, root):
        package = _package(folder / "package.json")
        if package is None:
            continue
        needed = {**_table(package, "dependencies"), **_table(package, "devDependencies")}
        script = str(_table(package, "scripts").get("test", ""))
        for name in ("vitest", "jest"):
            if name in needed or re.search(rf"\b{name}\b", script):
                return name
        if "react-scripts" in needed:
            return "jest"
        return "node:test"
    return "node:test"


def _javas(path: Path, root: Path) -> str:
    for folder in _upwards(path, root):
        text = "".join(_read(folder / name) for name in ("pom.xml", "build.gradle", "build.gradle.kts"))
        if re.search(r"jupiter|useJUnitPlatform", text):
            return "JUnit 5"
        if re.search(r"junit:junit|<artifactId>junit<", text):
            return "JUnit 4"
    return "JUnit 5"


def _upwards(path: Path, root: Path) -> Iterator[Path]:
    """The file's folder and those above it, up to the workspace's."""
    for folder in path.parents:
        yield folder
        if folder == root:
            return


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return ""


def _package(path: Path) -> dict[str, object] | None:
    try:
        found = json.loads(_read(path) or "null")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _table(table: dict[str, object], key: str) -> dict[str, object]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}
