"""An experiment over stdio: a window is in one arm, and its status, its suggestions and the ledger agree on which."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.editor import editing, scripted
from tests.e2e.test_fates import figures

EXPERIMENT = (
    '[experiment]\nname = "trial"\n[experiment.arms.one]\nmodels = ["scripted/one"]\n'
    '[experiment.arms.other]\nmodels = ["scripted/other"]\n[complete]\nspeculate = "off"'
)


async def test_a_window_is_in_one_arm(tmp_path: Path) -> None:
    config = scripted(tmp_path, [{"when": r"return \Z", "text": "sum(xs)"}], EXPERIMENT)
    options = {"experiment": {"name": "theirs"}}
    async with editing(tmp_path, config, options=options) as editor:
        status = await editor.state("ready")
        editor.open("def mean(xs):\n    return ")
        (item,) = await editor.inline(1, 11)
        assert item.command is not None
        editor.change(2, (1, 11, 1, 11, str(item.insert_text)))
        await editor.command("flashls.accept", *(item.command.arguments or ()))
        refused = [message["message"] for message in editor.read("window/showMessage")]
    assert ["experiment.name can only be set in your own config.toml" in line for line in refused] == [True]
    (window,) = (await figures(tmp_path)).windows
    assert (window.seen, window.accepted, window.attempts) == (1, 1, 1)
    assert window.arm == f"trial/{status['model'].removeprefix('scripted/')}"
    assert status["model"] in ("scripted/one", "scripted/other")
