"""What the model gets to see beyond the window: imports, enclosing scopes, similar code, within a budget."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from flashls.context.gather import extras, gather
from flashls.engine.documents import Documents
from flashls.syntax.languages import language_id_of
from flashls.types import Budget, Context, Cursor, Snapshot, Snippet, Workspace
from tests.context.indexed import indexed

FILLER = "".join(f"        self.step_{n}({n})\n" for n in range(100))
FILE = f"import os\nfrom math import pi\n\n\nclass Machine:\n    def run(self, rate):\n{FILLER}        ▮\n"


async def cursor_in(text: str, language: str = "python", uri: str = "file:///w/lib/a.py") -> Cursor:
    before, after = text.split("▮")
    documents = Documents()
    documents.open(uri, language, 1, before + after)
    return Cursor(await documents.parsed(uri), len(before))


def budget(prefix: int = 300, extra: int = 10_000) -> Budget:
    """A budget in characters."""
    return Budget(prefix, 100, extra, suffix_rows=40, head_step=1, chars_per_token=1)


async def gathered(text: str = FILE, given: Budget | None = None, language: str = "python") -> Context:
    cursor = await cursor_in(text, language)
    return gather(cursor, given or budget(), extras(cursor, Workspace((), "/w")), "/w")


async def test_what_the_window_leaves_out_is_shown_as_snippets() -> None:
    context = await gathered()
    assert "import os" not in context.prefix
    shown = [(s.kind, s.path, s.text.strip()) for s in context.snippets]
    assert shown[0] == ("imports", "lib/a.py", "import os\nfrom math import pi")
    assert [kind for kind, _, _ in shown[1:]] == ["scope"] * (len(shown) - 1)
    scopes = "\n".join(text for _, _, text in shown[1:])
    assert "class Machine" in scopes
    assert "def run(self, rate)" in scopes


async def test_what_the_window_shows_is_not_shown_twice() -> None:
    context = await gathered(given=budget(prefix=100_000))
    assert "import os" in context.prefix
    assert context.snippets == ()


async def test_plain_text_has_a_window_only() -> None:
    context = await gathered("some words\n▮more", given=budget(), language="plaintext")
    assert (context.prefix, context.suffix, context.snippets) == ("some words\n", "more", ())


HELPERS = "".join(f"def helper_{n}(alpha, beta_{n}):\n    return alpha + beta_{n}\n\n\n" for n in range(6))
USES = "def more(alpha, beta_1):\n    return helper_1(▮\n"


async def told(files: dict[str, str], uri: str, text: str) -> list[tuple[str, str]]:
    """The path and text of each snippet at the cursor in a workspace at /w."""
    cursor = await cursor_in(text, language_id_of(PurePosixPath(uri)), uri)
    workspace = Workspace(root="/w", index=indexed(files), visible=lambda path: not path.startswith("../"))
    return [(each.path, each.text) for each in extras(cursor, workspace, budget(extra=2000, prefix=60))]


async def test_what_a_counterpart_tells_is_told_once() -> None:
    header = "int foo_open(const char *path);\nint foo_close(int fd);\nstruct foo { int fd; };\n"
    source = '#include "foo.h"\n\nint foo_open(const char *path) {\n    struct foo f;\n    return ▮\n}\n'
    found = await told({"foo.h": header, "foo.c": source.replace("▮", "")}, "file:///w/foo.c", source)
    rows = [row.strip() for path, text in found if path == "foo.h" for row in text.splitlines()]
    assert len(rows) == len(set(rows)) > 0
    files = {"calc.py": HELPERS, "test_calc.py": ""}
    found = await told(files, "file:///w/test_calc.py", "from calc import helper_1\n\n" + USES)
    assert "\n".join(text for _, text in found).count("def helper_1(alpha, beta_1):") == 1


async def test_a_document_elsewhere_is_not_the_workspaces_file_of_that_name() -> None:
    files = {"util.py": HELPERS, "o.py": "from util import helper_1\n"}
    there = await told(files, "file:///elsewhere/util.py", "PRIVATE = 1\n" * 30 + USES)
    assert "def helper_1(alpha, beta_1):" in "".join(text for path, text in there if path == "util.py")
    assert not [path for path, _ in there if "elsewhere" in path]


def snippet(name: str, size: int) -> Snippet:
    return Snippet(name, name * size, "similar", 1.0, "why")


@pytest.mark.parametrize(
    ("room", "kept"), [(0, ""), (125, ""), (126, "a"), (251, "a"), (252, "ab"), (377, "ab"), (10_000, "abc")]
)
def test_snippets_are_packed_in_their_order_while_there_is_room(room: int, kept: str) -> None:
    cursor = Cursor(_empty(), 0)
    given = (snippet("a", 101), snippet("b", 101), snippet("c", 101))
    assert "".join(s.path for s in gather(cursor, budget(extra=room), given).snippets) == kept


def test_a_large_snippet_does_not_keep_a_small_one_out() -> None:
    given = (snippet("a", 500), snippet("b", 10))
    assert [s.path for s in gather(Cursor(_empty(), 0), budget(extra=100), given).snippets] == ["b"]


def _empty() -> Snapshot:
    documents = Documents()
    return documents.open("file:///w/x", "plaintext", 1, "")
