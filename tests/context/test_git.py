"""What changed since the last commit, in real repositories, honest and hostile ones."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from flashls.context.git import Changes
from flashls.types import Snippet


def git(folder: Path, *arguments: str) -> None:
    """Runs git as somebody with no settings."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_GLOBAL": os.devnull}
    names = ("-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *names, *arguments], cwd=folder, env=environ, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg" / "a.py").write_text("one\ntwo\nthree\nfour\n")
    (root / "b.py").write_text("x = 1\n")
    (root / ".env").write_text("TOKEN=one\n")
    git(root, "init")
    git(root, "add", "-f", ".")
    git(root, "commit", "-m", "first")
    return root


def changes(root: Path, hidden: tuple[str, ...] = ()) -> dict[str, str]:
    found = Changes(str(root), lambda path: path not in hidden).since_commit()
    return {snippet.path: snippet.text for snippet in found}


def test_a_changed_file_is_told_by_its_hunks(repository: Path) -> None:
    (repository / "pkg" / "a.py").write_text("one\ntwo and more\nthree\nfour\n")
    (found,) = Changes(str(repository), lambda _: True).since_commit()
    text = "@@ -1,3 +1,3 @@\n one\n-two\n+two and more\n three"
    assert found == Snippet("pkg/a.py", text, "diff", 1.0, "changed since the last commit")


def test_staged_changes_count_and_new_files_that_are_staged(repository: Path) -> None:
    (repository / "b.py").write_text("x = 2\n")
    (repository / "new.py").write_text("y = 1\n")
    (repository / "unknown.py").write_text("z = 1\n")
    git(repository, "add", "b.py", "new.py")
    assert changes(repository) == {"b.py": "@@ -1 +1 @@\n-x = 1\n+x = 2", "new.py": "@@ -0,0 +1 @@\n+y = 1"}


def test_in_a_folder_of_the_repository_only_what_is_below_it_counts(repository: Path) -> None:
    (repository / "b.py").write_text("x = 2\n")
    (repository / "pkg" / "a.py").write_text("one\n")
    assert list(changes(repository / "pkg")) == ["a.py"]


def test_the_latest_file_comes_first(repository: Path) -> None:
    for age, name in ((100, "b.py"), (50, "pkg/a.py")):
        (repository / name).write_text("changed\n")
        stamp = (repository / name).stat().st_mtime - age
        os.utime(repository / name, (stamp, stamp))
    assert list(changes(repository)) == ["pkg/a.py", "b.py"]


def test_hidden_files_are_not_even_read(repository: Path) -> None:
    (repository / ".env").write_text("TOKEN=two\n")
    (repository / "b.py").write_text("x = 2\n")
    assert list(changes(repository, hidden=(".env",))) == ["b.py"]


@pytest.mark.parametrize("what", ["no repository", "no commit", "no folder"])
def test_without_history_there_is_nothing(tmp_path: Path, what: str) -> None:
    root = tmp_path / "bare"
    if what != "no folder":
        root.mkdir()
    if what == "no commit":
        git(root, "init")
    assert changes(root) == {}


def test_packed_branches_and_detached_heads_are_read(repository: Path) -> None:
    (repository / "b.py").write_text("x = 2\n")
    git(repository, "pack-refs", "--all")
    git(repository, "gc")
    assert list(changes(repository)) == ["b.py"]
    git(repository, "checkout", "--detach")
    assert list(changes(repository)) == ["b.py"]


def test_a_linked_work_tree_is_its_own(repository: Path) -> None:
    git(repository, "worktree", "add", "../linked", "-b", "side")
    linked = repository.parent / "linked"
    (linked / "b.py").write_text("x = 3\n")
    assert list(changes(linked)) == ["b.py"]
    assert changes(repository) == {}


def test_another_index_or_half_a_minute_is_looked_at_again(repository: Path) -> None:
    kept = Changes(str(repository), lambda _: True)
    assert kept.since_commit(now=0.0) == ()
    (repository / "b.py").write_text("x = 2\n")
    assert kept.since_commit(now=10.0) == ()
    assert len(kept.since_commit(now=31.0)) == 1
    (repository / "b.py").write_text("x = 1\n")
    git(repository, "commit", "--allow-empty", "-m", "second")
    assert kept.since_commit(now=32.0) == ()


def test_rows_too_long_and_binary_files_are_left_out_and_a_long_diff_ends(repository: Path) -> None:
    (repository / "b.py").write_text(f"x = '{'a' * 500}'\n")
    (repository / "pkg" / "a.py").write_text("".join(f"row {n}\n" for n in range(1000)))
    (repository / "c.bin").write_bytes(bytes(range(256)))
    git(repository, "add", "c.bin")
    (text,) = changes(repository).values()
    assert 1500 < len(text) <= 1600
    assert text.split("\n")[-1].startswith("+row ")


# Each names a command that git may run for a diff: a monitor, drivers, a filter, a pager, hooks, a helper for objects.
HOSTILE = """
[core]
    fsmonitor = "touch {flag}"
    pager = "touch {flag}; cat"
    hooksPath = {hooks}
    sshCommand = "touch {flag}"
    untrackedCache = true
[pager]
    diff = "touch {flag}; cat"
[diff]
    external = "touch {flag}"
[diff "mine"]
    command = "touch {flag}"
    textconv = "touch {flag}; cat"
[filter "mine"]
    clean = "touch {flag}; cat"
    smudge = "touch {flag}; cat"
    process = "touch {flag}"
    required = true
[extensions]
    partialClone = origin
[remote "origin"]
    url = "ext::touch {flag}"
    promisor = true
    uploadpack = "touch {flag}"
[protocol "ext"]
    allow = always
[alias]
    diff = "!touch {flag}"
"""


def test_no_command_that_a_repository_names_is_run(repository: Path) -> None:
    flag, hooks = repository.parent / "flag", repository.parent / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "fsmonitor-watchman", "pre-auto-gc"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {flag}\n")
        (hooks / name).chmod(0o755)
    with (repository / ".git" / "config").open("a") as config:
        config.write(HOSTILE.format(flag=flag, hooks=hooks))
    (repository / ".gitattributes").write_text("* diff=mine filter=mine\n")
    (repository / "b.py").write_text("x = 2\n")
    assert changes(repository)["b.py"] == "@@ -1 +1 @@\n-x = 1\n+x = 2"
    assert not flag.exists()
    subprocess.run(["git", "diff", "HEAD"], cwd=repository, capture_output=True, check=False)
    assert flag.exists(), "the trap does not work"


def test_no_git_of_the_workspace_is_run(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flag = repository.parent / "flag"
    (repository / "bin").mkdir()
    (repository / "bin" / "git").write_text(f"#!/bin/sh\ntouch {flag}\n")
    (repository / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{repository / 'bin'}{os.pathsep}bin{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(repository)
    (repository / "b.py").write_text("x = 2\n")
    assert list(changes(repository)) == ["b.py"]
    assert not flag.exists()


def other(repository: Path) -> Path:
    """Another repository of the same user, with a file of the same name and a commit in it."""
    root = repository.parent / "other"
    root.mkdir()
    (root / "b.py").write_text("private = True\n")
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "private")
    return root


@pytest.mark.parametrize(
    "trick", ["a file .git", "a link .git", "linked objects", "linked HEAD", "linked refs", "alternates", "commondir"]
)
def test_a_workspace_cannot_name_the_history_of_another(repository: Path, trick: str) -> None:
    elsewhere = other(repository) / ".git"
    own = repository / ".git"
    head = (elsewhere / "refs" / "heads" / "main").read_text()
    if trick in ("a file .git", "a link .git"):
        own.rename(repository.parent / "away")
        if trick == "a file .git":
            own.write_text(f"gitdir: {elsewhere}\n")
        else:
            own.symlink_to(elsewhere)
    elif trick == "commondir":
        (own / "commondir").write_text(f"{elsewhere}\n")
        (own / "gitdir").write_text(f"{own}\n")
        (own / "HEAD").write_text(head)
    elif trick == "alternates":
        (own / "objects" / "info" / "alternates").write_text(f"{elsewhere / 'objects'}\n")
        (own / "HEAD").write_text(head)
    else:
        (own / "objects").rename(own / "kept")
        (own / "objects").symlink_to(elsewhere / "objects")
        (own / "HEAD").unlink()
        (own / "HEAD").write_text(head)
        if trick == "linked HEAD":
            (own / "HEAD").unlink()
            (own / "HEAD").symlink_to(elsewhere / "HEAD")
        if trick == "linked refs":
            (own / "refs").rename(own / "away")
            (own / "refs").symlink_to(elsewhere / "refs")
    assert "private" not in str(changes(repository))


def test_a_work_tree_that_the_configuration_names_is_not_looked_at(repository: Path) -> None:
    elsewhere = other(repository)
    git(repository, "config", "core.worktree", str(elsewhere))
    assert changes(repository) == {}


def test_a_link_to_a_file_elsewhere_is_not_followed(repository: Path) -> None:
    (repository.parent / "private.py").write_text("private = True\n")
    (repository / "b.py").unlink()
    (repository / "b.py").symlink_to(repository.parent / "private.py")
    assert changes(repository) == {}
