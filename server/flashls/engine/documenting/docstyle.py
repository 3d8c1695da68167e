"""Docstyle: which convention a file's doc comments follow, by its language and by what stands in it already."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

from flashls.syntax.languages import language_of
from flashls.types import Snapshot

Style = Literal[
    "google", "numpy", "rest", "plain", "jsdoc", "tsdoc", "go", "rust", "javadoc", "kdoc", "phpdoc", "xml", "doxygen",
    "doxygen lines", "yard", "rdoc", "swift", "luals", "zig", "shell",
]  # fmt: skip

_BY_LANGUAGE: dict[str, Style] = {
    "javascript": "jsdoc",
    "typescript": "tsdoc",
    "tsx": "tsdoc",
    "go": "go",
    "rust": "rust",
    "java": "javadoc",
    "kotlin": "kdoc",
    "scala": "kdoc",
    "php": "phpdoc",
    "csharp": "xml",
    "c": "doxygen",
    "cpp": "doxygen",
    "ruby": "rdoc",
    "swift": "swift",
    "lua": "luals",
    "zig": "zig",
    "bash": "shell",
}
_GOOGLE = re.compile(r"^[ \t]*(?:Args|Arguments|Returns|Raises|Yields|Attributes):[ \t]*\r?$", re.MULTILINE)
_NUMPY = re.compile(
    r"^[ \t]*(?:Parameters|Returns|Raises|Yields|Attributes)[ \t]*\r?\n[ \t]*-{3,}[ \t]*\r?$", re.MULTILINE
)
_REST = re.compile(r"^[ \t]*:(?:param|returns?|raises?|rtype|type)\b", re.MULTILINE)
_DOCSTRING = re.compile(r":[^\S\n]*(?:#[^\n]*)?\r?\n\s+[rR]?(?:\"\"\"|''')")
_YARD = re.compile(r"^[ \t]*#[ \t]*@(?:param|return|raise|example)\b", re.MULTILINE)
_LINES = re.compile(r"^[ \t]*//[/!]", re.MULTILINE)
_BLOCKS = re.compile(r"^[ \t]*/\*[*!]", re.MULTILINE)
_ENOUGH = 3  # docstrings without a section before that is taken for the file's habit
_READ = 400_000  # characters of a document that are looked through


def style_of(snapshot: Snapshot, root: str | None = None) -> Style | None:
    """The convention for a document's comments; None for a language that has none that flashls knows.

    Python's is the one that most docstrings of the file follow, else the one that ``pyproject.toml`` names
    (pydocstyle's ``convention``, also ruff's); plain prose where three docstrings have no sections; else Google's.
    """
    language = language_of(snapshot.language)
    if language is None:
        return None
    text = snapshot.before(min(snapshot.lines.length, _READ), _READ)
    if language.name == "python":
        return _pythons(text, root)
    style = _BY_LANGUAGE.get(language.name)
    if style == "doxygen" and len(_LINES.findall(text)) > len(_BLOCKS.findall(text)):
        return "doxygen lines"
    return "yard" if style == "rdoc" and _YARD.search(text) else style


def has_style(language_id: str) -> bool:
    """Whether flashls knows a convention for a language's doc comments."""
    language = language_of(language_id)
    return language is not None and (language.name == "python" or language.name in _BY_LANGUAGE)


def _pythons(text: str, root: str | None) -> Style:
    counts: dict[Style, int] = {
        "google": len(_GOOGLE.findall(text)),
        "numpy": len(_NUMPY.findall(text)),
        "rest": len(_REST.findall(text)),
    }
    most = max(counts, key=counts.__getitem__)
    if counts[most]:
        return most
    if named := _named_by(root):
        return named
    return "plain" if len(_DOCSTRING.findall(text)) >= _ENOUGH else "google"


def _named_by(root: str | None) -> Style | None:
    try:
        settings = tomllib.loads(Path(root or "", "pyproject.toml").read_text("utf-8")) if root else {}
    except (OSError, ValueError):
        return None
    tool = _table(settings, "tool")
    found = _table(tool, "pydocstyle").get("convention")
    found = found or _table(_table(_table(tool, "ruff"), "lint"), "pydocstyle").get("convention")
    known: dict[object, Style] = {"google": "google", "numpy": "numpy"}
    return known.get(found) if isinstance(found, str) else None


def _table(table: dict[str, object], key: str) -> dict[str, object]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}
