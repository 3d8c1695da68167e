"""Settings as a test writes them down, from each source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flashls.sources import Loaded, load


def loaded(tmp_path: Path, toml: str = "", workspace: str | None = None, **sources: Any) -> Loaded:
    """The settings with this config.toml, this ``.flashls.toml`` in a workspace, and these other sources."""
    config = tmp_path / "config.toml"
    config.write_text(toml, "utf-8")
    root = tmp_path / "w" if workspace is not None else None
    if root is not None:
        root.mkdir()
        (root / ".flashls.toml").write_text(workspace or "", "utf-8")
    environ = {"FLASHLS_CONFIG": str(config), **sources.pop("environ", {})}
    return load(environ, workspace_root=root, **sources)
