"""Estimate: what a request took in tokens, where its provider does not say."""

from __future__ import annotations

from flashls.types import Prompt, Text, Usage


def estimated(prompt: Prompt, written_characters: int, chars_per_token: float) -> Usage:
    """Our own count for a prompt and a reply of ``written_characters``; pictures are not counted.

    A prompt that asks in words as well is counted by its words, which are more than the hole alone.
    """
    asked = sum(len(part.text) for part in prompt.parts if isinstance(part, Text))
    if not asked and prompt.fim is not None:
        fim = prompt.fim
        asked = len(fim.prefix) + len(fim.suffix) + sum(len(each.path) + len(each.text) for each in fim.extra)
    input_tokens = round(asked / chars_per_token)
    return Usage(input=input_tokens, output=round(written_characters / chars_per_token), estimated=True)
