"""Where settings, data and the cache lie."""

from __future__ import annotations

from pathlib import Path

from flashls.sources import cache_path, config_path, data_path


def test_paths_come_from_the_environment_else_the_platform(tmp_path: Path) -> None:
    named = {"FLASHLS_CONFIG": "/a/c.toml", "FLASHLS_DATA": "/a/d", "FLASHLS_CACHE": "/a/e"}
    assert [str(path(named)) for path in (config_path, data_path, cache_path)] == ["/a/c.toml", "/a/d", "/a/e"]
    for path in (config_path, data_path, cache_path):
        assert path({}).is_absolute()
        assert "flashls" in path({}).parts
