"""Compose: from what was gathered to what is asked. Stable parts come first, what every key changes comes last."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from flashls.prompt.secrets import find_secrets
from flashls.text.edges import head, tail
from flashls.types import Context, Draft, Extent, Fim, Form, Snapshot, Snippet, Text, Thinking

CURSOR = "<|cursor|>"
START = "<|start|>"
END = "<|end|>"

_EXTENTS = {
    "row": "Insert at most the rest of the current line.",
    "statement": "Insert the rest of the current line and, if it opens a block or a bracket, all until that is closed.",
    "block": "Insert the rest of the current statement or block, at most about 20 lines; stop when it is complete.",
}

# Two worked examples teach the form better than rules: a hole in the middle of a line, and an empty body.
_EXAMPLES = (
    ("python", "geometry.py", f"def area(width, height):\n    return width {CURSOR}\n", "* height"),
    (
        "javascript",
        "list.js",
        f"function last(items) {{\n  {CURSOR}\n}}\n",
        "if (items.length === 0) return undefined;\n  return items[items.length - 1];",
    ),
)


def compose_complete(
    context: Context,
    path: str,
    extent: Extent,
    max_tokens: int,
    thinking: Thinking | None = None,
    form: Form = "both",
) -> Draft:
    """The question for a completion, as words with a cursor marker, as the hole itself, or both.

    ``path`` is the document's, as the model is to see it; ``extent`` how much is wanted. A marker that stands in the
    user's own text is broken up, so that the model sees one cursor only.
    """
    return Draft(
        parts=_asked(context, path, extent) if form != "fim" else (),
        fim=Fim(context.snippets, context.prefix, context.suffix) if form != "chat" else None,
        stop=(CURSOR,),
        max_tokens=max_tokens,
        thinking=thinking,
    )


def _asked(context: Context, path: str, extent: Extent) -> tuple[Text, ...]:
    hole = _unmarked(context.prefix) + CURSOR + _unmarked(context.suffix)
    return (
        _instructions(extent),
        *_examples(),
        *(Text("user", _snippet(snippet), stable=True) for snippet in context.snippets),
        Text("user", _file(path, context.cursor.snapshot.language, hole)),
    )


@cache
def _instructions(extent: Extent) -> Text:
    return Text("system", _template("complete").replace("{extent}", _EXTENTS[extent]), stable=True)


def compose_explain(
    snapshot: Snapshot,
    path: str,
    start: int,
    end: int,
    max_characters: int,
    brief: bool = False,
    thinking: Thinking | None = None,
) -> Draft:
    """The question for an explanation of offsets ``start`` to ``end``, with what stands around it.

    The text is cut only where no token is cut, and the marks stand outside secrets, so that ``seal`` finds them whole.
    """
    text, start, end, whole = _marked_out(snapshot, start, end, max_characters)
    marked = _unmarked(text[:start]) + START + _unmarked(text[start:end]) + END + _unmarked(text[end:])
    ask = "Explain it in one or two sentences." if brief else "Explain it."
    if not whole:
        ask += " It is longer than what is shown: say first that only its beginning is explained."
    return Draft(
        parts=(
            Text("system", _template("explain"), stable=True),
            Text("user", f"{_file(path, snapshot.language, marked)}\n\n{ask}"),
        ),
        max_tokens=300 if brief else 1500,
        thinking=thinking,
    )


def _marked_out(snapshot: Snapshot, start: int, end: int, room: int) -> tuple[str, int, int, bool]:
    """The text to show, where in it the piece starts and ends, and whether all of the piece fits."""
    lines = snapshot.lines
    shown_end = end if end - start <= room else tail(lines, start + room, start)
    around = max(0, room - (shown_end - start)) // 2
    first = head(lines, start - around, start) if around else start
    last = tail(lines, shown_end + around, shown_end) if around else shown_end
    text = lines.after(first, last - first)
    start, inner_end = start - first, shown_end - first
    for begins, ends in find_secrets(text):
        start = begins if begins < start < ends else start
        inner_end = ends if begins < inner_end < ends else inner_end
    return text, start, inner_end, shown_end == end


@cache
def _template(name: str) -> str:
    return (files("flashls.prompt") / "templates" / f"{name}.md").read_text("utf-8").strip()


@cache
def _examples() -> tuple[Text, ...]:
    turns = ((_file(path, language, hole), answer) for language, path, hole, answer in _EXAMPLES)
    return tuple(
        part
        for asked, answer in turns
        for part in (Text("user", asked, stable=True), Text("model", answer, stable=True))
    )


def _snippet(snippet: Snippet) -> str:
    return f'<snippet path="{snippet.path}" why="{snippet.why}">\n{_unmarked(snippet.text).rstrip()}\n</snippet>'


def _file(path: str, language: str, text: str) -> str:
    return f'<file path="{path}" language="{language}">\n{text}\n</file>'


def _unmarked(text: str) -> str:
    for marker in (CURSOR, START, END):
        if marker in text:
            text = text.replace(marker, f"{marker[:2]} {marker[2:]}")
    return text
