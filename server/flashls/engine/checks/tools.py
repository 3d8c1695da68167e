"""Tools: a table of what can check a text. None of them writes, and each sees the text beside the file, not in it.

The rows above the line read code and its settings and run none of it. Those below it load a repository's own plugins:
they need ``[trust] roots``.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flashls.engine.checks.findings import (
    Finding,
    from_eslint,
    from_gnu,
    from_mypy,
    from_pyright,
    from_ruff,
    from_shellcheck,
    from_tsc,
)
from flashls.engine.checks.program import Command, Output


@dataclass(frozen=True, slots=True)
class Job:
    """A text to check: its language, the file it is to be, if any, its workspace, and an empty folder of our own."""

    text: str
    language: str
    path: Path | None
    root: Path | None
    folder: Path

    @property
    def name(self) -> str:
        """The file's name; one that fits the language for a document without file."""
        return self.path.name if self.path else f"untitled{_SUFFIXES.get(self.language, '')}"

    def written(self) -> Path:
        """The text in a file of that name, in our own folder, where nothing else is."""
        file = self.folder / "text" / self.name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(self.text.encode("utf-8", "replace"))
        return file

    @property
    def beside(self) -> Path | None:
        """The folder that the file is in, if there is such a folder."""
        return self.path.parent if self.path and self.path.parent.is_dir() else None


@dataclass(frozen=True, slots=True)
class Tool:
    """``sources`` are the names under which editors show its diagnostics, in lower case."""

    name: str
    program: str
    languages: frozenset[str]
    sources: frozenset[str]
    command: Callable[[Job], Command]
    read: Callable[[Output, Job], Iterable[Finding]]
    runs_code: bool = False


def tools_for(language: str) -> tuple[Tool, ...]:
    """The tools that check a language."""
    return tuple(tool for tool in TOOLS if language in tool.languages)


def _ruff(job: Job) -> Command:
    """Its settings are found by the name of the file that standard input stands for."""
    name = str(job.path) if job.beside else job.name
    flags = ("--no-cache", "--no-fix", "--no-fix-only", "--exit-zero", "--output-format=json")
    return Command(("check", *flags, "--stdin-filename", name, "-"), job.folder, job.text)


def _pyright(job: Job) -> Command:
    file, root = job.written(), job.root
    config: dict[str, Any] = dict(_pyproject(root)) if root else {}
    if root and (root / "pyrightconfig.json").is_file():
        config["extends"] = str(root / "pyrightconfig.json")
    folders = (folder for folder in (job.beside, root, root and root / "src") if folder and folder.is_dir())
    config |= {"include": [str(file)], "extraPaths": list(dict.fromkeys(map(str, folders)))}
    (job.folder / "pyrightconfig.json").write_text(json.dumps(config), "utf-8")
    return Command(("--outputjson", "--project", str(job.folder / "pyrightconfig.json")), job.folder)


def _pyproject(root: Path) -> Iterable[tuple[str, Any]]:
    """What ``[tool.pyright]`` says of strictness; the rest of it is about folders."""
    try:
        table = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]
        return [(k, v) for k, v in table.items() if k.startswith(("report", "typeChecking", "strict", "pythonVersion"))]
    except (OSError, ValueError, KeyError, AttributeError, RecursionError):
        return []


def _gofmt(job: Job) -> Command:
    return Command(("-e",), job.folder, job.text)


# Nothing is fetched, no other Go is run than the user's, and no C compiler.
_GO = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOFLAGS": "", "GOTELEMETRY": "off"}


# Go would ask git for the commit, and git runs what a repository's own configuration names.
_NO_GIT = "-buildvcs=false"


def _go(*command: str) -> Callable[[Job], Command]:
    """In the file's package, with our text laid over the file; alone where there is no module."""

    def to_run(job: Job) -> Command:
        """The command for one text, which is written to a folder of its own first."""
        file = job.written()
        if job.beside is None or not any((folder / "go.mod").is_file() for folder in (job.beside, *job.beside.parents)):
            return Command((*command, file.name), file.parent, environ=_GO)
        overlay = job.folder / "overlay.json"
        overlay.write_text(json.dumps({"Replace": {str(job.path): str(file)}}), "utf-8")
        return Command((*command, f"-overlay={overlay}", "."), job.beside, environ=_GO)

    return to_run


def _vetted(out: Output, job: Job) -> Iterable[Finding]:
    """Raises ValueError where an older Go looked past our overlay: 1.19 vets the file on the disk."""
    if "(can't resolve import" in out.stderr:
        raise ValueError(out.stderr)
    return from_gnu(out.stderr, job.name)


def _shellcheck(job: Job) -> Command:
    shell = () if job.text.startswith("#!") else ("--shell=bash",)
    return Command(("--norc", "--format=json1", *shell, "-"), job.folder, job.text)


def _tsc(job: Job) -> Command:
    """By the settings next to the file; what it imports is looked for from where the file is."""
    file = job.written()
    folders = (job.beside, *job.beside.parents) if job.beside else ()
    settings = next((folder / "tsconfig.json" for folder in folders if (folder / "tsconfig.json").is_file()), None)
    options: dict[str, Any] = {
        "noEmit": True, "incremental": False, "composite": False, "skipLibCheck": True,
        "rootDirs": [str(file.parent), *([str(job.beside)] if job.beside else [])],
    }  # fmt: skip
    if settings is None:
        options |= {"target": "esnext", "module": "preserve", "jsx": "preserve", "types": []}
    config = {"files": [str(file)], "include": [], "compilerOptions": options}
    config |= {"extends": str(settings)} if settings else {}
    (job.folder / "tsconfig.json").write_text(json.dumps(config), "utf-8")
    return Command(("--pretty", "false", "--project", str(job.folder / "tsconfig.json")), job.folder)


def _eslint(job: Job) -> Command:
    name = str(job.path) if job.beside else job.name
    return Command(("--stdin", "--stdin-filename", name, "--format", "json"), job.root or job.folder, job.text)


def _mypy(job: Job) -> Command:
    file = job.written()
    shown: tuple[str, ...] = (str(file),)
    if job.path and job.path.is_file():
        shown = ("--shadow-file", str(job.path), str(file), str(job.path))
    flags = ("--show-column-numbers", "--show-error-codes", "--no-error-summary", "--no-pretty", "--no-color-output")
    return Command((*flags, "--cache-dir", str(job.folder / "cache"), *shown), job.root or job.folder)


def _is(*names: str) -> frozenset[str]:
    return frozenset(names)


_SUFFIXES = {"python": ".py", "go": ".go", "shellscript": ".sh", "typescript": ".ts", "typescriptreact": ".tsx"}
_TYPESCRIPT = _is("typescript", "typescriptreact")
_SCRIPT = _TYPESCRIPT | _is("javascript", "javascriptreact")
# gopls names each analyzer as a source of its own: those that ``go vet`` has.
_VET = _is(
    "go vet", "govet", "appends", "assign", "atomic", "bools", "composites", "copylocks", "defers", "errorsas",
    "httpresponse", "ifaceassert", "loopclosure", "lostcancel", "nilfunc", "printf", "shift", "sigchanyzer", "slog",
    "stdmethods", "stringintconv", "structtag", "testinggoroutine", "tests", "timeformat", "unmarshal", "unreachable",
    "unusedresult",
)  # fmt: skip
# -e: all errors, not the first ten.
_BUILD = _go("build", "-gcflags=-e", f"-o={os.devnull}", _NO_GIT)

TOOLS = (
    Tool("ruff", "ruff", _is("python"), _is("ruff"), _ruff, lambda out, _: from_ruff(out.stdout)),
    Tool(
        "pyright", "pyright", _is("python"), _is("pyright", "pylance", "basedpyright"), _pyright,
        lambda out, _: from_pyright(out.stdout),
    ),
    Tool(
        "gofmt", "gofmt", _is("go"), _is("syntax", "gofmt"), _gofmt,
        lambda out, _: from_gnu(out.stderr.replace("<standard input>", "input"), "input"),
    ),
    Tool(
        "go build", "go", _is("go"), _is("go build", "compiler", "go list"), _BUILD,
        lambda out, job: from_gnu(out.stderr, job.name),
    ),
    Tool("go vet", "go", _is("go"), _VET, _go("vet", _NO_GIT), _vetted),
    Tool(
        "shellcheck", "shellcheck", _is("shellscript"), _is("shellcheck"), _shellcheck,
        lambda out, _: from_shellcheck(out.stdout),
    ),
    Tool(
        "tsc", "tsc", _TYPESCRIPT, _is("ts", "typescript", "tsc"), _tsc,
        lambda out, job: from_tsc(out.stdout, job.name),
    ),
    # ---- what follows runs a repository's own code
    Tool("eslint", "eslint", _SCRIPT, _is("eslint"), _eslint, lambda out, _: from_eslint(out.stdout), runs_code=True),
    Tool(
        "mypy", "mypy", _is("python"), _is("mypy"), _mypy,
        lambda out, job: from_mypy(out.stdout, job.name), runs_code=True,
    ),
)  # fmt: skip
