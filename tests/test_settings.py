"""The settings themselves: every one has a default within its own limits, and says what it is for."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from flashls.settings import Provider, Settings


def test_defaults_pass_their_own_limits() -> None:
    assert msgspec.convert(msgspec.to_builtins(Settings()), Settings) == Settings()


@pytest.mark.parametrize("name", ["complete", "languages", "paths", "models", "cache", "fix", "trust"])
def test_every_setting_says_what_it_is_for(name: str) -> None:
    section = type(getattr(Settings(), name))
    assert [f.name for f in msgspec.structs.fields(section) if not _described(f.type)] == []
    assert [f.name for f in msgspec.structs.fields(Provider) if not _described(f.type)] == []


@pytest.mark.parametrize(
    "table",
    [
        {"complete": {"debounce_ms": -1}},
        {"complete": {"debounce_ms": 5001}},
        {"complete": {"max_tokens": 0}},
        {"complete": {"timeout_s": 0}},
        {"complete": {"enabled": "yes"}},
        {"cache": {"size_mb": 0}},
        {"cache": {"ttl_days": -1}},
        {"languages": {"off": "python"}},
        {"complete": {"unheard_of": 1}},
        {"providers": {"gemini": {"key": "a key belongs in the environment"}}},
    ],
    ids=str,
)
def test_what_is_out_of_range_is_no_settings(table: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(table, Settings)


def _described(kind: Any) -> bool:
    return any(isinstance(meta, msgspec.Meta) and meta.description for meta in get_args(kind)[1:])
