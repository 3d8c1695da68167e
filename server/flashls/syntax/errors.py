"""Errors: how broken a piece of code is."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Parser, Tree

from flashls.syntax.excerpt import frame
from flashls.syntax.languages import Language, grammar
from flashls.syntax.trees import Parsing, edited, parsed
from flashls.text.edits import Change, apply
from flashls.text.lines import BlockLines
from flashls.types import Lines

_MOST_BYTES = 32_000  # mostly 0.2 ms; 5 ms where all of it is read otherwise, behind what opens a comment


def error_count(language: Language | None, text: str) -> int:
    """The ERROR and MISSING nodes in the tree of an excerpt; 0 for plain text. About 1 ms for 7 KB."""
    lead = frame(language, text)
    tree = parsed(language, lead + _tail(lead, text))
    return errors_in(tree) if tree else 0


def soundness(language: Language, before: str, after: str) -> Callable[[str], bool]:
    """Tells of code whether it makes an excerpt without errors, where most of that is parsed before the code is there.

    Takes a quarter of ``error_count``'s time. It may be wrong only where it denies: then that has to be asked. The
    language has a grammar.
    """
    lead, known = frame(language, before + after), grammar(language)
    assert known is not None
    head, rest = (text.encode("utf-8", "surrogatepass") for text in (lead + before, _tail(lead, after)))
    tree = Parser(known).parse(head + rest)
    size, row, column = len(head), head.count(b"\n"), len(head) - head.rfind(b"\n") - 1

    def is_sound(code: str) -> bool:
        """Whether the text with ``code`` in the gap has no syntax error."""
        if frame(language, before + code + after) != lead:
            return False
        said = code.encode("utf-8", "surrogatepass")
        rows = said.count(b"\n")
        end = (row + rows, len(said) - said.rfind(b"\n") - 1 if rows else column + len(said))
        shifted = tree.copy()
        shifted.edit(size, size, size + len(said), (row, column), (row, column), end)
        return not Parser(known).parse(head + said + rest, shifted).root_node.has_error

    return is_sound


def _tail(lead: str, text: str) -> str:
    return f"{text}\n}}" if "{" in lead else text


def breaks(language: Language | None, tree: Tree | None, lines: Lines, offset: int, code: str) -> bool | None:
    """Whether code put in at an offset makes a text with errors of one without, which is parsed anew from its tree.

    None where that cannot be told: it has errors already, was edited since, or is longer than 32 KB.
    """
    if language is None or tree is None or not isinstance(lines, BlockLines):
        return None
    if lines.size > _MOST_BYTES or tree.root_node.has_error or tree.root_node.has_changes:
        return None
    at = lines.point(offset)
    text, edit = apply(lines, Change(at, at, code))
    parsing = Parsing(language, text, edited(tree, edit))
    while (then := parsing.step(float("inf"))) is None:  # it rests before the end
        pass
    return then.root_node.has_error


def errors_in(tree: Tree) -> int:
    """The ERROR and MISSING nodes in a tree."""
    count, pending = 0, [tree.root_node]
    while pending:
        node = pending.pop()
        if node.has_error:
            count += node.is_error or node.is_missing
            pending += node.children
    return count
