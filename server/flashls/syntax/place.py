"""Place: what stands at the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from tree_sitter import Node, Tree

from flashls.syntax.brackets import TEXT, brackets
from flashls.syntax.excerpt import is_read_otherwise, plain, plain_head
from flashls.syntax.languages import Language
from flashls.syntax.layout import closing_word, code, comment_start, indent, open_quote, opens, unfinished
from flashls.types import Lines

Place = Literal["comment", "string", "empty body", "statement start", "line end", "inside"]

_NEAR = 2000
_LONGEST_OPENER = 5
_JOINED = "concatenated"
_CLOSERS = ")]}>;,:\"'` \t\r"
_CODE_IN_TEXT = re.compile(r"interpolat|substitution|^code")


def place(tree: Tree | None, lines: Lines, language: Language | None, offset: int) -> Place:
    """What stands at an offset. About 20 us; up to 1 ms where the code around is broken or there is no tree.

    - "comment" and "string": in one (a docstring is a string).
    - "empty body": an opener stands right before, in this row or the one above, and nothing stands in its block.
    - "statement start": only white space stands before it in its row, and it is not within ``(`` or ``[``.
    - "line end": code stands before it in its row, and at most closers behind it.
    - "inside": code stands on both sides, or it is in a row of its own within ``(`` or ``[``.

    The tree may be older than the text if the edits since were applied to it. Where it is, where it has errors, and
    where there is none, the text of the rows around decides.
    """
    as_written = lines.before(offset, _NEAR)
    before, after = plain_head(as_written, _NEAR), plain(lines.after(offset, _NEAR))
    byte = lines.byte_of(offset)
    around = () if is_read_otherwise(as_written) else tuple(_around(tree, byte))
    sound = bool(around) and _is_sound(around, byte, before)
    text = _text_node(around, byte, before, language) or (None if sound else _text_by_rows(before, language))
    if text is not None:
        return text
    *above, row = before.split("\n")
    rest, *below = after.split("\n")
    opener = row if row.strip() else next((r for r in reversed(above) if code(r, language)), "")
    if opens(opener, language) and _is_empty(opener, rest, below, language):
        return "empty body"
    if row.strip():
        return "inside" if rest.strip(_CLOSERS) else "line end"
    listed = _in_list(around[0], byte, language) if sound else _in_open_list(before, language)
    return "inside" if listed else "statement start"


def _around(tree: Tree | None, byte: int) -> Iterator[Node]:
    """The nodes around the place, smallest first; the node that ends there counts."""
    known = tree is not None and tree.root_node.end_byte > 0
    node = tree.root_node.descendant_for_byte_range(max(0, byte - 1), byte) if tree and known else None
    while node is not None:
        yield node
        node = node.parent


def _is_sound(around: Sequence[Node], byte: int, before: str) -> bool:
    """Whether the tree can be trusted about the row: no error and no later edit in what makes it up."""
    start = byte - len(before[before.rfind("\n") + 1 :].encode("utf-8", "surrogatepass"))
    for node in around:
        if node.has_error or node.has_changes:
            return False
        if node.start_byte <= start and node.parent is not None:
            return True
    return True


def _text_node(
    around: Sequence[Node], byte: int, before: str, language: Language | None
) -> Literal["comment", "string"] | None:
    for node in around:
        if _CODE_IN_TEXT.search(node.type):
            return None
        if not node.is_named or not TEXT.search(node.type) or node.start_byte >= byte or _JOINED in node.type:
            continue
        if "comment" in node.type:
            return "comment" if _is_within(node, byte, before, language) else None
        if node.end_byte > byte:
            return "string"
    return None


def _is_within(comment: Node, byte: int, before: str, language: Language | None) -> bool:
    """Whether a place in a comment is neither within what opens it nor behind what closes it."""
    block = (language.block_comment if language else None) or ("", "")
    openers = (block[0], (language.line_comment if language else None) or "")
    begun = before[len(before) - (byte - comment.start_byte) :] if byte - comment.start_byte < _LONGEST_OPENER else ""
    if begun and any(opener.startswith(begun) and opener != begun for opener in openers) and begun not in openers:
        return False
    return not (block[1] and comment.end_byte == byte and before.endswith(block[1]))


def _text_by_rows(before: str, language: Language | None) -> Literal["comment", "string"] | None:
    at = unfinished(before, language)
    if at < len(before):
        block = language.block_comment if language else None
        return "comment" if block and before.startswith(block[0], at) else "string"
    row = before[before.rfind("\n") + 1 :]
    if comment_start(row, language) is not None:
        return "comment"
    return "string" if language and open_quote(row) is not None else None


def _is_empty(opener: str, rest: str, below: Sequence[str], language: Language | None) -> bool:
    """Whether nothing stands in the block that a row opens: its closer comes next, or a row that is no deeper."""
    if rest.strip():
        return rest.lstrip()[0] in ")]}"
    row = next((r for r in below if r.strip()), None)
    if row is None:
        return True
    return indent(row) <= indent(opener) or row.lstrip()[0] in ")]}" or bool(closing_word(row, language))


def _in_list(node: Node, byte: int, language: Language | None) -> bool:
    """Whether the smallest node around the place is a list in brackets, of arguments for instance."""
    first = node.child(0) if node.child_count else None
    lists = "([{" if language and language.indented else "(["
    return first is not None and first.type in lists and node.start_byte < byte < node.end_byte


def _in_open_list(before: str, language: Language | None) -> bool:
    open_ = brackets(language, before, len(before)).open
    return bool(open_) and open_[-1].char in ("([{" if language and language.indented else "([")
