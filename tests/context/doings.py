"""Places in the shop where what to write next stands in one thing only: in what was done, was said or is installed.

For each of the sources besides definitions and similar code a few places; what each tells is in no indexed file. And
places where it stands in one of many pieces of code alike, in a body, or in a line of documentation.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from flashls.context.fuller import BODIES, DOCS
from flashls.context.gather import TOLD, extras
from flashls.context.retrieve import LATELY
from flashls.syntax.languages import language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Cursor, Diagnostic, Edited, Snapshot, Snippet, Workspace
from tests.context.indexed import indexed
from tests.context.workspace import budget_of

_NAMES = ("invoice", "parcel", "refund", "voucher")
_CHARACTERS = 1_500
_ALIKE = 15  # pieces of similar code, more than there is room for
TELLING = (*TOLD, LATELY, BODIES, DOCS)
"""What there are places of."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A place, by the source that alone tells ``wanted`` there, once those of ``without`` are off."""

    source: str
    cursor: Cursor
    workspace: Workspace
    wanted: str
    without: frozenset[str] = frozenset()


def doings(root: Path) -> Iterator[Doing]:
    """The places, with what they need on the disk below ``root``."""
    makers = (_installed, _counterpart, _changes, _edits, _diagnostics, _lately, _body, _documented)
    for source, make in zip(TELLING, makers, strict=True):
        for name in _NAMES:
            yield replace(make(root, name), source=source)


def told(doing: Doing, off: frozenset[str] = frozenset()) -> bool:
    """Whether what is wanted is shown."""
    found = extras(doing.cursor, doing.workspace, budget_of(_CHARACTERS), off | doing.without)
    return any(doing.wanted in each.text for each in found)


def _doing(root: Path, text: str, wanted: str, name: str = "main.py") -> Doing:
    here = _opened(root, name, text)
    files = {name: text, "shop/base.py": "def total(cart):\n    return cart.net\n"}
    workspace = Workspace((here,), str(root), indexed(files))
    return Doing("", Cursor(here, len(text)), workspace, wanted)


def _opened(root: Path, path: str, text: str) -> Snapshot:
    return Snapshot((root / path).as_uri(), "python", 1, lines_of(text), parsed(language_of("python"), text), 1)


def _installed(root: Path, name: str) -> Doing:
    package = root / ".venv" / "lib" / "python3.11" / "site-packages" / f"{name}s"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text(f"def open_{name}(reference, lenient=False): ...\n")
    text = f"from {name}s import open_{name}\n\n\ndef f(a):\n    return open_{name}("
    return _doing(root, text, "lenient=False")


def _counterpart(root: Path, name: str) -> Doing:
    text = "from pytest import fixture\n\n\ndef test_it():\n    assert "
    own = _doing(root, text, f"def {name}_is_paid(", f"tests/test_{name}.py")
    source = f"def {name}_is_paid(it):\n    return it.paid\n"
    files = {f"tests/test_{name}.py": text, f"{name}.py": source}
    return replace(own, workspace=replace(own.workspace, index=indexed(files)))


def _changes(root: Path, name: str) -> Doing:
    own = _doing(root, "def f(cart):\n    return ", f"{name}_rate")
    diff = Snippet(
        "shop/tax.txt", f"@@ -1,1 +1,1 @@\n-rate\n+{name}_rate", "diff", 1.0, "changed since the last commit"
    )
    return replace(own, workspace=replace(own.workspace, changes=(diff,)))


def _edits(root: Path, name: str) -> Doing:
    own = _doing(root, f"def f(cart):\n    a = save(cart)\n    return {name}(", f"{name}_key=cart")
    before, after = lines_of(f"x = {name}(cart)\n"), lines_of(f"x = {name}({name}_key=cart)\n")
    edit = Edited((root / "notes.txt").as_uri(), before, after, 0, 1, 1, time.monotonic())
    return replace(own, workspace=replace(own.workspace, edits=(edit,)))


def _diagnostics(root: Path, name: str) -> Doing:
    row = f"    x = cart.{name}d"
    own = _doing(root, f"def f(cart):\n{row}\n    return ", f"did you mean '{name}_id'")
    wrong = Diagnostic(own.cursor.snapshot.uri, 1, 1, "error", f"no '{name}d': did you mean '{name}_id'?", text=row)
    return replace(own, workspace=replace(own.workspace, diagnostics=(wrong,)))


def _lately(root: Path, name: str) -> Doing:
    text = "def charge_all(basket, coupon):\n    total = basket.total_with(coupon)\n    return save("
    alike = text.replace("_all", "_{0}_{1}") + "total, {0}_{1}=1)\n"
    files = {f"shop/{name}_{n:02}.py": alike.format(name, n) for n in range(_ALIKE)}
    own = _doing(root, text, f"{name}_{_ALIKE - 1}=1", f"charge_{name}.py")
    for path, written in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(written)
    lately = ((root / [*files][-1]).as_uri(),)
    return replace(own, workspace=replace(own.workspace, index=indexed(files), lately=lately))


def _imported(root: Path, name: str, text: str, wanted: str) -> Doing:
    """A place where a file imports a function that the text defines."""
    own = _doing(root, f"from shop.{name} import {name}_rate\n\n\ndef f(a):\n    return ", wanted)
    path = f"shop/{name}.py"
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(text)
    workspace = replace(own.workspace, index=indexed({path: text}))
    return replace(own, workspace=workspace, without=frozenset({"similar code"}))


def _body(root: Path, name: str) -> Doing:
    wanted = f"{name}_table[region]"
    return _imported(root, name, f"def {name}_rate(region):\n    return {wanted} / 100\n", wanted)


def _documented(root: Path, name: str) -> Doing:
    wanted, name = f"The {name}'s rate, in hundredths.", f"told_{name}"
    rows = "    region = parent_of(region)\n" * 20
    return _imported(root, name, f'def {name}_rate(region):\n    """{wanted}"""\n{rows}    return region\n', wanted)
