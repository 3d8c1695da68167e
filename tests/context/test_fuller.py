"""Imported definitions with their bodies where these are small, else with a line of documentation, as there is room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from flashls.context.fuller import AMPLE, BODIES, DOCS
from flashls.context.gather import extras, gather
from flashls.context.lasting import lasting
from flashls.index.memory import Memory
from flashls.prompt.seal import seal
from flashls.types import Budget, Context, Cursor, Draft, Fim, Snapshot, Workspace
from tests.context.indexed import indexed
from tests.context.test_retrieve import opened

LESS = AMPLE - 1


def context(
    root: Path,
    files: Mapping[str, str],
    path: str,
    *others: Snapshot,
    tokens: int = AMPLE,
    per_token: float = 3.2,
    visible: Callable[[str], bool] = lambda _: True,
    off: frozenset[str] = frozenset(),
    index: Mapping[str, str] | None = None,
) -> Context:
    """What is gathered at the end of a file; ``index`` are the files as they were indexed, if other than now."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    here = opened(root, path, files[path])
    workspace = Workspace((here, *others), str(root), indexed(index or files), visible=visible)
    budget = Budget(prefix=100, suffix=50, extra=tokens, suffix_rows=5, head_step=1, chars_per_token=per_token)
    cursor = Cursor(here, len(files[path]))
    found = extras(cursor, workspace, budget, off)
    assert lasting(found, cursor, workspace) == found  # else what a model has read would be moved
    return gather(cursor, budget, found, str(root))


def rows(found: Context, path: str) -> list[str]:
    return [row for each in found.snippets if each.path == path for row in each.text.split("\n")]


PYTHON = '''@cached
def rate_of(region):
    """The rate of a region, as a share.

    Raises KeyError.
    """
    table = load_table("rates")

    return table[region] / 100
'''
MAIN = "from shop.rates import rate_of\n\n\ndef f(region):\n    return "
CASES = {
    "python": ({"shop/rates.py": PYTHON, "main.py": MAIN}, "main.py", "shop/rates.py", PYTHON.split("\n")[1:]),
    "typescript": (
        {
            "rates.ts": "/** The rate of a region. */\nexport function rateOf(region: string): number {\n"
            "  return table[region] / 100;\n}\n",
            "main.ts": 'import { rateOf } from "./rates";\n\nexport const f = (region: string) => ',
        },
        "main.ts",
        "rates.ts",
        ["export function rateOf(region: string): number {", "  return table[region] / 100;", "}"],
    ),
    "rust": (
        {
            "Cargo.toml": '[package]\nname = "shop"\n',
            "src/lib.rs": "pub mod rates;\npub mod main;\n",
            "src/rates.rs": "/// The rate.\npub fn rate_of(region: &str) -> u32 {\n    table(region) / 100\n}\n",
            "src/main.rs": "use crate::rates::rate_of;\n\nfn f(region: &str) -> u32 {\n    ",
        },
        "src/main.rs",
        "src/rates.rs",
        ["pub fn rate_of(region: &str) -> u32 {", "    table(region) / 100", "}"],
    ),
    "java": (
        {
            "src/a/Rates.java": "package a;\n\npublic class Rates {\n  int of(String r) {\n    return 1;\n  }\n}\n",
            "src/b/Main.java": "package b;\n\nimport a.Rates;\n\nclass Main {\n  int f(String region) {\n    return ",
        },
        "src/b/Main.java",
        "src/a/Rates.java",
        ["public class Rates {", "  int of(String r) {", "    return 1;", "  }", "}"],
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("tokens", [AMPLE, LESS])
def test_a_small_definition_is_shown_whole(case: str, tokens: int, tmp_path: Path) -> None:
    """Of a smaller budget, too, if all signatures leave room for it."""
    files, path, defined_in, expected = CASES[case]
    similar = frozenset({"similar code"})
    assert rows(context(tmp_path, files, path, tokens=tokens, off=similar), defined_in) == [r for r in expected if r]
    without = rows(context(tmp_path, files, path, tokens=tokens, off=similar | {BODIES, DOCS}), defined_in)
    assert expected[0].removesuffix(" {") in without[0]
    assert not [row for row in without if "100" in row or "return 1" in row]


def longer(n: int, doc: str = "") -> str:
    """A function of so many rows."""
    told = f'    """{doc}"""\n' if doc else ""
    return f"def rate_of(region):\n{told}" + "    region = next_of(region)\n" * (n - 1 - bool(doc))


def alone(root: Path, text: str, **more: object) -> list[str]:
    files = {"shop/rates.py": text, "main.py": MAIN}
    given = {"off": frozenset({"similar code"}), **more}
    return rows(context(root, files, "main.py", **given), "shop/rates.py")  # type: ignore[arg-type]


@pytest.mark.parametrize(("n", "shown"), [(1, 1), (2, 2), (8, 8), (9, 1), (60, 1)])
def test_eight_rows_are_small(n: int, shown: int, tmp_path: Path) -> None:
    assert len(alone(tmp_path, longer(n))) == shown


def test_a_body_with_a_long_row_is_not_shown(tmp_path: Path) -> None:
    """Nor is it cut: a secret that is cut is not known as one any more."""
    assert alone(tmp_path, longer(3) + f"    x = '{'x' * 400}'\n") == ["def rate_of(region):"]


@pytest.mark.parametrize(("more", "shown"), [(1, 3), (21, 3), (22, 1), (50, 1), (99, 1)])
def test_nothing_is_cut_where_reading_ends(more: int, shown: int, tmp_path: Path) -> None:
    """Of 400,000 bytes; the function's end is among the last 100 of these, or further on."""
    text = f"{'#' * 399_899}\n{'#' * (more - 1)}\n{longer(3)}"
    assert len(text) == 399_900 + more + 79
    facts = indexed({"shop/rates.py": longer(3)}).facts("shop/rates.py")
    assert facts is not None
    moved = [structs.replace(one, row=one.row + 2, end_row=one.end_row + 2) for one in facts.definitions]
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/rates.py").write_text(text)
    here = opened(tmp_path, "main.py", MAIN)
    workspace = Workspace((here,), str(tmp_path), Memory([replace(facts, definitions=tuple(moved))]))
    found = extras(Cursor(here, len(MAIN)), workspace, Budget(100, 50, AMPLE, 5, 1))
    assert [each.text.count("\n") + 1 for each in found if each.path == "shop/rates.py"] == [shown]


def test_nothing_of_a_file_that_no_model_may_see(tmp_path: Path) -> None:
    assert alone(tmp_path, longer(3), visible=lambda path: path != "shop/rates.py") == []


@pytest.mark.parametrize(
    "now",
    [f"import os\n\n\n{longer(3)}", "", longer(3).rstrip().rpartition("\n")[0], longer(3).replace("region", "place")],
)
def test_of_a_file_that_has_changed_since_it_was_indexed_no_other_rows_are_shown(now: str, tmp_path: Path) -> None:
    files = {"shop/rates.py": now, "main.py": MAIN}
    here = opened(tmp_path, "main.py", MAIN)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/rates.py").write_text(now)
    workspace = Workspace((here,), str(tmp_path), indexed(files | {"shop/rates.py": longer(3)}))
    found = extras(Cursor(here, len(MAIN)), workspace, Budget(100, 50, AMPLE, 5, 1), frozenset({"similar code"}))
    assert [each.text for each in found if each.path == "shop/rates.py"] == ["def rate_of(region):"]


def test_an_open_document_is_as_it_is_in_the_editor(tmp_path: Path) -> None:
    unsaved = opened(tmp_path, "shop/rates.py", "X = 1\n\n\n" + longer(3).replace("next_of", "last_of"))
    files = {"shop/rates.py": longer(3), "main.py": MAIN}
    shown = rows(context(tmp_path, files, "main.py", unsaved), "shop/rates.py")
    assert "    region = last_of(region)" in shown
    assert not [row for row in shown if "next_of" in row]


FULL = {
    "main.py": "from shop.rates import rate_of\nfrom shop import every\n\n\ndef f(region):\n    return every.",
    "shop/rates.py": longer(3, "The rate of a region."),
    "shop/every.py": "".join(f"def every_{n}(region):\n    return {n}\n\n\n" for n in range(40)),
}


@pytest.mark.parametrize("room", range(300, 1_900, 100))
def test_more_of_a_definition_never_takes_the_place_of_a_signature(room: int, tmp_path: Path) -> None:
    """Where the budget is a small one: in each room as many signatures as there are without."""
    signatures = []
    for off in (frozenset({"similar code"}), frozenset({"similar code", BODIES, DOCS})):
        found = context(tmp_path, FULL, "main.py", tokens=room, per_token=1, off=off)
        signatures.append([row for each in found.snippets for row in each.text.split("\n") if row.startswith("def ")])
    assert signatures[0] == signatures[1]


DOC = "The rate of a region, as a share."


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("shop/rates.py", longer(20, DOC), ["def rate_of(region):", f'    """{DOC}"""']),
        (
            "shop/rates.py",
            longer(20, DOC).replace("(region)", "(\n    region,\n)", 1),
            ["def rate_of(", "    region,", "):", f'    """{DOC}"""'],
        ),
        ("shop/rates.py", longer(20), ["def rate_of(region):"]),
        ("shop/rates.py", longer(20, "x" * 200), ["def rate_of(region):"]),  # it may have been cut
    ],
)
def test_the_first_line_of_its_documentation_is_shown_with_a_longer_one(
    path: str, text: str, expected: list[str], tmp_path: Path
) -> None:
    assert alone(tmp_path, text) == expected
    assert alone(tmp_path, text, off=frozenset({"similar code", DOCS})) == [row for row in expected if DOC not in row]


def test_documentation_that_is_shown_is_not_told_again(tmp_path: Path) -> None:
    """With similar code, say."""
    for text in (longer(20, DOC), f"\n{longer(20, DOC)}".replace("\ndef", "\n\n@cached\ndef")):
        assert "\n".join(alone(tmp_path, text, off=frozenset())).count(DOC) == 1


def test_elsewhere_it_stands_above_as_a_comment(tmp_path: Path) -> None:
    body = "  region = nextOf(region);\n" * 20
    files = {
        "rates.ts": f"/**\n * {DOC}\n * @param region one\n */\nexport function rateOf(region: string) {{\n{body}}}\n",
        "main.ts": 'import { rateOf } from "./rates";\n\nexport const f = (region: string) => ',
    }
    shown = rows(context(tmp_path, files, "main.ts", off=frozenset({"similar code"})), "rates.ts")
    assert shown[0] == f"// {DOC}"
    assert shown[1].startswith("export function rateOf(region: string)")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (longer(3), "imported and not used yet; with its body"),
        (longer(20, DOC), "imported and not used yet; with the first line of its documentation"),
        (longer(20), "imported and not used yet"),
    ],
)
@pytest.mark.parametrize("tokens", [AMPLE, LESS])
def test_it_is_said_that_more_is_shown(text: str, why: str, tokens: int, tmp_path: Path) -> None:
    found = context(
        tmp_path, {"shop/rates.py": text, "main.py": MAIN}, "main.py", tokens=tokens, off=frozenset({"similar code"})
    )
    assert [each.why for each in found.snippets if each.path == "shop/rates.py"] == [why]


def test_secrets_in_bodies_and_documentation_are_sealed(tmp_path: Path) -> None:
    key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    other = key.replace("a1B2", "Zz9Y")
    text = f'def rate_of(region):\n    token = "{key}"\n    return token\n\n\n' + longer(20, f"Use {other}.").replace(
        "rate_of", "late_of"
    )
    files = {"shop/rates.py": text, "main.py": MAIN.replace("rate_of", "rate_of, late_of", 1)}
    found = context(tmp_path, files, "main.py")
    assert all(any(each in row for row in rows(found, "shop/rates.py")) for each in (key, other))
    sealed = seal(Draft((), Fim(found.snippets, found.prefix, found.suffix)))
    assert sealed.fim is not None
    sent = "\n".join(each.text for each in sealed.fim.extra)
    assert "late_of(region)" in sent
    assert key not in sent
    assert other not in sent


def test_a_body_is_not_taken_from_a_document_of_the_same_name_elsewhere(tmp_path: Path) -> None:
    files = {
        "rates.py": "def rate_of(region):\n    total = base(region)\n    return total / 100\n",
        "main.py": "from rates import rate_of\n\n\ndef f(region):\n    return ",
    }
    (tmp_path / "elsewhere").mkdir()
    theirs = "def rate_of(region):\n    total = other(region)\n    return total\n"
    other = opened(tmp_path / "elsewhere", "rates.py", theirs)
    (tmp_path / "w").mkdir()
    shown = rows(context(tmp_path / "w", files, "main.py", other), "rates.py")
    assert "    total = base(region)" in shown
    assert "    total = other(region)" not in shown
