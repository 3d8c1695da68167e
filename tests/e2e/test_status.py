"""What the command flashls.status tells of models."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.editor import MODEL, _plain, editing, scripted


async def test_the_models_in_use_and_those_to_choose_among(tmp_path: Path) -> None:
    config = scripted(tmp_path, []).replace(f'complete = ["{MODEL}"]', f'complete = ["{MODEL}", "scripted/other"]')
    async with editing(tmp_path, config) as editor:
        await editor.state("ready")
        models = _plain(await editor.command("flashls.status"))["models"]
        may = {task: [MODEL, "scripted/other"] for task in ("complete", "explain")}
        assert models == {"choices": may, "complete": MODEL, "explain": MODEL}
