"""The workspace's folder: found from the target, wherever the command is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls_cli.workspace import root_of
from tests.cli.command_line import CommandLine

COMMANDS = ("complete", "explain", "context")


@pytest.mark.parametrize(
    ("mark", "folder", "root"),
    [
        ("repo/.git/", "repo/src/deep", "repo"),
        ("repo/.git", "repo/src", "repo"),
        ("repo/.flashls.toml", "repo", "repo"),
        ("repo/src/.flashls.toml", "repo/src/deep", "repo/src"),
        ("repo/.git/", "here/src", "here"),
        ("repo/.git/", "elsewhere/src", "elsewhere/src"),
    ],
)
def test_the_nearest_folder_with_a_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str, folder: str, root: str
) -> None:
    for name in (folder, "here", "repo"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    at = tmp_path / mark
    at.mkdir() if mark.endswith("/") else at.touch()
    monkeypatch.chdir(tmp_path / "here")
    assert root_of(tmp_path / folder) == (tmp_path / root).resolve()


@pytest.mark.parametrize("command", COMMANDS)
def test_what_the_repository_hides_is_hidden_from_everywhere(flashls: CommandLine, command: str) -> None:
    repository = flashls.folder / "repository"
    (repository / "src").mkdir(parents=True)
    (repository / ".flashls.toml").write_text('[paths]\noff = ["/src/private.py"]\n')
    flashls.file("x = ", "repository/src/private.py")
    flashls.file("x = ", "repository/src/public.py")
    for folder, path in {
        repository / "src": "private.py",
        repository: "src/private.py",
        flashls.folder: str(repository / "src" / "private.py"),
        flashls.folder.parent: "w/repository/src/private.py",
    }.items():
        flashls.monkeypatch.chdir(folder)
        said = flashls(command, path)
        assert (said.status, said.out.strip()) == (1, "")
        assert "no model may see" in said.err or "kept from all models" in said.err
        assert flashls(command, path.replace("private", "public")).status == 0


def test_paths_are_shown_from_the_repositorys_folder(flashls: CommandLine) -> None:
    (flashls.folder / ".git").mkdir()
    (flashls.folder / "src").mkdir()
    flashls.file("x = ", "src/a.py")
    flashls.monkeypatch.chdir(flashls.folder / "src")
    assert '<file path="src/a.py"' in flashls("context", "a.py").out


def test_standard_input_belongs_to_the_current_folder(flashls: CommandLine) -> None:
    flashls.file("[complete]\nmax_tokens = 0\n", ".flashls.toml")
    (flashls.folder / "src").mkdir()
    flashls.monkeypatch.chdir(flashls.folder / "src")
    for arguments in (("complete", "-"), ("config",)):
        said = flashls(*arguments, stdin="x = ")
        assert "max_tokens" in said.err


def test_what_is_no_file_is_not_waited_for(flashls: CommandLine) -> None:
    for path in ("/dev/zero", "/dev/null"):
        said = flashls("explain", path)
        assert (said.status, "this is no file" in said.err) == (2, True)


def test_a_failure_is_json_too(flashls: CommandLine) -> None:
    said = flashls("explain", "nowhere.py", "--json")
    assert said.status == 2
    assert said.json["reason"] == "error"
    assert "no such file" in said.json["detail"]


def test_there_is_nothing_to_explain_in_an_empty_file(flashls: CommandLine) -> None:
    flashls.file("\n\n", "empty.py")
    said = flashls("explain", "empty.py")
    assert (said.status, "nothing to explain" in said.err) == (1, True)
