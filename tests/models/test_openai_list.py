"""Whether a list of models lacks one, as far as that can be told."""

from __future__ import annotations

import json

import pytest

from flashls.models.openai_list import unlisted


def listed(*ids: str, **more: str) -> bytes:
    return json.dumps({"object": "list", "data": [{"id": each, "object": "model"} | more for each in ids]}).encode()


@pytest.mark.parametrize(
    ("said", "name", "missing"),
    [
        (listed("gpt-4o", "gpt-5"), "gpt-5", ""),
        (listed("gpt-4o", "gpt-5"), "GPT-5", ""),
        (listed("gpt-4o", "o3", "tts", "gpt-4o-mini"), "gpt-4p", "it has gpt-4o, gpt-4o-mini, tts and 1 more"),
        (listed("one"), "two", "it has one"),
        (listed("models/gemini-3.5-flash"), "gemini-3.5-flash", ""),
        (listed("gemini-3.5-flash"), "models/gemini-3.5-flash", ""),
        (listed("openai/*"), "openai/gpt-5", ""),
        (listed("openai/*"), "gemini/x", "it has openai/*"),
        (listed("qwen3"), "qwen3:latest", ""),
        (listed("qwen3:latest"), "qwen3", ""),
        (listed("meta/llama"), "meta/llama:free", ""),
        (listed("/srv/model.gguf", owned_by="llamacpp"), "anything", ""),
        (listed(), "any", ""),
        (b'{"data": null}', "any", ""),
        (b'{"models": ["a"]}', "any", ""),
        (b"[]", "any", ""),
        (b"<html>", "any", ""),
        (b"", "any", ""),
        (b'{"data": [{"name": "a"}]}', "any", ""),
    ],
)
def test_what_is_missing(said: bytes, name: str, missing: str) -> None:
    assert unlisted(said, name) == missing
