"""Document: symbols in, doc comments out, in the language's own convention. Code is never touched, which is proven."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flashls.engine.anchors import Replacement, applied
from flashls.engine.documenting.doccomment import CONVENTIONS, cleaned, comment_rows
from flashls.engine.documenting.docplace import NoPlace, Place, place_of
from flashls.engine.documenting.docsections import Parameter, Said
from flashls.engine.documenting.docstyle import Style, style_of
from flashls.engine.documenting.samecode import same_code
from flashls.engine.engine import Engine, Route
from flashls.engine.task import answered, permit, room, route_of
from flashls.models.seam import Garbled, ModelError, Refused
from flashls.prompt.document import compose_document
from flashls.syntax.definitions import Symbol
from flashls.syntax.languages import language_of
from flashls.syntax.outline import outline_in_steps
from flashls.text.uris import shown_path
from flashls.types import End, Snapshot

_DOCUMENTED = {
    "function", "method", "constructor", "class", "struct", "union", "interface", "trait", "enum", "type", "protocol",
    "object", "property", "subroutine", "macro",
}  # fmt: skip
_HOLD_LOCALS = {"function", "method", "constructor"}
_GIVES_NOTHING = ("class", "struct", "interface", "trait", "enum", "union", "type", "impl", "module", "namespace")
_TOGETHER = 8  # symbols in one question
_AT_ONCE = 3  # questions
_NAME = re.compile(r"\w+", re.UNICODE)
_WORD = re.compile(r"[\w.:\\]+")


@dataclass(frozen=True, slots=True)
class Documented:
    """Comments as replacements in the document, in order. ``symbols`` are the paths of what they document.

    ``left`` are the symbols that got none, and why; ``ends`` how the model's replies ended.
    """

    edits: tuple[Replacement, ...]
    symbols: tuple[str, ...]
    left: tuple[tuple[str, str], ...] = ()
    ends: tuple[End, ...] = ()


class NothingToDocument(Refused):
    """All that could have a comment has one, or there is nothing that could."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    symbol: Symbol
    place: Place


async def document(
    engine: Engine, snapshot: Snapshot, start: int, end: int, every: bool = False, root: str | None = None
) -> Documented:
    """Doc comments for the symbol at offsets ``start`` to ``end``; an empty range stands for the one around it.

    A comment that this symbol has is written anew. Of several symbols that begin in the range, and of ``every`` symbol
    of the document, only those without a comment get one. ``root`` is the workspace's folder.

    Raises ``ModelError``: ``NotFound`` without a model; ``Refused`` for a file that no model may see;
    ``NothingToDocument`` also for a language whose convention is unknown.
    """
    route = route_of(engine, "document")
    permit(engine, snapshot, root)
    style, language = style_of(snapshot, root), language_of(snapshot.language)
    if style is None or language is None or snapshot.tree is None:
        raise NothingToDocument(f"flashls knows no convention for doc comments in {snapshot.language or 'plain text'}.")
    symbols = _documentable(await outline_in_steps(snapshot.tree, snapshot.lines, language))
    chosen, one = (symbols, False) if every else _chosen(snapshot, symbols, start, end)
    wanted, left = _placed(snapshot, chosen, language.name, one)
    if not wanted:
        raise NothingToDocument(_nothing(left, bool(chosen)))
    found, failed, ends = await _all_said(engine, route, snapshot, wanted, style, root)
    edits = tuple(_edit(style, each, found[each.symbol]) for each in wanted if each.symbol in found)
    if not await same_code(language, applied(snapshot.lines, ()), applied(snapshot.lines, edits)):
        raise Refused("The comments would have changed code, so none was written: try again.")
    told = tuple(each.symbol.path for each in wanted if each.symbol in found)
    return Documented(edits, told, (*left, *failed), ends)


def _documentable(symbols: Sequence[Symbol]) -> tuple[Symbol, ...]:
    """What may have a doc comment: no variables, and nothing that is local to a function."""
    kept, local_until = list[Symbol](), 0
    for symbol in symbols:
        if symbol.start >= local_until and symbol.kind in _DOCUMENTED:
            kept.append(symbol)
        if symbol.start >= local_until and symbol.kind in _HOLD_LOCALS:
            local_until = symbol.end
    return tuple(kept)


def _chosen(snapshot: Snapshot, symbols: Sequence[Symbol], start: int, end: int) -> tuple[tuple[Symbol, ...], bool]:
    """The symbols that a range means, and whether it is one that was pointed at."""
    text = snapshot.lines.after(start, end - start)
    first, last = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
    if not text.strip():
        row = snapshot.lines.point(start)[0]
        first = last = max(start, snapshot.lines.offset(row, 0) + _blank(snapshot.lines[row]))
    begun = [symbol for symbol in symbols if first <= symbol.start < max(last, first + 1)]
    if len(begun) > 1 and not all(symbol.end <= begun[0].end for symbol in begun):
        return tuple(begun), False
    around = [symbol for symbol in symbols if symbol.start <= first and last <= symbol.end]
    return tuple(begun[:1] or around[-1:]), True


def _blank(row: str) -> int:
    return len(row) - len(row.lstrip(" \t"))


def _placed(
    snapshot: Snapshot, symbols: Sequence[Symbol], language: str, one: bool
) -> tuple[list[_Wanted], list[tuple[str, str]]]:
    wanted, left = list[_Wanted](), list[tuple[str, str]]()
    assert snapshot.tree is not None
    for symbol in symbols:
        try:
            place = place_of(snapshot.tree, snapshot.lines, symbol, language)
        except NoPlace as none:
            left.append((symbol.path, str(none)))
            continue
        if (one or not place.old) and not any(place.start < w.place.end for w in wanted):
            wanted.append(_Wanted(symbol, place))
    return wanted, left


def _nothing(left: Sequence[tuple[str, str]], chosen: bool) -> str:
    if left:
        return "No place for a comment at " + "; ".join(f"{path}: {why}" for path, why in left[:3])
    return (
        "Everything here is documented." if chosen else "There is nothing to document here: name a function or class."
    )


async def _all_said(
    engine: Engine, route: Route, snapshot: Snapshot, wanted: Sequence[_Wanted], style: Style, root: str | None
) -> tuple[dict[Symbol, Said], list[tuple[str, str]], tuple[End, ...]]:
    """What the model says of each symbol, and of which it says nothing. One question that fails spares the others."""
    most, gate = room(engine, route), asyncio.Semaphore(_AT_ONCE)
    batches = list(_batches(wanted, most))

    async def ask(batch: Sequence[_Wanted]) -> tuple[dict[Symbol, Said], End] | ModelError:
        async with gate:
            try:
                return await _said(engine, route, snapshot, batch, style, root, most)
            except ModelError as error:
                return error

    said, failed, ends = dict[Symbol, Said](), list[tuple[str, str]](), list[End]()
    answers = await asyncio.gather(*map(ask, batches))
    for batch, answer in zip(batches, answers, strict=True):
        if isinstance(answer, ModelError):
            failed += [(each.symbol.path, str(answer)) for each in batch]
        else:
            said |= answer[0]
            ends.append(answer[1])
            failed += [(e.symbol.path, "the model said nothing of it") for e in batch if e.symbol not in answer[0]]
    if not said:
        errors = [answer for answer in answers if isinstance(answer, ModelError)]
        raise errors[0] if errors else Garbled("The model said nothing of what was asked: try again")
    return said, failed, tuple(ends)


def _batches(wanted: Sequence[_Wanted], most: int) -> Iterator[Sequence[_Wanted]]:
    """Neighbours together, as far as a question has room for them."""
    batch = list[_Wanted]()
    for each in wanted:
        long = batch and max(each.symbol.end, *(b.symbol.end for b in batch)) - batch[0].symbol.start > most
        if batch and (long or len(batch) == _TOGETHER):
            yield batch
            batch = []
        batch.append(each)
    yield batch


async def _said(
    engine: Engine,
    route: Route,
    snapshot: Snapshot,
    batch: Sequence[_Wanted],
    style: Style,
    root: str | None,
    most: int,
) -> tuple[dict[Symbol, Said], End]:
    first = min(min(each.symbol.start, each.place.start) for each in batch)
    last = max(each.symbol.end for each in batch)
    permit(engine, snapshot, root, first, last)
    listed = [f"{each.symbol.kind} {each.symbol.path}: {each.symbol.signature}" for each in batch]
    draft = compose_document(
        snapshot, shown_path(snapshot.uri, root), first, last, listed, CONVENTIONS[style].told, most, route.thinking,
        engine.templates["document"],
    )  # fmt: skip
    answer = await answered(route, "document", draft)
    found = dict[Symbol, Said]()
    for comment in answer.json["comments"]:
        number = comment["symbol"]
        if 1 <= number <= len(batch) and cleaned(comment["summary"]):
            found.setdefault(batch[number - 1].symbol, _read(comment, batch[number - 1].symbol))
    return found, answer.end


def _read(comment: dict[str, Any], symbol: Symbol) -> Said:
    """What is said, cleaned; without parameters that the symbol does not have, or the result of what has none."""
    known = set(_NAME.findall(symbol.signature))
    parameters = tuple(
        Parameter(name, cleaned(one["text"]), _one_row(one.get("type", "")))
        for one in comment.get("parameters", ())
        if (name := one["name"].strip().lstrip("*&$@.")) in known
    )
    raises = tuple(
        Parameter(kind[0] if kind else "", cleaned(one["text"]))
        for one in comment.get("raises", ())
        if one["text"].strip() and ((kind := _WORD.match(one["type"].strip())) or one["type"].strip() == "")
    )
    summary, _, more = cleaned(comment["summary"]).partition("\n\n")
    details = "\n\n".join(part for part in (more, cleaned(comment.get("details", ""))) if part)
    gives = symbol.kind not in _GIVES_NOTHING
    returns = cleaned(comment.get("returns", "")) if gives else ""
    returned = _one_row(comment.get("returns_type", "")) if gives else ""
    return Said(summary, details, parameters, returns, returned, raises)


def _one_row(text: str) -> str:
    return " ".join(cleaned(text).split())


def _edit(style: Style, wanted: _Wanted, said: Said) -> Replacement:
    place = wanted.place
    rows = comment_rows(style, said, place.indent, wanted.symbol.name)
    text = "".join(row + place.line_end for row in (*rows, *([""] if place.gap else [])))
    return Replacement(place.start, place.end, text)
