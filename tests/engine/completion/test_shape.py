"""Shape while a reply is still coming: what is whole of it already, and that it only grows."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls.engine.completion.extent import extent_at
from flashls.engine.completion.shape import Shape, shape_for
from flashls.syntax.languages import language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Cursor, Ghost, Snapshot

SO_FAR: dict[str, tuple[str, str, str, str | None]] = {
    "no row is whole": ("python", "def f(x):\n    ▮\n", "total = x", None),
    "the first row": ("python", "def f(x):\n    ▮\n", "total = x\n    ret", "total = x"),
    "two rows": ("python", "def f(x):\n    ▮\n", "a = x\n    b = a\n    ret", "a = x\n    b = a"),
    "a header without its body": ("python", "def f(x):\n    ▮\n", "a = x\n    for y in a:\n        pri", "a = x"),
    "a body that may go on": (
        "python",
        "def f(x):\n    ▮\n",
        "for y in x:\n        print(y)\n        lo",
        "for y in x:\n        print(y)",
    ),
    "an open bracket": ("python", "def f(x):\n    ▮\n", "a = x\n    log(\n        a,\n", "a = x"),
    "an open brace": ("go", "func f() {\n\t▮\n}\n", "a := 1\n\tif a > 0 {\n\t\tlog(a)\n", "a := 1"),
    "a block that is closed": (
        "go",
        "func f() {\n\t▮\n}\n",
        "if a > 0 {\n\t\tlog(a)\n\t}\n\tretu",
        "if a > 0 {\n\t\tlog(a)\n\t}",
    ),
    "the row below, perhaps": ("python", "def f(x):\n    ▮\n    return a\n", "a = x\n    return a\n", "a = x"),
    "rows above, perhaps": ("python", "def f(x):\n    a = x\n    b = a\n    ▮\n", "a = x\n    b", None),
    "a comment at the end": ("python", "def f(x):\n    ▮\n", "a = x\n    # Then log it\n    l", "a = x"),
    "a row that comes again": ("python", "def f(x):\n    ▮\n", "log(x)\n    log(x)\n    lo", "log(x)"),
    "one row is wanted": ("python", "total = ▮\n", "1 +", None),
    "text behind the cursor": ("python", "total = max(▮, 3)\n", "[\n    1,\n    2", None),
    "a fence not closed yet": ("javascript", "function f(x) {\n  ▮\n}\n", "```js\nlog(x);\n  ret", "log(x);"),
    "chatter": ("python", "def f(x):\n    ▮\n", "Sure, here is the code\nfor you", None),
    "only a comment yet": ("rust", "fn f() {\n    ▮\n}\n", "// First log it\n    lo", None),
    "a statement that opens a block": (
        "javascript",
        "items.forEach(▮\n",
        "(item) => {\n  log(item);\n  cou",
        None,
    ),
}


def shape_at(text: str, language: str) -> Shape:
    before, after = text.split("▮")
    tree = parsed(language_of(language), before + after)
    cursor = Cursor(Snapshot("file:///w/a", language, 1, lines_of(before + after), tree, 1), len(before))
    return shape_for(cursor, language_of(language), extent_at(cursor), lambda said: said)


@pytest.mark.parametrize(("language", "text", "said", "ghost"), SO_FAR.values(), ids=SO_FAR)
def test_what_is_whole_so_far(language: str, text: str, said: str, ghost: str | None) -> None:
    so_far = shape_at(text, language).so_far(said)
    assert (so_far.text if so_far else None) == ghost


def test_what_breaks_a_document_that_has_no_error_is_not_shown_meanwhile() -> None:
    text = (Path(__file__).parent / "samples" / "crawler.rb").read_text("utf-8")
    said = "\nif $PROGRAM_NAME == __FILE__\n  begin\n    Crawler::Spider.new(ARGV.fetch(0), limit: 10).report\n  rescue"
    shape = shape_at(f"{text[:79]}▮{text[79:]}", "ruby")
    assert [shape.so_far(said[:end]) for end in range(0, len(said) + 1, 4)] == [None] * (len(said) // 4 + 1)


@pytest.mark.parametrize(("language", "text", "said", "_ghost"), SO_FAR.values(), ids=SO_FAR)
def test_it_only_grows(language: str, text: str, said: str, _ghost: str | None) -> None:
    shape, shown = shape_at(text, language), ""
    for end in range(len(said) + 1):
        so_far = shape.so_far(said[:end])
        assert (so_far.text if so_far else "").startswith(shown)
        shown = so_far.text if so_far else ""
    outcome = shape.outcome(said, "stop")
    assert (outcome.text if isinstance(outcome, Ghost) else "").startswith(shown)


@pytest.mark.parametrize(
    ("language", "text", "said", "enough"),
    [
        ("python", "def f(x):\n    ▮\n", "return x\n\n\ndef g", True),
        ("python", "def f(x):\n    ▮\n", "a = x\n    b = ", False),
        ("python", "def f(x):\n    ▮\n", "log(x)\n    log(x)\n    log(x)\n    l", True),
        ("python", "total = ▮\n", "1 + 2\nprint", True),
        ("python", "total = ▮\n", "[\n    1,", False),
        ("javascript", "function f(x) {▮}\n", "\n  return x;\n}\n\nfun", True),
        ("go", "func f() {\n\t▮\n}\n", "log(1)\n}\n\nfunc g", True),
    ],
)
def test_a_stream_is_closed_as_soon_as_all_is_there(language: str, text: str, said: str, enough: bool) -> None:
    assert shape_at(text, language).enough(said) == enough
