"""Fast typing into a long line and many documents, on a small scale: every request is answered."""

from __future__ import annotations

import pytest

from tests.bench.busy import scenes, type_into

SCENES = {scene.name: scene for scene in scenes(0.02) if scene.documents > 1 or scene.row == 0}


@pytest.mark.parametrize("name", SCENES)
def test_every_request_is_answered_while_keys_come_fast(name: str) -> None:
    busy = type_into(SCENES[name], keys=30, rate=50, settle_s=0.3)
    assert (busy.keys, busy.unanswered) == (30, 0)
    assert busy.late_mb > 10
