"""What is gathered ahead of requests: when, for which place, and what of it a request may use."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from flashls.engine.completion.ahead import Lookout, Terms, gathered
from flashls.engine.visible import forget
from flashls.syntax.languages import language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Budget, Cursor, Snapshot, Snippet, Workspace
from tests.context.indexed import indexed

BUDGET = Budget(prefix=100, suffix=50, extra=1000, suffix_rows=5, head_step=1)
TERMS = Terms((), BUDGET)
BODY = "def parse_header(header, encoding):\n    return header.decode(encoding)\n"
TEXT = "".join(f"value_{n} = parse_header(header, encoding)\n" for n in range(80))


class Desk:
    """A document, another one that is like it, and how often the workspace was looked at."""

    def __init__(self) -> None:
        self.looked = 0
        self.ahead = Lookout(self.view, lambda cursor: cursor)

    def view(self) -> Workspace:
        self.looked += 1
        return Workspace((Snapshot("untitled:b", "python", 1, lines_of(BODY)),))

    def at(self, row: int, column: int = 0, text: str = TEXT) -> Cursor:
        lines = lines_of(text)
        return Cursor(Snapshot("untitled:a", "python", 1, lines), lines.offset(row, column))

    async def settled(self) -> None:
        for _ in range(100):
            await self.ahead.settle(1)
            await asyncio.sleep(0)


async def test_what_was_gathered_serves_the_rows_around() -> None:
    desk = Desk()
    assert desk.ahead.near(desk.at(3), TERMS) is None
    desk.ahead.look(desk.at(3), TERMS)
    await desk.settled()
    found = desk.ahead.near(desk.at(20), TERMS)
    assert found is not None
    assert "header.decode" in str(found)
    assert desk.ahead.near(desk.at(60), TERMS) is None
    assert desk.ahead.near(desk.at(3), Terms(("*.py",), BUDGET)) is None


async def test_of_places_asked_for_in_a_row_the_last_is_gathered_for() -> None:
    desk = Desk()
    for row in range(50):
        desk.ahead.look(desk.at(row), TERMS, delay=0.01)
    await asyncio.sleep(0.05)
    await desk.settled()
    assert desk.looked == 1
    assert desk.ahead.near(desk.at(49), TERMS) is not None


async def test_one_gathering_at_a_time_and_the_latest_place_next() -> None:
    desk = Desk()
    desk.ahead.look(desk.at(3), TERMS)
    await asyncio.sleep(0)
    for row in (40, 70):
        desk.ahead.look(desk.at(row), TERMS)
    await desk.settled()
    assert desk.looked == 2
    assert desk.ahead.near(desk.at(70), TERMS) is not None


async def test_while_a_word_grows_nothing_is_gathered_anew() -> None:
    desk = Desk()
    desk.ahead.look(desk.at(3, 2), TERMS)
    await desk.settled()
    for column in (3, 4, 6):
        desk.ahead.look(desk.at(3, column), TERMS)
        await desk.settled()
    assert desk.looked == 1
    desk.ahead.look(desk.at(3, 11), TERMS)
    await desk.settled()
    assert desk.looked == 2


async def test_what_is_forgotten_is_gone_and_what_is_closed_does_nothing_more() -> None:
    desk = Desk()
    desk.ahead.look(desk.at(3), TERMS)
    await desk.settled()
    desk.ahead.forget()
    assert desk.ahead.near(desk.at(3), TERMS) is None
    desk.ahead.look(desk.at(3), TERMS, delay=0.01)
    desk.ahead.close()
    await asyncio.sleep(0.03)
    assert desk.looked == 1


async def test_a_gathering_that_fails_is_logged_and_the_next_one_works() -> None:
    desk = Desk()
    broken = Lookout(lambda: 1 // 0, lambda cursor: cursor)  # type: ignore[arg-type,return-value]
    broken.look(desk.at(3), TERMS)
    await broken.settle(1)
    assert broken.near(desk.at(3), TERMS) is None
    broken._view = desk.view
    broken.look(desk.at(3), TERMS)
    await broken.settle(1)
    assert broken.near(desk.at(3), TERMS) is not None


async def test_after_files_have_changed_it_is_gathered_anew() -> None:
    desk = Desk()
    desk.ahead.look(desk.at(3), TERMS)
    await desk.settled()
    desk.ahead.changed_on_disk()
    assert desk.ahead.near(desk.at(3), TERMS) is None
    desk.ahead.look(desk.at(3), TERMS)
    await desk.settled()
    assert desk.looked == 2
    assert desk.ahead.near(desk.at(3), TERMS) is not None


async def test_what_was_gathered_a_while_ago_is_gathered_anew() -> None:
    desk, now = Desk(), 100.0
    desk.ahead = Lookout(desk.view, lambda cursor: cursor, lambda: now)
    desk.ahead.look(desk.at(3), TERMS)
    await desk.settled()
    now = 104.0
    assert desk.ahead.near(desk.at(3), TERMS) is not None
    now = 106.0
    assert desk.ahead.near(desk.at(3), TERMS) is None


def test_what_a_model_has_read_is_shown_again_only_if_it_may_still_be_seen(tmp_path: Path) -> None:
    """A model that keeps what it has read is shown the same again, but nothing that is hidden or not so any more."""
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(f"def used_in_{name[0]}(n): ...\n")
    (tmp_path / "main.py").write_text("x = 1\n")
    snapshot = Snapshot((tmp_path / "main.py").as_uri(), "python", 1, lines_of("x = 1\n"))
    last = tuple(Snippet(f"{n}.py", f"def used_in_{n}(n): ...", "definition", 1.0, "") for n in "ab")
    terms = Terms((), Budget(prefix=100, suffix=50, extra=1000, suffix_rows=5, head_step=32))
    cursor, workspace = Cursor(snapshot, 4), Workspace((snapshot,), str(tmp_path))
    assert gathered(cursor, workspace, terms, last) == last
    (tmp_path / ".aiexclude").write_text("a.py\n")
    forget()
    assert gathered(cursor, workspace, terms, last) == last[1:]
    (tmp_path / "b.py").write_text("def used_in_b(n, m): ...\n")
    assert gathered(cursor, workspace, terms, last) == ()


@pytest.mark.parametrize("body", ["    return n + 1\n", '    """Adds."""\n' + "    n += 1\n" * 20])
def test_no_body_is_added_apart_from_a_header_that_has_been_read(tmp_path: Path, body: str) -> None:
    text = f"from a import plus\n{'k = 1; ' * 600}\ndef f(n):\n    return "  # nothing near the cursor is like a.py
    defined = f"def plus(n):\n{body}"
    (tmp_path / "a.py").write_text(defined)
    (tmp_path / "main.py").write_text(text)
    tree = parsed(language_of("python"), text)
    snapshot = Snapshot((tmp_path / "main.py").as_uri(), "python", 1, lines_of(text), tree, 1)
    workspace = Workspace((snapshot,), str(tmp_path), indexed({"a.py": defined, "main.py": text}))
    last = (Snippet("a.py", "def plus(n):", "definition", 1.0, ""),)
    terms = Terms((), Budget(prefix=100, suffix=50, extra=4000, suffix_rows=5, head_step=32))
    found = gathered(Cursor(snapshot, len(text)), workspace, terms, last)
    assert [each.text for each in found if each.path == "a.py" and each.kind == "definition"] == ["def plus(n):"]
    fresh = gathered(Cursor(snapshot, len(text)), workspace, terms)
    assert "def plus(n):\n" in "\n".join(each.text for each in fresh)
