"""What `make package` builds: the wheel holds the product and nothing else, and works where there is nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.editors.neovim.session import ROOT
from tests.editors.terminal.session import environment

pytestmark = pytest.mark.editor

DIST = ROOT / "dist"


def only(pattern: str) -> Path:
    found = list(DIST.glob(pattern))
    assert len(found) == 1, f"{pattern} in {DIST}: {found}; run make package"
    return found[0]


def test_the_wheel_has_neither_tests_nor_editors() -> None:
    with ZipFile(only("*.whl")) as wheel:
        names = wheel.namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"flashls", "flashls_cli"}
    assert not [name for name in names if "test" in Path(name).parts or name.endswith((".vsix", ".lua", ".el"))]
    assert {"flashls/models/catalog.toml", "flashls/prompt/templates/fix.md", "flashls/py.typed"} <= set(names)


def test_the_extension_is_small() -> None:
    assert only("*.vsix").stat().st_size < 500_000


def test_the_wheel_works_in_an_empty_environment(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True, timeout=120)
    binaries = tmp_path / "venv" / "bin"
    pip = [
        str(binaries / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        str(only("*.whl")),
    ]
    subprocess.run(pip, check=True, timeout=280)
    (tmp_path / "a.py").write_text("total = ")
    done = subprocess.run(
        [binaries / "flashls", "complete", "a.py:1:9"],
        cwd=tmp_path, env=environment(tmp_path), check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "sum(values)"
