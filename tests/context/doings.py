"""Places in the shop where what to write next stands in one thing only: in what was done, was said or is installed.

For each of the sources besides definitions and similar code a few places; what each tells is in no indexed file.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from flashls.context.gather import TOLD, extras
from flashls.syntax.languages import language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Cursor, Diagnostic, Edited, Snapshot, Snippet, Workspace
from tests.context.indexed import indexed
from tests.context.workspace import budget_of

_NAMES = ("invoice", "parcel", "refund", "voucher")
_CHARACTERS = 1_500


@dataclass(frozen=True, slots=True)
class Doing:
    """A place, by the source that alone tells ``wanted`` there."""

    source: str
    cursor: Cursor
    workspace: Workspace
    wanted: str


def doings(root: Path) -> Iterator[Doing]:
    """The places, with what they need on the disk below ``root``."""
    for source, make in zip(TOLD, (_installed, _counterpart, _changes, _edits, _diagnostics), strict=True):
        for name in _NAMES:
            yield replace(make(root, name), source=source)


def told(doing: Doing, off: frozenset[str] = frozenset()) -> bool:
    """Whether what is wanted is shown."""
    found = extras(doing.cursor, doing.workspace, budget_of(_CHARACTERS), off)
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
