from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine, command_line


@pytest.fixture
def flashls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line of a user whose tasks ask a scripted model."""
    return command_line(tmp_path, monkeypatch, capsys)
