"""Messages of commits: what the model is shown of a change, and what is left of what it writes."""

from __future__ import annotations

import json

import pytest

from flashls.context.history import Changed, Hunk
from flashls.engine.reviewing.commit import message
from flashls.models.scripted import Scripted
from flashls.models.seam import Garbled, Refused
from flashls.types import Budget, Text
from tests.engine.reviewing.check_review import engine_for

CHANGED = Changed("a.py", "changed", "x = 1\n", "x = 2\n", (Hunk(0, 1, 0, 1),))
SECRET = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"


async def check_commit(subject: str, body: str = "", text: str = "", changes: tuple[Changed, ...] = (CHANGED,)) -> str:
    """Asks for a message; the model answers with a subject and a body; what it was shown."""
    model = Scripted([json.dumps({"subject": subject, "body": body})])
    found = await message(engine_for("commit", model), changes, ("Begin", "Go on"))
    assert found.text == text
    (prompt,) = model.prompts
    return "".join(part.text for part in prompt.parts if isinstance(part, Text) and not part.stable)


LONG = "This is a sentence that goes on and on so that it does not fit a row of seventy-two characters at all."

MESSAGES = {
    "a subject": ("Count to two", "", "Count to two\n"),
    "a body": ("Count to two", "One was too few.", "Count to two\n\nOne was too few.\n"),
    "a subject over two rows": ("Count\nto two\n", "", "Count to two\n"),
    "a long body": ("Go", LONG, "Go\n\n" + LONG[:71] + "\n" + LONG[72:] + "\n"),
    "two paragraphs": ("Go", "One.\n\n\nTwo.\n", "Go\n\nOne.\n\nTwo.\n"),
    "a list": ("Go", "- one\n- two", "Go\n\n- one\n- two\n"),
    "what git would take for a comment": ("# Go", "# not shown\nWhy.", "Go\n\nWhy.\n"),
    "trailers": ("Go", "Why.\n\nSigned-off-by: Somebody <s@example.org>\nCo-Authored-By: A <a@b.c>", "Go\n\nWhy.\n"),
    "orders to a builder": ("Go [skip ci]", "[ci skip]", "Go\n"),
    "controls": ("Go\x1b[2J\x07", "\u202eWhy\r.", "Go[2J\n\nWhy.\n"),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_a_message_is_as_git_wants_it(name: str) -> None:
    await check_commit(*MESSAGES[name])


async def test_the_change_and_the_last_subjects_are_shown() -> None:
    new = Changed("b.py", "added", None, "y = 1\n", (Hunk(0, 0, 0, 1),))
    asked = await check_commit("Go", "", "Go\n", (CHANGED, new, Changed("c.png", "changed", None, None, ())))
    assert "<page>\nBegin\nGo on\n</page>" in asked
    assert '<diff path="a.py">\n@@ -1,1 +1,1 @@\n-x = 1\n+x = 2\n</diff>' in asked
    assert '<diff path="b.py">\na new file\n@@ -1,0 +1,1 @@\n+y = 1\n</diff>' in asked
    assert '<diff path="c.png">\n(no text)\n</diff>' in asked


async def test_a_secret_is_not_sent() -> None:
    changed = Changed("a.py", "changed", "x = 1\n", f'x = "{SECRET}"\n', (Hunk(0, 1, 0, 1),))
    assert SECRET not in await check_commit("Go", "", "Go\n", (changed,))


async def test_of_many_files_some_are_only_named() -> None:
    small = Budget(prefix=100, suffix=0, extra=100, suffix_rows=0, head_step=1, chars_per_token=2.5)
    changes = [Changed(f"f{n}.py", "changed", "x = 1\n" * 99, "x = 2\n" * 99, (Hunk(0, 99, 0, 99),)) for n in range(30)]
    model = Scripted([json.dumps({"subject": "Go", "body": ""})])
    await message(engine_for("commit", model, budget=small), changes)
    asked = "".join(part.text for part in model.prompts[0].parts if isinstance(part, Text) and not part.stable)
    assert "(1 more changes are not shown)" in asked
    assert '<diff path="25 more files">\nchanged: f5.py' in asked
    assert len(asked) < 4000


async def test_nothing_to_commit_is_told() -> None:
    with pytest.raises(Refused, match="Nothing is staged"):
        await message(engine_for("commit", Scripted([""])), ())


async def test_a_reply_without_a_subject_is_an_error() -> None:
    with pytest.raises(Garbled, match="no subject"):
        await check_commit("[skip ci]")
