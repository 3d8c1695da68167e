"""A session made from the history of a repository: the rows that its commits added, typed by a made-up user.

It checks the replay of a recorded session against people, languages and prose that are not in it. The user types rows
from left to right, has brackets closed by the editor, mistypes letters and sees it at once or a key later, writes
another name and takes it back, goes back a row to mend a word, pauses at the ends of rows, and changes rows in their
middle. How often is as it is in the recorded session; nothing else of it is used.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from tests.bench.typing_trace import Patch, Trace, trace_of

_PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"'}
_NAME = re.compile(r"[^\W\d]\w{3,}")
_TOKEN = re.compile(r"\n[ \t]*|\w+|.", re.DOTALL)
_ROWS = 15  # more than so many new rows at one place were pasted in

_MISTYPED = 0.03  # of letters
_RETHOUGHT = 0.03  # of words
_MENDED = 0.08  # of rows
_LONGEST_MENDED = 12
_CLOSED = 0.6  # of opening brackets and quotes
_PAUSE_AT_ROW, _PAUSE_AT_TOKEN, _PAUSE_ELSEWHERE = 0.3, 0.05, 0.8


def made(repository: Path, pattern: str, edits: int, seed: int) -> Trace:
    """At least so many edits (where the history has them) to files whose paths match ``pattern``, in one document.

    Raises SystemExit for a folder that is no repository, or has no such files.
    """
    typist = Typist(random.Random(seed))
    for before, after in _changes(repository, pattern):
        typist.rewrites(before, after)
        if len(typist.edits) >= edits:
            break
    if not typist.edits:
        raise SystemExit(f"the history of {repository} has no changes of files that match {pattern}")
    return trace_of(typist.edits, typist.seconds)


class Typist:
    """Turns texts into others. ``edits`` are what that took, ``seconds`` the time of each."""

    def __init__(self, drawn: random.Random) -> None:
        self.edits: list[tuple[Patch, ...]] = []
        self.seconds: list[float] = []
        self.text = ""
        self._drawn = drawn
        self._now = 0.0
        self._due: list[str] = []

    def rewrites(self, before: str, after: str) -> None:
        """Opens ``before`` as the document and makes ``after`` of it, from the top."""
        self._pause(1.0)
        if self.text != before or not self.edits:
            self._edit(0, len(self.text), before)
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
        for what, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if what != "equal":
                self._pause(_PAUSE_ELSEWHERE)
                self._rows(sum(map(len, new[:m])), old[i:j], new[m:n])
        assert self.text == after

    def _rows(self, at: int, old: Sequence[str], new: Sequence[str]) -> None:
        """Puts rows in the place of others."""
        if len(old) == len(new):
            for row, other in zip(old, new, strict=True):
                self._row(at, row, other)
                at += len(other)
            return
        if old:
            self._edit(at, len("".join(old)), "")
        text = "".join(new)
        if len(new) > _ROWS or at == 0 or not text.endswith("\n"):
            self._edit(at, 0, text)
        elif text:
            self._type(at - 1, "\n" + text[:-1])

    def _row(self, at: int, old: str, new: str) -> None:
        """Changes a row where it differs."""
        head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        same = zip(reversed(old[head:]), reversed(new[head:]), strict=False)
        tail = next((n for n, (a, b) in enumerate(same) if a != b), min(len(old), len(new)) - head)
        gone, come = old[head : len(old) - tail], new[head : len(new) - tail]
        if len(gone) > _LONGEST_MENDED:
            self._edit(at + head, len(gone), "")
        else:
            self._delete(at + head + len(gone), len(gone))
        self._type(at + head, come)

    def _type(self, at: int, text: str) -> None:
        self._due = []
        for token in _TOKEN.findall(text):
            if _NAME.fullmatch(token) and self._drawn.random() < _RETHOUGHT:
                other = self._drawn.choice(_NAME.findall(self.text) or [token])[: self._drawn.randrange(2, 9)]
                self._keys(at, other)
                self._delete(at + len(other), len(other))
            if token[0] == "\n":
                self._flush(at)
                self._mend(at)
                self._pause(_PAUSE_AT_ROW)
                self._edit(at, 0, token)
            else:
                self._keys(at, token)
                self._pause(_PAUSE_AT_TOKEN)
            at += len(token)
        self._flush(at)

    def _keys(self, at: int, word: str) -> None:
        for key in word:
            if self._due and key == self._due[-1]:
                self._due.pop()  # typed over, which is no edit
            elif key in _PAIRS and self._closes(at):
                self._edit(at, 0, key + _PAIRS[key])
                self._due.append(_PAIRS[key])
            else:
                if key.isalpha() and self._drawn.random() < _MISTYPED:
                    self._mistype(at, key)
                self._edit(at, 0, key)
            at += 1

    def _mistype(self, at: int, key: str) -> None:
        wrong = self._drawn.choice("etaoinsrh".replace(key, ""))
        self._edit(at, 0, wrong)
        if self._drawn.random() < 0.5:
            self._edit(at + 1, 0, key)
            self._delete(at + 2, 1)
        self._delete(at + 1, 1)

    def _closes(self, at: int) -> bool:
        return not self.text[at : at + 1].isalnum() and self._drawn.random() < _CLOSED

    def _flush(self, at: int) -> None:
        """Takes away what the editor has put behind the cursor and the row does not have."""
        if self._due:
            self._edit(at, len(self._due), "")
            self._due = []

    def _mend(self, at: int) -> None:
        """Goes back into the row for a letter that was typed twice, as it turns out."""
        start = self.text.rfind("\n", 0, at) + 1
        if at - start > _LONGEST_MENDED and self._drawn.random() < _MENDED:
            place = self._drawn.randrange(start, at)
            self._pause(_PAUSE_ELSEWHERE)
            self._edit(place, 0, "e")
            self._delete(place + 1, 1)
            self._pause(_PAUSE_ELSEWHERE)

    def _delete(self, end: int, n: int) -> None:
        for each in range(n):
            self._edit(end - each - 1, 1, "")

    def _edit(self, at: int, deleted: int, inserted: str) -> None:
        self.text = self.text[:at] + inserted + self.text[at + deleted :]
        self.edits.append(((at, deleted, inserted),))
        self.seconds.append(float(int(self._now)))
        self._now += 0.06 + self._drawn.expovariate(1 / 0.09)

    def _pause(self, share: float) -> None:
        if self._drawn.random() < share:
            self._now += 2.0 + self._drawn.lognormvariate(1.0, 1.0)


def _changes(repository: Path, pattern: str) -> Iterator[tuple[str, str]]:
    """The texts of files before and after each commit that changed them, the oldest first."""
    log = _git(repository, "log", "--reverse", "--no-merges", "--no-renames", "--format=%x00%H", "--name-only")
    for commit in log.split("\0")[1:]:
        number, *paths = commit.split()
        for path in paths:
            if re.search(pattern, path):
                yield _git(repository, "show", f"{number}^:{path}"), _git(repository, "show", f"{number}:{path}")


def _git(repository: Path, *command: str) -> str:
    """What git says; "" where it fails, as for a file that is not there yet."""
    found = subprocess.run(["git", "-C", str(repository), *command], capture_output=True, check=False)
    return found.stdout.decode("utf-8", "replace") if found.returncode == 0 else ""
