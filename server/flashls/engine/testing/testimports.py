"""Test imports: which of the imports that new tests bring along a file does not have yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flashls.syntax.languages import Language

_SCRIPTS = ("javascript", "typescript", "tsx")
_NAMED = re.compile(
    r"\A\s*(?P<word>import|const|let|var)\s+(?P<type>type\s+)?(?:(?P<default>[\w$]+)\s*,\s*)?"
    r"(?:\{(?P<names>[^}]*)\}|(?P<only>[\w$]+)|\*\s+as\s+(?P<all>[\w$]+))(?P<rest>\s*(?:from|=)[\s\S]*)\Z"
)
_GO_PATH = re.compile(r'^\s*(?:import\s+)?(?:[\w.]+\s+)?("[^"\n]+")', re.MULTILINE)
_STATEMENT = re.compile(
    r"^[ \t]*(?:import\b[^;'\"`]*?(?:['\"][^'\"]*['\"])|(?:const|let|var)\b[^=;]*=\s*require\([^)]*\));?", re.MULTILINE
)


def missing(imports: Iterable[str], text: str, language: Language) -> tuple[str, ...]:
    """The imports without those that ``text`` has. What is bound there already is not bound a second time.

    To bind a name twice is an error in JavaScript and Go, which no parser sees.
    """
    if language.name in _SCRIPTS:
        return tuple(_scripts(imports, text))
    if language.name == "go":
        return tuple(_gos(imports, text))
    there = {_bare(row) for row in text.replace("\r\n", "\n").split("\n")}
    return tuple(dict.fromkeys(each for each in imports if each.strip() and _bare(each) not in there))


def _gos(imports: Iterable[str], text: str) -> Iterator[str]:
    """One declaration a package; several may follow one another (Go specification, "Import declarations")."""
    there = set(_GO_PATH.findall(text))
    for each in imports:
        for row in re.sub(r"\A\s*import\s*\(?|\)\s*\Z", "", each).split("\n"):
            path = _GO_PATH.match(row)
            if path is not None and path[1] not in there:
                there.add(path[1])
                yield f"import {row.strip()}"


def _scripts(imports: Iterable[str], text: str) -> Iterator[str]:
    bound = {name for found in _STATEMENT.finditer(text) for name in _names(found[0])}
    there = {_bare(found[0]) for found in _STATEMENT.finditer(text)}
    for each in imports:
        if _bare(each) in there or not each.strip():
            continue
        left = _without(each, bound)
        if left is not None:
            bound |= set(_names(left))
            yield left


def _without(statement: str, bound: set[str]) -> str | None:
    """The statement without the names that are bound; None if none is left."""
    found = _NAMED.match(statement)
    if found is None:
        return statement
    only, default = found["only"] or found["all"], found["default"]
    if only is not None:
        return None if only in bound else statement
    kept = [part.strip() for part in found["names"].split(",") if part.strip() and _local(part) not in bound]
    default = None if default in bound else default
    if not kept:
        return f"{found['word']} {default}{found['rest']}" if default else None
    lead = f"{default}, " if default else ""
    return f"{found['word']} {found['type'] or ''}{lead}{{ {', '.join(kept)} }}{found['rest']}"


def _names(statement: str) -> Iterator[str]:
    found = _NAMED.match(statement)
    if found is not None:
        yield from (name for name in (found["default"], found["only"], found["all"]) if name)
        yield from (_local(part) for part in (found["names"] or "").split(",") if part.strip())


def _local(part: str) -> str:
    """The name that ``a``, ``a as b`` or ``a: b`` binds."""
    return re.split(r"\s+as\s+|:", part.strip())[-1].strip().removeprefix("type ").strip()


def _bare(row: str) -> str:
    return " ".join(row.replace("'", '"').rstrip("; \t").split())
