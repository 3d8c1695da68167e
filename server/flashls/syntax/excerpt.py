"""Excerpt: a piece from the middle of a file, cut and framed so that the parser reads it as it would in place.

A parser that meets the middle of a class at the top of a text spends five times as long on recovering (measured), and
what it makes of it is worse.
"""

from __future__ import annotations

import re

from flashls.syntax.languages import Language
from flashls.syntax.layout import indent

_PREPROCESSED = {"c", "cpp", "objc", "csharp"}
_CONDITIONAL = re.compile(r"^[ \t]*#[ \t]*(if|el|endif)", re.MULTILINE)
_CLOSES = re.compile(r"\s*([)\]}]|(end|else|elif|elsif|except|finally|catch|case|default)\b)")
_METHOD = re.compile(
    r"\s*(?!(if|for|while|switch|catch|function|return|else|do|try|with|await|new|lock|using)\b)"
    r"([\w$#<>\[\], ?&*|@.]+\s)?[\w$#]+\s*(<[^>]*>)?\([^;]*$|\s*(public|private|protected|static)\s"
)


def plain(text: str) -> str:
    """A text with plain line ends; a lone carriage return is one, as the language server protocol has it."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_read_otherwise(text: str) -> bool:
    """Whether a text has lone carriage returns: to us they end rows, to the grammars they are white space."""
    return "\r" in text and "\r" in text.replace("\r\n", "")


def head(before: str, most: int) -> str:
    """The end of a text, at most so long, from the first row on that no later row is indented less than."""
    text = before
    if len(text) > most:
        text = text[-most:]
        text = text[text.find("\n") + 1 :]
    else:
        return text
    rows = text.split("\n")
    begin, least = 0, None
    for n, row in enumerate(rows[:-1]):
        if least == 0:
            break
        if row.strip() and (least is None or indent(row) < least) and not _CLOSES.match(row):
            begin, least = n, indent(row)
    return "\n".join(rows[begin:])


def plain_head(as_written: str, most: int) -> str:
    """The ``head`` of the text before a place, with plain line ends; text of ``most`` code points began in a row."""
    text = plain(as_written)
    return head(text, len(text) - (len(as_written) >= most))


def frame(language: Language | None, text: str) -> str:
    """What to put before an excerpt: the opening of a class if it begins with a method, PHP's opening tag."""
    if language is None:
        return ""
    first = text.split("\n", 1)[0]
    method = language.method_frame and first[:1] in (" ", "\t") and _METHOD.match(first)
    lead = language.preamble if "<?" not in text.split("?>", 1)[0] else ""
    return lead + (language.method_frame if method else "")


def branches(language: Language | None, text: str) -> tuple[str, str]:
    """What to put around an excerpt so that its ``#if``, ``#else`` and ``#endif`` pair up: its first and last rows."""
    if language is None or language.name not in _PREPROCESSED or "#" not in text:
        return "", ""
    missing = depth = 0
    for directive in _CONDITIONAL.findall(text):
        if directive != "if" and depth == 0:
            missing, depth = missing + 1, 1
        depth += {"if": 1, "el": 0, "endif": -1}[directive]
    return "#if 0\n" * missing, "\n#endif" * depth
