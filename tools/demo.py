"""The demo: completes real code in a real file, then explains a function, streaming, with timings.

With a Gemini key in the environment it asks Gemini; without one the small model on this machine, whose weights it
fetches first (491 MB, once).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FLASHLS = [sys.executable, "-m", "flashls_cli"]
STATS = '''\
"""Small statistics on lists of numbers."""

import math


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def variance(values: list[float]) -> float:
    middle = mean(values)
    return sum((value - middle) ** 2 for value in values) / len(values)


def standard_deviation(values: list[float]) -> float:
    return '''


def main() -> int:
    """Runs the demo; the exit status."""
    if not (os.environ.get("GEMINI_API_KEY") or os.environ.get("GOOGLE_API_KEY")):
        subprocess.run([*FLASHLS, "models", "pull", "qwen2.5-coder-0.5b"], check=True)
    say("The models in use:")
    run("models")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stats.py"
        file.write_text(STATS + "\n", "utf-8")
        rows = STATS.count("\n") + 1
        place = f"{file}:{rows}:{len(STATS.rsplit(chr(10), 1)[-1]) + 1}"
        say(f"flashls complete {place}")
        sys.stdout.write("\n".join(STATS.splitlines()[-2:]) + " ⟶ ")
        status = run("complete", place)
        say("The same again, from the disk:")
        status |= run("complete", place)
        say(f"flashls explain --brief {file.name}::variance")
        status |= run("explain", "--brief", f"{file}::variance")
    say("Next: connect your editor, see README.md")
    return status


def run(*arguments: str) -> int:
    """Runs one flashls command in the terminal and says how long it took; its exit status."""
    sys.stdout.flush()
    started = time.perf_counter()
    status = subprocess.run([*FLASHLS, *arguments], check=False).returncode
    sys.stdout.write(f"({time.perf_counter() - started:.1f} s, start of the program included)\n")
    return status


def say(text: str) -> None:
    """A headline."""
    sys.stdout.write(f"\n\033[1m{text}\033[0m\n" if sys.stdout.isatty() else f"\n{text}\n")


if __name__ == "__main__":
    sys.exit(main())
