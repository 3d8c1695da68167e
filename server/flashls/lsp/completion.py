"""textDocument/completion: the same suggestion as a list item, for editors that draw no ghost text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from flashls.lsp.capabilities import Capabilities
from flashls.lsp.convert import range_at
from flashls.lsp.suggested import cursor_of, suggested
from flashls.types import Cursor, Encoding, Ghost, Silence, SilenceReason

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_LONGEST_LABEL = 60  # characters: Helix, in early 2024, ended where an item was wider than its screen
_WORD_BEFORE, _WORD_AFTER = re.compile(r"\w*\Z"), re.compile(r"\w*")
_LONGEST_WORD = 200
# Behind whatever else is offered. Servers sort by digits, letters or labels, which all come before it.
_LAST = "~"
# Where there was no time for an answer the next key may bring one; any other reason holds while the word is typed on.
_PASSING: set[SilenceReason] = {"superseded", "timeout"}


async def completion(ls: FlashServer, params: lsp.CompletionParams) -> lsp.CompletionList:
    """At most one item. Empty where the client draws ghost text: it asks for that apart.

    Never as if the user had asked for it: a client says "invoked" at each letter typed too (LSP 3.17,
    "CompletionTriggerKind"). A list with the suggestion is complete: while the user types into it the client goes on
    filtering, and when it fits no more, there is none. An incomplete list is asked for at every key, with all other
    servers' lists in some clients, so only a list that came too late is one.
    """
    cursor = None if ls.able.ghosts else cursor_of(ls, params)
    if cursor is None:
        return lsp.CompletionList(is_incomplete=False, items=[])
    uri = cursor.snapshot.uri
    ls.session_at(uri).track(uri).rejected.forget()
    outcome = await suggested(ls, cursor, explicit=False)
    if isinstance(outcome, Silence):
        return lsp.CompletionList(is_incomplete=outcome.reason in _PASSING, items=[])
    known_as = ls.offered(uri)
    items = [list_item(cursor, ghost, ls.encoding, ls.able, known_as) for ghost in outcome if ghost.text.strip()]
    return lsp.CompletionList(is_incomplete=False, items=items)


def resolve(ls: FlashServer, item: lsp.CompletionItem) -> lsp.CompletionItem:
    """The item with its preview; an item that is none of ours as it came."""
    language = item.data.get("language") if isinstance(item.data, dict) else None
    if item.text_edit is not None and isinstance(language, str):
        item.documentation = _preview(item.text_edit.new_text, language, ls.able)
    return item


def list_item(
    cursor: Cursor, ghost: Ghost, encoding: Encoding, able: Capabilities, known_as: str
) -> lsp.CompletionItem:
    """An item that replaces the word before the cursor, which clients filter by, with that word and the suggestion.

    Clients filter by different rules: all find the word at the beginning of ``filter_text``, and of the label, which
    Emacs completes. Never a snippet: code is full of what a snippet would read as placeholders.
    """
    word = _word_before(cursor)
    text = word + ghost.text
    language = cursor.snapshot.language
    return lsp.CompletionItem(
        label=_label(text),
        label_details=lsp.CompletionItemLabelDetails(description="flashls") if able.details else None,
        detail=None if able.details else "flashls",
        kind=lsp.CompletionItemKind.Text,
        filter_text=text.split("\n", 1)[0].rstrip("\r") or None,
        sort_text=_LAST,
        documentation=None if able.resolves else _preview(text, language, able),
        insert_text_format=lsp.InsertTextFormat.PlainText,
        insert_text_mode=lsp.InsertTextMode.AsIs if able.as_is else None,
        text_edit=_edit(cursor, ghost, len(word), text, encoding, able),
        command=lsp.Command(title="Accepted", command="flashls.accept", arguments=[known_as]),
        data={"language": language} if able.resolves else None,
    )


def _edit(
    cursor: Cursor, ghost: Ghost, begun: int, text: str, encoding: Encoding, able: Capabilities
) -> lsp.TextEdit | lsp.InsertReplaceEdit:
    """The edit; where the client lets its user choose, one may also put it in place of the whole word."""
    lines, start = cursor.snapshot.lines, cursor.offset - begun
    span = range_at(lines, start, ghost.end, encoding)
    if not able.insert_replace or ghost.end > cursor.offset:
        return lsp.TextEdit(span, text)
    word = _WORD_AFTER.match(cursor.snapshot.after(cursor.offset, _LONGEST_WORD))
    end = cursor.offset + (word.end() if word else 0)
    return lsp.InsertReplaceEdit(text, span, range_at(lines, start, end, encoding))


def _label(text: str) -> str:
    """The first row with something in it, short enough for any list; a mark where there is more."""
    first, *more = text.strip().splitlines()
    label = " ".join(first.split())
    cut = label[:_LONGEST_LABEL].rstrip()
    return cut if cut == label and not more else f"{cut} …"


def _preview(text: str, language: str, able: Capabilities) -> lsp.MarkupContent | str:
    if not able.markdown:
        return text
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    named = re.sub(r"[^\w+#.-]", "", language)
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, f"{fence}{named}\n{text.rstrip()}\n{fence}")


def _word_before(cursor: Cursor) -> str:
    found = _WORD_BEFORE.search(cursor.snapshot.before(cursor.offset, _LONGEST_WORD))
    return found[0] if found else ""
