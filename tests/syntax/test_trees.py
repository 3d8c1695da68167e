import asyncio
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Node, Tree

from flashls.syntax.languages import Language, language_of
from flashls.syntax.trees import Parsing, edited, parse_in_steps, parsed, release
from flashls.text.edits import Change, apply
from flashls.text.lines import lines_of

PYTHON = language_of("python")
assert PYTHON is not None
TEXT = "".join(f"class C{n}:\n    def f(self, a):\n        return 'é' + str(a)\n\n" for n in range(400))
PIECES = [
    "",
    "x",
    "é",
    "漢",
    "😀",
    "\n",
    "\r\n",
    "    ",
    "(",
    ")",
    "{",
    "}",
    '"',
    '"""',
    "`",
    "#",
    "/*",
    "def f():\n",
    ":",
]


def shape(tree: Tree | None) -> list[tuple[str, int, int, bool]]:
    """All nodes of a tree with their bytes."""
    found, pending = [], [tree.root_node] if tree else list[Node]()
    while pending:
        node = pending.pop()
        found.append((node.type, node.start_byte, node.end_byte, node.is_missing))
        pending += node.children
    return found


def finished(parsing: Parsing, milliseconds: float = 3.0) -> Tree:
    while (tree := parsing.step(milliseconds)) is None:
        pass
    return tree


@given(
    st.sampled_from(["python", "typescript", "go", "c"]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30), st.sampled_from(PIECES)), min_size=1, max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_an_incremental_tree_equals_a_fresh_one(language_id: str, script: list[tuple[int, int, str]]) -> None:
    language = language_of(language_id)
    assert language is not None
    lines = lines_of("def f(a):\n    return {'é': [a, 1]}\n\nfunction g() { return `a ${b}`; }\n", 32)
    tree = finished(Parsing(language, lines))
    for start, length, text in script:
        change = Change(lines.point(start), lines.point(min(start + length, lines.length)), text)
        lines, edit = apply(lines, change)
        tree = finished(Parsing(language, lines, edited(tree, edit)))
    assert shape(tree) == shape(parsed(language, lines.text))


def test_an_older_tree_stays_as_it_was() -> None:
    lines = lines_of(TEXT)
    tree = parsed(PYTHON, TEXT)
    assert tree is not None
    before = shape(tree)
    after, edit = apply(lines, Change((10, 0), (12, 0), "x = 1\n"))
    copy = edited(tree, edit)
    assert PYTHON is not None
    assert shape(finished(Parsing(PYTHON, after, copy))) == shape(parsed(PYTHON, after.text))
    assert shape(tree) == before


def test_a_halted_parse_goes_on_where_it_stopped() -> None:
    assert PYTHON is not None
    parsing = Parsing(PYTHON, lines_of(TEXT))
    steps = 1
    while (tree := parsing.step(0.1)) is None:
        steps += 1
    assert steps > 2
    assert shape(tree) == shape(parsed(PYTHON, TEXT))


def test_a_halted_incremental_parse_goes_on_too() -> None:
    assert PYTHON is not None
    tree = parsed(PYTHON, TEXT)
    assert tree is not None
    after, edit = apply(lines_of(TEXT), Change((8, 0), (8, 0), '"""'))
    assert shape(finished(Parsing(PYTHON, after, edited(tree, edit)), 0.1)) == shape(parsed(PYTHON, after.text))


@pytest.mark.parametrize("kept", [0, 3, 1000])
def test_after_a_large_deletion_all_is_parsed_anew(kept: int) -> None:
    assert PYTHON is not None
    text = TEXT * 5
    tree = parsed(PYTHON, text)
    assert tree is not None
    after, edit = apply(lines_of(text), Change((kept, 0), (7000, 0), "y = 2\n"))
    assert edit.old_end_byte - edit.start_byte > 64_000
    assert shape(finished(Parsing(PYTHON, after, edited(tree, edit)))) == shape(parsed(PYTHON, after.text))


async def test_other_tasks_run_between_steps() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counter = asyncio.create_task(count())
    tree = await parse_in_steps(PYTHON, lines_of(TEXT), milliseconds=0.1)
    counter.cancel()
    assert turns > 2
    assert shape(tree) == shape(parsed(PYTHON, TEXT))


@pytest.mark.parametrize(
    "text",
    [
        TEXT * 12,
        TEXT * 6 + "def (:\n" + TEXT * 6,
        TEXT * 12 + "\n" * 30_000,
        ("def (:\n" + TEXT[:4000]) * 80,
        ")" * 310_000,
    ],
    ids=["sound", "an error", "blank rows below", "many errors", "nothing else"],
)
async def test_a_released_tree_leaves_others_alone(text: str) -> None:
    assert PYTHON is not None
    lines = lines_of(text)
    tree = parsed(PYTHON, text)
    assert tree is not None
    other, expected = tree.copy(), shape(tree)
    task = asyncio.create_task(release(PYTHON, tree, lines, poll_seconds=0.001))
    await asyncio.sleep(0.01)
    assert not task.done()  # Someone still refers to it: this test.
    assert shape(tree) == expected
    del tree
    await task
    assert shape(other) == expected


async def test_plain_text_has_no_tree() -> None:
    gone = Language("gone", ("gone",), (), "no_such_grammar")
    assert await parse_in_steps(None, lines_of("x")) is None
    assert await parse_in_steps(gone, lines_of("x")) is None
    assert parsed(None, "x") is None
    with pytest.raises(ValueError, match="no grammar for gone"):
        Parsing(gone, lines_of("x"))


def test_what_a_parser_has_read_is_let_go() -> None:
    """A parser never lets go of the bytes that its callback gives it: all text read stayed in memory."""
    language, lines = language_of("python"), lines_of("def f(a):\n    return 'ä' + a\n" * 800)
    assert language is not None
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(10):
            parsing = Parsing(language, lines)
            while (tree := parsing.step(1)) is None:
                pass
            del parsing, tree
        kept = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert kept < 2 * lines.size  # of ten times that, and what the interpreter keeps for each object


def test_nodes_tell_their_text() -> None:
    language, lines = language_of("python"), lines_of("def f(a):\n    return 'ä' + a\n" * 300)
    assert language is not None
    parsing = Parsing(language, lines)
    while (tree := parsing.step()) is None:
        pass
    assert tree.root_node.children[250].text == "def f(a):\n    return 'ä' + a".encode()
