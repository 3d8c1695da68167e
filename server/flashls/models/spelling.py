"""Spelling: text that spells a special token, where a model's server would read the token and not the text.

A file that holds ``<|fim_middle|>`` would end its own prefix, one that holds ``<|im_end|>`` its own turn. Such text is
broken up with a space, and put back in the reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# What the chat templates of open models set turns apart with: ChatML, Llama 3, Phi, Granite, gpt-oss; Gemma; Mistral.
TURNS = re.compile(
    r"<\|(?:im_start|im_end|im_sep|endoftext|begin_of_text|end_of_text|start_header_id|end_header_id|eot_id|eom_id"
    r"|python_tag|system|user|assistant|tool|end|start|message|channel|constrain|return|call|start_of_role"
    r"|end_of_role|tool_call)\|>|<(?:start|end)_of_turn>|\[/?INST\]"
)


def plain(text: str, special: re.Pattern[str]) -> str:
    """The text with every special token that it spells broken up."""
    return special.sub(lambda found: _broken(found[0]), text)


def broken(texts: Iterable[str], special: re.Pattern[str]) -> Mapping[str, str]:
    """The special tokens that the texts spell, by what ``plain`` makes of them."""
    return {_broken(token): token for text in texts for token in special.findall(text)}


class PutBack:
    """A reply's text with the tokens that were broken up in the prompt whole again, however the pieces are cut."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._held = ""

    def feed(self, text: str) -> str:
        """What can be given out now; what could be the beginning of a broken token is held."""
        text = self._held + text
        for torn, token in self._tokens.items():
            text = text.replace(torn, token)
        keep = next((at for at in range(max(0, len(text) - self._longest), len(text)) if self._begins(text[at:])), None)
        self._held = "" if keep is None else text[keep:]
        return text if keep is None else text[:keep]

    def rest(self) -> str:
        """What was held, when no more comes."""
        held, self._held = self._held, ""
        return held

    @property
    def _longest(self) -> int:
        return max(map(len, self._tokens), default=0)

    def _begins(self, end: str) -> bool:
        return any(torn.startswith(end) for torn in self._tokens)


def _broken(token: str) -> str:
    return f"{token[0]} {token[1:]}"
