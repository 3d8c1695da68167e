"""What models say wrongly, by kind (a file of ``corpora`` each) in fourteen languages, and what is shown of it.

An example is a document with the cursor's mark, what the model said, and what is shown, or why nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flashls.models.scripted import Reply
from flashls.types import EndReason
from tests.engine.check import check_complete

_EXAMPLE = re.compile(
    r"=== (?P<language>\w+): (?P<name>.*)\n(?P<text>(?s:.*?))\n"
    r"--- said(?P<cut> \(cut off\))?\n(?P<said>(?s:.*?))\n--- (?:silent: (?P<silence>.*)|shown\n(?P<ghost>(?s:.*?)))\n"
    r"(?:\n(?====)|\Z)"
)


@dataclass(frozen=True, slots=True)
class _Example:
    name: str
    language: str
    text: str
    reply: Reply
    ghost: str | None
    silence: str | None


def _examples() -> Iterator[_Example]:
    for path in sorted((Path(__file__).parent / "corpora").glob("*.txt")):
        written = path.read_text("utf-8")
        found = list(_EXAMPLE.finditer(written))
        assert len(found) == written.count("=== "), f"{path.name}: an example is not written as it should be"
        for each in found:
            reason: EndReason = "length" if each["cut"] else "stop"
            name = f"{path.stem}: {each['name']}, {each['language']}"
            yield _Example(
                name, each["language"], each["text"], Reply(each["said"], reason), each["ghost"], each["silence"]
            )


@pytest.mark.parametrize("example", list(_examples()), ids=lambda example: example.name)
async def test_what_is_shown(example: _Example) -> None:
    await check_complete(example.text, example.reply, example.ghost, example.silence, example.language)
