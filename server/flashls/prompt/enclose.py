"""Enclose: other people's text between tags that it cannot close, so that a model can tell it from its instructions.

Code, comments, diagnostics and the output of tools may hold anything, also ``</file>`` and orders below it. Where a
text holds such a tag, all tags of the prompt carry a number that no text holds: ``<file-2 path="a.py">``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

# What may be enclosed; the templates name the same tags.
NAMES = ("file", "snippet", "selection", "problem", "output", "diff", "instruction", "question", "reply", "page")
_TAG = re.compile(rf"<\s*/?\s*(?:{'|'.join(NAMES)})\b\s*(?:-\s*(\d{{1,9}}))?", re.IGNORECASE)
_IN_ATTRIBUTE = str.maketrans({"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;", "\n": " ", "\r": " "})


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one prompt, with what is put behind their names."""

    suffix: str = ""

    def around(self, name: str, text: str, **attributes: str) -> str:
        """A text between tags, on lines of its own. Attributes are text as well: what would end them is escaped."""
        written = "".join(f' {key}="{value.translate(_IN_ATTRIBUTE)}"' for key, value in attributes.items() if value)
        return f"<{name}{self.suffix}{written}>\n{text}\n</{name}{self.suffix}>"


def tags_for(texts: Iterable[str]) -> Tags:
    """Tags that none of the texts holds, plain ones if possible: give all that the prompt is to enclose."""
    held = {int(found[1] or 1) for text in texts if "<" in text for found in _TAG.finditer(text)}
    if not held:
        return Tags()
    number = next(n for n in count(2) if n not in held)
    return Tags(f"-{number}")
