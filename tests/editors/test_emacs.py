"""Emacs with Eglot and the file that users load: a suggestion by completion at point, a fix behind an emoji."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.editors.terminal.editors import configuration
from tests.editors.terminal.session import environment

pytestmark = pytest.mark.editor


def test_a_suggestion_is_taken_and_a_fix_applied(tmp_path: Path) -> None:
    assert shutil.which("emacs"), "emacs is missing: run tools/editors.sh"
    file = tmp_path / "main.py"
    file.write_text('s = "😀"; t = y\nprint(s, t)\n\n')
    own = {"FLASHLS_TEST_FILE": str(file), "FLASHLS_TEST_LISP": str(configuration("emacs"))}
    command = ["emacs", "--batch", "-Q", "-l", str(Path(__file__).parent / "emacs" / "drive.el")]
    done = subprocess.run(
        command, env=environment(tmp_path) | own, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    assert told["encoding"] in ("utf-16", "utf-32")
    assert told["accepted"] == '"total = sum(values)"'
    assert told["fixed"] == '"s = \\"😀\\"; t = 1"'
    assert file.read_text() == 's = "😀"; t = 1\nprint(s, t)\ntotal = sum(values)\n'
