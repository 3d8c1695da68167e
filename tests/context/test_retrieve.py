"""What of the workspace's files is shown: whole rows, of files that models may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from flashls.context.gather import extras
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Budget, Cursor, Snapshot, Workspace
from tests.context.indexed import indexed

BUDGET = Budget(prefix=100, suffix=50, extra=4_000, suffix_rows=5, head_step=1)


def opened(root: Path, path: str, text: str) -> Snapshot:
    language = language_id_of(path)
    return Snapshot((root / path).as_uri(), language, 1, lines_of(text), parsed(language_of(language), text), 1)


def told(
    root: Path,
    files: Mapping[str, str],
    path: str,
    *others: Snapshot,
    visible: Callable[[str], bool] = lambda _: True,
) -> str:
    """All that is shown at the end of a file of a workspace, with the documents that are open besides."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    here = opened(root, path, files[path])
    workspace = Workspace((here, *others), str(root), indexed(files), visible=visible)
    found = extras(Cursor(here, len(files[path])), workspace, BUDGET)
    return "\n".join(f"[{each.path}]\n{each.text}" for each in found)


LONG = "x" * 400
CODE = {
    "shop/cart.py": "class Cart:\n    def total_of_cart(self, cart, rate):\n        return cart.net * rate\n",
    "shop/long.py": f"def charge_cart(cart, rate):\n    total_of_cart(cart)\n    value = cart.net + '{LONG}' * rate\n"
    f"    return value\n\n\ndef charge_late(cart, rate='{LONG}'):\n    return 1\n",
    "main.py": "from shop.cart import Cart\nfrom shop.long import charge_cart, charge_late\n\n\n"
    "def charge_all(cart, rate):\n    value = charge_cart(cart, rate) + Cart().total_of_cart(cart, rate)\n"
    "    return charge_late(",
}


def test_a_long_row_is_left_out_as_a_whole(tmp_path: Path) -> None:
    """A row is cut nowhere, for a secret that is cut is not known as one any more."""
    shown = told(tmp_path, CODE, "main.py")
    assert "def charge_cart(cart, rate):" in shown
    assert "    total_of_cart(cart)" in shown
    assert "xxx" not in shown
    assert "charge_late" not in shown


@pytest.mark.parametrize("hidden", ["shop/cart.py", "shop/long.py"])
def test_of_what_the_index_knows_only_what_models_may_see_now(tmp_path: Path, hidden: str) -> None:
    assert f"[{hidden}]" in told(tmp_path, CODE, "main.py")
    assert f"[{hidden}]" not in told(tmp_path, CODE, "main.py", visible=lambda path: path != hidden)


def test_the_file_that_is_worked_in_may_be_one_that_is_not_shown_elsewhere(tmp_path: Path) -> None:
    head = "def total_of_cart(cart, rate):\n    return 1\n\n\n" + "import os\n" * 40
    files = {"main.py": head + "def charge(cart, rate):\n    return total_of_cart("}
    assert "def total_of_cart(cart, rate):" in told(tmp_path, files, "main.py", visible=lambda _: False)


RENAMED = CODE["shop/cart.py"].replace("cart, rate", "basket, vat").replace("class", "LIMIT = 1\n\n\nclass")
NEW = "def charge_fresh(cart, vat_rate):\n    return cart.total(vat_rate)\n"


def test_an_open_document_counts_as_it_is_in_the_editor(tmp_path: Path) -> None:
    unsaved = opened(tmp_path, "shop/cart.py", RENAMED)
    shown = told(tmp_path, CODE, "main.py", unsaved)
    assert "    def total_of_cart(self, basket, vat):" in shown
    assert "def total_of_cart(self, cart, rate)" not in shown


def test_a_document_that_was_never_saved_is_known(tmp_path: Path) -> None:
    files = CODE | {"main.py": "from shop.fresh import charge_fresh\n\n\ndef f(cart):\n    return charge_fresh("}
    assert "def charge_fresh(cart, vat_rate):" not in told(tmp_path, files, "main.py")
    assert "def charge_fresh(cart, vat_rate):" in told(
        tmp_path, files, "main.py", opened(tmp_path, "shop/fresh.py", NEW)
    )


def test_similar_code_is_of_the_rows_where_it_stands_now(tmp_path: Path) -> None:
    head = "".join(f"CONSTANT_{n} = {n}\n" for n in range(70))
    files = CODE | {
        "shop/other.py": "def charge_late(cart, rate):\n    value = charge_cart(cart, rate)\n    return value\n"
    }
    shown = told(tmp_path, files, "main.py", opened(tmp_path, "shop/other.py", head + files["shop/other.py"]))
    assert "    value = charge_cart(cart, rate)\n    return value" in shown
    assert "CONSTANT_1 = 1" not in shown


def test_what_the_own_file_defines_is_what_it_defines_now(tmp_path: Path) -> None:
    head = "class Tool:\n    def helper(self, first, second):\n        return first\n\n\n" + "x = 1\n" * 60
    files = {"main.py": head + "def f(a):\n    return a.helper("}
    index = indexed({"main.py": "y = 1\n" + files["main.py"].replace("first, second", "old")})
    here = opened(tmp_path, "main.py", files["main.py"])
    found = extras(Cursor(here, len(files["main.py"])), Workspace((here,), str(tmp_path), index), BUDGET)
    shown = "\n".join(each.text for each in found)
    assert "    def helper(self, first, second):" in shown
    assert "old" not in shown


def test_default_is_no_name_that_a_row_could_import(tmp_path: Path) -> None:
    text = 'const base = {\n  default: 1,\n};\nimport { Area } from "./shape";\nexport { default } from "./shape";\n'
    text += "// -------------------\n" * 100 + "const size = "
    shown = told(tmp_path, {"shape.ts": "export class Area {}\n", "main.ts": text}, "main.ts")
    assert 'import { Area } from "./shape";' in shown
    assert "default" not in shown
