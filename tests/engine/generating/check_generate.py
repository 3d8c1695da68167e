"""``check_generate``: a document with a cursor or selection, an instruction and a reply in; the changed text out."""

from __future__ import annotations

import json

import pytest

from flashls.engine.anchors import applied
from flashls.engine.generating.generate import Generated, generate
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import ModelError
from tests.engine.documenting.check_document import engine_of, opened

MARK = "▮"


def code(text: str, note: str = "") -> str:
    """A reply with that code."""
    return json.dumps({"code": text, "note": note})


async def generated(
    text: str, *replies: str | Reply, instruction: str = "", language: str = "python"
) -> tuple[str, Generated, Scripted]:
    """The text with the code in it, what is told of it, and the model.

    One mark in ``text`` is the cursor, two are a selection.
    """
    before, *rest = text.split(MARK)
    snapshot, model = await opened(before + "".join(rest), language), Scripted(list(replies))
    end = len(before) + (len(rest[0]) if len(rest) == 2 else 0)
    found = await generate(engine_of(model, "generate"), snapshot, len(before), end, instruction)
    assert model.open == 0
    return applied(snapshot.lines, found.edits), found, model


async def check_generate(
    text: str,
    replies: str | Reply | list[str | Reply],
    result: str | None = None,
    error: str | None = None,
    instruction: str = "",
    language: str = "python",
) -> None:
    """Generates at the mark; the text must become ``result``, or fail with a message like ``error``."""
    some = replies if isinstance(replies, list) else [replies]
    if error is not None:
        with pytest.raises(ModelError, match=error):
            await generated(text, *some, instruction=instruction, language=language)
        return
    after, found, _ = await generated(text, *some, instruction=instruction, language=language)
    assert after == result
    assert found.code in after
