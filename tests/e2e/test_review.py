"""Reviews, questions and commits' messages as editors meet them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.context.test_git import git
from tests.e2e.editor import URI, Editor, editing, scripted
from tests.engine.reviewing.check_review import finding, reply

CODE = 's = "😀"; t = s[9]\n\n\ndef last(xs):\n    return xs[-1]\n'
RELATED = [{"quote": 's = "😀"', "note": "It has one character."}]
FOUND = reply(
    finding("s[9]", severity="error", title="There is no tenth", explanation="It raises.", related=RELATED),
    finding("xs[-1]", severity="hint", kind="robustness"),
    finding("nowhere"),
)
_PUBLISH, _CREATE = lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lsp.WINDOW_WORK_DONE_PROGRESS_CREATE


async def published(editor: Editor, uri: str = URI) -> Any:
    """The next diagnostics of a document: ``(code, start, end)`` of each, and all of it."""
    await editor.until(lambda: any(method == _PUBLISH for method, _ in editor.client.inbox))
    last = editor.read(_PUBLISH)[-1]
    assert last["uri"] == uri
    places = [
        (d["code"], *(d["range"][e][k] for e in ("start", "end") for k in ("line", "character")))
        for d in last["diagnostics"]
    ]
    return places, last


def quiet(editor: Editor) -> None:
    """Reads the progress that commands show."""
    editor.read(_CREATE)
    editor.read(lsp.PROGRESS)


@pytest.mark.parametrize(("encoding", "width"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
async def test_findings_are_diagnostics_that_follow_the_text_or_go(tmp_path: Path, encoding: str, width: int) -> None:
    config = scripted(tmp_path, [{"task": "review", "text": FOUND}])
    async with editing(tmp_path, config, encodings=[encoding]) as editor:
        editor.open(CODE)
        assert dict(await editor.command("flashls.review", {"uri": URI})) == {"findings": 2, "dropped": 1}
        at = 12 + width
        places, params = await published(editor)
        assert places == [("bug", 0, at, 0, at + 4), ("robustness", 4, 11, 4, 17)]
        first = params["diagnostics"][0]
        assert (first["severity"], first["source"], params["version"]) == (1, "flashls", 1)
        assert first["message"] == "There is no tenth\nIt raises."
        (related,) = first["related_information"]
        assert (related["message"], related["location"]["uri"]) == ("It has one character.", URI)
        assert related["location"]["range"]["end"] == {"line": 0, "character": 6 + width}
        editor.change(2, (0, 0, 0, 0, "import os\n"))
        places, params = await published(editor)
        assert places == [("bug", 1, at, 1, at + 4), ("robustness", 5, 11, 5, 17)]
        assert params["version"] == 2
        editor.change(3, (1, at + 2, 1, at + 3, "0"))
        places, _ = await published(editor)
        assert places == [("robustness", 5, 11, 5, 17)]
        editor.close()
        places, _ = await published(editor)
        assert places == []
        quiet(editor)


async def test_a_finding_can_be_fixed_like_any_other_problem(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [{"task": "review", "text": FOUND}])) as editor:
        editor.open(CODE)
        await editor.command("flashls.review", {"uri": URI})
        _, params = await published(editor)
        one = params["diagnostics"][0]
        where = lsp.Range(*(lsp.Position(**one["range"][end]) for end in ("start", "end")))
        problem = lsp.Diagnostic(where, one["message"], lsp.DiagnosticSeverity.Error, one["code"], source=one["source"])
        context = lsp.CodeActionContext([problem])
        asked = lsp.CodeActionParams(lsp.TextDocumentIdentifier(URI), problem.range, context)
        actions = await editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, asked)
        assert any(action.command.command == "flashls.fix" and "tenth" in action.title for action in actions)
        quiet(editor)


async def test_a_selection_is_offered_a_review_and_a_file_where_source_actions_are_asked_for(tmp_path: Path) -> None:
    async def offered(start: int, end: int, *only: str) -> list[str]:
        where = lsp.Range(lsp.Position(0, start), lsp.Position(0, end))
        context = lsp.CodeActionContext([], only=list(only) or None)
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(URI), where, context)
        actions = await editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params)
        return [action.title for action in actions or () if action.command.command == "flashls.review"]

    async with editing(tmp_path, scripted(tmp_path, [])) as editor:
        editor.open(CODE)
        assert await offered(0, 5) == ["Review with flashls"]
        assert await offered(0, 0) == []
        assert await offered(0, 0, "source") == ["Review this file with flashls"]
        assert await offered(0, 5, "quickfix") == []


async def test_only_what_has_changed_since_a_commit_can_be_reviewed(tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir()
    git(root, "init")
    (root / "a.py").write_text(CODE)
    git(root, "add", ".")
    git(root, "commit", "-m", "Begin")
    text = CODE.replace("xs[-1]", "xs[-2]")
    uri = (root / "a.py").as_uri()
    found = reply(finding("s[9]"), finding("xs[-2]"))
    config = scripted(tmp_path, [{"task": "review", "when": r"\+    return xs\[-2\]", "text": found}])
    async with editing(tmp_path, config, root=root) as editor:
        editor.open(text, uri)
        with pytest.raises(JsonRpcException, match="save the document"):
            (root / "a.py").write_text(text + "\n")
            await editor.command("flashls.review", {"uri": uri, "since": "HEAD"})
        (root / "a.py").write_text(text)
        await editor.command("flashls.review", {"uri": uri, "since": "HEAD"})
        places, _ = await published(editor, uri)
        assert places == [("bug", 4, 11, 4, 17)]
        for wrong in ("HEAD~7", "--output=x"):
            with pytest.raises(JsonRpcException, match=r"revision|no commit"):
                await editor.command("flashls.review", {"uri": uri, "since": wrong})
        quiet(editor)


@pytest.mark.parametrize(
    "arguments", [(), ("x",), ({},), ({"uri": "file:///w/other.py"},), ({"uri": URI, "range": 5},)]
)
async def test_wrong_arguments_are_told(tmp_path: Path, arguments: tuple[Any, ...]) -> None:
    async with editing(tmp_path, scripted(tmp_path, [])) as editor:
        editor.open(CODE)
        with pytest.raises(JsonRpcException, match=r"flashls\.review takes"):
            await editor.command("flashls.review", *arguments)
        if arguments != ({"uri": URI, "range": 5},):
            with pytest.raises(JsonRpcException, match=r"flashls\.ask takes"):
                await editor.command("flashls.ask", *arguments)


async def test_a_model_that_fails_fails_the_request(tmp_path: Path) -> None:
    rows = [{"task": "review", "fail": "out of order"}, {"task": "ask", "fail": "out of order"}]
    async with editing(tmp_path, scripted(tmp_path, rows)) as editor:
        editor.open(CODE)
        for command, argument in (("flashls.review", {"uri": URI}), ("flashls.ask", {"question": "What is this?"})):
            with pytest.raises(JsonRpcException, match="out of order"):
                await editor.command(command, argument)
        quiet(editor)


@pytest.mark.parametrize(("question", "told"), [("Why?", "out of order"), ("", "")])
async def test_the_status_tells_of_models_that_fail_and_not_of_a_request_that_asks_nothing(
    tmp_path: Path, question: str, told: str
) -> None:
    async with editing(tmp_path, scripted(tmp_path, [{"task": "ask", "fail": "out of order"}])) as editor:
        await editor.state("ready")
        with pytest.raises(JsonRpcException):
            await editor.command("flashls.ask", {"question": question})
        found = await editor.command("flashls.status")
        assert (found["message"] if isinstance(found, dict) else found.message) == told
        quiet(editor)


async def test_an_answer_streams_and_its_places_are_checked(tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir()
    (root / "a.py").write_text(CODE)
    uri = (root / "a.py").as_uri()
    rows = [{"task": "ask", "when": "What is last", "text": "The last one: a.py:5, not a.py:55."}]
    async with editing(tmp_path, scripted(tmp_path, rows), root=root) as editor:
        editor.open(CODE, uri)
        where = {"start": {"line": 3, "character": 0}, "end": {"line": 4, "character": 0}}
        asked = {"question": "What is last?", "uri": uri, "range": where}
        text = await editor.command("flashls.ask", asked, {"token": "t1"})
        assert text == "The last one: a.py:5, not ~~a.py:55~~."
        assert not editor.read(_CREATE), "what streams into a panel needs no bar beside it"
        said = [p["value"] for p in editor.read(lsp.PROGRESS) if p["token"] == "t1"]
        assert "".join(value.get("text", "") for value in said) == text
        assert said[-1] == {"kind": "end", "reason": "stop", "cost_usd": 0.0}
        assert len(said) > 3
        assert await editor.command("flashls.ask", asked) == text
        assert len(editor.read(_CREATE)) == 1


@pytest.mark.parametrize("folder", ["w", "other"])
async def test_the_message_for_what_is_staged(tmp_path: Path, folder: str) -> None:
    root = tmp_path / folder  # the editor's own folder, or another that it shows
    root.mkdir()
    (tmp_path / "w").mkdir(exist_ok=True)
    named = [{"uri": root.as_uri()}] if folder == "other" else []
    git(root, "init")
    (root / "a.py").write_text("x = 1\n")
    git(root, "add", ".")
    git(root, "commit", "-m", "Begin")
    said = json.dumps({"subject": "Count to two", "body": ""})
    config = scripted(tmp_path, [{"task": "commit", "when": r"\+x = 2", "text": said}])
    async with editing(tmp_path, config, root=tmp_path / "w") as editor:
        with pytest.raises(JsonRpcException, match="Nothing is staged"):
            await editor.command("flashls.commitMessage", *named)
        (root / "a.py").write_text("x = 2\n")
        git(root, "add", ".")
        assert await editor.command("flashls.commitMessage", *named) == "Count to two\n"
        for within in (".git/COMMIT_EDITMSG", "deep/b.py"):
            document = {"uri": (root / within).as_uri()}
            assert await editor.command("flashls.commitMessage", document) == "Count to two\n"
        quiet(editor)
