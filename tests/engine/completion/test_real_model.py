"""The whole line on the embedded model: what it says inserts cleanly, and a restart answers from the disk."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from flashls.app import App, build
from flashls.engine.completion.complete import complete
from flashls.engine.session import Session
from flashls.syntax.errors import error_count
from flashls.syntax.languages import language_of
from flashls.types import End, Ghost, Silence
from tests.engine.check import cursor_in
from tests.models.hosts import furnished

pytestmark = pytest.mark.model

_NAME = "qwen2.5-coder-0.5b"
_HOLES = {
    "python": (
        "import math\n\n\ndef mean(xs: list[float]) -> float:\n    return sum(xs) / len(xs)\n\n\n"
        "def deviation(xs: list[float]) -> float:\n    middle = mean(xs)\n    ▮\n\n\nprint(deviation([1, 2, 3]))\n"
    ),
    "typescript": (
        "interface User {\n  id: number;\n  name: string;\n}\n\n"
        "export function names(users: User[]): string[] {\n  return users.map(▮);\n}\n"
    ),
    "go": (
        'package config\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc Load(path string) (string, error) {\n'
        '\tdata, err := os.ReadFile(path)\n\tif err != nil {\n\t\t▮\n\t}\n\treturn string(data), nil\n}\n'
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the real weights, whose llama.cpp process ends with these tests."""
    with furnished(tmp_path_factory.mktemp("data"), _NAME) as folder:
        yield folder


@asynccontextmanager
async def _app(data: Path, cache: Path) -> AsyncGenerator[App]:
    environ = {"FLASHLS_DATA": str(data), "FLASHLS_CACHE": str(cache), "FLASHLS_CONFIG": os.devnull}
    app = await build(environ, {"models": {"complete": [f"local/{_NAME}"]}, "complete": {"timeout_s": 60}})
    try:
        yield app
    finally:
        await app.aclose()


async def _asked(app: App, text: str, language: str) -> tuple[Ghost | Silence, End | None]:
    session = Session(root="/w")
    cursor = await cursor_in(session, text, language)
    outcome = await complete(app.engine, session, cursor)
    flight = session.track(cursor.snapshot.uri).flight
    if flight is not None:
        await flight.wait(lambda: False)  # to its end: only a whole reply is kept
    session.close_all()
    return outcome, flight.end if flight else None


@pytest.mark.parametrize(("language", "text"), _HOLES.items(), ids=_HOLES)
async def test_a_hole_is_filled_cleanly(data: Path, tmp_path: Path, language: str, text: str) -> None:
    async with _app(data, tmp_path) as app:
        ghost, end = await _asked(app, text, language)
    assert isinstance(ghost, Ghost), ghost
    assert ghost.text.strip()
    assert end is not None
    assert not end.cached
    row = language_of(language)
    assert error_count(row, text.replace("▮", ghost.text)) <= error_count(row, text.replace("▮", ""))


async def test_the_same_question_after_a_restart_is_answered_from_the_disk(data: Path, tmp_path: Path) -> None:
    """The second app has no weights: it would fail if it asked."""
    async with _app(data, tmp_path / "cache") as app:
        first, end = await _asked(app, _HOLES["go"], "go")
    async with _app(tmp_path / "no weights", tmp_path / "cache") as app:
        again, kept = await _asked(app, _HOLES["go"], "go")
        other, _ = await _asked(app, _HOLES["go"].replace("Load", "Open"), "go")
    assert isinstance(first, Ghost)
    assert again == first
    assert end is not None
    assert kept is not None
    assert (end.cached, kept.cached, kept.model) == (False, True, end.model)
    assert isinstance(other, Silence)
    assert other.reason == "error"
    assert not (tmp_path / "no weights" / "run").exists()
