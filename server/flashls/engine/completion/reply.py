"""What a model said, freed of what models put around it: fences, markers, echoes of the prompt, chatter."""

from __future__ import annotations

import re

from flashls.prompt.compose import CURSOR, END, START
from flashls.syntax.languages import Language

_FENCE = re.compile(r"\s*```[\w+#.-]*[ \t]*\r?\n")
_FENCE_START = re.compile(r"\s*`{1,3}[\w+#.-]*[ \t]*\r?\Z")
_MARKERS = (CURSOR, START, END)  # the document's own are broken up in the prompt
_TOKENS = ("<|fim_", "<|endoftext|>", "<|file_sep|>", "<|repo_name|>", "<|im_end|>")
_FILE_END = re.compile(r"^</file>[ \t]*$|</file>\s*\Z", re.MULTILINE)  # as the prompt ends a file
_FILE_START = "<file"
_MARKUP = {"html", "xml", "markdown"}
_MADE_UP = re.compile(r"REDACTED_SECRET_[0-9]+|REDACTED_SECRET_?\Z")
_CHATTER = re.compile(
    r"\s*(i['’]m sorry|i am sorry|sorry,|i can(not|['’]t) |i['’]m (unable|not able)|as an ai|unfortunately,|"
    r"here(['’]s| is| are) (the|a|your|what|how)|sure[,!]|certainly[,!]|of course[,!]|"
    r"the (completed|missing) (code|text)|to complete (this|the)|you can |in this code)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")
# The expression begun: a name with its sigils, and what it is a member of.
_BEGUN = re.compile(r"(?:[$@]*\w+(?:\??\.|->|::))*[$@]*\w*\Z")
_JOINT = re.compile(r"[.?>:]")
_SHORT_ECHO = 3
_LONGEST_NAME = 100


def code_of(text: str, before: str, after: str, finished: bool, language: Language | None = None) -> str | None:
    """The code in a reply, without fence, markers and echoes of ``before``; None while that cannot be told yet.

    What the document itself says around the cursor is no marker. What every file of the language begins with, such as
    ``<?php``, goes, too: models write it before any piece.
    """
    if not finished and (_FENCE_START.match(text) or not text.strip()):
        return None
    text = _cut_at_markers(_inside_fence(text, finished), before, after, language)
    opening = language.preamble.strip() if language else ""
    first, _, rest = text.lstrip().partition("\n")
    if opening and first.rstrip() == opening:
        text = rest.lstrip()
    line = before[before.rfind("\n") + 1 :]
    if not finished and (opening.startswith(text) or _may_echo(text, before, line)):
        return None
    return _without_echo(text, before, line)


def is_chatter(text: str) -> bool:
    """Whether a reply talks to the user (an apology, an introduction) instead of being code."""
    return _CHATTER.match(text) is not None


def _may_echo(text: str, before: str, line: str) -> bool:
    """Whether a reply that has so far said ``text`` may go on to repeat all up to the cursor."""
    begun = (line, line.lstrip(), _begun(line))
    if any(tail.startswith(text) for tail in begun):
        return True
    return text in before and any(before.startswith(text, at) for at in _tails(before))


def _tails(before: str) -> list[int]:
    """Where whole rows before the cursor begin, the first one first, as far as something stands in them or below.

    Of two rows or more with something in them the first may lack its indentation.
    """
    starts, at, rows = list[int](), len(before), 0
    while (end := before.rfind("\n", 0, at)) >= 0:
        rows += bool(before[end + 1 : at].strip())
        at = before.rfind("\n", 0, end) + 1
        row = before[at:end]
        if rows or row.strip():
            starts.append(at)
        if rows and row.strip() and row[0].isspace():
            starts.append(end - len(row.lstrip()))
        at = end
    return starts[::-1]


def _inside_fence(text: str, finished: bool) -> str:
    opening = _FENCE.match(text) or (_FENCE.search(text) if finished and is_chatter(text) else None)
    if opening is None:
        return text
    body = text[opening.end() :]
    close = re.search(r"\r?\n?[ \t]*```", body)
    return body[: close.start()] if close else body


def known(text: str, around: str) -> str:
    """A reply up to the row in which a placeholder stands for a secret that there is none of.

    Placeholders that are in the text ``around`` are its own.
    """
    for found in _MADE_UP.finditer(text) if "REDACTED_SECRET" in text else ():
        if found[0] not in around:
            return text[: text.rfind("\n", 0, found.start()) + 1].rstrip()
    return text


def _cut_at_markers(text: str, before: str, after: str, language: Language | None) -> str:
    """The reply up to where the model says what models are told by, or goes on to the end of the file in the prompt."""
    found = [text.find(marker) for marker in _MARKERS]
    found += [text.find(token) for token in _TOKENS if token not in before and token not in after]
    own = _FILE_START in before or _FILE_START in text or (language is not None and language.name in _MARKUP)
    found += [] if own else [end.start() for end in _FILE_END.finditer(text)]
    return text[: min((at for at in found if at >= 0), default=len(text))]


def _without_echo(text: str, before: str, line: str) -> str:
    """Drops what the reply repeats of the text just before the cursor: whole lines, the line begun, the word begun."""
    row, newline, _ = text.partition("\n")
    for at in _tails(before) if newline and row + newline in before else ():
        if text.startswith(before[at:]):
            return text[len(before) - at :]
    if len(line.strip()) >= _SHORT_ECHO:
        for echo in (line, line.lstrip(), line.strip()):
            if text.startswith(echo):
                return text[len(echo) :].lstrip(" ") if line[-1:].isspace() else text[len(echo) :]
    elif line and not line.strip() and text.startswith(line):
        return text[len(line) :]
    return _without_begun(text, line)


def _without_begun(text: str, line: str) -> str:
    """Drops the expression begun, such as ``self.`` or ``$na``, or at least its last word, where the reply repeats it.

    A short word without a sigil may well come twice.
    """
    begun = _begun(line)
    for echo in (begun, _JOINT.split(begun)[-1]):
        telling = len(echo) >= _SHORT_ECHO or (len(echo) > 1 and not echo[0].isalnum())
        whole = echo[-1:] in ".>:" or _WORD.match(text, len(echo))
        if telling and whole and text.startswith(echo):
            return text[len(echo) :]
    return text


def _begun(line: str) -> str:
    found = _BEGUN.search(line, max(0, len(line) - _LONGEST_NAME))
    return found[0] if found else ""
