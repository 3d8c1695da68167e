"""Doc comments and code for a comment in Emacs with Eglot: from the lightbulb to the text, behind an emoji."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.editors.terminal.editors import configuration
from tests.editors.terminal.session import environment

pytestmark = pytest.mark.editor

CODE = 's = "😀"\ndef 面積(半径):\n    return 3 * 半径\n\nx = "😀"; y = 1  # 😀\n# doubles 😀\n'
AFTER = CODE.replace("半径):\n", '半径):\n    """Does 😀."""\n') + "def twice(x):\n    return 2 * x\n"


def test_the_lightbulb_writes_into_the_text(tmp_path: Path) -> None:
    assert shutil.which("emacs"), "emacs is missing: run tools/editors.sh"
    file = tmp_path / "main.py"
    file.write_text(CODE)
    own = {"FLASHLS_TEST_FILE": str(file), "FLASHLS_TEST_LISP": str(configuration("emacs"))}
    command = ["emacs", "--batch", "-Q", "-l", str(Path(__file__).parent / "emacs" / "tasks.el")]
    done = subprocess.run(
        command, env=environment(tmp_path) | own, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert file.read_text() == AFTER, done.stdout
