"""Installs LiteLLM, a gateway that speaks Gemini's wire format, into ``.rigs/litellm`` and prints where it is.

A real gateway that nobody here wrote, for tests/models/test_gateway.py. It has a hundred dependencies, hence an
environment of its own. The second run does nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

VERSION = "1.106.2"
RIG = Path(__file__).parent.parent / ".rigs/litellm"


def gateway() -> Path:
    """The gateway's executable, installed if it is not there. Raises ``CalledProcessError`` when pip fails."""
    scripts = RIG / ("Scripts" if os.name == "nt" else "bin")
    installed = RIG / f"installed-{VERSION}"
    if not installed.exists():
        venv.create(RIG, with_pip=True, clear=True, symlinks=os.name != "nt")
        pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"litellm[proxy]=={VERSION}"], check=True)
        installed.touch()
    return scripts / ("litellm.exe" if os.name == "nt" else "litellm")


if __name__ == "__main__":
    sys.stdout.write(f"{gateway()}\n")
