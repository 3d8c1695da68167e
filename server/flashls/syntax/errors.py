"""Errors: how broken a piece of code is."""

from __future__ import annotations

from tree_sitter import Tree

from flashls.syntax.excerpt import frame
from flashls.syntax.languages import Language
from flashls.syntax.trees import parsed


def error_count(language: Language | None, text: str) -> int:
    """The ERROR and MISSING nodes in the tree of an excerpt; 0 for plain text. About 1 ms for 7 KB."""
    lead = frame(language, text)
    tree = parsed(language, f"{lead}{text}\n}}" if "{" in lead else lead + text)
    return errors_in(tree) if tree else 0


def errors_in(tree: Tree) -> int:
    """The ERROR and MISSING nodes in a tree."""
    count, pending = 0, [tree.root_node]
    while pending:
        node = pending.pop()
        if node.has_error:
            count += node.is_error or node.is_missing
            pending += node.children
    return count
