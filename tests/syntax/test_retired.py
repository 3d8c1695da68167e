"""Trees that were replaced are freed when nothing else refers to them, and what lives on stays as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from tree_sitter import Tree

from flashls.syntax.languages import language_of
from flashls.syntax.retired import Lineage, Retired
from flashls.syntax.trees import Parsing, edited, parsed
from flashls.text.edits import Change, apply
from flashls.text.lines import BlockLines, lines_of

PYTHON = language_of("python")
assert PYTHON is not None
TEXT = "".join(f"class C{n}:\n    def f(self, a):\n        return [x for x in a if x > {n}]\n\n" for n in range(6000))


@pytest.fixture
def lines() -> BlockLines:
    return lines_of(TEXT)


def tree_of(lines: BlockLines, old: Tree | None = None) -> Tree:
    assert PYTHON is not None
    parsing = Parsing(PYTHON, lines, old)
    while (tree := parsing.step(1000)) is None:
        pass
    return tree


def lineage_of(lines: BlockLines, *trees: Tree) -> Lineage:
    assert PYTHON is not None
    return Lineage(PYTHON, lines, [*trees])


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("has_heir", [True, False])
async def test_what_is_replaced_is_freed_when_nothing_refers_to_it(lines: BlockLines, has_heir: bool) -> None:
    tree = tree_of(lines)
    after, edit = apply(lines, Change((4, 0), (4, 0), "x = 1\n"))
    copy = edited(tree, edit)
    heir = tree_of(after, copy) if has_heir else None
    lineage, held = lineage_of(lines, tree, copy), [copy]
    del tree, copy
    retired = Retired()
    retired.add(lineage, heir)
    await asyncio.sleep(0.3)
    assert len(lineage.trees) == 2  # a snapshot still has the copy
    held.clear()
    await until(lambda: not lineage.trees)
    if heir is not None:
        fresh = parsed(PYTHON, after.text)
        assert fresh is not None
        assert str(heir.root_node) == str(fresh.root_node)


class Reads:
    """A source that knows how far it was read, and whether it is still there to be read from."""

    def __init__(self, lines: BlockLines) -> None:
        self.lines, self.size, self.upto = lines, lines.size, 0

    def read(self, byte: int, _point: object = None) -> bytes:
        self.upto = max(self.upto, byte)
        return self.lines.read(byte)


async def test_a_parse_that_nobody_wants_is_ended(lines: BlockLines) -> None:
    assert PYTHON is not None
    source = Reads(lines)
    work = Parsing(PYTHON, source)
    assert work.step(0.5) is None
    assert source.upto < source.size
    Retired().end(work)
    await until(lambda: source.upto == source.size)
