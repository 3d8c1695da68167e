"""What the plugin costs Neovim's start: its file under ``plugin/``, and ``vim.lsp.enable``, beside those of others."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.harness import table
from tests.editors.neovim.session import NEW, OLD, ROOT

_RUNS = 21
# Another plugin of two lines, and another server: the first one enabled loads vim.lsp, whoever it belongs to.
_EMPTY = "vim.g.loaded_empty = true\n"
_INIT = """
vim.opt.runtimepath:prepend({ vim.env.PLUGIN, vim.env.OTHER })
local function took(name)
  local start = vim.uv.hrtime()
  vim.lsp.enable(name)
  return (vim.uv.hrtime() - start) / 1e6
end
vim.lsp.config('first', { cmd = { 'first' } })
took('first')
vim.lsp.config('other', { cmd = { 'other' } })
vim.fn.writefile({ ('%f %f'):format(took('other'), took('flashls')) }, vim.env.REPORT)
"""


def main() -> None:
    """Prints the table: milliseconds, medians of runs that each start Neovim anew."""
    rows = []
    for name, binary in (("0.11", OLD), ("0.12", NEW)):
        if binary.exists():
            runs = [_run(binary) for _ in range(_RUNS)]
            rows.append([name, *(f"{statistics.median(column):.2f}" for column in zip(*runs, strict=True))])
    header = ["Neovim", "plugin file", "an empty one", "enable", "enable another", "whole start"]
    print(table("Neovim's start (median, ms)", header, rows))


def _run(binary: Path) -> tuple[float, ...]:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        (folder / "other" / "plugin").mkdir(parents=True)
        (folder / "other" / "plugin" / "empty.lua").write_text(_EMPTY)
        (folder / "init.lua").write_text(_INIT)
        report, times = folder / "report", folder / "times"
        own = {"HOME": home, "PATH": os.environ["PATH"], "REPORT": str(report), "OTHER": str(folder / "other")}
        subprocess.run(
            [binary, "--headless", "-u", folder / "init.lua", "--startuptime", times, "+qall"],
            env=own | {"PLUGIN": str(ROOT / "editors" / "neovim")}, check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        other, ours = map(float, report.read_text().split())
        files = dict(_sourced(times.read_text()))
        whole = max(float(clock) for clock in re.findall(r"^(\d+\.\d+)", times.read_text(), re.MULTILINE))
        return files["plugin/flashls.lua"], files["plugin/empty.lua"], ours, other, whole


def _sourced(times: str) -> Iterator[tuple[str, float]]:
    """The files under ``plugin/`` that Neovim's own account of its start names, and the milliseconds of each."""
    for took, path in re.findall(r"^\S+ +(\S+) +\S+: sourcing .*/(plugin/\S+)$", times, re.MULTILINE):
        yield path, float(took)


if __name__ == "__main__":
    main()
