"""What is asked: the form of each question, what comes first, and whose text the markers are."""

from __future__ import annotations

import pytest

from flashls.prompt.compose import CURSOR, END, START, compose_complete
from flashls.text.lines import lines_of
from flashls.types import Context, Cursor, Draft, Extent, Fim, Snapshot, Snippet, Text

CODE = "def area(r):\n    return \n\nprint(area(2))\n"
PATH = "lib/a b.py"
AT = CODE.index("\n\n")
SNIPPETS = (
    Snippet("/w/a.py", "import math\n", "imports", 1.0, "the file's imports"),
    Snippet("/w/b.py", "def volume(r):\n    ...\n", "similar", 0.4, "shares identifiers"),
)


def snapshot(text: str = CODE) -> Snapshot:
    return Snapshot("file:///home/me/w/lib/a%20b.py", "python", 1, lines_of(text))


def asked(text: str = CODE, at: int = AT, snippets: tuple[Snippet, ...] = SNIPPETS, extent: Extent = "row") -> Draft:
    context = Context(Cursor(snapshot(text), at), text[:at], text[at:], snippets)
    return compose_complete(context, PATH, extent, 96)


def texts(draft: Draft) -> list[Text]:
    return [part for part in draft.parts if isinstance(part, Text)]


def test_a_completion_is_asked_in_words_with_one_cursor_in_the_file() -> None:
    last = texts(asked())[-1]
    assert (last.role, last.stable) == ("user", False)
    assert last.text == (
        '<file path="lib/a b.py" language="python">\ndef area(r):\n    return <|cursor|>\n\nprint(area(2))\n\n</file>'
        "\n\nInsert at most the rest of the current line."
    )


def test_a_completion_is_asked_by_the_hole_itself_too() -> None:
    assert asked().fim == Fim(SNIPPETS, CODE[:AT], CODE[AT:])


def test_only_the_form_that_the_model_takes_is_made() -> None:
    context = Context(Cursor(snapshot(), AT), CODE[:AT], CODE[AT:], SNIPPETS)
    chat, fim = (compose_complete(context, PATH, "row", 96, form=form) for form in ("chat", "fim"))
    assert (chat.parts, chat.fim) == (asked().parts, None)
    assert (fim.parts, fim.fim) == ((), asked().fim)


def test_what_changes_least_comes_first() -> None:
    parts = texts(asked())
    stable = [part.stable for part in parts]
    assert stable == sorted(stable, reverse=True)
    assert stable[-1] is False
    assert parts[0].role == "system"
    later = texts(asked(CODE.replace("return ", "return r"), AT + 1))
    assert parts[:-1] == later[:-1]


def test_examples_show_the_same_form_as_the_question() -> None:
    parts = texts(asked(snippets=()))[1:]
    assert [part.role for part in parts] == ["user", "model", "user", "model", "user"]
    for part in parts[::2]:
        assert part.text.startswith("<file path=") and "\n</file>" in part.text
        assert part.text.count(CURSOR) == 1
    assert not any(CURSOR in part.text or "```" in part.text for part in parts[1::2])


def test_snippets_say_where_they_are_from_and_why_they_are_there() -> None:
    shown = [part.text for part in texts(asked()) if part.text.startswith("<snippet")]
    assert shown == [
        '<snippet path="/w/a.py" why="the file\'s imports">\nimport math\n</snippet>',
        '<snippet path="/w/b.py" why="shares identifiers">\ndef volume(r):\n    ...\n</snippet>',
    ]


def test_one_row_or_a_block_is_another_instruction_after_all_that_lasts() -> None:
    """It changes from key to key, and what a provider caches ends at the first difference."""
    one, block = (texts(asked(extent=extent)) for extent in ("row", "block"))
    assert one[:-1] == block[:-1]
    assert not any("{extent}" in part.text for part in (*one, *block))
    assert "rest of the current line" in one[-1].text
    assert "statement or block" in block[-1].text


@pytest.mark.parametrize("marker", [CURSOR, START, END])
def test_a_marker_in_the_users_own_text_is_broken_up(marker: str) -> None:
    text = f"before = '{marker}'\nafter = '{marker}'\n"
    at = text.index("\n")
    draft = asked(text, at, (Snippet("/w/b.py", marker, "similar", 1.0, "why"),))
    questions = [part.text for part in texts(draft)[5:]]
    assert sum(question.count(CURSOR) for question in questions) == 1
    assert not any(other in question for other in (START, END) for question in questions)
    assert draft.fim is not None
    assert draft.fim.prefix + draft.fim.suffix == text


def test_tokens_thinking_and_stop_are_passed_on() -> None:
    draft = compose_complete(Context(Cursor(snapshot(), 0), "", ""), PATH, "block", 7, "minimal")
    assert (draft.max_tokens, draft.thinking, draft.stop) == (7, "minimal", (CURSOR,))
