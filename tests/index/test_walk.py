"""Which files of a walk count, asked one by one or many at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls.index.walk import Counting, walk

COUNT = ["a.py", "sub/b.py", "sub/deep/c.py", "kept/ignored.txt/d.py", "not/there/yet.py"]
DO_NOT = [
    "gone/a.py", "gone/deep/a.py", "sub/no.log", "env/lib/a.py", "link/a.py", "sub/linked.py", "node_modules/m/a.js",
    "sub//b.py", "/sub/b.py", "../outside.py", "sub/../a.py", "",
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    for name in (*COUNT[:4], "gone/a.py", "gone/deep/a.py", "sub/no.log", "env/pyvenv.cfg", "node_modules/m/a.js"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x = 1\n")
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("/gone/\n")
    (folder / "sub" / ".gitignore").write_text("*.log\n")
    (folder / "link").symlink_to(folder / "sub")
    (folder / "sub" / "linked.py").symlink_to(folder / "a.py")
    return folder


@pytest.mark.parametrize("once", [True, False])
def test_a_file_counts_alike_whoever_was_asked_about_before(root: Path, once: bool) -> None:
    plan = walk(root)
    together = Counting(plan)
    asked = [*COUNT, *DO_NOT, *reversed(COUNT), *reversed(DO_NOT)]
    found = {path: (together if once else Counting(plan)).counts(path) for path in asked}
    assert [path for path, counts in found.items() if counts] == COUNT
