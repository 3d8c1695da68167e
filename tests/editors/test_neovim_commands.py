"""The commands in real Neovims: explanations that stream, the status, the health check, mistakes."""

from __future__ import annotations

from pathlib import Path

import pynvim
import pytest

from tests.editors.neovim.session import OLD, Neovim, running, until

KNOWN = "ask, commit, context, doc, explain, fix, generate, review, status, test"


def test_explain_streams_and_q_closes(neovim: Neovim) -> None:
    neovim.api.command("Flash explain")
    neovim.reads(0, "# Sum")
    until(lambda: neovim.lines == ["# Sum", "", "Adds **all** `values`.", ""], lambda: neovim.lines)
    until(lambda: any("done" in row for row in neovim.screen), lambda: neovim.screen)
    assert any("flashls: explain" in row for row in neovim.screen)
    assert any("Adds all values." in row for row in neovim.screen)
    neovim.type("q")
    neovim.reads(0, "values = [1]")


def test_q_stops_an_explanation(neovim: Neovim) -> None:
    neovim.api.current.buffer[:] = ["while True:", "    forever()"]
    neovim.api.command("1,2Flash explain")
    until(lambda: neovim.lines == ["It never ends. "], lambda: neovim.lines)  # the last word waits for its end
    before = neovim.sent("$/cancelRequest")
    neovim.type("q")
    until(lambda: neovim.sent("$/cancelRequest") == before + 1, lambda: neovim.wire)
    assert len(neovim.api.windows) == 1


def test_an_explanation_that_fails_says_why(neovim: Neovim) -> None:
    neovim.api.current.buffer[:] = ["broken()"]
    neovim.api.command("Flash explain")
    until(lambda: any("the model is away" in line for line in neovim.lines), lambda: neovim.lines)
    until(lambda: any("not finished" in row for row in neovim.screen), lambda: neovim.screen)


def test_the_code_action_streams_too(neovim: Neovim) -> None:
    neovim.lua(
        "vim.lsp.buf.code_action({ apply = true, range = { start = { 1, 0 }, ['end'] = { 1, 6 } },"
        " filter = function(action) return action.title:match('Explain') end })"
    )
    until(lambda: neovim.lines == ["# Sum", "", "Adds **all** `values`.", ""], lambda: neovim.lines)


def test_status(neovim: Neovim) -> None:
    until(lambda: neovim.lua("return require('flashls').status()") == "flashls: ready", lambda: neovim.screen)
    neovim.api.command("Flash status")
    until(lambda: "model: scripted/test" in neovim.lines, lambda: neovim.lines)


def test_health(neovim: Neovim) -> None:
    neovim.api.command("checkhealth flashls")
    text = "\n".join(neovim.lines)
    assert "scripted/test" in text
    assert "ERROR" not in text


def test_a_mistake_is_named(neovim: Neovim) -> None:
    for command, message in [
        ("Flash dance", f'flashls: :Flash has no subcommand "dance"; there are: {KNOWN}'),
        ("Flash", f"flashls: :Flash needs a subcommand; there are: {KNOWN}"),
        ("lua require('flashls').setup({ comand = {} })", 'there is no option "comand"'),
        ("lua require('flashls').setup({ keymaps = { accpet = 'x' } })", 'keymaps has no action "accpet"'),
        ("lua require('flashls').setup({ ghost_text = 'yes' })", '"auto", "builtin", "plugin" or "off"'),
    ]:
        with pytest.raises(pynvim.NvimError) as raised:
            neovim.api.command(command)
        assert message in str(raised.value)


def test_command_completion(neovim: Neovim) -> None:
    assert neovim.api.funcs.getcompletion("Flash ", "cmdline") == KNOWN.split(", ")
    assert neovim.api.funcs.getcompletion("Flash e", "cmdline") == ["explain"]
    assert neovim.api.funcs.getcompletion("Flash explain ", "cmdline") == []


def test_settings_reach_the_server(tmp_path: Path) -> None:
    with running(tmp_path, OLD, settings={"languages": {"off": ["python"]}}) as neovim:
        neovim.type("ototal = ")
        until(lambda: neovim.sent("textDocument/inlineCompletion"), lambda: neovim.wire)
        neovim.type("<Esc>")
        neovim.api.command("Flash status")
        until(lambda: any("language off" in line for line in neovim.lines), lambda: neovim.lines)


def test_without_ghost_text_the_completion_menu_has_the_suggestion(tmp_path: Path) -> None:
    with running(tmp_path, OLD, ghost_text="off") as neovim:
        neovim.type("ototal = <C-x><C-o>")
        until(lambda: neovim.api.funcs.pumvisible(), lambda: neovim.screen)
        assert neovim.ghost is None
        neovim.type("<C-y>")
        neovim.reads(1, "total = sum(values)")
