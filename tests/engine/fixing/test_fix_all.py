"""All problems of a file at once: in batches, put together as far as they hold beside one another."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from flashls.engine.anchors import applied
from flashls.engine.checks.program import NotRun
from flashls.engine.fixing.fix_all import diagnosed, fix_all
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import ModelError, Unreachable
from flashls.settings import Fix, Settings
from flashls.types import Call, Prompt, Text
from tests.engine.fixing.check_fix import edits, engine_for, opened

NAMES = [f"n{i}" for i in range(12)]
CODE = "".join(f"print({name})\n" for name in NAMES)
FIXED = "".join(f"print({i})\n" for i in range(12))


def problems_in(prompt: Prompt) -> list[str]:
    """The names that a question's problems are about."""
    asked = next(part.text for part in prompt.parts if isinstance(part, Text) and not part.stable)
    return re.findall(r"Undefined name `(\w+)`", asked)


def mends(prompt: Prompt, call: Call) -> Reply:
    """A model that mends every problem it is asked about."""
    return Reply(edits(*((f"print({name})", f"print({name[1:]})") for name in problems_in(prompt))))


@pytest.fixture
def uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file on a machine that has ruff."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    return (tmp_path / "a.py").as_uri()


async def test_all_problems_that_the_tools_find_are_mended_in_batches(uri: str, tmp_path: Path) -> None:
    snapshot, model = await opened(CODE, "python", uri), Scripted(mends)
    engine = engine_for(model, Settings())
    found = await diagnosed(engine, snapshot, str(tmp_path))
    assert [(one.row, one.source, one.code) for one in found] == [(n, "ruff", "F821") for n in range(12)]
    fixed = await fix_all(engine, snapshot, str(tmp_path), found)
    assert (applied(snapshot.lines, fixed.changes), fixed.state, fixed.how) == (FIXED, "verified", "checked with ruff")
    assert sorted(name for prompt in model.prompts for name in problems_in(prompt)) == sorted(NAMES)
    assert len(model.prompts) == 3


async def test_a_batch_that_does_not_hold_is_left_out_and_counted(uri: str, tmp_path: Path) -> None:
    def model_says(prompt: Prompt, call: Call) -> Reply:
        return Reply(edits(("print(n7)", "print(m)"))) if "n7" in problems_in(prompt) else mends(prompt, call)

    snapshot, engine = await opened(CODE, "python", uri), engine_for(Scripted(model_says), Settings())
    fixed = await fix_all(engine, snapshot, str(tmp_path), await diagnosed(engine, snapshot, str(tmp_path)))
    assert (fixed.state, fixed.how) == ("verified", "7 of 12 problems; checked with ruff")
    after = applied(snapshot.lines, fixed.changes)
    assert [row in after for row in ("print(0)\n", "print(n7)\n", "print(11)\n")] == [True, True, True]


async def test_batches_whose_edits_overlap_are_not_both_taken(uri: str, tmp_path: Path) -> None:
    def model_says(prompt: Prompt, call: Call) -> Reply:
        names = problems_in(prompt)
        pairs = [(f"print({name})", f"print({name[1:]})") for name in names]
        if names[0] == "n5":  # takes in a row of the batch before
            pairs[0] = ("print(n4)\nprint(n5)", "print(4)\nprint(5)")
        return Reply(edits(*pairs))

    snapshot, engine = await opened(CODE, "python", uri), engine_for(Scripted(model_says), Settings())
    fixed = await fix_all(engine, snapshot, str(tmp_path), await diagnosed(engine, snapshot, str(tmp_path)))
    assert fixed.how == "7 of 12 problems; checked with ruff"
    assert applied(snapshot.lines, fixed.changes).count("print(n") == 5


async def test_a_model_that_fails_for_one_batch_does_not_stop_the_rest(uri: str, tmp_path: Path) -> None:
    def model_says(prompt: Prompt, call: Call) -> Reply:
        return Reply(fail=Unreachable("no way")) if "n7" in problems_in(prompt) else mends(prompt, call)

    snapshot, engine = await opened(CODE, "python", uri), engine_for(Scripted(model_says), Settings())
    fixed = await fix_all(engine, snapshot, str(tmp_path), await diagnosed(engine, snapshot, str(tmp_path)))
    assert fixed.how == "7 of 12 problems; checked with ruff"


async def test_a_model_that_fails_for_all_is_an_error(uri: str, tmp_path: Path) -> None:
    snapshot = await opened(CODE, "python", uri)
    engine = engine_for(Scripted([Reply(fail=Unreachable("no way"))]), Settings())
    found = await diagnosed(engine, snapshot, str(tmp_path))
    with pytest.raises(ModelError, match="no way"):
        await fix_all(engine, snapshot, str(tmp_path), found)


async def test_nothing_that_holds_is_a_refusal(uri: str, tmp_path: Path) -> None:
    reply = json.dumps({"explanation": "No idea.", "edits": []})
    snapshot, engine = await opened(CODE, "python", uri), engine_for(Scripted([reply]), Settings())
    fixed = await fix_all(engine, snapshot, str(tmp_path), await diagnosed(engine, snapshot, str(tmp_path)))
    assert (fixed.state, fixed.changes) == ("refused", ())


async def test_without_a_tool_the_reasons_are_told(uri: str, tmp_path: Path) -> None:
    snapshot = await opened(CODE, "python", uri)
    with pytest.raises(NotRun, match="does not name ruff"):
        await diagnosed(engine_for(Scripted([""]), Settings(fix=Fix(tools=()))), snapshot, str(tmp_path))
    text = await opened("x", "plaintext", uri)
    with pytest.raises(NotRun, match="no tool for plaintext"):
        await diagnosed(engine_for(Scripted([""]), Settings()), text, str(tmp_path))
