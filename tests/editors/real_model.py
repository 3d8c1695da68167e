"""Each editor with the real server and the embedded model: a suggestion of any text is drawn, taken and saved.

Not collected with the other tests, for it needs all editors and the weights, and the model's time: run it by name,

    flashls models pull qwen2.5-coder-0.5b && tools/editors.sh && python -m pytest tests/editors/real_model.py
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.terminal.editors import EDITORS
from tests.editors.terminal.session import editing
from tests.editors.test_pictures import CODE
from tests.editors.vscode.code_server import SCREENSHOTS, code_server, drive
from tests.editors.vscode.place import Place, furnish
from tests.models.hosts import furnished

pytestmark = [pytest.mark.editor, pytest.mark.model, pytest.mark.timeout(600)]

_NAME = "qwen2.5-coder-0.5b"
_SECONDS = 240.0  # to the first suggestion: the weights are read, and the machine may be busy
_COMPARED = 12  # characters of what an editor offers: menus cut it short


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the real weights; all editors share one llama.cpp process, which ends with these tests."""
    with furnished(tmp_path_factory.mktemp("data"), _NAME) as folder:
        yield folder


@pytest.mark.parametrize("name", EDITORS)
def test_a_suggestion_in_a_terminal(name: str, data: Path, tmp_path: Path) -> None:
    editor = EDITORS[name]
    own = {"CONFIG": os.devnull, "DATA": data, "MODELS_COMPLETE": f"local/{_NAME}", "COMPLETE_TIMEOUT_S": 120}
    environment = editor.own(tmp_path) | {f"FLASHLS_{key}": str(value) for key, value in own.items()}
    with editing(tmp_path, editor.command(tmp_path), CODE, environment, size=(80, 14)) as terminal:
        terminal.see("basket = ")
        terminal.keys(*editor.end)
        terminal.type("cost = ")
        offered = terminal.offers(editor, _SECONDS)
        terminal.picture(f"real-model-{name}")
        terminal.keys(*editor.take)
        terminal.see(f"cost = {offered[:_COMPARED]}")
        terminal.keys(*editor.save)
        terminal.holds(f"{CODE}cost = {offered[:_COMPARED]}")
        if editor.messages:
            terminal.keys(*editor.messages)
        assert not re.search(editor.wrong, terminal.screen), terminal.screen


def test_a_suggestion_in_vs_code(data: Path, tmp_path: Path) -> None:
    place = Place(tmp_path)
    furnish(place, {"area.py": CODE}, [], gemini="http://127.0.0.1:9")
    place.server_settings.write_text(f"[models]\ncomplete = ['local/{_NAME}']\n[complete]\ntimeout_s = 120\n")
    (tmp_path / "home" / "flashls-data").symlink_to(data)
    with code_server(place) as url:
        results, log = drive(place, url, timeout=500, realModel=True)
    assert [(result["name"], result["error"]) for result in results] == [("real_model", "")], f"{SCREENSHOTS}\n{log}"
