"""Where settings come from, which source wins, and who may set what.

Later wins: defaults, the user's ``config.toml``, the environment, command-line flags, the editor. A workspace's
``.flashls.toml`` comes last and may only narrow. Nothing that a workspace can bring along (its own file, its
editor settings) chooses an endpoint, a proxy, a key's name or a command to run.
"""

from __future__ import annotations

from flashls.sources.folders import cache_path, config_path, data_path
from flashls.sources.loading import Loaded, choices, load
from flashls.sources.rights import Right, right_of
from flashls.sources.spelling import flag, variables

__all__ = [
    "Loaded",
    "Right",
    "cache_path",
    "choices",
    "config_path",
    "data_path",
    "flag",
    "load",
    "right_of",
    "variables",
]
