"""A wheel named flashls whose program runs another: what an installer finds where there is no package index."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

_PROGRAM = """import os, sys

def main():
    os.execv({program!r}, [{program!r}, *sys.argv[1:]])
"""
_INFO = "flashls-0.1.0.dist-info"
_FILES = {
    f"{_INFO}/METADATA": "Metadata-Version: 2.1\nName: flashls\nVersion: 0.1.0\nProvides-Extra: local\n",
    f"{_INFO}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    f"{_INFO}/entry_points.txt": "[console_scripts]\nflashls = flashls_other:main\n",
}


def write_wheel(folder: Path, program: Path) -> None:
    """Writes the wheel into a folder, which is made."""
    folder.mkdir(parents=True)
    files = {"flashls_other.py": _PROGRAM.format(program=str(program)), **_FILES}
    with ZipFile(folder / "flashls-0.1.0-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        wheel.writestr(f"{_INFO}/RECORD", "".join(f"{name},,\n" for name in (*files, f"{_INFO}/RECORD")))
