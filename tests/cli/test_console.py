"""What pipes get: each row whole, on one line, and brackets as they are."""

from __future__ import annotations

import pytest

from tests.cli.command_line import CommandLine


@pytest.mark.parametrize("columns", ["20", "200", None])
def test_nothing_is_cut_or_wrapped_for_a_pipe(flashls: CommandLine, columns: str | None) -> None:
    if columns:
        flashls.monkeypatch.setenv("COLUMNS", columns)
    else:
        flashls.monkeypatch.delenv("COLUMNS")
    folder = "folder/" * 20 + "[id]/"
    (flashls.folder / folder).mkdir(parents=True)
    flashls.file("import math\n" + "f()\n" * 2000, f"{folder}a.py")
    patterns = ",".join(f"pattern-{n}" for n in range(40))
    for arguments, row in {
        ("config", "--set", f"paths.off={patterns}"): patterns.replace(",", '", "'),
        ("context", f"{folder}a.py"): f"{folder}a.py",
        ("models",): "flashls models pull qwen2.5-coder-0.5b",
        ("doctor",): f"{flashls.config}",
    }.items():
        said = flashls(*arguments)
        assert said.status == 0
        assert row in said.out


def test_lines_across_stay_short_in_a_pipe(flashls: CommandLine) -> None:
    flashls.file("x = ")
    lines = flashls("context", "a.py").out.splitlines()
    assert {len(line) for line in lines if line.startswith("─")} == {80}


def test_brackets_are_no_markup(flashls: CommandLine) -> None:
    flashls.config.write_text("")
    for command in ("models", "doctor"):
        assert "pip install 'flashls[local]'" in flashls(command).out
