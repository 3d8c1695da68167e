"""Explanations: what is shown for each depth and for an error, and places that are checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flashls.engine.answering.explain import Depth, explain
from flashls.engine.visible import visible
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import ModelError, Refused
from flashls.types import Piece, Text, Workspace
from tests.context.indexed import indexed
from tests.engine.reviewing.check_review import engine_for, opened

CODE = "from store import Cache\n\n\ndef save(text):\n    Cache().put(1, text)\n"
STORE = "class Cache:\n    def put(self, key, text):\n        self.rows[key] = text\n"


async def check_explain(
    root: Path, reply: str | Reply, depth: Depth = "usual", problem: str = "", said: str | None = None
) -> str:
    """Explains ``save`` of a workspace; what the model was asked. ``said`` is the explanation, as the reply if None."""
    files = {"a.py": CODE, "store.py": STORE}
    for name, text in files.items():
        (root / name).write_text(text)
    model = Scripted([reply])
    snapshot = await opened(CODE, uri=(root / "a.py").as_uri())
    around = visible(Workspace((snapshot,), str(root), indexed(files)), ())
    start = CODE.index("def save")
    stream = explain(engine_for("explain", model), snapshot, start, len(CODE), depth, str(root), problem, around)
    text = "".join([item.text async for item in stream if isinstance(item, Piece)])
    assert text == (reply if said is None else said)
    (prompt,) = model.prompts
    return "".join(part.text for part in prompt.parts if isinstance(part, Text) and not part.stable)


@pytest.mark.parametrize(
    ("depth", "asked"), [("usual", "Explain it."), ("brief", "one or two sentences"), ("deep", "in depth")]
)
async def test_each_depth_asks_in_its_own_way(tmp_path: Path, depth: Depth, asked: str) -> None:
    shown = await check_explain(tmp_path, "It saves.", depth)
    assert asked in shown
    assert "<|start|>def save(text):" in shown
    assert ("class Cache" in shown) == (depth == "deep")


async def test_in_depth_code_from_elsewhere_has_numbers_to_be_cited_by(tmp_path: Path) -> None:
    shown = await check_explain(tmp_path, "By store.py:3.", "deep")
    assert '<file path="store.py" why="defines Cache' in shown
    assert "\n1| class Cache:\n2|     def put(self, key, text):\n" in shown


async def test_an_error_is_explained_at_its_place(tmp_path: Path) -> None:
    shown = await check_explain(tmp_path, "No rows.", problem="AttributeError: 'Cache' object has no attribute 'rows'")
    assert "<problem>\nAttributeError: 'Cache' object has no attribute 'rows'\n</problem>" in shown
    assert "<|start|>def save(text):" in shown


async def test_places_are_checked(tmp_path: Path) -> None:
    await check_explain(tmp_path, "See store.py:3 and store.py:4.", said="See store.py:3 and ~~store.py:4~~.")


async def test_an_explanation_that_breaks_off_keeps_what_came(tmp_path: Path) -> None:
    snapshot = await opened(CODE)
    engine = engine_for("explain", Scripted([Reply("It sa", fail=ModelError("out of order"))]))
    texts = list[Any]()
    with pytest.raises(ModelError, match="out of order"):
        async for item in explain(engine, snapshot, 0, 10):
            texts += [item.text] if isinstance(item, Piece) else []
    assert "".join(texts) == "It sa"


@pytest.mark.parametrize("uri", ["file:///w/.env", "file:///w/x.pem"])
async def test_a_file_that_no_model_may_see_is_not_sent(uri: str) -> None:
    model = Scripted(["x"])
    snapshot = replace(await opened(CODE), uri=uri)
    with pytest.raises(Refused):
        await anext(explain(engine_for("explain", model), snapshot, 0, 10))
    assert model.prompts == []
