"""Doc sections: parameters, result and errors as each convention writes them, as blocks of rows."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

_KEPT = re.compile(r"\s|[-*+>|#@:]\s|\d+[.)]\s|```|~~~|\||>>>")  # lists, tables, code: rows that stay as they are
_ONE_LINE = 10_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, or an error that is raised; ``type`` is "" where it is not told."""

    name: str
    text: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a doc comment says: a sentence, paragraphs, and what goes in and comes out. "" and () for nothing."""

    summary: str
    details: str = ""
    parameters: tuple[Parameter, ...] = ()
    returns: str = ""
    returns_type: str = ""
    raises: tuple[Parameter, ...] = ()

    def with_summary(self, summary: str) -> Said:
        """The same with another summary."""
        return replace(self, summary=summary)


Blocks = list[list[str]]


def filled(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """A text's words in rows of at most so many columns; a longer word is not broken."""
    return textwrap.wrap(
        " ".join(text.split()), width, initial_indent=first, subsequent_indent=rest, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def paragraphs(text: str, width: int) -> Blocks:
    """A text's paragraphs, each filled; those with lists, tables or code keep their rows."""
    blocks = list[list[str]]()
    for rows in _parted(text):
        kept = any(_KEPT.match(row) for row in rows)
        blocks.append(rows if kept else filled(" ".join(rows), width))
    return blocks


def _parted(text: str) -> Blocks:
    parts, fenced = [list[str]()], False
    for row in text.split("\n"):
        fenced ^= row.lstrip().startswith(("```", "~~~"))
        if row.strip() or fenced:
            parts[-1].append(row)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def none(_said: Said, _width: int) -> Blocks:
    """No sections: all is prose."""
    return []


def google(said: Said, width: int) -> Blocks:
    """The Google Python Style Guide, 3.8.3."""

    def listed(title: str, some: tuple[Parameter, ...]) -> list[str]:
        rows = [row for one in some for row in filled(f"{one.name}: {one.text}", width, "    ", "        ")]
        return [f"{title}:", *rows] if rows else []

    returns = filled(said.returns, width, "    ", "    ")
    return [
        listed("Args", said.parameters),
        ["Returns:", *returns] if returns else [],
        listed("Raises", said.raises),
    ]


def numpy(said: Said, width: int) -> Blocks:
    """numpydoc's style guide."""

    def listed(title: str, some: tuple[Parameter, ...]) -> list[str]:
        rows = list[str]()
        for one in some:
            rows += [f"{one.name} : {one.type}" if one.type else one.name, *filled(one.text, width, "    ", "    ")]
        return [title, "-" * len(title), *rows] if rows else []

    result = (Parameter(said.returns_type or "object", said.returns),) if said.returns else ()
    return [listed("Parameters", said.parameters), listed("Returns", result), listed("Raises", said.raises)]


def rest(said: Said, width: int) -> Blocks:
    """Sphinx' field lists."""
    rows = list[str]()
    for one in said.parameters:
        rows += filled(f":param {one.name}: {one.text}", width, rest="    ")
    if said.returns:
        rows += filled(f":returns: {said.returns}", width, rest="    ")
    for one in said.raises:
        rows += filled(f":raises {one.name}: {one.text}", width, rest="    ")
    return [rows]


def jsdoc(said: Said, width: int) -> Blocks:
    """JSDoc's block tags, with the types that plain JavaScript does not tell."""
    forms = _Forms("@param {type}{name} - {text}", "@returns {type}{text}", "@throws {{{name}}} {text}", "{{{}}} ")
    return _tags(said, width, forms)


def tsdoc(said: Said, width: int) -> Blocks:
    """TSDoc's block tags."""
    return _tags(said, width, _Forms("@param {name} - {text}", "@returns {text}", "@throws {{@link {name}}} {text}"))


def javadoc(said: Said, width: int) -> Blocks:
    """The block tags of Javadoc, KDoc, Scaladoc and Doxygen."""
    return _tags(said, width, _Forms("@param {name} {text}", "@return {text}", "@throws {name} {text}"))


def phpdoc(said: Said, width: int) -> Blocks:
    """PHPDoc (PSR-19)."""
    forms = _Forms("@param {type}${name} {text}", "@return {type}{text}", "@throws {name} {text}", "{} ", "mixed")
    return _tags(said, width, forms)


def yard(said: Said, width: int) -> Blocks:
    """YARD's tags."""
    forms = _Forms("@param {name} {type}{text}", "@return {type}{text}", "@raise [{name}] {text}", "[{}] ")
    return _tags(said, width, forms)


def luals(said: Said, _width: int) -> Blocks:
    """The annotations of lua-language-server, which end with their row."""
    return _tags(said, _ONE_LINE, _Forms("@param {name} {type}{text}", "@return {type}{text}", "", "{} ", "any"))


@dataclass(frozen=True, slots=True)
class _Forms:
    """How the tags are written; ``typed`` is how ``{type}`` is, "" where it is left to the code. "" for no tag.

    ``unknown`` stands for a type that nobody told, where a tag must have one.
    """

    parameter: str
    returns: str
    raises: str
    typed: str = ""
    unknown: str = ""


def _tags(said: Said, width: int, forms: _Forms) -> Blocks:
    def kind(named: str) -> str:
        told = named or forms.unknown
        return forms.typed.format(told) if told else ""

    tags = [forms.parameter.format(name=one.name, type=kind(one.type), text=one.text) for one in said.parameters]
    if said.returns:
        tags.append(forms.returns.format(type=kind(said.returns_type), text=said.returns))
    tags += [forms.raises.format(name=one.name, text=one.text) for one in said.raises if forms.raises]
    return [[row for tag in tags for row in filled(tag, width, rest="    ")]]


def rust(said: Said, width: int) -> Blocks:
    """rustdoc's ``# Errors`` section (Rust API guidelines, C-FAILURE)."""
    rows = [filled(f"{one.name}: {one.text}" if one.name else one.text, width) for one in said.raises]
    return [["# Errors"], *rows] if rows else []


def swift(said: Said, width: int) -> Blocks:
    """Swift's markup for symbols."""
    rows = list[str]()
    if said.parameters:
        rows.append("- Parameters:")
    for one in said.parameters:
        rows += filled(f"- {one.name}: {one.text}", width, "  ", "    ")
    if said.returns:
        rows += filled(f"- Returns: {said.returns}", width, rest="  ")
    for one in said.raises:
        rows += filled(f"- Throws: {one.name} {one.text}", width, rest="  ")
    return [rows]


def xml(said: Said, width: int) -> Blocks:
    """C#'s documentation elements (C# standard, annex D); all text is escaped."""
    rows = ["<summary>", *filled(escape(said.summary), width), "</summary>"]
    for one in said.parameters:
        rows += filled(f"<param name={quoteattr(one.name)}>{escape(one.text)}</param>", width)
    if said.returns:
        rows += filled(f"<returns>{escape(said.returns)}</returns>", width)
    for one in said.raises:
        rows += filled(f"<exception cref={quoteattr(one.name)}>{escape(one.text)}</exception>", width)
    if said.details:
        rows += [
            "<remarks>",
            *(escape(row) for block in paragraphs(said.details, width) for row in block),
            "</remarks>",
        ]
    return [rows]
