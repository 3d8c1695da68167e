"""Ghost text in real Neovims: what the user types, and what is then on the screen and in the buffer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.editors.neovim.session import OLD, SLOW, Neovim, until


def test_ghost_text_is_drawn_and_tab_takes_it(neovim: Neovim) -> None:
    neovim.type("ototal = ")
    neovim.see("sum(values)")
    neovim.type("<Tab>")
    neovim.reads(1, "total = sum(values)")
    assert neovim.ghost is None
    until(lambda: neovim.sent("flashls.accept") == 1, lambda: neovim.wire)
    neovim.type("!")
    neovim.reads(1, "total = sum(values)!")


def test_several_lines(neovim: Neovim) -> None:
    neovim.type("odef area(r):<CR>")
    neovim.see("square = r * r\n    return 3.14 * square")
    neovim.type("<Tab>")
    wanted = ["values = [1]", "def area(r):", "    square = r * r", "    return 3.14 * square", "end = 1"]
    until(lambda: neovim.lines == wanted, lambda: neovim.lines)
    assert neovim.api.current.window.cursor == (4, len("    return 3.14 * square"))


def test_an_emoji_before_the_cursor(neovim: Neovim) -> None:
    neovim.type("o'\U0001f600é'; total = ")
    neovim.see("sum(values)")
    neovim.type("<Tab>")
    neovim.reads(1, "'\U0001f600é'; total = sum(values)")


def test_before_a_closing_bracket(neovim: Neovim) -> None:
    neovim.type("oprint()<Left>")
    neovim.see("values")
    assert "print(values)" in neovim.screen
    neovim.type("<Tab>")
    neovim.reads(1, "print(values)")


def test_keys_typed_while_the_server_starts(neovim: Neovim) -> None:
    neovim.lua("vim.lsp.enable('flashls', false)")
    until(lambda: not neovim.lua("return #vim.lsp.get_clients()"), lambda: neovim.wire)
    neovim.lua("vim.lsp.enable('flashls')")
    until(lambda: neovim.lua("return #vim.lsp.get_clients({ bufnr = 0 })"), lambda: neovim.wire)
    neovim.type("ototal = ")
    neovim.see("sum(values)")


def test_keys_typed_before_the_server_is_there(neovim: Neovim) -> None:
    neovim.lua("vim.lsp.enable('flashls', false)")
    until(lambda: not neovim.lua("return #vim.lsp.get_clients()"), lambda: neovim.wire)
    neovim.type("ototal = ")
    neovim.reads(1, "total = ")
    neovim.lua("vim.lsp.enable('flashls')")
    neovim.see("sum(values)")


def test_typing_the_suggestion_keeps_it_on_the_screen(neovim: Neovim) -> None:
    neovim.type("ototal = ")
    neovim.see("sum(values)")
    neovim.lua("eyes.frames = {}")
    for i, key in enumerate("sum(va", start=1):
        neovim.type(key)
        neovim.reads(1, "total = sum(va"[: 8 + i])
        time.sleep(0.3 if i % 2 else 0)
    neovim.see("lues)")
    frames = {line + ghost for line, ghost in neovim.lua("return eyes.frames")}
    assert frames == {"total = sum(values)"}
    neovim.type("<Tab>")
    neovim.reads(1, "total = sum(values)")


def test_tab_right_after_a_typed_key(neovim: Neovim) -> None:
    neovim.type("ototal = ")
    neovim.see("sum(values)")
    neovim.type("su<Tab>")
    neovim.reads(1, "total = sum(values)")


def test_keys_without_a_suggestion_do_what_they_did(neovim: Neovim) -> None:
    for mapping, keys, line in [
        ("", "a<Tab>b", "a   b"),
        ("set noexpandtab", "a<Tab>b", "a\tb"),
        ("inoremap <Tab> mapped", "a<Tab>b", "amappedb"),
        ("inoremap <expr> <Tab> 'c' .. 'd'", "a<Tab>b", "acdb"),
        ('inoremap <expr> <Tab> "\\<Left>"', "a<Tab>b", "ba"),
        ("imap <Tab> q|inoremap q Q", "a<Tab>b", "aQb"),
        ("lua vim.keymap.set('i', '<Tab>', function() vim.g.ran = 1 end)", "a<Tab>b", "ab"),
        ("lua vim.keymap.set('i', '<Tab>', function() return '<Left>' end, { expr = true })", "a<Tab>b", "ba"),
        ("", "a<M-Right>b", "ab"),
    ]:
        neovim.api.command(mapping)
        neovim.type("S" + keys)
        neovim.reads(0, line)
        neovim.type("<Esc>")


def test_a_mapping_of_the_buffer_is_kept(neovim: Neovim, tmp_path: Path) -> None:
    neovim.api.command("autocmd FileType python inoremap <buffer> <Tab> mine")
    neovim.api.command(f"edit {tmp_path / 'other.py'}")
    until(lambda: neovim.lua("return #vim.lsp.get_clients({ bufnr = 0 })"), lambda: neovim.api.eval("bufname()"))
    neovim.type("i<Tab>")
    neovim.reads(0, "mine")
    neovim.type("<Esc>")
    neovim.lua("vim.lsp.enable('flashls', false)")
    until(lambda: neovim.api.funcs.maparg("<Tab>", "i") == "mine", lambda: neovim.api.exec("imap <Tab>", True))


def test_the_popup_menu_keeps_its_keys(neovim: Neovim) -> None:
    neovim.api.command('inoremap <expr> <Tab> pumvisible() ? "\\<C-n>" : "\\<Tab>"')
    neovim.type("ototal = <C-x><C-n>")
    until(lambda: neovim.api.funcs.pumvisible(), lambda: neovim.screen)
    time.sleep(0.6)
    neovim.type("<Tab><Tab>")
    words = ("total = total", "total = values", "total = end")
    until(lambda: neovim.lines[1] in words, lambda: neovim.lines)


def test_another_key_takes_the_suggestion_away(neovim: Neovim) -> None:
    neovim.type("ototal = ")
    neovim.see("sum(values)")
    neovim.type("x")
    until(lambda: neovim.ghost is None, lambda: neovim.ghost)
    neovim.type("<Tab>")
    until(lambda: neovim.lines[1].startswith("total = x "), lambda: neovim.lines)


def test_a_late_reply_is_not_drawn(neovim: Neovim) -> None:
    neovim.type("oslow = ")
    until(lambda: neovim.sent("textDocument/inlineCompletion") >= 1, lambda: neovim.wire)
    time.sleep(0.4)
    neovim.lua("eyes.frames = {}")
    neovim.type("4")
    neovim.see("2 + 1")
    time.sleep(float(str(SLOW["delay"])) + 0.3)
    assert {ghost for _, ghost in neovim.lua("return eyes.frames")} <= {"", "2 + 1"}
    neovim.see("2 + 1")


def test_leaving_insert_mode_takes_the_suggestion_away(neovim: Neovim) -> None:
    neovim.type("ototal = ")
    neovim.see("sum(values)")
    neovim.type("<Esc>")
    until(lambda: neovim.ghost is None, lambda: neovim.ghost)
    assert neovim.lines[1] == "total = "


def test_dismissed_until_the_next_change(neovim: Neovim) -> None:
    neovim.type("ototal = ")
    neovim.see("sum(values)")
    neovim.type("<C-]>")
    until(lambda: neovim.ghost is None, lambda: neovim.ghost)
    time.sleep(0.5)
    assert neovim.ghost is None
    neovim.type("s")
    neovim.see("um(values)")


def test_a_word_a_line_and_the_rest(neovim: Neovim) -> None:
    neovim.type("odef area(r):<CR>")
    for key, line, left in [
        ("<M-Right>", "    square", " = r * r\n    return 3.14 * square"),
        ("<M-Right>", "    square =", " r * r\n    return 3.14 * square"),
        ("<M-C-Right>", "    square = r * r", "\n    return 3.14 * square"),
    ]:
        until(lambda: neovim.ghost, lambda: neovim.lines)
        neovim.type(key)
        neovim.reads(2, line)
        neovim.see(left)
    assert neovim.sent("flashls.accept") == 0
    neovim.type("<M-C-Right>")
    neovim.reads(3, "    return 3.14 * square")
    until(lambda: neovim.sent("flashls.accept") == 1, lambda: neovim.wire)


def test_undo_takes_back_the_suggestion_alone(neovim: Neovim) -> None:
    neovim.type("ototal = ")
    neovim.see("sum(values)")
    neovim.type("<Tab>")
    neovim.reads(1, "total = sum(values)")
    neovim.type("<Esc>u")
    neovim.reads(1, "total = ")


@pytest.mark.parametrize("neovim", [pytest.param((OLD, "auto"), id="0.11")], indirect=True)
def test_an_older_request_is_cancelled(neovim: Neovim) -> None:
    neovim.type("oslow = ")
    until(lambda: neovim.sent("textDocument/inlineCompletion") >= 1, lambda: neovim.wire)
    time.sleep(0.3)
    before = neovim.sent("$/cancelRequest")
    neovim.type("4")
    until(lambda: neovim.sent("$/cancelRequest") > before, lambda: neovim.wire)
