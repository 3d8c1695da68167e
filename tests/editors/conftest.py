"""Editors to drive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.neovim.session import NEW, OLD, Neovim, running


@pytest.fixture(
    params=[
        pytest.param((OLD, "auto"), id="0.11"),
        pytest.param((NEW, "auto"), id="0.12", marks=pytest.mark.editor),
        pytest.param((NEW, "plugin"), id="0.12-own-ghost-text", marks=pytest.mark.editor),
    ]
)
def neovim(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Neovim]:
    """A Neovim to type into, with a Python file open and the server attached."""
    binary, ghost_text = request.param
    with running(tmp_path, binary, ghost_text=ghost_text) as session:
        yield session
