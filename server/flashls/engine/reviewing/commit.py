"""Commit: the message of a commit, from what is staged, in the style of the repository's own."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from flashls.context.history import Changed
from flashls.engine.engine import Engine
from flashls.engine.reviewing.deltas import diff_of
from flashls.engine.task import answered, room, route_of
from flashls.models.seam import Garbled, Refused
from flashls.prompt.commit import compose_commit
from flashls.types import End

# Git's own habit (git-commit, "Discussion"): a title of about 50 characters, and a body of 72 columns.
_WIDTH = 72
_ROOM = 4
_LEAST = 400  # characters of one file's changes
_MOST_FILES = 100
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What would speak for other people, or steer those who build it: a model has neither from the diff.
_TRAILER = re.compile(r"[A-Z][\w-]*-(?:by|to):|\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """A commit's message; ``text`` has both of its parts as git wants them."""

    subject: str
    body: str
    end: End

    @property
    def text(self) -> str:
        """The subject, and below an empty line the body if there is one; with a line end."""
        return f"{self.subject}\n\n{self.body}\n" if self.body else f"{self.subject}\n"


async def message(engine: Engine, changes: Sequence[Changed], subjects: Sequence[str] = ()) -> Message:
    """The message for a commit of some changes (``context.history.staged``), after the last commits' subjects.

    Raises ``ModelError``: ``Refused`` if there is no change, ``Garbled`` for a reply without a subject.
    """
    if not changes:
        raise Refused("Nothing is staged that models may see: stage changes with git add.")
    route = route_of(engine, "commit")
    diffs = _diffs(changes, _ROOM * room(engine, route))
    answer = await answered(
        route, "commit", compose_commit(diffs, subjects, route.thinking, engine.templates["commit"])
    )
    said = answer.json
    subject = _TRAILER.sub("", " ".join(_CONTROL.sub("", said["subject"]).split())).lstrip("# ").rstrip()
    if not subject:
        raise Garbled("The model gave no subject: try again")
    return Message(subject, _wrapped(_CONTROL.sub("", said["body"])), answer.end)


def _diffs(changes: Sequence[Changed], most: int) -> list[tuple[str, str]]:
    """Each file's changes, the room shared out evenly; of many files some are only named."""
    shown = changes[: min(_MOST_FILES, max(1, most // _LEAST))]
    share = most // len(shown)
    diffs = [(each.path, _diff(each, share)) for each in shown]
    if rest := changes[len(shown) :]:
        named = "\n".join(f"{each.state}: {each.path}" for each in rest[:_MOST_FILES])
        diffs.append((f"{len(rest)} more files", named))
    return diffs


def _diff(changed: Changed, most: int) -> str:
    told = {"added": "a new file", "deleted": "the file is removed"}.get(changed.state, "")
    text = diff_of(changed, most) if changed.hunks else "(no text)"
    return f"{told}\n{text}" if told else text


def _wrapped(body: str) -> str:
    """The body in lines of 72 characters; lists and what is indented stay as they are."""
    rows = [row for row in body.strip().split("\n") if not _TRAILER.search(row) and not row.startswith("#")]
    blocks = re.split(r"\n\s*\n", "\n".join(rows).strip())
    return "\n\n".join(block if re.search(r"(?m)^(?:\s|[-*] |\d+\. )", block) else _filled(block) for block in blocks)


def _filled(block: str) -> str:
    return textwrap.fill(block, _WIDTH, break_long_words=False, break_on_hyphens=False)
