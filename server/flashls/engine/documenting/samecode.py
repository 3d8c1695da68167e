"""Same code: whether two versions of a document differ in their comments only. For Python: and in docstrings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import zip_longest

from tree_sitter import Node, Tree

from flashls.engine.documenting.docplace import docstring
from flashls.syntax.languages import Language
from flashls.syntax.trees import parse_in_steps, release
from flashls.text.lines import lines_of

_FREED_AT_ONCE = 300_000  # bytes; a larger text's tree is let go of in slices
_BODIES = {"module", "block"}


async def same_code(language: Language, before: str, after: str) -> bool:
    """Whether two texts hold the same tokens, one after the other, once comments are left out.

    Also what stands between tokens counts, except white space: parts of strings are tokens in some grammars only. False
    for a language whose grammar is not installed. Both are parsed in steps and compared in a thread, so that nothing
    holds the interpreter for long.
    """
    trees = list[Tree]()
    for text in (before, after):
        tree = await parse_in_steps(language, lines_of(text))
        if tree is None:
            return False
        trees.append(tree)
    try:
        return await asyncio.to_thread(_same, trees[0], trees[1], before, after)
    finally:
        for text in (before, after):
            if len(text) > _FREED_AT_ONCE:
                _release_later(language, trees.pop(0), text)


def tokens(tree: Tree, text: bytes) -> Iterator[bytes]:
    """The text of a tree's tokens in order, and of what stands between them, without comments and white space."""
    at = 0

    def written(node: Node) -> str:
        return text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    for node in _leaves(tree.root_node, written):
        if between := text[at : node.start_byte].strip():
            yield between
        at = max(at, node.end_byte)
        if "comment" not in node.type and node.type != "haddock" and not _is_docstring(node, written):
            found = text[node.start_byte : node.end_byte].strip()
            if found or node.is_missing:
                yield found or node.type.encode()
    if rest := text[at:].strip():
        yield rest


def _same(before: Tree, after: Tree, old: str, new: str) -> bool:
    pairs = zip_longest(*(tokens(t, s.encode("utf-8", "surrogatepass")) for t, s in ((before, old), (after, new))))
    return all(first == second for first, second in pairs)


def _leaves(root: Node, written: Callable[[Node], str]) -> Iterator[Node]:
    """Tokens, comments and docstrings; nothing within these."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.child_count == 0 or "comment" in node.type or _is_docstring(node, written):
            yield node
        else:
            pending += reversed(node.children)


def _is_docstring(node: Node, written: Callable[[Node], str]) -> bool:
    string = node.named_child(0) if node.type == "expression_statement" and node.named_child_count == 1 else node
    if string is None or string.type != "string" or node.parent is None or node.parent.type not in _BODIES:
        return False
    return docstring(node.parent, written) == node


def _release_later(language: Language, tree: Tree, text: str) -> None:
    task = asyncio.get_running_loop().create_task(release(language, tree, lines_of(text)))
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
