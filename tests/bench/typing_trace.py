"""A recorded editing session, as key presses with what a model that foresees the session would say after each.

The file is one of github.com/josephg/editing-traces: ``{"startContent", "endContent", "txns": [{"time", "patches":
[[position, deleted, inserted], ...]}]}``, positions in code points, patches in order, times to the second.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

MOST_FORESEEN = 64 * 4  # code points: 64 tokens
_LOOK_AHEAD = 400  # edits
_LONGEST_PAUSE_S = 60.0
_SHORTEST_GAP_S, _GAP_S = 0.06, 0.09
_KEY = re.compile(r"[^\n]|\n[ \t]*|[ \t]+|\(\)|\[\]|\{\}|\"\"|''")

Patch = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is typed from a place on, and for each character the number it has among all that the session inserted."""

    text: str
    serials: tuple[int, ...]

    def wrong(self, share: float, seed: int) -> str:
        """The same with a share of its pieces wrong: of four characters each, by their place in the session.

        So a piece is wrong for whoever asks, however often, and from wherever.
        """
        return "".join(
            _other(character) if draw(seed, "piece", serial // 4) < share else character
            for character, serial in zip(self.text, self.serials, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Stroke:
    """One edit, ``at`` seconds after the stretch began. ``foreseen`` is None where it is no key pressed at a cursor.

    ``cursor`` is the offset after it, ``place`` its number in the session.
    """

    place: int
    at: float
    patches: tuple[Patch, ...]
    cursor: int
    foreseen: Foreseen | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the session: the document when it begins, and the strokes."""

    text: str
    strokes: tuple[Stroke, ...]

    @property
    def keys(self) -> int:
        """How many key presses there are."""
        return sum(stroke.foreseen is not None for stroke in self.strokes)


@dataclass(frozen=True, slots=True)
class Trace:
    """The session: its edits, the second of each, and how many characters were inserted before each.

    Where the seconds tell nothing, the gap between two keys is 60 ms and more, ``gap_s`` more in the mean.
    """

    edits: tuple[tuple[Patch, ...], ...]
    seconds: tuple[float, ...]
    inserted: tuple[int, ...]
    gap_s: float = _GAP_S


def trace_path(option: str | None = None) -> Path:
    """The file given by an option or by ``$FLASHLS_TRACES``, a file or the folder of ``rustcode.json.gz``.

    Raises SystemExit, with what to do, where there is none.
    """
    named = option or os.environ.get("FLASHLS_TRACES", "")
    path = Path(named)
    path = path / "rustcode.json.gz" if path.is_dir() else path
    if not named or not path.is_file():
        raise SystemExit(
            "this replays a recorded session: get rustcode.json.gz from github.com/josephg/editing-traces (the one "
            "with times) and name it by --trace FILE or $FLASHLS_TRACES"
        )
    return path


def load(path: Path) -> Trace:
    """The session in a file. Raises SystemExit for a file of another kind."""
    try:
        written = json.loads(gzip.decompress(path.read_bytes()))
        if written["startContent"]:
            raise ValueError("it does not begin with an empty document")
        edits = tuple(tuple((int(p), int(d), str(i)) for p, d, i in txn["patches"]) for txn in written["txns"])
        seconds = tuple(datetime.fromisoformat(txn["time"]).timestamp() for txn in written["txns"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"{path} is no recorded session: {error}") from None
    return trace_of(edits, seconds)


def trace_of(edits: Sequence[tuple[Patch, ...]], seconds: Sequence[float]) -> Trace:
    """A session from its edits and their times; the first edits may make the document."""
    inserted, total = list[int](), 0
    for patches in edits:
        inserted.append(total)
        total += sum(len(text) for _, _, text in patches)
    return Trace(tuple(edits), tuple(seconds), tuple(inserted))


def stretches(
    trace: Trace, keys: int, places: int, seed: int, longest_pause_s: float = _LONGEST_PAUSE_S
) -> list[Stretch]:
    """``keys`` key presses in all, from ``places`` parts of the session drawn by ``seed``, in its order."""
    each = -(-keys // places)
    drawn = random.Random(seed)
    width = (len(trace.edits) - 1) // places
    starts = {1 + width * n + drawn.randrange(max(1, width - 3 * each)) for n in range(places)}
    text, found = "", list[Stretch]()
    for place, patches in enumerate(trace.edits):
        if place in starts:
            found.append(_stretch(trace, text, place, each, seed, longest_pause_s))
        text = applied(text, patches)
    return found


def windows(
    trace: Trace, keys: int, places: int, seed: int, longest_pause_s: float = _LONGEST_PAUSE_S
) -> list[Stretch]:
    """Parts of ``keys`` key presses each, ``places`` of them or as many as there are, evenly over the session."""
    starts, left = list[int](), 0
    for place, patches in enumerate(trace.edits[1:], 1):
        if not left:
            starts.append(place)
            left = keys
        left -= _is_key(patches)
    del starts[-1 if left else len(starts) :]
    most = min(places, len(starts))
    kept = {starts[n * len(starts) // most] for n in range(most)}
    text, found = "", list[Stretch]()
    for place, patches in enumerate(trace.edits):
        if place in kept:
            found.append(_stretch(trace, text, place, keys, seed, longest_pause_s))
        text = applied(text, patches)
    return found


def applied(text: str, patches: Sequence[Patch]) -> str:
    """A text after an edit."""
    for position, deleted, inserted in patches:
        text = text[:position] + inserted + text[position + deleted :]
    return text


def draw(seed: int, what: str, place: int) -> float:
    """A number from 0 to 1 that depends on nothing but its arguments."""
    digest = hashlib.blake2b(f"{seed} {what} {place}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def _stretch(trace: Trace, text: str, start: int, keys: int, seed: int, longest: float) -> Stretch:
    strokes, at, now, left = list[Stroke](), 0.0, text, keys
    for place in range(start, len(trace.edits)):
        patches = trace.edits[place]
        now = applied(now, patches)
        at += min(_gap(trace, place, seed), longest)
        cursor = patches[-1][0] + len(patches[-1][2])
        foreseen = _foreseen(trace, place, now, cursor) if _is_key(patches) else None
        strokes.append(Stroke(place, at, patches, cursor, foreseen))
        left -= foreseen is not None
        if not left:
            break
    return Stretch(text, tuple(strokes))


def _gap(trace: Trace, place: int, seed: int) -> float:
    """Seconds since the edit before: the session's own from two on, below which they only tell that a second passed."""
    own = trace.seconds[place] - trace.seconds[place - 1]
    drawn = _SHORTEST_GAP_S + random.Random(f"{seed} gap {place}").expovariate(1 / trace.gap_s)
    return max(drawn, own) if own >= 2 else drawn


def _is_key(patches: Sequence[Patch]) -> bool:
    """Whether an edit is a key pressed at a cursor: a character, a tab, a pair, or a line end with its indentation."""
    return len(patches) == 1 and patches[0][1] == 0 and _KEY.fullmatch(patches[0][2]) is not None


def _foreseen(trace: Trace, place: int, text: str, cursor: int) -> Foreseen:
    """What stands right of the cursor once the session has typed on: backspaces taken back, until the cursor jumps."""
    found, serials = "", list[int]()
    for later in range(place + 1, min(place + 1 + _LOOK_AHEAD, len(trace.edits))):
        patches = trace.edits[later]
        position, deleted, inserted = patches[0]
        kept = position - cursor
        if len(patches) > 1 or position + deleted != cursor + len(found):
            break
        begun = text[position:cursor] if kept < 0 else ""
        if not inserted.startswith(begun) or (kept < 0 and not inserted):
            break
        numbers = range(trace.inserted[later] + len(begun), trace.inserted[later] + len(inserted))
        found = found[: max(kept, 0)] + inserted[len(begun) :]
        serials = [*serials[: max(kept, 0)], *numbers]
        if len(found) > MOST_FORESEEN * 2:
            break
    return Foreseen(found, tuple(serials))


def _other(character: str) -> str:
    """Another character than this one, which no code has in its place: a letter for a letter."""
    if character.isascii() and character.isalpha():
        return chr(ord("a") + (ord(character.lower()) - ord("a") + 1) % 26)
    return "_" if character != "_" else "x"
