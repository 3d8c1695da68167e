"""Seal: from a Draft to a Prompt. The only place that makes one, so that no secret leaves in any.

A secret becomes a placeholder, the same one wherever it stands in the prompt, numbered by first appearance; the code
around it stays as it was. ``unseal`` puts the secrets back into a reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count

from flashls.prompt.compose import CURSOR
from flashls.text.keyblocks import Span
from flashls.text.keyrows import rows_in
from flashls.text.secrets import find_secrets, joined
from flashls.types import Draft, Fim, Image, Prompt, Snippet, Text

Redact = Callable[[str, bool], str]

_PLACEHOLDER = re.compile(r"REDACTED_SECRET_[0-9]+")
_REMEMBERED = 8_000  # characters of the longest text that is remembered whole
_FRAGMENT = 8  # characters of the shortest part of a line that is looked for in other texts
_LONG = 16  # characters of the shortest secret that is


def seal(draft: Draft, before: Prompt | None = None) -> Prompt:
    """The prompt that asks what ``draft`` asks, without a secret in any of its texts, paths and stop sequences.

    A secret that the cursor stands in is found too: its halves, before and after the hole, become placeholders of
    their own, in every text that holds the halves of that line (if they have 8 characters or more).

    Where the draft goes on with a conversation, ``before`` is the prompt that was answered last: a secret keeps the
    placeholder that it had there, by which the reply calls it.
    """
    if isinstance(draft, Prompt):
        return draft
    known = {secret: placeholder for placeholder, secret in before.redactions.items()} if before is not None else {}
    names = _Names(draft, _fragments(*_hole(draft)), known)
    sealed = _mapped(draft, names.redact)
    if names.placeholders:
        sealed = _mapped(sealed, names.sweep)
    return Prompt(
        parts=sealed.parts,
        fim=sealed.fim,
        stop=sealed.stop,
        max_tokens=draft.max_tokens,
        schema=draft.schema,
        thinking=draft.thinking,
        cached_content=draft.cached_content,
        sample=draft.sample,
        redactions={placeholder: secret for secret, placeholder in names.placeholders.items()},
    )


def unseal(text: str, prompt: Prompt) -> str:
    """A whole reply to ``prompt`` with the secrets in place of their placeholders; unknown placeholders stay."""
    if not prompt.redactions:
        return text
    return _PLACEHOLDER.sub(lambda found: prompt.redactions.get(found[0], found[0]), text)


@dataclass(frozen=True, slots=True)
class _Fragment:
    """What stands on one side of the hole in its line; ``start`` to ``end`` is half of a secret."""

    text: str
    start: int
    end: int

    def spans(self, text: str) -> Iterator[Span]:
        """Where that half is in a text, as often as what stands on this side does."""
        at = text.find(self.text)
        while at >= 0:
            yield at + self.start, at + self.end
            at = text.find(self.text, at + 1)


@dataclass(slots=True)
class _Names:
    """The placeholders of one prompt, by secret. None is a text that the draft holds already."""

    draft: Draft
    fragments: tuple[_Fragment, ...]
    placeholders: dict[str, str] = field(default_factory=dict)
    taken: set[str] | None = None

    def redact(self, text: str, lasting: bool = False) -> str:
        """``text`` with placeholders; the same object if it holds no secret. ``lasting``: it will come again."""
        spans = _remembered(text) if lasting and len(text) <= _REMEMBERED else find_secrets(text)
        halves = [span for half in self.fragments for span in half.spans(text)]
        if halves:
            spans = joined(text, (*spans, *halves))
        if not spans:
            return text
        pieces, at = list[str](), 0
        for start, end in spans:
            pieces += (text[at:start], self.placeholder(text[start:end]))
            at = end
        return "".join((*pieces, text[at:]))

    def sweep(self, text: str, lasting: bool = False) -> str:  # noqa: ARG002
        """``text`` without the long secrets that were found elsewhere: here nothing may have told what they are."""
        for secret in sorted(self.placeholders, key=len, reverse=True):
            if len(secret) >= _LONG and secret in text:
                text = re.sub(re.escape(secret) + "[0-9]*", lambda found: self.placeholder(found[0]), text)
        return text

    def placeholder(self, secret: str) -> str:
        """The secret's placeholder, a new one if it was not met before; never another's, nor a text that is there."""
        if secret not in self.placeholders:
            if self.taken is None:
                some = (text for text in _texts(self.draft) if "REDACTED_SECRET_" in text)
                written = {name for text in some for name in _PLACEHOLDER.findall(text)}
                self.taken = written | set(self.placeholders.values())
            names = (f"REDACTED_SECRET_{number}" for number in count(len(self.placeholders) + 1))
            name = next(name for name in names if name not in self.taken)
            self.taken.add(name)
            self.placeholders[secret] = name
        return self.placeholders[secret]


def _mapped(draft: Draft, redact: Redact) -> Draft:
    """``draft`` with each of its texts redacted, in the order of ``_texts``."""
    return replace(
        draft,
        parts=tuple(_part(part, redact) for part in draft.parts),
        fim=_fim(draft.fim, redact) if draft.fim else None,
        stop=tuple(redact(stop, True) for stop in draft.stop),
    )


def _part(part: Text | Image, redact: Redact) -> Text | Image:
    if isinstance(part, Image):
        return part
    text = redact(part.text, part.stable)
    return part if text is part.text else Text(part.role, text, part.stable)


def _fim(fim: Fim, redact: Redact) -> Fim:
    extra = tuple(_snippet(snippet, redact) for snippet in fim.extra)
    return Fim(extra, redact(fim.prefix, False), redact(fim.suffix, False))


def _snippet(snippet: Snippet, redact: Redact) -> Snippet:
    path, text, why = redact(snippet.path, True), redact(snippet.text, True), redact(snippet.why, True)
    same = path is snippet.path and text is snippet.text and why is snippet.why
    return snippet if same else replace(snippet, path=path, text=text, why=why)


@lru_cache(maxsize=512)
def _remembered(text: str) -> tuple[tuple[int, int], ...]:
    return find_secrets(text)


def _hole(draft: Draft) -> tuple[str, str]:
    """What stands before and after the cursor in its row; where that and the next ones may be a key's, in all three."""
    before, after = (draft.fim.prefix, draft.fim.suffix) if draft.fim else ("", "")
    asked = draft.parts[-1] if draft.parts and not draft.fim else None
    if isinstance(asked, Text) and not asked.stable:
        before, mark, after = asked.text.partition(CURSOR)
        before = before if mark else ""
    above, below = "\n".join(before.rsplit("\n", 2)[-2:]), "\n".join(after.split("\n", 2)[:2])
    if rows_in(above + below) > 1:
        return above, below
    return above.rpartition("\n")[2], below.partition("\n")[0]


def _fragments(before: str, after: str) -> tuple[_Fragment, ...]:
    """What only both sides of the hole together tell: the halves of a secret, and the rows of a key next to it."""
    hole, found = len(before), list[_Fragment]()
    if not before or not after:
        return ()
    for start, end in find_secrets(before + after):
        if start < hole < end:
            found += (_half(before, start, hole), _half(after, 0, end - hole))
        elif end - start >= _LONG:
            found.append(_Fragment((before + after)[start:end], 0, end - start))
    return tuple(half for half in found if len(half.text) >= _FRAGMENT)


def _half(side: str, start: int, end: int) -> _Fragment:
    """Half of a secret, with what else stands on this side in the hole's row: alone it may be short."""
    begin, finish = side.rfind("\n", 0, end if start else 0) + 1, side.find("\n", end)
    begin, finish = min(begin, start), len(side) if finish < 0 else finish
    return _Fragment(side[begin:finish], start - begin, end - begin)


def _texts(draft: Draft) -> Iterator[str]:
    yield from (part.text for part in draft.parts if isinstance(part, Text))
    yield from draft.stop
    if draft.fim:
        yield from (draft.fim.prefix, draft.fim.suffix)
        for snippet in draft.fim.extra:
            yield from (snippet.path, snippet.text, snippet.why)
