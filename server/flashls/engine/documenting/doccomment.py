"""Doc comments: from what a model says of a symbol to the rows of a comment that cannot end before its own end.

The model never writes a comment's marks, so it cannot close one: what it says is text, and what a language would read
as the comment's end, or as more than text, is written otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from flashls.engine.documenting import docsections as sections
from flashls.engine.documenting.docsections import Said, filled, paragraphs
from flashls.engine.documenting.docstyle import Style

_WIDTH = 100
_NARROWEST = 40
# What no comment may hold: controls, what some languages take for a line's end, and what reorders text on the screen.
_NO_TEXT = re.compile("[\0-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"\A\s*(?:[rR]?\"\"\"|'''|/\*[*!]?|<!--)|(?:\"\"\"|'''|\*/|-->)\s*\Z")
_LEADS = re.compile(r"^[ \t]*(?:///?|\*|#|--+)(?: |$)")

Escapes = tuple[tuple[str, str], ...]
_BLOCK: Escapes = (("*/", "* /"), ("/*", "/ *"))


@dataclass(frozen=True, slots=True)
class Convention:
    """How a style is written.

    ``open`` and ``close`` stand on rows of their own; ``lead`` begins each row between. ``escapes`` are written for
    what would end the comment. ``told`` is for the model: what it is to say. ``whole`` writes all of the comment, where
    summary and details have marks of their own.
    """

    sections: Callable[[Said, int], list[list[str]]]
    told: str
    open: str = ""
    lead: str = ""
    close: str = ""
    escapes: Escapes = ()
    whole: Callable[[Said, int], list[list[str]]] | None = None


_TAGS = "Say what each parameter means, what is returned, and what is thrown and when."
CONVENTIONS: dict[Style, Convention] = {
    "google": Convention(sections.google, "Google's style for Python. " + _TAGS),
    "numpy": Convention(sections.numpy, "NumPy's style for Python, with types. " + _TAGS),
    "rest": Convention(sections.rest, "reStructuredText fields, as Sphinx reads them. " + _TAGS),
    "plain": Convention(sections.none, "Plain prose: what matters about parameters and result goes into the details."),
    "jsdoc": Convention(
        sections.jsdoc, "JSDoc, with types. " + _TAGS, "/**", " * ", " */", (("*/", "*\\/"), ("/*", "/ *"))
    ),
    "tsdoc": Convention(
        sections.tsdoc, "TSDoc: without types, the code has them. " + _TAGS, "/**", " * ", " */",
        (("*/", "*\\/"), ("/*", "/ *")),
    ),
    "go": Convention(
        sections.none,
        "Go: the summary begins with the symbol's name; parameters and errors are told of in prose.",
        lead="// ",
    ),
    "rust": Convention(sections.rust, "rustdoc: prose; `raises` holds what errors are returned and when.", lead="/// "),
    "javadoc": Convention(
        sections.javadoc, "Javadoc. " + _TAGS, "/**", " * ", " */",
        (("*/", "*&#47;"), ("/*", "&#47;*"), ("\\u", "&#92;u")),
    ),
    "kdoc": Convention(sections.javadoc, "KDoc or Scaladoc. " + _TAGS, "/**", " * ", " */", _BLOCK),
    "phpdoc": Convention(sections.phpdoc, "PHPDoc, with types. " + _TAGS, "/**", " * ", " */", _BLOCK),
    "xml": Convention(
        sections.none, "C#: plain text, which flashls puts into XML elements. " + _TAGS, lead="/// ", whole=sections.xml
    ),
    "doxygen": Convention(sections.javadoc, "Doxygen. " + _TAGS, "/**", " * ", " */", _BLOCK),
    "doxygen lines": Convention(sections.javadoc, "Doxygen. " + _TAGS, lead="/// "),
    "yard": Convention(sections.yard, "YARD, with types. " + _TAGS, lead="# "),
    "rdoc": Convention(sections.none, "RDoc: prose, parameters and result too.", lead="# "),
    "swift": Convention(sections.swift, "Swift's markup. " + _TAGS, lead="/// "),
    "luals": Convention(sections.luals, "LuaLS annotations, with types. " + _TAGS, lead="--- "),
    "zig": Convention(sections.none, "Zig: prose.", lead="/// "),
    "shell": Convention(sections.none, "Shell: prose; say what the arguments $1, $2 and so on are.", lead="# "),
}  # fmt: skip


def cleaned(text: str) -> str:
    """What a model says without a comment's own marks, which it was not to write, and without control characters."""
    text = _NO_TEXT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4)
    bare = _MARKS.sub("", _MARKS.sub("", text))
    rows = bare.split("\n")
    if bare != text and all(_LEADS.match(row) for row in rows if row.strip()):
        rows = [_LEADS.sub("", row) for row in rows]
    return "\n".join(row.rstrip() for row in rows).strip("\n").strip(" ")


def comment_rows(style: Style, said: Said, indent: str, name: str) -> list[str]:
    """The rows of a doc comment, indented, without line ends. ``name`` is the symbol's own.

    Whatever ``said`` holds, the rows are one comment (for Python: one string) and nothing else.
    """
    convention = CONVENTIONS[style]
    width = max(_NARROWEST, _WIDTH - len(indent.expandtabs(4)) - len(convention.lead or '"""'))
    if style == "go":
        said = _beginning_with(name, said)
    if convention.whole is not None:
        blocks = convention.whole(said, width)
    else:
        blocks = [filled(said.summary, width), *paragraphs(said.details, width), *convention.sections(said, width)]
    body = _joined(blocks)
    if style in ("google", "numpy", "rest", "plain"):
        return [f"{indent}{row}" if row else "" for row in _docstring(body)]
    if style == "doxygen lines":
        body = [_unspliced(row) for row in body]
    return [f"{indent}{row}".rstrip() for row in _commented(convention, body)]


def _beginning_with(name: str, said: Said) -> Said:
    """Go's doc comments begin with the name of what they are about (go.dev/doc/comment)."""
    first, _, rest = said.summary.partition(" ")
    if name in (first.strip("`'\""), rest.partition(" ")[0] if first in ("A", "An", "The") else ""):
        return said
    lower = first[:1].lower() + first[1:] if first[1:2].islower() or len(first) == 1 else first
    return said.with_summary(f"{name} {lower} {rest}".rstrip())


def _joined(blocks: list[list[str]]) -> list[str]:
    rows = list[str]()
    for block in blocks:
        if block:
            rows += [*([""] if rows else []), *block]
    return rows


def _commented(convention: Convention, body: list[str]) -> list[str]:
    for old, new in convention.escapes:
        body = [row.replace(old, new) for row in body]
    rows = [convention.lead + row for row in body]
    return [convention.open, *rows, convention.close] if convention.open else rows


def _unspliced(row: str) -> str:
    """In C a backslash at a row's end joins the next row, and with it code, to a comment (C17, 5.1.1.2)."""
    return re.sub(r"(?:\\|\?\?/|\s)+\Z", "", row)


def _docstring(body: list[str]) -> list[str]:
    """PEP 257: one row with its quotes, or several with the closing quotes on a row of their own."""
    text = "\n".join(body)
    prefix = ""
    if "\\" in text and '"""' not in text and not re.search(r'["\\]\Z', text):
        prefix = "r"
    else:
        text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    body = text.split("\n")
    if len(body) > 1:
        return [f'{prefix}"""{_unquoted(body[0])}', *body[1:], '"""']
    if body[0].endswith('"'):
        body[0] = body[0][:-1] + '\\"'
    return [f'{prefix}"""{_unquoted(body[0])}"""']


def _unquoted(row: str) -> str:
    """A first row whose quotation mark would read as a fourth of the opening ones."""
    return f" {row}" if row.startswith('"') else row
