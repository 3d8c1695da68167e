"""Keys from an editor: found wherever a message may carry them, and gone from the message afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from flashls.lsp.keys import EditorKeys

KEYS = {"gemini": "AIza-not-a-real-one"}


def configured(settings: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": {"settings": settings}}


CARRIERS: dict[str, Any] = {
    "initializationOptions": {"method": "initialize", "params": {"initializationOptions": {"keys": KEYS, "a": 1}}},
    "settings": configured({"keys": KEYS, "a": 1}),
    "settings by section": configured({"flashls": {"keys": KEYS}, "a": 1}),
    "an answer": {"id": 1, "result": [{"keys": KEYS, "a": 1}]},
}


@pytest.mark.parametrize("message", CARRIERS.values(), ids=CARRIERS)
def test_keys_leave_the_message(message: dict[str, Any]) -> None:
    keys = EditorKeys()
    keys.take_from(message)
    assert keys.current() == KEYS
    assert "AIza" not in repr(message)
    assert "'a': 1" in repr(message)
    assert "AIza" not in f"{keys} {keys!r}"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"method": "x", "params": None},
        {"method": "x", "params": [1, {"keys": KEYS}]},
        {"method": "x", "params": {"settings": None, "initializationOptions": 3}},
        {"id": 1, "result": None},
        {"id": 1, "result": ["text", None]},
        configured({"keys": None}),
        configured({"keys": ["AIza"]}),
        configured({"keys": {"gemini": 5}}),
    ],
)
def test_other_messages_give_none(message: dict[str, Any]) -> None:
    keys = EditorKeys()
    keys.take_from(message)
    assert keys.current() == {}


@pytest.mark.parametrize(("then", "left"), [({"gemini": ""}, {}), ({}, {}), ({"other": "k"}, {"other": "k"})])
def test_keys_given_anew_replace_those_given_before(then: dict[str, str], left: dict[str, str]) -> None:
    keys = EditorKeys()
    keys.take_from(configured({"keys": dict(KEYS)}))
    keys.take_from(configured({"complete": {"enabled": False}}))
    assert keys.current() == KEYS
    keys.take_from(configured({"keys": then}))
    assert keys.current() == left
