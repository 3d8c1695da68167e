"""Manifests made to cost: whatever a repository's files say, they are read in time in proportion to their length."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from flashls.context.resolve import c, go
from flashls.context.resolve.crates import crates
from flashls.context.resolve.jsonc import jsonc
from flashls.context.resolve.memo import Memo
from flashls.context.resolve.paths import Paths
from flashls.context.resolve.pyproject import projects
from flashls.context.resolve.tsconfig import by_config
from flashls.index.facts import Import
from tests.context.indexed import indexed
from tests.context.resolve.leading import lead

MANY = 300_000


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["/* " * MANY, '"' + '\\"' * MANY, "," + " " * MANY, '{"a": 1} ' + "/*/" * MANY])
def test_json_that_leaves_open_what_it_begins(text: str) -> None:
    jsonc(text)


def _include(paths: Paths) -> object:
    return c.locate(paths, "a.c", Import("x.h", "*"))


def _go(paths: Paths) -> object:
    return go.locate(paths, "a.go", Import("x/y"))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("CMakeLists.txt", "include_directories(" * MANY, _include),
        ("compile_flags.txt", "-I\n" + "\n" * MANY, _include),
        ("pyproject.toml", "src = [\n" * MANY, projects),
        ("pyproject.toml", "packages = [\n" * MANY, projects),
        ("pyproject.toml", "[tool.setuptools.package-dir]\n" + " x\n" * MANY, projects),
        ("setup.cfg", "where =" + " " * MANY, projects),
        ("setup.cfg", "where = \n" + " " * MANY, projects),
        ("go.mod", "=>" + "\n" * MANY, _go),
        ("go.mod", "=>\n" + "a" + " " * MANY, _go),
        ("Cargo.toml", "[" * MANY, crates),
        ("Cargo.toml", "[dependencies]\na = { " + "package " * MANY, crates),
    ],
)
def test_manifests_that_leave_open_what_they_begin(name: str, text: str, read: Callable[[Paths], object]) -> None:
    read(Paths(indexed({}), memo=Memo(read={name: {"": text}})))


def test_of_a_long_manifest_only_the_first_lines_are_read() -> None:
    read = Paths(indexed({"compile_flags.txt": "-Ifirst\n" + "#####\n" * 11_000 + "-Ilast\n"}))
    text = str(read.manifests("compile_flags.txt")[""])
    assert (text[:8], text[-6:], len(text) <= 64 * 1024) == ("-Ifirst\n", "\n#####", True)


def test_long_json_is_not_read() -> None:
    assert Paths(indexed({"package.json": json.dumps({"name": "x" * 70_000})})).manifests("package.json") == {}


class _Counted(dict[str, Any]):
    """A configuration that counts how often it is visited."""

    def __init__(self, of: dict[str, Any], visits: list[int]) -> None:
        super().__init__(of)
        self._visits = visits

    def get(self, key: str, default: Any = None) -> Any:
        self._visits[0] += key == "compilerOptions"
        return super().get(key, default)


def _visits(configurations: dict[str, dict[str, Any]]) -> int:
    visits = [0]
    read: dict[str, dict[str, Any]] = {name: {"": _Counted(of, visits)} for name, of in configurations.items()}
    assert "./src/button" in list(by_config(Paths(indexed({}), memo=Memo(read=read)), "a.ts", "@ui/button"))
    return visits[0]


UI = {"compilerOptions": {"paths": {"@ui/*": ["./src/*"]}}}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("configurations", "visits"),
    [
        ({"tsconfig.json": {**UI, "extends": ["./tsconfig.json"] * 300}}, 1),
        ({"tsconfig.json": {**UI, "files": [], "references": [{"path": "./tsconfig.json"}] * 300}}, 1),
        ({"tsconfig.json": {**UI, "extends": ["./a", "./a"]}, "a.json": {"extends": ["./a.json"] * 300}}, 3),
        (
            {
                "tsconfig.json": {**UI, "extends": "./0.json"},
                **{f"{n}.json": {"extends": [f"./{m}.json" for m in range(200)]} for n in range(200)},
            },
            51,
        ),
    ],
)
def test_configurations_that_lead_to_each_other(configurations: dict[str, dict[str, Any]], visits: int) -> None:
    assert _visits(configurations) == visits


def test_configurations_seen_before_do_not_hide_others() -> None:
    files = {
        "tsconfig.json": json.dumps({"extends": ["tsconfig.base.json", "./tsconfig.json"]}),
        "tsconfig.base.json": json.dumps(UI),
        "src/button.ts": "export function Button() {}\n",
    }
    assert lead(files, "a.ts", "import { Button } from '@ui/button';") == ["src/button.ts:Button"]
