"""Imports of Rust: ``use`` trees, ``mod`` and ``extern crate``, told as seen from the file, not from a module in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flashls.index.facts import Import

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_HEAD = re.compile(r"(?:#\[[^\]]*\]\s*)*(pub(?:\s*\([^)]*\))?\s+)?(use|mod|extern\s+crate)\s+", re.DOTALL)
_NAMED = re.compile(r"((?:r#)?\w+)\s*(?:as\s+(\w+)\s*)?(;|\{)?")
_LONGEST = 8_000
_DEEPEST = 12


def rust(text: str, within: str, file: str = "") -> Iterator[Import]:
    """What a statement brings in. ``within``: the modules in the file that it stands in (``tests``, ``a.b``).

    ``file``: what its ``path`` attribute says, for a ``mod``.
    """
    text = _COMMENT.sub(" ", text[:_LONGEST]).strip() if "/" in text else text
    head = _HEAD.match(text)
    if head is None:
        return
    exported, rest = bool(head[1]), text[head.end() :]
    if head[2] == "use":
        for module, name, alias in _tree(" ".join(rest.rstrip("; \n").split())):
            yield Import(*_seen(module, name, within), alias, exported)
    elif match := _NAMED.match(rest):
        name = match[1].removeprefix("r#")
        if head[2] != "mod":
            yield Import(name, "", match[2] or name, exported)
        elif match[3] != "{":
            inside = within.replace(".", "/") + "/" if within else ""
            yield Import(f"./{inside}{file}" if file else _path("self", within, name), "", name, exported)


def _seen(module: str, name: str, within: str) -> tuple[str, str]:
    """A path as it is from the file's own module: each ``super`` leads out of one of the modules in the file."""
    segments, inner = module.split("::"), within.split(".") if within else []
    if not inner or segments[0] not in ("self", "super"):
        return module, name
    while segments and segments[0] in ("self", "super"):
        if segments[0] == "super":
            if not inner:
                return "::".join(segments), name
            inner.pop()
        segments.pop(0)
    return "::".join(("self", *inner, *segments)), name


def _path(head: str, within: str, name: str) -> str:
    return "::".join((head, *(within.split(".") if within else ()), name))


def _tree(tree: str, lead: str = "", depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """The path, name and alias of each leaf of a ``use`` tree."""
    brace = tree.find("{")
    if brace < 0 or depth > _DEEPEST:
        path, _, alias = tree.partition(" as ")
        path = (lead + path.strip()).replace(" ", "").replace("r#", "").removeprefix("::")
        segments = [s for s in path.split("::") if s]
        if len(segments) > 1 and segments[-1] == "self":
            segments.pop()
        if segments:
            name = segments[-1]
            yield "::".join(segments[:-1]), name, "" if name == "*" else alias.strip() or name
        return
    lead += tree[:brace].replace(" ", "")
    level, start, inner = 0, 0, tree[brace + 1 :]
    for at, char in enumerate(inner):
        if char == "{":
            level += 1
        elif char in ",}" and level == 0:
            if inner[start:at].strip():
                yield from _tree(inner[start:at].strip(), lead, depth + 1)
            start = at + 1
            if char == "}":
                return
        elif char == "}":
            level -= 1
