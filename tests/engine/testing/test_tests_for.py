"""Tests for a symbol: in the right file and framework, beside what is there, run only where that is trusted."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from flashls.models.scripted import Reply
from flashls.models.seam import ModelError, Stalled
from flashls.types import Text
from tests.engine.documenting.check_document import opened
from tests.engine.testing.check_tests import asked, check_test, files_in, written

AREA = "def area(r):\n    return 3 * r * r\n"
ONE = written("def test_area():\n    assert area(1) == 3", imports=["from shop.area import area"])
NEW = "from shop.area import area\n\n\ndef test_area():\n    assert area(1) == 3\n"
TS = "export const area = (r: number) => 3 * r * r;\n"
TS_TEST = 'test("area", () => {\n  expect(area(1)).toBe(3);\n});'
GO = "package shop\n\nfunc Area(r int) int {\n\treturn 3 * r * r\n}\n"
GO_TEST = "func TestArea(t *testing.T) {\n\tif Area(1) != 3 {\n\t\tt.Fail()\n\t}\n}"
RUST = "pub fn area(r: u32) -> u32 {\n    3 * r * r\n}\n"
RUST_TEST = "#[test]\nfn measures() {\n    assert_eq!(area(1), 3);\n}"
JAVA = "package shop;\n\nclass Area {\n    static int of(int r) { return 3 * r * r; }\n}\n"
JAVA_TEST = "@Test\nvoid measures() {\n    assertEquals(3, Area.of(1));\n}"
JAVA_IMPORTS = ["import org.junit.jupiter.api.Test;", "import static org.junit.jupiter.api.Assertions.assertEquals;"]
VITEST = '{"devDependencies": {"vitest": "^3"}}'


@pytest.mark.parametrize(
    ("files", "reply", "path", "text"),
    [
        ({"shop/area.py": AREA}, ONE, "tests/test_area.py", NEW),
        ({"shop/area.py": AREA, "shop/tests/test_b.py": ""}, ONE, "shop/tests/test_area.py", NEW),
        ({"src/shop/area.py": AREA, "tests/shop/test_b.py": "x = 1\n"}, ONE, "tests/shop/test_area.py", NEW),
        ({"area.py": AREA, "b_test.py": "import pytest\n"}, ONE, "area_test.py", NEW),
        ({"shop/area.py": AREA.replace("\n", "\r\n")}, ONE, "tests/test_area.py", NEW.replace("\n", "\r\n")),
        ({"src/area.ts": TS, "package.json": VITEST},
         written(TS_TEST, imports=['import { expect, test } from "vitest";', 'import { area } from "./area";']),
         "src/area.test.ts",
         f'import {{ expect, test }} from "vitest";\nimport {{ area }} from "./area";\n\n{TS_TEST}\n'),
        ({"src/area.js": "export const area = 1;\n", "package.json": '{"devDependencies": {"jest": "1"}}',
          "src/__tests__/b.spec.js": ""},
         written(TS_TEST, imports=['import { area } from "../area";']), "src/__tests__/area.spec.js",
         f'import {{ area }} from "../area";\n\n{TS_TEST}\n'),
        ({"shop/area.go": GO}, written(GO_TEST, imports=['import "testing"']), "shop/area_test.go",
         f'package shop\n\nimport "testing"\n\n{GO_TEST}\n'),
        ({"src/area.rs": RUST}, written(RUST_TEST, imports=["use super::*;"]), "src/area.rs",
         RUST + "\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn measures() {\n"
         "        assert_eq!(area(1), 3);\n    }\n}\n"),
        ({"src/main/java/shop/Area.java": JAVA}, written(JAVA_TEST, imports=JAVA_IMPORTS),
         "src/test/java/shop/AreaTest.java",
         "package shop;\n\n" + "\n".join(JAVA_IMPORTS) + "\n\nclass AreaTest {\n\n    @Test\n    void measures() {\n"
         "        assertEquals(3, Area.of(1));\n    }\n}\n"),
    ],
)  # fmt: skip
async def test_new_files_stand_where_the_project_has_its_tests(
    tmp_path: Path, files: dict[str, str], reply: str, path: str, text: str
) -> None:
    await check_test(tmp_path, files, reply, path, text)


OLD = '"""Areas."""\n\nfrom shop.area import area\n\n\ndef test_zero():\n    assert area(0) == 0\n'
OLD_TS = 'import { expect, test } from "vitest";\n\ntest("zero", () => {});\n'
OLD_GO = 'package shop\n\nimport (\n\t"testing"\n)\n\nfunc TestZero(t *testing.T) {}\n'
OLD_RUST = RUST + "\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn zero() {}\n}\n"
OLD_JAVA = "package shop;\n\nimport org.junit.jupiter.api.Test;\n\nclass AreaTest {\n    @Test\n    void zero() {}\n}\n"
OLD_UNITTEST = (
    "import unittest\n\n\nclass TestZero(unittest.TestCase):\n    def test_zero(self):\n        pass\n\n\n"
    'if __name__ == "__main__":\n    unittest.main()\n'
)
CASE = "class TestArea(unittest.TestCase):\n    def test_area(self):\n        self.assertEqual(area(1), 3)"


@pytest.mark.parametrize(
    ("files", "reply", "path", "text"),
    [
        ({"shop/area.py": AREA, "tests/test_area.py": OLD}, ONE, "tests/test_area.py",
         OLD + "\n\ndef test_area():\n    assert area(1) == 3\n"),
        ({"shop/area.py": AREA, "tests/test_area.py": OLD.rstrip("\n")}, ONE, "tests/test_area.py",
         OLD + "\n\ndef test_area():\n    assert area(1) == 3\n"),
        ({"shop/area.py": AREA, "tests/test_area.py": OLD.replace("\n", "\r\n")}, ONE, "tests/test_area.py",
         (OLD + "\n\ndef test_area():\n    assert area(1) == 3\n").replace("\n", "\r\n")),
        ({"shop/area.py": AREA, "tests/test_area.py": OLD},
         written("import math\n\n\ndef test_pi():\n    assert area(1) < math.pi", imports=["import pytest"]),
         "tests/test_area.py",
         OLD.replace("import area\n", "import area\nimport pytest\nimport math\n")
         + "\n\ndef test_pi():\n    assert area(1) < math.pi\n"),
        ({"shop/area.py": AREA, "tests/test_area.py": OLD_UNITTEST},
         written(CASE, imports=["import unittest", "from shop.area import area"]), "tests/test_area.py",
         OLD_UNITTEST.replace("import unittest\n", "import unittest\nfrom shop.area import area\n", 1).replace(
             "if __name__", f"{CASE}\n\n\nif __name__")),
        ({"src/area.ts": TS, "src/area.test.ts": OLD_TS},
         written(TS_TEST, imports=['import { test, expect, vi } from "vitest"', 'import { area } from "./area"']),
         "src/area.test.ts",
         'import { expect, test } from "vitest";\nimport { vi } from "vitest"\nimport { area } from "./area"\n'
         f'\ntest("zero", () => {{}});\n\n{TS_TEST}\n'),
        ({"shop/area.go": GO, "shop/area_test.go": OLD_GO},
         written(GO_TEST, imports=['import (\n\t"testing"\n\t"math"\n)']), "shop/area_test.go",
         OLD_GO.replace(")\n\nfunc", ')\nimport "math"\n\nfunc', 1) + f"\n{GO_TEST}\n"),
        ({"src/area.rs": OLD_RUST}, written(RUST_TEST, imports=["use super::*;"]), "src/area.rs",
         OLD_RUST.replace("fn zero() {}\n", "fn zero() {}\n\n    #[test]\n    fn measures() {\n"
                          "        assert_eq!(area(1), 3);\n    }\n")),
        ({"src/area.rs": RUST}, written(f"#[cfg(test)]\nmod tests {{\n    use super::*;\n\n    {RUST_TEST}\n}}"),
         "src/area.rs", None),
        ({"src/main/java/shop/Area.java": JAVA, "src/test/java/shop/AreaTest.java": OLD_JAVA},
         written(f"class AreaTest {{\n    {JAVA_TEST}\n}}", imports=JAVA_IMPORTS), "src/test/java/shop/AreaTest.java",
         None),
    ],
)  # fmt: skip
async def test_a_file_that_is_there_is_extended(
    tmp_path: Path, files: dict[str, str], reply: str, path: str, text: str | None
) -> None:
    if text is None:
        found, _ = await asked(tmp_path, files, reply)
        assert found.names == ("measures",)
        assert found.text.count("class AreaTest") + found.text.count("mod tests") == 1
        assert found.text.count("import org.junit.jupiter.api.Test;") + found.text.count("use super::*;") == 1
        return
    await check_test(tmp_path, files, reply, path, text)


SAME = written("def test_zero():\n    assert False")
PY = {"shop/area.py": AREA, "tests/test_area.py": OLD}
ADDED = OLD + "\n\ndef test_area():\n    assert area(1) == 3\n"


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        ([SAME, ONE], None),
        ([SAME, SAME], "tests of the same name already: test_zero"),
        ([written("def test_a(): pass", "def test_a(): pass"), ONE], None),
        ([written("def test_(:"), ONE], None),
        ([written("def test_(:"), written("x = (")], "does not parse|no test"),
        ([written("I cannot write tests.")] * 2, "does not parse|no test"),
        ([written("")] * 2, "no test in the reply"),
        (["Here you are:\n```json\n" + ONE + "\n```"], None),
        ([written("```python\ndef test_area():\n    assert area(1) == 3\n```")], None),
        ([Reply(ONE[:-9], "length")], "cut off"),
        ([ONE[:-9]], "not what was asked for"),
        (["def test_area(): ..."], "no JSON"),
        ([json.dumps({"imports": [], "tests": [], "edits": []})], "not what was asked for"),
        ([written("def test_a():\n    '\u202e'")] * 2, "control characters"),
        ([Reply(ONE, "blocked")], "blocked"),
        ([Reply(fail=Stalled("too slow"))], "too slow"),
    ],
)
async def test_replies_that_are_no_tests_for_this_file(
    tmp_path: Path, replies: list[str | Reply], error: str | None
) -> None:
    await check_test(tmp_path, PY, replies, "tests/test_area.py", ADDED, error)


@pytest.mark.parametrize(
    ("files", "reply"),
    [
        ({"src/area.ts": TS, "src/area.test.ts": OLD_TS}, written('test("zero", () => {});')),
        ({"shop/area.go": GO, "shop/area_test.go": OLD_GO}, written("func TestZero(t *testing.T) {}")),
        ({"src/area.rs": OLD_RUST}, written("#[test]\nfn zero() {}")),
        ({"src/main/java/shop/Area.java": JAVA, "src/test/java/shop/AreaTest.java": OLD_JAVA},
         written("@Test void zero() {}")),
    ],
)  # fmt: skip
async def test_no_test_takes_the_place_of_another(tmp_path: Path, files: dict[str, str], reply: str) -> None:
    await check_test(tmp_path, files, [reply, reply], error="same name already: [zZ]ero|same name already: TestZero")


async def test_an_open_document_counts_for_its_file(tmp_path: Path) -> None:
    document = await opened(OLD + "\n\ndef test_new(): pass\n", "python", (tmp_path / "tests/test_area.py").as_uri())
    found, _ = await asked(tmp_path, PY, ONE, documents=[document])
    assert found.version == 1
    assert found.text.startswith(OLD + "\n\ndef test_new(): pass\n")


async def test_the_model_sees_the_tests_that_there_are(tmp_path: Path) -> None:
    _, model = await asked(tmp_path, PY, ONE, at="area")
    question = model.prompts[0].parts[-2]
    assert isinstance(question, Text)
    assert '<snippet path="tests/test_area.py"' in question.text
    assert "def test_zero" in question.text
    assert "<|start|>def area(r):" in question.text
    assert "Write tests for area. Framework: pytest:" in question.text


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"tests/test_area.py": AREA}, "no place for tests"),
        ({"area.sql": "SELECT 1;\n"}, "no place for tests"),
        ({".env": "A=1\n"}, "kept from all models"),
        ({"shop/area.py": AREA, "tests/test_area.py": OLD, ".flashlsignore": "tests/\n"}, "kept from models"),
    ],
)
async def test_what_has_no_tests_or_may_not_be_seen(tmp_path: Path, files: dict[str, str], error: str) -> None:
    await check_test(tmp_path, files, ONE, error=error)


async def test_a_file_on_no_disk_has_no_place_for_tests() -> None:
    from flashls.engine.testing.tests_for import tests_for
    from flashls.models.scripted import Scripted
    from tests.engine.documenting.check_document import engine_of

    snapshot = await opened(AREA, "python", "untitled:a")
    with pytest.raises(ModelError, match="Save the file first"):
        await tests_for(engine_of(Scripted([ONE]), "test"), snapshot, 0, 5)


RUNNABLE = {"shop/__init__.py": "", "shop/area.py": AREA, "tests/test_area.py": OLD, "conftest.py": ""}
FAILING = ONE.replace("== 3", "== 4")
WRITES = written(
    "def test_writes():\n    open('written', 'w').close()\n    open('shop/area.py', 'w').close()", imports=["import os"]
)


async def test_tests_are_run_where_that_is_trusted_and_nowhere_else(tmp_path: Path) -> None:
    found, _ = await asked(tmp_path, RUNNABLE, WRITES, of="shop/area.py")
    assert (found.state, "[trust] roots" in found.how) == ("unrun", True)
    found, model = await asked(tmp_path, RUNNABLE, WRITES, of="shop/area.py", trusted=True)
    if found.state == "unrun":
        pytest.skip(found.how)
    assert (found.state, len(model.prompts)) == ("passed", 1)
    assert not (tmp_path / "written").exists()
    assert (tmp_path / "shop/area.py").read_text() == AREA


async def test_tests_that_fail_are_mended_once(tmp_path: Path) -> None:
    found, model = await asked(tmp_path, RUNNABLE, FAILING, ONE, of="shop/area.py", trusted=True)
    if found.state == "unrun":
        pytest.skip(found.how)
    assert (found.state, len(model.prompts)) == ("passed", 2)
    again = model.prompts[1].parts[-2]
    assert isinstance(again, Text)
    assert "<output>" in again.text
    assert "assert 3 == 4" in again.text
    found, model = await asked(tmp_path, RUNNABLE, FAILING, of="shop/area.py", trusted=True)
    assert (found.state, len(model.prompts)) == ("failed", 2)
    assert "assert 3 == 4" in found.output


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
async def test_nodes_own_tests_are_run(tmp_path: Path) -> None:
    files = {"area.mjs": "export const area = (r) => 3 * r * r;\n", "package.json": "{}"}
    imports = [
        'import test from "node:test";',
        'import assert from "node:assert";',
        'import { area } from "./area.mjs";',
    ]
    good = written('test("area", () => { assert.equal(area(1), 3); });', imports=imports)
    found, _ = await asked(tmp_path, files, good, trusted=True)
    assert (found.state, found.path.name) == ("passed", "area.test.mjs")
    found, _ = await asked(tmp_path, files, good.replace("1), 3", "1), 4"), trusted=True)
    assert found.state == "failed"


@pytest.mark.skipif(shutil.which("cargo") is None or sys.platform == "win32", reason="needs cargo")
async def test_cargos_tests_are_run(tmp_path: Path) -> None:
    files = {"src/lib.rs": RUST, "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n'}
    found, _ = await asked(tmp_path, files, written(RUST_TEST), trusted=True)
    if found.state == "unrun":
        pytest.skip(found.how)
    assert found.state == "passed", found.output
    assert files_in(tmp_path) == set(files)


async def test_asked_again_a_secret_has_the_name_by_which_the_model_called_it(tmp_path: Path) -> None:
    secret = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"
    files = {"shop/area.py": f'api_key = "{secret}"\n\n\n{AREA}'}
    wrong = written('def test_area(:\n    assert api_key == "REDACTED_SECRET_1"')
    _, model = await asked(tmp_path, files, wrong, ONE)
    again = "".join(part.text for part in model.prompts[1].parts if isinstance(part, Text))
    assert secret not in again
    assert "REDACTED_SECRET_1" in again
    assert "REDACTED_SECRET_2" not in again
