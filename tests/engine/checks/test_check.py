"""Tools run beside the file, never a workspace's own, and never with what they need not know."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flashls.engine.checks.check import Place, check, is_trusted
from flashls.engine.checks.program import Command, NotRun, program, run, search_path
from flashls.engine.checks.tools import TOOLS, Tool, tools_for
from flashls.settings import Fix, Settings, Trust

_BIN = Path(sys.executable).parent
GO_PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
posix = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts stand for tools")


def tool(name: str) -> Tool:
    return next(each for each in TOOLS if each.name == name)


def script(folder: Path, name: str, text: str) -> Path:
    """An executable of that name that runs a line of shell."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace; on the path are ruff and the system's own."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(_BIN), "/usr/bin", "/bin"]))
    folder = tmp_path / "w"
    folder.mkdir()
    return folder


async def test_ruff_finds_what_is_wrong_by_the_workspaces_settings(root: Path) -> None:
    (root / "ruff.toml").write_text('lint.select = ["F", "E501"]\nline-length = 30\nfix = true\n')
    path = root / "a.py"
    text = "import os\nprint(y)  # " + "x" * 30 + "\n"
    found = await check(tool("ruff"), text, "python", Place(path, root), Settings())
    assert [(each.row, each.code) for each in found] == [(0, "F401"), (1, "F821"), (1, "E501")]
    assert not path.exists()


async def test_a_document_without_a_file_is_checked_too(root: Path) -> None:
    found = await check(tool("ruff"), "print(y)\n", "python", Place(None, None), Settings())
    assert [each.code for each in found] == ["F821"]


async def test_a_text_that_does_not_parse_is_said_to(root: Path) -> None:
    found = await check(tool("ruff"), "print(y\n", "python", Place(root / "a.py", root), Settings())
    assert {each.code for each in found} == {"invalid-syntax"}


@pytest.mark.parametrize(
    ("name", "settings", "why"),
    [
        ("ruff", Settings(fix=Fix(tools=("gofmt",))), r"\[fix\] tools does not name ruff"),
        ("shellcheck", Settings(), "shellcheck is not installed"),
        ("mypy", Settings(fix=Fix(tools=("mypy",))), r"\[trust\] roots does not allow"),
        ("eslint", Settings(trust=Trust(roots=("/elsewhere",))), r"\[trust\] roots does not allow"),
    ],
)
async def test_a_tool_that_is_not_allowed_is_not_run(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str, settings: Settings, why: str
) -> None:
    monkeypatch.setenv("PATH", str(_BIN))
    one = tool(name)
    with pytest.raises(NotRun, match=why):
        await check(one, "x", min(one.languages), Place(root / "a", root), settings)


async def test_settings_that_a_tool_cannot_read_do_not_make_a_text_clean(root: Path) -> None:
    (root / "ruff.toml").write_text("what is this")
    with pytest.raises(NotRun, match="ruff"):
        await check(tool("ruff"), "print(y)\n", "python", Place(root / "a.py", root), Settings())


@posix
@pytest.mark.parametrize("where", ["bin", "node_modules/.bin", ".venv/bin"])
async def test_a_tool_that_the_workspace_brings_along_is_never_run(
    root: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    script(root / where, "shellcheck", f"touch {root}/run; echo '{{\"comments\": []}}'")
    monkeypatch.setenv("PATH", os.pathsep.join([str(root / where), where, ".", os.environ["PATH"]]))
    monkeypatch.chdir(root)
    for place in (Place(root / "a.sh", root), Place(root / where / "a.sh", None)):
        with pytest.raises(NotRun, match="not installed"):
            await check(tool("shellcheck"), "echo $x\n", "shellscript", place, Settings())
    assert not (root / "run").exists()


@posix
async def test_a_link_into_the_workspace_is_the_workspaces(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = script(root / "tools", "shellcheck", f"touch {root}/run")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "shellcheck").symlink_to(own)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert program("shellcheck", root) is None


@posix
async def test_a_trusted_workspaces_own_tool_is_run(root: Path) -> None:
    """As eslint nearly always is one."""
    said = '[{"messages": [{"ruleId": "no-undef", "severity": 2, "message": "x is not defined", "line": 3}]}]'
    script(root / "node_modules/.bin", "eslint", f"echo '{said}'; exit 1")
    settings = Settings(trust=Trust(roots=(str(root.parent),)))
    (found,) = await check(tool("eslint"), "x()\n", "javascript", Place(root / "a.js", root), settings)
    assert (found.row, found.code, found.message) == (2, "no-undef", "x is not defined")


def test_a_root_is_trusted_by_its_folder_or_one_above_it(tmp_path: Path) -> None:
    settings = Settings(trust=Trust(roots=(str(tmp_path / "a"), "relative")))
    assert is_trusted(tmp_path / "a", settings)
    assert is_trusted(tmp_path / "a" / "b", settings)
    for other in (tmp_path / "ab", tmp_path, tmp_path / "relative", tmp_path / "a" / ".." / "b", None):
        assert not is_trusted(other, settings)


@posix
async def test_a_tool_is_told_no_keys(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEMINI_API_KEY", "OPENAI_API_KEY", "NODE_OPTIONS", "PYTHONPATH", "LD_PRELOAD_X", "RUFF_CONFIG"):
        monkeypatch.setenv(name, "secret")
    output = await run(script(tmp_path / "b", "env", "/usr/bin/env"), Command((), tmp_path), root, 10)
    assert "secret" not in output.stdout
    assert f"PATH={search_path(root)}\n" in output.stdout


@posix
@pytest.mark.parametrize("how", ["time", "cancel"])
async def test_what_takes_too_long_is_ended_with_all_it_started(root: Path, tmp_path: Path, how: str) -> None:
    child = tmp_path / "child"
    slow = script(tmp_path / "b", "slow", f"sleep 60 & echo $! > {child}; wait")
    running = asyncio.create_task(run(slow, Command((), tmp_path), root, 0.3 if how == "time" else 60))
    while not child.exists() or not child.read_text().strip():
        await asyncio.sleep(0.01)
    if how == "cancel":
        running.cancel()
    with pytest.raises(NotRun if how == "time" else asyncio.CancelledError):
        await running
    until = time.monotonic() + 5
    while _alive(int(child.read_text())) and time.monotonic() < until:
        await asyncio.sleep(0.01)
    assert not _alive(int(child.read_text()))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@posix
@pytest.mark.parametrize(
    "line", ["exit 1", "echo nonsense", "kill -9 $$", "echo '[]' >&2; exit 3", "echo '{\"a\": 1}'"]
)
async def test_a_tool_that_fails_is_not_one_that_finds_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    script(tmp_path / "b", "shellcheck", line)
    monkeypatch.setenv("PATH", f"{tmp_path / 'b'}:/usr/bin:/bin")
    with pytest.raises(NotRun):
        await check(tool("shellcheck"), "echo $x\n", "shellscript", Place(root / "a.sh", root), Settings())


@posix
async def test_a_vet_that_looked_past_the_overlay_did_not_do_its_work(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(
        tmp_path / "b", "go", "echo './main.go:3:8: could not import fmt (can'\\''t resolve import \"\")' >&2; exit 2"
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'b'}:/usr/bin:/bin")
    with pytest.raises(NotRun):
        await check(tool("go vet"), "package main\n", "go", Place(root / "main.go", root), Settings())


def test_no_tool_is_asked_about_a_language_it_does_not_know() -> None:
    assert {each.name for each in tools_for("python")} == {"ruff", "pyright", "mypy"}
    assert tools_for("cobol") == ()
    assert all(each.runs_code == (each.name in ("eslint", "mypy")) for each in TOOLS)
    assert all(source == source.casefold() for each in TOOLS for source in each.sources)


@posix
@pytest.mark.parametrize("name", ["go build", "go vet"])
async def test_go_has_git_run_nothing(root: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A repository's configuration names commands, and a main package is stamped with its commit."""
    go = shutil.which("go", path=GO_PATH)
    if go is None or shutil.which("git") is None:
        pytest.skip("go or git is not installed")
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(go).parent), os.environ["PATH"]]))
    monitored(root, script(root, "monitor", f"touch {root}/run"))
    (root / "go.mod").write_text("module m\n\ngo 1.21\n")
    text = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Printf("%d", "a"); f() }\n'
    (root / "main.go").write_text(text)
    found = await check(tool(name), text, "go", Place(root / "main.go", root), Settings())
    assert [each.message for each in found] == ["undefined: f"]
    sound = "package main\n\nfunc main() {}\n"
    assert await check(tool(name), sound, "go", Place(root / "main.go", root), Settings()) == ()
    assert not (root / "run").exists()


def monitored(root: Path, command: Path) -> None:
    """Makes a repository that has git run a command whenever it looks at the files."""
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    subprocess.run(["git", "config", "core.fsmonitor", str(command)], cwd=root, check=True)
