"""What goes wrong with --json: one object on standard output that says so, whatever the command."""

from __future__ import annotations

import pytest

from tests.cli.command_line import CommandLine


@pytest.mark.parametrize(
    ("arguments", "empty"),
    [
        (("explain", "--all"), {"files": []}),
        (("doc", "--all"), {"files": []}),
        (("doc", "a.py"), {"symbols": []}),
        (("review", "a.py"), {"files": []}),
        (("review", "--diff", "HEAD~1"), {"files": []}),
        (("ask", "where?"), {"answers": []}),
        (("commit",), {"subject": "", "body": ""}),
        (("test", "a.py"), {"names": []}),
        (("generate", "a.py:1", "x"), {"code": ""}),
    ],
)
def test_trouble_is_an_object_too(flashls: CommandLine, arguments: tuple[str, ...], empty: dict[str, object]) -> None:
    (flashls.folder / ".git").mkdir()
    flashls.file("def f():\n    pass\n")
    flashls.config.write_text("")  # no model
    said = flashls(*arguments, "--json")
    assert said.status == 2
    told = said.json.pop("error") if isinstance(said.json, dict) else ""
    assert said.err == f"flashls: {told}\n"
    assert {name: value for name, value in said.json.items() if name != "error"} == empty


def test_files_that_hold_nothing_are_left_out_of_all(flashls: CommandLine) -> None:
    (flashls.folder / ".git").mkdir()
    for name, text in {"a.py": "x = 1\n", "__init__.py": "", "blank.py": "\n\n  \n"}.items():
        flashls.file(text, name)
    said = flashls("explain", "--all")
    assert (said.status, said.out, said.err) == (0, "# a.py\n\nIt *multiplies*.\n\n", "")


@pytest.mark.parametrize("command", ["explain", "doc", "review"])
@pytest.mark.parametrize("folders", [(), ("d",), ("d", "e")])
def test_a_folder_without_code_is_nothing_found(flashls: CommandLine, command: str, folders: tuple[str, ...]) -> None:
    for folder in ("d", "e"):
        (flashls.folder / folder).mkdir()
        flashls.file("# Notes\n", f"{folder}/notes.md")
    said = flashls(command, "--all", *folders, "--model", "scripted/demo")
    assert (said.status, said.out) == (1, "")
    where = ", ".join(str(flashls.folder / folder) for folder in folders or (".",))
    assert said.err.startswith(f"flashls: no files of code in {where}: ")
    found = flashls(command, "--all", *folders, "--model", "scripted/demo", "--json")
    assert (found.status, found.json["files"]) == (1, [])
    assert found.err == f"flashls: {found.json['error']}\n"
