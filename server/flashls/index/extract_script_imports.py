"""Imports of JavaScript and TypeScript: ``import``, ``require``, and what a file exports by another name.

What a file exports of its own under another name is an ``Import`` of the module "", which is the file itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flashls.index.extract_names import items
from flashls.index.facts import Import

_NAME = r"[A-Za-z_$][\w$]*"
_FROM = re.compile(r"""(?:from|import)\s*['"]([^'"\n]+)['"][^'"]*$""")
_LOADED = re.compile(
    rf"""(?:(module\.|\bexports\.)?({_NAME})|\{{([^{{}}]*)\}})\s*(?::[^=;\n]{{0,200}})?=\s*"""
    rf"""(?:await\s+)?(?:require|import)\s*\(\s*['"]([^'"\n]+)['"]\s*\)(?:\s*\.\s*({_NAME}))?"""
)
_LAZY = re.compile(
    rf"""({_NAME})\s*=\s*[\w$.]+\(\s*(?:async\s*)?\(\)\s*=>\s*(?:\{{\s*return\s+)?import\(\s*['"]([^'"\n]+)"""
)
_COMMENT = re.compile(r"(?<![:'\"])//[^\n]*|/\*.*?\*/", re.DOTALL)
_DECLARED = re.compile(
    r"export\s+(?:default\s+)?(?:declare\s+|abstract\s+|async\s+)*"
    r"(?:(?:function|class|const|let|var|interface|enum|namespace)\b|type\s+[\w$]+\s*[<=])"
)
_LIST = re.compile(r"export\s+(?:type\s+)?\{(.*?)\}", re.DOTALL)
_DEFAULT = re.compile(
    rf"(?:export\s+default|export\s*=|module\.exports\s*=)\s*({_NAME})\s*(?:;|$|\bas\b|\bsatisfies\b)"
)
_WRAPPED = re.compile(rf"export\s+default\s+[\w$.]+\s*[(<].*\(?\b({_NAME})\s*(?:,[^()]*)?(?:\)\s*)+;?\s*$", re.DOTALL)
_ASSIGNED = re.compile(rf"\bexports\.({_NAME})\s*=\s*({_NAME})\s*(?:;|$)")
_OBJECT = re.compile(r"\bmodule\.exports\s*=\s*\{([^{}()]*)\}")
_VALUES = {"null", "undefined", "true", "false", "this", "new", "async", "function", "class"}
_LONGEST_WRAPPED = 300


def script(text: str) -> Iterator[Import]:
    """What a statement of JavaScript or TypeScript brings in, or passes on."""
    written = text.startswith(("import", "export"))
    loads = "require" in text or "import(" in text
    if not (loads or "exports" in text or (written and not _DECLARED.match(text))):
        return
    if "//" in text or "/*" in text:
        text = _COMMENT.sub(" ", text)
    if loads:
        yield from _loaded(text)
    source = _FROM.search(text.strip().rstrip(";").strip()) if written else None
    if source is not None:
        yield from _clause(source[1], text[6 : source.start()].strip(), text.startswith("export"))
    elif "export" in text:
        yield from _renamed(text)


def _loaded(text: str) -> Iterator[Import]:
    for owner, name, names, module, member in _LOADED.findall(text):
        if owner == "module." and name == "exports":
            yield Import(module, "*", "", True)
        elif name:
            yield Import(module, member, name, bool(owner))
        for inner, alias in items(names.replace(":", " as ")):
            yield Import(module, inner, alias or inner)
    for name, module in _LAZY.findall(text):
        yield Import(module, "default", name)


def _clause(module: str, head: str, exported: bool) -> Iterator[Import]:
    """What stands between ``import`` or ``export`` and ``from``: ``type? Default?, { a, b as c }? | * as n?``."""
    if head.startswith("type ") and not head.startswith("type from"):
        head = head[5:].strip()
    bare = not head and not exported
    if named := re.search(r"\{(.*)\}", head, re.DOTALL):
        for name, alias in items(named[1]):
            yield Import(module, name, alias or name, exported)
        head = head[: named.start()]
    if star := re.search(r"\*(?:\s*as\s+([\w$]+))?", head):
        yield Import(module, "" if star[1] else "*", star[1] or "", exported)
        head = head[: star.start()]
    head = head.strip().rstrip(",").strip()
    if re.fullmatch(r"[\w$]+", head):
        yield Import(module, "default", head, exported)
    elif bare:
        yield Import(module)


def _renamed(text: str) -> Iterator[Import]:
    """What a file gives of its own under another name, ``default`` being one."""
    found: list[tuple[str, str]] = []
    if listed := _LIST.match(text):
        found = items(listed[1])
    elif meant := _DEFAULT.match(text) or (_WRAPPED.match(text) if len(text) < _LONGEST_WRAPPED else None):
        found = [(meant[1], "default")]
    elif given := _OBJECT.match(text):
        found = [(name, alias) for alias, name in items(given[1].replace(":", " as "))]
    elif "exports." in text:
        found = [(name, alias) for alias, name in _ASSIGNED.findall(text)]
    for name, alias in found:
        if alias and name != alias and name not in _VALUES and name.isidentifier():
            yield Import("", name, alias, True)
