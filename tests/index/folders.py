"""Folders of files, and repositories, for tests that look at what lies in them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path


def git(root: Path, *arguments: str) -> str:
    """Runs git, without anybody's settings; what it writes."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(root.parent), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *arguments], cwd=root, env=environ, capture_output=True, check=True, text=True)
    return done.stdout


def write(root: Path, texts: Mapping[str, str | bytes]) -> None:
    """Writes files, by their paths below a folder."""
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode() if isinstance(text, str) else text)
