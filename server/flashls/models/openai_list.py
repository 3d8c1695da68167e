"""The list of models that a server with OpenAI's format gives, and whether one is missing from it."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase

import msgspec

_NAMED = 3  # models, in an error


class _Model(msgspec.Struct):
    id: str = ""
    owned_by: str | None = None


class _Models(msgspec.Struct):
    data: list[_Model] | None = None


def unlisted(said: bytes, name: str) -> str:
    """What to say where a list of models does not have ``name``: a few that it has, those with the nearest names first.

    Empty where it has it, and where that cannot be told: there is no list, or it is llama.cpp's, which answers to any
    name. Gateways write a name with a prefix, with a variant after a colon, or as a pattern.
    """
    try:
        listed = msgspec.json.decode(said, type=_Models).data or []
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    ids = [each.id for each in listed if each.id]
    if not ids or any(_fits(each, name) for each in ids) or any(each.owned_by == "llamacpp" for each in listed):
        return ""
    near = get_close_matches(name, ids, _NAMED, 0.0)
    more = f" and {len(ids) - len(near)} more" if len(ids) > len(near) else ""
    return f"it has {', '.join(near)}{more}"


def _fits(listed: str, name: str) -> bool:
    listed, name = (each.lower().removeprefix("models/") for each in (listed, name))
    return fnmatchcase(name, listed) or listed == name.partition(":")[0] or name == listed.partition(":")[0]
