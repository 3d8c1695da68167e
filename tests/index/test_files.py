"""Which files of a workspace are indexed; git itself says what git ignores."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from flashls.index.files import content, entries, file, files, language, walk
from flashls.index.repository import repository
from tests.index.folders import git, write

_NAMES = ["a", "b", "lib", "doc", "a.py", "b.py", "x.log", "y.min.js", "README", "ab", "#x", "!y", "a b", "é.py", "[c]"]
_PIECES = ["a", "b", "lib", "doc", "*.py", "*.log", "*", "a*", "?", "**", "[ab]", "[!a]*", "ab", "\\#x", "\\!y", "x.*"]


def _tree(root: Path, seed: random.Random, depth: int = 0) -> None:
    root.mkdir(exist_ok=True)
    for name in seed.sample(_NAMES, seed.randint(1, 6)):
        if depth < 4 and "." not in name and seed.random() < 0.6:
            _tree(root / name, seed, depth + 1)
        else:
            (root / name).write_text(name)
    if seed.random() < 0.4:
        (root / ".gitignore").write_text("\n".join(_line(seed) for _ in range(seed.randint(1, 5))) + "\n")


def _line(seed: random.Random) -> str:
    body = "/".join(seed.choice(_PIECES) for _ in range(seed.choice([1, 1, 1, 2, 2, 3])))
    return seed.choice(["", "", "!"]) + seed.choice(["", "", "/"]) + body + seed.choice(["", "", "/", "  ", "\r"])


def _paths(root: Path, off: tuple[str, ...] = ()) -> list[str]:
    return sorted(path for path, _ in entries(walk(root, off)))


@pytest.mark.parametrize("number", range(60))
def test_lists_what_git_lists(number: int, tmp_path: Path) -> None:
    seed = random.Random(number)
    root = tmp_path / "w"
    _tree(root, seed)
    git(root, "init", "-q")
    (root / ".git" / "info" / "exclude").write_text(_line(seed) + "\n")
    expected = git(root, "ls-files", "-co", "--exclude-standard", "-z").split("\0")
    assert _paths(root) == sorted(path for path in expected if path)
    below = next((p for p in sorted(root.iterdir()) if p.is_dir() and p.name != ".git"), None)
    if below and not git(root, "ls-files", "-oi", "--exclude-standard", "--directory", "-z", below.name):
        listed = git(below, "ls-files", "-co", "--exclude-standard", "-z").split("\0")
        assert _paths(below) == sorted(path for path in listed if path)


@pytest.mark.parametrize("number", range(20))
def test_one_file_is_listed_where_the_walk_lists_it(number: int, tmp_path: Path) -> None:
    _tree(tmp_path, random.Random(number))
    plan = walk(tmp_path)
    listed = {found.path: found for found in files(plan)}
    every = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} | {
        "no/such.py",
        "a/../a.py",
    }
    assert {path: found for path in every if (found := file(plan, path))} == listed


_NEVER_LISTED = [
    ".env",
    "deep/.env.local",
    "keys/ID_RSA",
    "node_modules/left/index.js",
    "deep/__pycache__/a.py",
    ".git/hook.py",
    "env/lib/a.py",
    "package-lock.json",
    "notes.unknown",
]


def test_some_files_are_listed_whatever_git_says(tmp_path: Path) -> None:
    write(
        tmp_path, dict.fromkeys(_NEVER_LISTED, "x") | {"env/pyvenv.cfg": "", "a.py": "", "go.mod": "", "deep/b.go": ""}
    )
    plan = walk(tmp_path)
    assert [found.path for found in files(plan)] == ["a.py", "go.mod", "deep/b.go"]
    assert not any(file(plan, path) for path in _NEVER_LISTED)


def test_what_git_keeps_is_listed_though_it_ignores_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"build/a.py": "", "build/b.py": "", "c/d.py": "", "c/.env": "", "lib/e.py": ""})
    git(tmp_path, "add", "build/a.py", "c", "lib")
    write(tmp_path, {".gitignore": "build/\n/c\n.env\nlib", ".aiexclude": "lib"})
    plan = walk(tmp_path)
    assert [found.path for found in files(plan)] == ["build/a.py", "c/d.py"]
    assert file(plan, "build/a.py")
    assert not file(plan, "build/b.py")
    assert not file(plan, "lib/e.py")


def test_other_work_trees_and_bare_repositories_are_not_the_projects_own(tmp_path: Path) -> None:
    root = tmp_path / "w"
    write(root, {"a.py": "", "bare/hooks/b.py": "", "sub/c.py": ""})
    git(root, "init", "-q")
    git(root, "add", "a.py")
    git(root, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x")
    git(root, "worktree", "add", "-q", ".worktrees/other")
    git(root, "init", "-q", "--bare", "bare")
    git(root / "sub", "init", "-q")
    plan = walk(root)
    assert [found.path for found in files(plan)] == ["a.py", "sub/c.py"]
    assert not file(plan, ".worktrees/other/a.py")
    assert not file(plan, "bare/hooks/b.py")
    assert [found.path for found in files(walk(root / ".worktrees" / "other"))] == ["a.py"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_names_that_are_no_text_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("")
    write(tmp_path, {"\u00e9.py": ""})
    assert [found.path for found in files(walk(tmp_path))] == ["\u00e9.py"]


def test_nothing_that_a_repository_names_is_run(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "run.sh").write_text(f"#!/bin/sh\ntouch '{tmp_path}/was-run'\n")
    (tmp_path / "run.sh").chmod(0o755)
    for setting in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "alias.ls-files"):
        git(tmp_path, "config", setting, f"{tmp_path}/run.sh")
    write(tmp_path, {"a.py": "", ".gitignore": "a.py"})
    assert [found.path for found in files(walk(tmp_path))] == ["run.sh"]
    assert not (tmp_path / "was-run").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are POSIX's")
def test_no_remote_that_a_repository_names_is_asked_for_what_its_index_lacks(tmp_path: Path) -> None:
    """A sparse index names folders by objects; git would have a missing one sent, by a command of the repository."""
    root = tmp_path / "w"
    write(root, {"src/deep/er/a.py": "", "src/b.py": "", "top.py": "", ".gitignore": "ignored\n"})
    write(tmp_path, {"run.sh": f"#!/bin/sh\ntouch '{tmp_path}/was-run'\n"})
    (tmp_path / "run.sh").chmod(0o755)
    names = ("-c", "user.name=A", "-c", "user.email=a@b.c")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, *names, "commit", "-qm", "x")
    git(root, "sparse-checkout", "init", "--cone", "--sparse-index")
    git(root, "sparse-checkout", "set", "--sparse-index", "other")
    for setting, value in {
        "remote.origin.promisor": "true",
        "remote.origin.url": str(root),
        "remote.origin.uploadpack": str(tmp_path / "run.sh"),
        "extensions.partialClone": "origin",
        "core.repositoryformatversion": "1",
    }.items():
        git(root, "config", setting, value)
    tree = git(root, "rev-parse", "HEAD:src").strip()
    (root / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    subprocess.run(["git", "ls-files", "-ci", "--exclude-standard"], cwd=root, capture_output=True, check=False)
    assert (tmp_path / "was-run").exists()
    (tmp_path / "was-run").unlink()
    assert [found.path for found in files(walk(root))] == ["top.py"]
    assert not (tmp_path / "was-run").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are POSIX's")
def test_git_is_told_no_key_and_no_setting_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told"
    write(tmp_path, {"tools/git": f"#!/bin/sh\nenv >> '{told}'\n", "w/a.py": "", "w/.git/HEAD": ""})
    (tmp_path / "tools" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/w/bin{os.pathsep}{tmp_path}/tools{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GEMINI_API_KEY", "told-to-nobody")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    walk(tmp_path / "w")
    said = told.read_text()
    assert said.count("GIT_DIR=") == 2
    assert not any(bad in said for bad in ("told-to-nobody", "elsewhere", f"{tmp_path}/w/bin", f"GIT_DIR={tmp_path}/w"))


def test_what_is_kept_though_ignored_is_told_by_each_of_gits_patterns(tmp_path: Path, home: Path) -> None:
    (home / ".gitconfig").write_text(f"[core]\n\texcludesFile = {home.as_posix()}/mine\n")
    (home / "mine").write_text("a.py\n")
    write(tmp_path, dict.fromkeys(["a.py", "b.py", "c.py", "sub/a.py"], ""))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-f", "a.py", "b.py")
    (tmp_path / ".git" / "info" / "exclude").write_text("b.py\n")
    assert [found.path for found in files(walk(tmp_path))] == ["c.py", "a.py", "b.py"]


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are POSIX's")
def test_however_many_repositories_there_are_git_is_asked_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    write(tmp_path, {"tools/git": f"#!/bin/sh\necho \"$@\" >> '{told}'\n", "w/.git/HEAD": ""})
    (tmp_path / "tools" / "git").chmod(0o755)
    for number in range(20):
        write(tmp_path / "w" / f"r{number}", {".git/HEAD": "", "a.py": "", "b.py": "", ".git/info/exclude": "b.py"})
    monkeypatch.setenv("PATH", f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}")
    assert len(list(files(walk(tmp_path / "w")))) == 20
    assert len(told.read_text().splitlines()) == 2


@pytest.mark.parametrize(
    "texts",
    [
        {".git/HEAD": "", ".git/commondir": "a\0b"},
        {".git/HEAD": "", ".git/commondir": "x" * 5000},
        {".git/HEAD": "", ".git/commondir": "nowhere"},
        {".git": "gitdir: a\0b"},
        {".git": "gitdir: " + "x" * 5000},
        {".git": "gitdir: ."},
        {".git": "\ud800"},
        {".git": ""},
        {".git/HEAD": "", ".git/index": "DIRC", ".git/objects": "x", ".git/config": "\0"},
        {".git/HEAD/x": "", ".git/info/exclude/x": ""},
    ],
)
@pytest.mark.parametrize("folder", ["", "sub/"])
def test_broken_repositories_do_no_harm(texts: dict[str, str], folder: str, tmp_path: Path) -> None:
    for path, text in {**texts, "a.py": ""}.items():
        (tmp_path / folder / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / path).write_bytes(text.encode("utf-8", "surrogatepass"))
    found = repository(tmp_path)
    assert found is None or found.stamp()
    assert [found.path for found in files(walk(tmp_path))] == [f"{folder}a.py"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"outside/secret.py": "", "w/a.py": ""})
    (tmp_path / "w" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "w" / "link.py").symlink_to(tmp_path / "outside" / "secret.py")
    plan = walk(tmp_path / "w")
    assert [found.path for found in files(plan)] == ["a.py"]
    assert not file(plan, "link/secret.py")
    assert not file(plan, "link.py")


def test_files_too_long_are_not_listed(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x" * 100, "b.py": "x" * 101})
    assert [found.path for found in files(walk(tmp_path, most_bytes=100))] == ["a.py"]


def test_the_users_own_patterns_hold_and_a_repository_within_has_its_own(tmp_path: Path, home: Path) -> None:
    (home / ".gitconfig").write_text(f"[core]\n\texcludesFile = {home.as_posix()}/mine\n")
    (home / "mine").write_text("*.tmp.py\n")
    write(
        tmp_path,
        {
            ".gitignore": "gone.py\n",
            "gone.py": "",
            "x.tmp.py": "",
            "sub/gone.py": "",
            "sub/x.tmp.py": "",
            "sub/out.py": "",
        },
    )
    git(tmp_path, "init", "-q")
    assert [found.path for found in files(walk(tmp_path))] == ["sub/out.py"]
    git(tmp_path / "sub", "init", "-q")
    (tmp_path / "sub" / ".git" / "info" / "exclude").write_text("out.py")
    assert [found.path for found in files(walk(tmp_path))] == ["sub/gone.py"]


@pytest.mark.parametrize(
    ("off", "expected"),
    [((), ["a.py", "sub/a.py", "sub/b.py"]), (("/a.py",), ["sub/a.py", "sub/b.py"]), (("*.py", "!b.py"), ["sub/b.py"])],
)
def test_paths_that_are_off_are_not_listed(off: tuple[str, ...], expected: list[str], tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"w/a.py": "", "w/sub/a.py": "", "w/sub/b.py": ""})
    assert _paths(tmp_path / "w", off) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.py", "python"),
        ("A.PY", "python"),
        ("x.tsx", "typescriptreact"),
        ("Rakefile", "ruby"),
        ("go.mod", "plaintext"),
        ("Cargo.lock", ""),
        ("README", ""),
        ("a.png", ""),
    ],
)
def test_the_language_of_a_name(name: str, expected: str) -> None:
    assert language(name) == expected


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.py", b"x = 1\n", "source"),
        ("a.py", b"", "source"),
        ("a.py", b"x\0", "unreadable"),
        ("a.py", b"x" * 8000 + b"\0", "unreadable"),
        ("a.js", b"var a=1;" * 1000, "unreadable"),
        ("a.js", b"var a=1;\n" * 1000, "source"),
        ("jquery.min.js", b"x", "unreadable"),
        ("a.go", b"// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a\n", "generated"),
        ("a.rs", b"// @generated by x\n", "generated"),
        ("a.py", b"# Do not edit this by hand.\n", "source"),
    ],
)
def test_what_a_file_holds(name: str, data: bytes, expected: str) -> None:
    assert content(name, data) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are POSIX's")
@pytest.mark.parametrize("folder", ["", "sub", "sub/deep"])
def test_a_git_that_the_workspace_brings_along_is_not_run(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "w"
    write(root, {"bin/git": f"#!/bin/sh\ntouch '{tmp_path}/was-run'\n", "a.py": "", ".git/HEAD": ""})
    (root / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(root / "bin"), "bin", os.environ["PATH"]]))
    monkeypatch.chdir(root)
    write(root / folder, {"b.py": ""})
    assert [found.path for found in files(walk(root / folder))] == (["b.py"] if folder else ["a.py", "b.py"])
    assert not (tmp_path / "was-run").exists()
