"""Folders: where the user's settings, data and cache are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs


def config_path(environ: Mapping[str, str]) -> Path:
    """The user's settings file: ``$FLASHLS_CONFIG``, else ``config.toml`` in the platform's config folder."""
    named = environ.get("FLASHLS_CONFIG")
    return Path(named) if named else platformdirs.user_config_path("flashls") / "config.toml"


def data_path(environ: Mapping[str, str]) -> Path:
    """The folder for what must not be lost (weights): ``$FLASHLS_DATA``, else the platform's data folder."""
    named = environ.get("FLASHLS_DATA")
    return Path(named) if named else platformdirs.user_data_path("flashls")


def cache_path(environ: Mapping[str, str]) -> Path:
    """The folder for what can be made again (replies): ``$FLASHLS_CACHE``, else the platform's cache folder."""
    named = environ.get("FLASHLS_CACHE")
    return Path(named) if named else platformdirs.user_cache_path("flashls")
