"""What has changed since a revision, what is staged, and what commits say, in real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls.context.borrowed import NoHistory
from flashls.context.history import Changed, Hunk, changed_since, staged, subjects
from tests.context.test_git import git

ROWS = "one\ntwo\nthree\nfour\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg" / "a.py").write_text(ROWS)
    (root / "b.py").write_text("x = 1\n")
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "Begin")
    (root / "b.py").write_text("x = 2\n")
    git(root, "commit", "-am", "Count to two\n\nNot to one.")
    return root


def seen(_path: str) -> bool:
    return True


def test_a_change_has_both_texts_and_the_rows_that_differ(repository: Path) -> None:
    (repository / "pkg" / "a.py").write_text("zero\none\ntwo\n3\n")
    found = changed_since(repository, "HEAD", seen)
    hunks = (Hunk(0, 0, 0, 1), Hunk(2, 4, 3, 4))
    assert found == (Changed("pkg/a.py", "changed", ROWS, "zero\none\ntwo\n3\n", hunks),)


@pytest.mark.parametrize("revision", ["HEAD~1", "HEAD^", "old", "v1", "origin/old", "old...", "old...HEAD"])
@pytest.mark.parametrize("packed", [True, False])
def test_revisions_by_their_usual_names(repository: Path, revision: str, packed: bool) -> None:
    git(repository, "branch", "old", "HEAD~1")
    git(repository, "tag", "-am", "first", "v1", "HEAD~1")
    git(repository, "update-ref", "refs/remotes/origin/old", "HEAD~1")
    if packed:
        git(repository, "pack-refs", "--all")
    (found,) = changed_since(repository, revision, seen)
    assert (found.path, found.before, found.after) == ("b.py", "x = 1\n", "x = 2\n")


def test_three_dots_leave_out_what_the_other_side_has_changed(repository: Path) -> None:
    git(repository, "checkout", "-b", "topic")
    (repository / "mine.py").write_text("mine\n")
    git(repository, "add", ".")
    git(repository, "commit", "-m", "mine")
    git(repository, "checkout", "-")
    (repository / "b.py").write_text("x = 3\n")
    git(repository, "commit", "-am", "theirs")
    git(repository, "branch", "theirs")
    git(repository, "checkout", "topic")
    assert [found.path for found in changed_since(repository, "theirs...", seen)] == ["mine.py"]
    assert [found.path for found in changed_since(repository, "theirs", seen)] == ["b.py", "mine.py"]


@pytest.mark.parametrize(
    "revision", ["nothing", "HEAD~9", "--output=x", "-x", "HEAD..old", "a b", "", "HEAD:b.py", "HEAD@{1}", "old...v1"]
)
def test_what_is_no_revision_is_said_to_be_none(repository: Path, revision: str) -> None:
    with pytest.raises(NoHistory, match=r"revision|no commit"):
        changed_since(repository, revision, seen)
    assert not (repository / "x").exists()


def test_staged_files_are_shown_as_staged(repository: Path) -> None:
    (repository / "b.py").write_text("x = 3\n")
    (repository / "new.py").write_text("y = 1\n")
    (repository / "pkg" / "a.py").unlink()
    git(repository, "add", "-A")
    (repository / "b.py").write_text("x = 4\n")
    (repository / "unknown.py").write_text("z = 1\n")
    found = {each.path: each for each in staged(repository, seen)}
    assert found == {
        "b.py": Changed("b.py", "changed", "x = 2\n", "x = 3\n", (Hunk(0, 1, 0, 1),)),
        "new.py": Changed("new.py", "added", None, "y = 1\n", (Hunk(0, 0, 0, 1),)),
        "pkg/a.py": Changed("pkg/a.py", "deleted", ROWS, None, (Hunk(0, 4, 0, 0),)),
    }


def test_hidden_files_links_and_binaries_are_not_read(repository: Path) -> None:
    (repository / "b.py").write_text("x = 3\n")
    (repository / "bytes.py").write_bytes(b"\0\1")
    (repository / "outside.py").symlink_to("/etc/passwd")
    git(repository, "add", ".")
    assert [each.path for each in staged(repository, lambda path: path != "b.py")] == ["bytes.py"]
    (found,) = staged(repository, lambda path: path != "b.py")
    assert (found.after, found.hunks) == (None, ())


def test_a_repositorys_own_configuration_runs_nothing(repository: Path) -> None:
    for name, value in {"diff.external": "touch ran", "core.fsmonitor": "touch ran", "core.pager": "touch ran"}.items():
        git(repository, "config", name, value)
    (repository / ".gitattributes").write_text("*.py diff=mine filter=mine\n")
    git(repository, "config", "diff.mine.textconv", "touch ran; cat")
    git(repository, "config", "filter.mine.clean", "touch ran; cat")
    (repository / "b.py").write_text("x = 3\n")
    assert changed_since(repository, "HEAD", seen)
    assert subjects(repository)
    assert not list(repository.rglob("ran"))


def test_subjects_come_latest_first(repository: Path) -> None:
    assert subjects(repository) == ("Count to two", "Begin")
    assert subjects(repository, 1) == ("Count to two",)


def test_without_a_repository_or_a_commit_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoHistory, match="no git repository"):
        staged(tmp_path, seen)
    git(tmp_path, "init")
    with pytest.raises(NoHistory, match="with a commit"):
        changed_since(tmp_path, "HEAD", seen)


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_before_the_first_commit_all_that_is_staged_is_new(tmp_path: Path, form: str) -> None:
    git(tmp_path, "init", f"--object-format={form}")
    assert staged(tmp_path, seen) == ()
    (tmp_path / "a.py").write_text("x = 1\ny = 2\n")
    (tmp_path / "later.py").write_text("z = 3\n")
    git(tmp_path, "add", "a.py")
    assert staged(tmp_path, seen) == (Changed("a.py", "added", None, "x = 1\ny = 2\n", (Hunk(0, 0, 0, 2),)),)
    assert subjects(tmp_path) == ()


def test_a_branch_that_begins_anew_has_no_history(repository: Path) -> None:
    git(repository, "checkout", "--orphan", "new")
    found = {each.path: each.state for each in staged(repository, seen)}
    assert found and set(found.values()) == {"added"}
    assert subjects(repository) == ()


def test_a_branch_kept_in_a_form_that_is_not_read_here_is_not_taken_for_a_new_one(repository: Path) -> None:
    (repository / ".git" / "reftable").mkdir()
    (repository / ".git" / "HEAD").write_text("ref: refs/heads/.invalid\n")
    with pytest.raises(NoHistory, match="no git repository"):
        staged(repository, seen)
