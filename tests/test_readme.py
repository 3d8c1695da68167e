"""The README's settings are settings that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flashls.app import build
from flashls.sources import load

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)


def test_there_are_such_blocks() -> None:
    assert len(BLOCKS) >= 4


@pytest.mark.parametrize("block", BLOCKS)
async def test_what_the_readme_sets_can_be_set(block: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(block, "utf-8")
    environ = {"FLASHLS_CONFIG": str(path), "FLASHLS_DATA": str(tmp_path / "d"), "FLASHLS_CACHE": str(tmp_path / "c")}
    assert load(environ).origins
    app = await build(environ)
    await app.aclose()
    assert app.problems == ()
