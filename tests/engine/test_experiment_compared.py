"""The comparison of two arms on a small scale: a model that is right in half of the places, and what is then said."""

from __future__ import annotations

import json
import os
from pathlib import Path

from flashls.app import build
from tests.bench.arms import Place, compared, places

ROWS = [f"    value_{n} = reckon(first_{n}, second_{n})\n" for n in range(30)]


def test_places_are_rows_cut_between_words_and_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text("def f():\n" + "".join(ROWS))
    found = places(tmp_path, 10)
    assert found == places(tmp_path, 10)
    assert (len(found), len({place.path for place in found})) == (10, 3)
    for place in found:
        assert place.before + place.rest + place.after == place.path.read_text("utf-8")
        assert place.before[-1] in " (,.=["
        assert len(place.rest) >= 6


async def test_each_arm_is_told_with_its_interval_and_both_in_pairs(tmp_path: Path) -> None:
    root = tmp_path / "code"
    root.mkdir()
    wanted = []
    for n in range(4):
        (root / f"m{n}.py").write_text(f"def f(a):\n    x{n} = reckon(a)\n    return x{n}\n")
        head = f"def f(a):\n    x{n} = "
        wanted.append(Place(root / f"m{n}.py", head, "reckon(a)", f"\n    return x{n}\n"))
    said = [{"when": r"x[02] = $", "text": "reckon(a)"}, {"text": "nothing_of_the_kind()"}]
    (tmp_path / "replies.json").write_text(json.dumps(said))
    settings = {
        "models": {"complete": ["scripted/m"]}, "complete": {"debounce_ms": 0, "multiline": False},
        "providers": {"scripted": {"replies": str(tmp_path / "replies.json")}},
        "experiment": {"name": "trial", "arms": {"a": {}, "b": {"extra": 0}}},
    }  # fmt: skip
    data = str(tmp_path / "data")
    app = await build({"FLASHLS_DATA": data, "FLASHLS_CACHE": data, "FLASHLS_CONFIG": os.devnull}, settings)
    try:
        told = await compared(app, wanted, root, minutes=5)
    finally:
        await app.aclose()
    assert "| a | 4 | 4 | 50% (" in told
    assert "| b | 4 | 4 | 50% (" in told
    assert "4 places in 4 files; b is right more often than a by +0.0 points (95 %: +0.0 to +0.0)" in told
    assert "silent: never" in told
