"""Sixty small broken files: what a real tool says of each, an edit that mends it, and a proof of the mending."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from flashls.types import Diagnostic

SUFFIXES = {"python": ".py", "typescript": ".ts", "go": ".go"}
_EQUAL = (
    "function eq(a: unknown, b: unknown): void {\n"
    "  if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(JSON.stringify([a, b]));\n}\n"
)
_GO_TEST = 'package kata\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {{\n\tif !({}) {{\n\t\tt.Fail()\n\t}}\n}}\n'


@dataclass(frozen=True, slots=True)
class Case:
    """A broken file. ``row``, ``code`` and ``message`` are what ``tool`` says first; ``old`` to ``new`` mends it."""

    name: str
    tool: str
    row: int
    code: str
    message: str
    old: str
    new: str
    text: str
    proof: str
    language: str = ""

    def diagnostic(self, uri: str) -> Diagnostic:
        """What an editor would show."""
        return Diagnostic(uri, self.row, self.row, "error", self.message, self.tool, self.code)


def cases() -> list[Case]:
    """All of them, by language."""
    folder = Path(__file__).parent
    return [
        Case(**found, language=language)
        for language in SUFFIXES
        for found in tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))["case"]
    ]


def holds(case: Case, text: str, folder: Path) -> bool:
    """Whether a mended text does what it should: it is run, in a folder of its own. OSError without a runtime."""
    if case.language == "python":
        return _ends_well([sys.executable, "-I", "-c", f"{text}\n{case.proof}"], folder)
    if case.language == "typescript":
        (folder / "a.ts").write_text(f"{text}\n{_EQUAL}{case.proof}\n", "utf-8")
        emit = ["tsc", "--target", "esnext", "--module", "preserve", "--outDir", "out", "a.ts"]
        subprocess.run(emit, cwd=folder, capture_output=True, check=False, timeout=60)
        (folder / "out" / "package.json").write_text('{"type": "module"}', "utf-8")
        return _ends_well(["node", "out/a.js"], folder)
    (folder / "go.mod").write_text("module kata\n\ngo 1.21\n", "utf-8")
    (folder / "a.go").write_text(text, "utf-8")
    (folder / "a_test.go").write_text(_GO_TEST.format(case.proof.strip()), "utf-8")
    return _ends_well(["go", "test", "-vet=off", "./..."], folder)


def _ends_well(command: list[str], folder: Path) -> bool:
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120).returncode == 0
