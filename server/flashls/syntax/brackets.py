"""Brackets: which are open at a place in a text, and where they close, as the parser tells them from strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node, Tree

from flashls.syntax.excerpt import frame
from flashls.syntax.languages import Language
from flashls.syntax.trees import parsed

PAIRS = {"(": ")", "[": "]", "{": "}"}
_BRACKETS = set("()[]{}")
# Node types of text that is no code. YAML's plain scalars are called strings too.
TEXT = re.compile(r"comment|string(?!_scalar)|heredoc|text_block|rune_lit|char(acter)?_lit|quoted|^regex$")


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket of a text: its offset, and one of ``([{`` or ``)]}``."""

    offset: int
    char: str

    @property
    def opens(self) -> bool:
        """Whether it is an opening one."""
        return self.char in PAIRS


@dataclass(frozen=True, slots=True)
class Brackets:
    """The brackets ``open`` at a place, outermost first, and ``after`` it all that may close them, in order.

    ``inside`` holds the rows that begin within a string or a comment.
    """

    open: tuple[Bracket, ...]
    after: tuple[Bracket, ...]
    inside: frozenset[int]


def brackets(language: Language | None, text: str, at: int) -> Brackets:
    """The brackets around offset ``at`` of a short text; those in strings and comments do not count.

    None at all for plain text. Parses the text: about 1 ms for 7 KB.
    """
    lead = frame(language, text)
    tree = parsed(language, lead + text)
    if tree is None:
        return Brackets((), (), frozenset())
    data = (lead + text).encode("utf-8", "surrogatepass")
    plain = len(data) == len(text) + len(lead)
    cut = at + len(lead) if plain else len((lead + text[:at]).encode("utf-8", "surrogatepass"))
    open_, after, inside = list[Bracket](), list[Bracket](), set[int]()
    for node in _telling(tree, cut):
        if node.is_named:
            first = node.start_point.row - lead.count("\n")
            inside |= set(range(first + 1, node.end_point.row - lead.count("\n") + 1))
            continue
        byte = node.start_byte
        offset = byte if plain else len(data[:byte].decode("utf-8", "surrogatepass"))
        bracket = Bracket(offset - len(lead), node.type[-1])
        if byte >= cut:
            after.append(bracket)
        elif bracket.opens:
            open_.append(bracket)
        elif open_:
            open_.pop()
    return Brackets(tuple(b for b in open_ if b.offset >= 0), tuple(after), frozenset(inside))


def _telling(tree: Tree, cut: int) -> Iterator[Node]:
    """The brackets, and the strings and comments of several rows; nodes that hold nothing but pairs are left out."""
    cursor = tree.walk()
    while node := cursor.node:
        if not node.is_named:
            if node.type[-1:] in _BRACKETS and not _is_pair(node.type) and not node.is_missing:
                yield node
        elif TEXT.search(node.type) and node.end_point.row > node.start_point.row:
            yield node
        if not (_is_whole(node, cut) or not cursor.goto_first_child()):
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _is_whole(node: Node, cut: int) -> bool:
    """Whether the brackets in a node pair up, and it does not matter where: it ends before the cut, or in its row."""
    if node.has_error or node.start_byte < cut < node.end_byte:
        return False
    return node.end_byte <= cut or node.start_point.row == node.end_point.row


def _is_pair(token: str) -> bool:
    return len(token) > 1 and token[0] in PAIRS and token[-1] not in PAIRS
