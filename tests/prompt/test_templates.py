"""Templates: the files we ship are sound, a user's own takes their place, and a broken one is named and passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls.prompt.templates import BrokenTemplate, names, parsed_template, shipped, templates_in
from flashls.types import Text

OURS = """\
version: 3

# Instructions

Be {mood}.

# Example: braces mean nothing here

````
# Question
f"{x}"
```
````

````
{"edits": []}
````

# Question

{file}

Go on.

# Question: brief

{file}
"""


def test_a_template_is_instructions_examples_and_questions() -> None:
    template = parsed_template("t", OURS)
    assert (template.version, template.instructions) == (3, "Be {mood}.")
    assert template.examples == (('# Question\nf"{x}"\n```', '{"edits": []}'),)
    assert template.questions == {"": "{file}\n\nGo on.", "brief": "{file}"}


def test_values_are_put_in_as_they_are() -> None:
    template = parsed_template("t", OURS)
    assert template.parts(mood="brief", file="{mood}\\1") == (
        Text("system", "Be brief.", stable=True),
        Text("user", '# Question\nf"{x}"\n```', stable=True),
        Text("model", '{"edits": []}', stable=True),
        Text("user", "{mood}\\1\n\nGo on."),
    )
    assert template.parts("brief", mood="brief", file="x")[-1] == Text("user", "x")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: 3", "", "first line"),
        ("version: 3", "version: three", "first line"),
        ("# Instructions", "# Instruction", "no section '# Instruction'"),
        ("# Instructions\n\nBe {mood}.\n", "", "one section `# Instructions`"),
        ("# Question: brief", "# Question", "two sections `# Question`"),
        ("\n# Instructions", "\nHello\n# Instructions", "before the first section"),
        ('{"edits": []}\n````', '{"edits": []}', "never closed"),
        ('````\n{"edits": []}\n````', "", "two fenced blocks"),
    ],
)
def test_a_file_of_another_form_says_what_is_wrong(old: str, new: str, told: str) -> None:
    with pytest.raises(BrokenTemplate, match=told.replace("#", r"\#")):
        parsed_template("t", OURS.replace(old, new))


@pytest.mark.parametrize("name", names())
def test_what_we_ship_is_sound(name: str) -> None:
    template = shipped(name)
    assert template.version >= 1
    assert template.instructions
    assert all(asked.strip() and answer.strip() for asked, answer in template.examples)


EXPLAIN = "version: 1\n\n# Instructions\n\nRhyme.\n\n# Question\n\n{file}{cut}\n\n# Question: brief\n\n{file}{cut}\n"


def test_a_users_own_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "explain.md").write_text(EXPLAIN.replace("\n", "\r\n"), "utf-8", newline="")
    templates = templates_in(tmp_path)
    assert templates.notices == ()
    assert templates["explain"].instructions == "Rhyme."
    assert templates["complete"] == shipped("complete")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("explain.md", EXPLAIN.replace("version: 1", "version: 7"), "made from version 7 of this prompt"),
        ("explain.md", EXPLAIN.replace("{cut}", "", 1), "`# Question` needs exactly the placeholders {cut}, {file}"),
        ("explain.md", EXPLAIN.partition("# Question: brief")[0], "`# Question: brief` needs exactly"),
        ("explain.md", EXPLAIN.replace("Rhyme.", "Rhyme {file}."), "`# Instructions` may have the placeholders none"),
        ("explain.md", "", "first line"),
        ("explain.md", "x" * 70_000, "longer than 64 KB"),
        ("explian.md", EXPLAIN, "there is no prompt of that name; there are "),
    ],
)
def test_a_broken_one_is_named_and_ours_is_used(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    templates = templates_in(tmp_path)
    assert templates["explain"] == shipped("explain")
    (notice,) = templates.notices
    assert told in notice
    assert notice.startswith(str(tmp_path / name))


def test_no_folder_is_no_matter(tmp_path: Path) -> None:
    assert templates_in(tmp_path / "none").notices == templates_in(None).notices == ()


def test_a_name_that_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="there are "):
        templates_in(None)["poem"]
