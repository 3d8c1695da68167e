"""Recorded: rows of real replies that do not fit as they came, with what of them is to be shown."""

from __future__ import annotations

from pathlib import Path

import msgspec

from flashls.types import EndReason

PATH = Path(__file__).with_name("recorded.jsonl")


class Recorded(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row: where a hole is from and what stands around it, what the model said, and what of it is to be shown.

    ``kind`` is what is wrong with the reply as it came. ``shown`` is None where nothing is.
    """

    language: str
    kind: str
    source: str
    licence: str
    before: str
    after: str
    reply: str
    shown: str | None
    reason: EndReason = "stop"


def recorded(path: Path = PATH) -> list[Recorded]:
    """The rows of a file, one JSON object a line. Raises ``msgspec.DecodeError``, ``OSError``."""
    return msgspec.json.Decoder(Recorded).decode_lines(path.read_bytes())
