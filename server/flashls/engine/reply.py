"""What a model said, freed of what models put around it: fences, markers, echoes of the prompt, chatter."""

from __future__ import annotations

import re

from flashls.prompt.compose import CURSOR, END, START

_FENCE = re.compile(r"\s*```[\w+#.-]*[ \t]*\r?\n")
_FENCE_START = re.compile(r"\s*`{1,3}[\w+#.-]*[ \t]*\r?\Z")
_MARKERS = (
    CURSOR, START, END, "</file>", "<|fim_", "<|endoftext|>", "<|file_sep|>", "<|repo_name|>", "<|im_end|>",
)  # fmt: skip
_CHATTER = re.compile(
    r"\s*(i['’]m sorry|i am sorry|sorry,|i can(not|['’]t) |i['’]m (unable|not able)|as an ai|unfortunately,|"
    r"here(['’]s| is| are) (the|a|your|what|how)|sure[,!]|certainly[,!]|of course[,!]|"
    r"the (completed|missing) (code|text)|to complete (this|the)|you can |in this code)",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"\w*\Z")
_WORD = re.compile(r"\w")
_SHORT_ECHO = 3


def code_of(text: str, before: str, finished: bool) -> str | None:
    """The code in a reply, without fence, markers and echoes of ``before``; None while that cannot be told yet."""
    if not finished and (_FENCE_START.match(text) or not text.strip()):
        return None
    text = _cut_at_markers(_inside_fence(text, finished))
    line = before[before.rfind("\n") + 1 :]
    if not finished and any(tail.startswith(text) for tail in (line, line.lstrip(), *_tails(before))):
        return None
    return _without_echo(text, before, line)


def is_chatter(text: str) -> bool:
    """Whether a reply talks to the user (an apology, an introduction) instead of being code."""
    return _CHATTER.match(text) is not None


def _tails(before: str) -> list[str]:
    """The last four, three and two rows before the cursor, as far as there are so many with something in them."""
    rows = before.split("\n")
    return ["\n".join(rows[-n:]) for n in (4, 3, 2) if len(rows) >= n and "".join(rows[-n:]).strip()]


def _inside_fence(text: str, finished: bool) -> str:
    opening = _FENCE.match(text) or (_FENCE.search(text) if finished and is_chatter(text) else None)
    if opening is None:
        return text
    body = text[opening.end() :]
    close = re.search(r"\r?\n?[ \t]*```", body)
    return body[: close.start()] if close else body


def _cut_at_markers(text: str) -> str:
    return text[: min((at for marker in _MARKERS if (at := text.find(marker)) >= 0), default=len(text))]


def _without_echo(text: str, before: str, line: str) -> str:
    """Drops what the reply repeats of the text just before the cursor: whole lines, the line begun, the word begun."""
    for tail in _tails(before):
        if text.startswith(tail):
            return text[len(tail) :]
    if len(line.strip()) >= _SHORT_ECHO:
        for echo in (line, line.lstrip(), line.strip()):
            if text.startswith(echo):
                return text[len(echo) :].lstrip(" ") if line[-1:].isspace() else text[len(echo) :]
    elif line and not line.strip() and text.startswith(line):
        return text[len(line) :]
    word = _LAST_WORD.search(line)
    begun = len(word[0]) if word else 0
    repeats = begun >= _SHORT_ECHO and text.startswith(line[-begun:])
    return text[begun:] if repeats and _WORD.match(text, begun) else text
