"""Scopes: the classes and functions that a place is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tree_sitter import Node, Tree

from flashls.syntax.brackets import PAIRS, brackets
from flashls.syntax.definitions import Found, Symbol, found_by_name, found_by_query, symbols
from flashls.syntax.excerpt import frame, head
from flashls.syntax.languages import Language, query
from flashls.syntax.layout import code, indent, opens
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Lines

Scope = Symbol

_NEAR = 3000
_NO_SCOPES = {"variable", "constant", "macro"}


def enclosing(tree: Tree | None, lines: Lines, language: Language | None, offset: int) -> tuple[Scope, ...]:
    """The definitions that an offset is in, outermost first; empty for plain text.

    Where blocks are by indentation the cursor's own indentation tells what it is in. Where the code around is broken
    so that the tree lost what is open, the text before the cursor is parsed anew with its brackets closed; the
    ``end`` of a scope that is open at the offset is the offset. 50 us in a 10,000-line file, 1 to 2 ms in broken code.
    """
    if tree is None or language is None:
        return ()
    before = lines.before(offset, _NEAR)
    probe = lines.byte_of(offset - (len(before) - len(before.rstrip())))
    byte = lines.byte_of(offset)
    around = tuple(_around(tree.root_node, probe))
    column = indent(before[before.rfind("\n") + 1 :])
    found = [f for f in _found(language, around, probe) if f.kind not in _NO_SCOPES and f.node.start_byte < byte]
    held = (s for s in symbols(found, lines) if _holds(s, lines, language, offset, column))
    scopes = [replace(s, end=max(s.end, offset)) for s in held]
    if any(node.is_error for node in around) or (around and around[-1].has_error and around[-1].end_byte <= byte):
        return _mended(scopes, language, before, offset)
    return tuple(scopes)


def _around(root: Node, byte: int) -> Iterator[Node]:
    """The nodes around the character before a byte, smallest first, without the root unless that is all error."""
    node = root.descendant_for_byte_range(max(0, byte - 1), byte)
    while node is not None and (node.parent is not None or node.is_error):
        yield node
        node = node.parent


def _found(language: Language, around: Sequence[Node], byte: int) -> list[Found]:
    if query(language, "definition") is None:
        return [found for node in reversed(around) if (found := found_by_name(node))]
    return found_by_query(language, around[-1], max(0, byte - 1), byte) if around else []


def _holds(scope: Scope, lines: Lines, language: Language, offset: int, column: int) -> bool:
    """Whether a definition that touches the text before the offset goes on at it."""
    if scope.end > offset:
        return True
    row, _ = lines.point(scope.start)
    if language.indented:
        return column > indent(lines[row])
    closed = lines.before(scope.end, 3).rstrip().endswith(("}", ";", "end"))
    return scope.body_start < scope.end and not closed


def _mended(outer: Sequence[Scope], language: Language, before: str, offset: int) -> tuple[Scope, ...]:
    """Scopes by the text before the cursor, as far as it goes back, within those that begin even before."""
    text = head(before, _NEAR - 1)
    begin = offset - len(text)
    kept = [scope for scope in outer if scope.start < begin]
    closed, cut = _closed(language, text)
    lead = frame(language, text)
    tree = parsed(language, lead + closed)
    if tree is None:
        return tuple(outer)
    mended = lines_of(lead + closed)
    byte = mended.byte_of(len(lead) + cut)
    found = [f for f in found_by_query(language, tree.root_node, byte - 1, byte) if f.kind not in _NO_SCOPES]
    inner = [s for s in symbols(found, mended) if s.start >= len(lead) and s.end > len(lead) + cut - 1]
    shift = begin - len(lead)
    return (*kept, *(_moved(s, shift, kept[-1].path if kept else "", offset) for s in inner))


def _closed(language: Language, text: str) -> tuple[str, int]:
    """The text without what is half typed in its last row, with all that is open closed; and how much of it is left."""
    row = text.rfind("\n") + 1
    open_ = brackets(language, text, len(text)).open
    cut = max([row, *(b.offset + 1 for b in open_)]) if text[row:].strip() else len(text)
    closers = "".join(PAIRS[b.char] for b in reversed(open_) if b.offset < cut)
    if language.indented and not closers:
        blank = text[row:][: len(text) - row - len(text[row:].lstrip(" \t"))]
        return f"{text[:row]}{blank}pass\n", row + len(blank) + 1
    words = "".join("\nend" for _ in _open_words(language, text[:cut], indent(text[row:])))
    return f"{text[:cut]}\n{closers}{words}", cut


def _open_words(language: Language, text: str, column: int) -> Iterator[str]:
    """The rows that open blocks which a word is still to close, by their indentation, innermost first."""
    if "end" not in language.closes:
        return
    for row in reversed(text.split("\n")):
        if code(row, language) and indent(row) < column:
            column = indent(row)
            if opens(row, language):
                yield row


def _moved(scope: Scope, shift: int, container: str, offset: int) -> Scope:
    inside = ".".join(part for part in (container, scope.container.removeprefix("_").removeprefix(".")) if part)
    body = min(scope.body_start + shift, offset)
    return replace(scope, start=scope.start + shift, body_start=body, end=offset, container=inside)
