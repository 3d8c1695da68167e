"""What is told of a raw reply, and where holes are cut."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from flashls.syntax.languages import language_id_of
from tests.corpora.holes import Hole, holes
from tests.corpora.raw import fault_of
from tests.engine.completion import cuts

_SAMPLES = Path(cuts.__file__).parent / "samples"
_BODY = "def f(x):\n    ▮\n    return total\n"

REPLIES: dict[str, tuple[str, str, str | None]] = {
    "it would do": (_BODY, "total = x", None),
    "nothing": (_BODY, "  ", None),
    "prose": (_BODY, "Here is the code:\n```", "prose"),
    "a loop": (_BODY, "log(x, 1)\n    log(x, 1)\n    log(x, 1)", "loop"),
    "the rest of the row": ("total = f(▮, limit)\n", "x, limit)", "rest of the row"),
    "the row below": (_BODY, "total = x\n    return total", "rows below"),
    "the row above": ("total = 0\ncount = 1\n▮\n", "total = 0\ncount = 1", "rows above"),
    "a closer": ("total = f(▮)\n", "x)", "closers"),
    "tabs": (_BODY, "if x:\n\t\ttotal = x", "margins"),
    "the next function": (_BODY, "total = x\n\ndef g():\n    pass", "runs on"),
    "an open bracket": (_BODY, "total = f(x", "syntax"),
}


@pytest.mark.parametrize(("text", "reply", "fault"), REPLIES.values(), ids=REPLIES)
def test_what_is_wrong_with_a_reply(text: str, reply: str, fault: str | None) -> None:
    assert fault_of(Hole("python", "", "", *text.split("▮")), reply, "stop") == fault


def test_a_reply_without_another_fault_may_be_cut_off() -> None:
    assert fault_of(Hole("python", "", "", *_BODY.split("▮")), "total = x", "length") == "cut off"


@pytest.mark.parametrize("path", sorted(_SAMPLES.iterdir()), ids=lambda path: path.name)
def test_holes_are_in_pieces_of_the_text(path: Path) -> None:
    text, name = path.read_text("utf-8"), language_id_of(path)
    found = list(islice(holes(name, text, random.Random(path.name)), 5))
    assert found
    for hole in found:
        assert len((hole.before + hole.after).split("\n")) < 60
        rows = [row for row in (hole.before + hole.after).split("\n")[1:-1] if row.strip()]
        assert sum(row in text for row in rows) >= len(rows) - 2
