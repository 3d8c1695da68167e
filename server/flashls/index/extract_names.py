"""The lists of names in import statements."""

from __future__ import annotations


def items(text: str) -> list[tuple[str, str]]:
    """Names with their aliases of ``a, b as c, type D``; an alias may be missing ("")."""
    found = []
    for part in text.split(","):
        words = part.split()
        if len(words) > 1 and words[0] in ("type", "typeof") and words[1] != "as":
            words = words[1:]
        if words:
            found.append((words[0], words[2] if len(words) > 2 and words[1] == "as" else ""))
    return found
