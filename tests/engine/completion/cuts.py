"""Real files, cut at random, with replies right, wrong and hostile: what must hold of every suggestion for them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flashls.engine.completion.extent import extent_at
from flashls.engine.completion.hole import closed, region_at
from flashls.engine.completion.shape import Shape, shape_for
from flashls.syntax.errors import errors_in
from flashls.syntax.languages import Language, language_id_of, language_of
from flashls.syntax.place import place
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Cursor, EndReason, Ghost, Snapshot

_CLOSERS = re.compile(r"[\s)\]}>;:,'\"`]*(end)?[\s)\]}>;:,'\"`]*")
_PIECE = 7
_MARKS = "(){}[]<>'\"`#/*\n\t \\;:,.=😀é"


@dataclass(frozen=True, slots=True)
class Case:
    """A file's text around a hole, and a reply for it."""

    name: str
    before: str
    after: str
    reply: str
    reason: EndReason = "stop"


def cases(name: str, text: str, chance: random.Random) -> Iterator[Case]:
    """Holes of every size anywhere in a text, without end, each with a reply of another kind."""
    rows = text.split("\n")
    while True:
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice((0, 0, chance.randrange(40), chance.randrange(400))))
        before, cut, after = text[:start], text[start:end], text[end:]
        if chance.random() < 0.3:  # where people mostly are: at a row's end, with the row below to be written
            before, after = before.rstrip(), "\n" + after.partition("\n")[2]
        said = chance.choice(_REPLIES)(cut, after, rows, chance)
        yield Case(name, before, after, said, chance.choice(("stop", "stop", "length")))


def _some(rows: list[str], chance: random.Random, most: int = 8) -> str:
    at = chance.randrange(len(rows))
    return "\n".join(rows[at : at + chance.randrange(1, most)])


_REPLIES = (
    lambda cut, after, rows, chance: cut,
    lambda cut, after, rows, chance: cut + after[: chance.randrange(300)],
    lambda cut, after, rows, chance: cut[: chance.randrange(len(cut) + 1)],
    lambda cut, after, rows, chance: f"```\n{cut}\n```",
    lambda cut, after, rows, chance: _some(rows, chance),
    lambda cut, after, rows, chance: _some(rows, chance).lstrip(),
    lambda cut, after, rows, chance: cut + chance.choice(")]}\"';:,") * chance.randrange(1, 4),
    lambda cut, after, rows, chance: chance.choice("([{\"'`") + cut,
    lambda cut, after, rows, chance: (_some(rows, chance, 3) + "\n") * chance.randrange(2, 9),
    lambda cut, after, rows, chance: cut.replace("    ", "\t").replace("  ", "    "),
    lambda cut, after, rows, chance: "".join(chance.choices(cut + _MARKS, k=chance.randrange(60))),
    lambda cut, after, rows, chance: after[: chance.randrange(200)],
    lambda cut, after, rows, chance: f"// TODO: implement\n{cut}\n# your code here",
)  # fmt: skip


def faults(case: Case) -> list[str]:
    """What is wrong with what is shown for a case: errors that were not there, text said twice, a flicker."""
    language = language_of(language_id_of(case.name))
    shape, reply = shape_in(case, language), case.reply
    earlier, found = "", []
    for end in range(_PIECE, len(reply), _PIECE):
        so_far = shape.so_far(reply[:end])
        if so_far is not None:
            found += [] if so_far.text.startswith(earlier) else [f"so far {earlier!r}, then {so_far.text!r}"]
            earlier = so_far.text
            found += _wrong(case, language, so_far.text)
        elif earlier:
            found.append(f"so far {earlier!r}, then nothing")
        if shape.enough(reply[:end]):
            reply = reply[:end]
            break
    outcome = shape.outcome(reply, "stop" if reply != case.reply else case.reason)
    shown = outcome.text if isinstance(outcome, Ghost) else ""
    if not shown.startswith(earlier):
        found.append(f"so far {earlier!r}, at last {outcome!r}")
    return found + (_wrong(case, language, shown) if isinstance(outcome, Ghost) else [])


def shown(case: Case) -> str | None:
    """What is shown in the end of a reply that comes in pieces and is closed once it is enough; None if nothing."""
    shape, reply, reason = shape_in(case, language_of(language_id_of(case.name))), case.reply, case.reason
    for end in range(_PIECE, len(reply), _PIECE):
        if shape.enough(reply[:end]):
            reply, reason = reply[:end], "stop"
            break
    outcome = shape.outcome(reply, reason)
    return outcome.text if isinstance(outcome, Ghost) else None


def shape_in(case: Case, language: Language | None) -> Shape:
    """The shape for a case's hole."""
    cursor = cursor_in(case)
    return shape_for(cursor, language, extent_at(cursor), lambda said: said)


def cursor_in(case: Case) -> Cursor:
    """The place of a case's hole, in a document that is parsed."""
    text, name = case.before + case.after, language_id_of(case.name)
    snapshot = Snapshot(f"file:///w/{case.name}", name, 1, lines_of(text), parsed(language_of(name), text), 1)
    return Cursor(snapshot, len(case.before))


def _wrong(case: Case, language: Language | None, shown: str) -> list[str]:
    if not shown.strip():
        return ["blank"]
    there, then = _errors(language, case, ""), _errors(language, case, shown)
    worse = all(now > before for now, before in zip(then, there, strict=True))
    wrong = [f"{then} errors, not {there}, with {shown!r}"] if worse else []
    right = case.after.split("\n", 1)[0].strip()
    twice = right and shown.rstrip().endswith(right) and not _CLOSERS.fullmatch(right)
    return [*wrong, f"{right!r} twice in {shown!r}"] if twice else wrong


def _errors(language: Language | None, case: Case, shown: str) -> tuple[int, int]:
    """The errors in the whole text, if it had none before; in the code around, if the parser lost its way elsewhere.

    Next to the hole, and further around it, of which either may be what is broken. None in a comment or string that
    nothing closes: all behind it is then read as what it is not.
    """
    tree = parsed(language, case.before + case.after)
    if tree is None or not tree.root_node.has_error:
        spliced = parsed(language, case.before + shown + case.after)
        return (errors_in(spliced),) * 2 if spliced else (0, 0)
    cursor = cursor_in(case)
    if place(tree, cursor.snapshot.lines, language, cursor.offset) in ("string", "comment"):
        return 0, 0
    near, around = region_at(cursor, language, near=True), closed(region_at(cursor, language))
    return near.errors(shown) if near.whole else around.errors(shown), around.errors(shown)
