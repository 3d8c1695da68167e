"""Imports: the statements that bring names into a file, read language by language, and what a file is part of.

By their text, which is short and regular, and of which something can be made while it is being typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from flashls.index.facts import Import

_MOST = 1_000


def imports(language: str, statements: Sequence[str]) -> tuple[Import, ...]:
    """What a file's import statements bring in, in order; repeated ones once."""
    read = _READERS.get(language, _any)
    found = dict.fromkeys(one for statement in statements[:_MOST] for one in read(statement))
    return tuple(found)


def package(language: str, statements: Sequence[str]) -> str:
    """What a file declares itself part of: a Go or Java package, a C# or PHP namespace; "" where it says nothing."""
    pattern = _PACKAGES.get(language)
    if pattern is None:
        return ""
    return next((match[1] for text in statements if (match := pattern.match(text))), "")


_PACKAGES = {
    "go": re.compile(r"package\s+(\w+)"),
    "java": re.compile(r"(?:@\S+\s+)*package\s+([\w.]+)"),
    "csharp": re.compile(r"namespace\s+([\w.]+)"),
    "php": re.compile(r"namespace\s+([\w\\]+)"),
}


def _python(text: str) -> Iterator[Import]:
    text = re.sub(r"#[^\n]*|[()\\\n]", " ", text).strip().rstrip(";")
    if match := re.match(r"from\s*(\.*\s*[\w.]*)\s+import\s+(.*)", text):
        module = match[1].replace(" ", "")
        for name, alias in _items(match[2]):
            yield Import(module, name, "" if name == "*" else alias or name)
    elif text.startswith("import "):
        for name, alias in _items(text[7:]):
            yield Import(name, "", alias or name)


def _items(text: str) -> Iterator[tuple[str, str]]:
    """Names with their aliases of ``a, b as c, type D``; an alias may be missing."""
    for part in text.split(","):
        words = part.split()
        if len(words) > 1 and words[0] in ("type", "typeof") and words[1] != "as":
            words = words[1:]
        if words:
            yield words[0], words[2] if len(words) > 2 and words[1] == "as" else ""


_FROM = re.compile(r"""(?:from|import)\s*['"]([^'"\n]+)['"][^'"]*$""")
_REQUIRE = re.compile(
    r"""(?:const|let|var)\s+(?:([\w$]+)|\{([^}]*)\})\s*(?::[^=]+)?=\s*"""
    r"""(?:await\s+)?(?:require|import)\s*\(\s*['"]([^'"\n]+)"""
)
_JS_COMMENT = re.compile(r"(?<![:'\"])//[^\n]*|/\*.*?\*/", re.DOTALL)


def _typescript(text: str) -> Iterator[Import]:
    if not text.startswith(("import", "export")) and "require(" not in text and "import(" not in text:
        return
    if "//" in text or "/*" in text:
        text = _JS_COMMENT.sub(" ", text)
    if required := _REQUIRE.search(text):
        if required[1]:
            yield Import(required[3], "", required[1])
        for name, alias in _items((required[2] or "").replace(":", " as ")):
            yield Import(required[3], name, alias or name)
        return
    source = _FROM.search(text.strip().rstrip(";").strip())
    if source is not None and text.startswith(("import", "export")):
        yield from _clause(source[1], text[6 : source.start()].strip(), text.startswith("export"))


def _clause(module: str, head: str, exported: bool) -> Iterator[Import]:
    """What stands between ``import`` or ``export`` and ``from``: ``type? Default?, { a, b as c }? | * as n?``."""
    if head.startswith("type ") and not head.startswith("type from"):
        head = head[5:].strip()
    bare = not head and not exported
    if named := re.search(r"\{(.*)\}", head, re.DOTALL):
        for name, alias in _items(named[1]):
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


_GO_IMPORT = re.compile(r"""^\s*(?:import\s*\(?\s*)?([\w.]+\s+)?["`]([^"`\n]+)["`]""", re.MULTILINE)


def _go(text: str) -> Iterator[Import]:
    if text.startswith("package"):
        return
    for match in _GO_IMPORT.finditer(text):
        alias, module = (match[1] or "").strip(), match[2]
        alias = "" if alias == "import" else alias
        if alias == ".":
            yield Import(module, "*")
        else:
            parts = [part for part in module.split("/") if not re.fullmatch(r"v\d+", part)] or [module]
            yield Import(module, "", alias or parts[-1].removeprefix("go-").split(".")[0].replace("-", "_"))


_RUST_HEAD = re.compile(r"(?:#\[[^\]]*\]\s*)*(pub(?:\([^)]*\))?\s+)?(use|mod|extern\s+crate)\s+", re.DOTALL)


def _rust(text: str) -> Iterator[Import]:
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", text[:8000], flags=re.DOTALL).strip() if "/" in text else text
    head = _RUST_HEAD.match(text)
    if head is None:
        return
    exported, rest = bool(head[1]), text[head.end() :]
    if head[2] == "use":
        for module, name, alias in _use_tree(" ".join(rest.rstrip("; \n").split())):
            yield Import(module, name, alias, exported)
    elif match := re.match(r"(\w+)\s*(?:as\s+(\w+)\s*)?(;|\{)?", rest):
        if head[2] != "mod":
            yield Import(match[1], "", match[2] or match[1], exported)
        elif match[3] != "{":
            yield Import(f"self::{match[1]}", "", match[1], exported)


def _use_tree(tree: str, lead: str = "", depth: int = 0) -> Iterator[tuple[str, str, str]]:
    brace = tree.find("{")
    if brace < 0 or depth > 12:
        path, _, alias = tree.partition(" as ")
        segments = [s for s in (lead + path.strip()).replace(" ", "").removeprefix("::").split("::") if s]
        if segments and segments[-1] == "self":
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
                yield from _use_tree(inner[start:at].strip(), lead, depth + 1)
            start = at + 1
            if char == "}":
                return
        elif char == "}":
            level -= 1


def _java(text: str) -> Iterator[Import]:
    if match := re.match(r"import\s+(static\s+)?([\w.]+)\s*\.\s*(\w+|\*)\s*;?", text):
        yield Import(match[2], match[3], "" if match[3] == "*" else match[3])


def _c(text: str) -> Iterator[Import]:
    if match := re.match(r"""#\s*(?:include|import)\s*["<]([^">\n]+)[">]""", text):
        yield Import(match[1], "*")


def _csharp(text: str) -> Iterator[Import]:
    if match := re.match(r"(?:global\s+)?using\s+(static\s+)?(?:(\w+)\s*=\s*)?([\w.]+)", text):
        if match[2]:
            yield Import(match[3].rpartition(".")[0], match[3].rpartition(".")[2], match[2])
        else:
            yield Import(match[3], "*")


def _ruby(text: str) -> Iterator[Import]:
    if match := re.match(r"""(require|require_relative|load|autoload)\b[^'"\n]*['"]([^'"\n]+)""", text):
        relative = match[1] == "require_relative" and not match[2].startswith(".")
        yield Import(("./" if relative else "") + match[2], "*")


def _php(text: str) -> Iterator[Import]:
    if match := re.match(r"use\s+(?:function\s+|const\s+)?(.*?);?\s*$", text, re.DOTALL):
        group = re.match(r"([\w\\]+?)\\?\s*\{(.*)\}", match[1], re.DOTALL)
        lead, items = (group[1] + "\\", group[2]) if group else ("", match[1])
        for name, alias in _items(items):
            module, _, last = (lead + name).lstrip("\\").rpartition("\\")
            yield Import(module, last, alias or last)
    elif match := re.match(r"""(?:require|include)(?:_once)?\b[^'"\n]*['"]([^'"\n]+)""", text):
        yield Import("./" + match[1].lstrip("/"), "*")


def _any(text: str) -> Iterator[Import]:
    if match := re.match(r"(?:import|use|using|open|require)\s+([\w./:@-]+)", text):
        yield Import(match[1], "", re.split(r"[./:]", match[1].rstrip("./:"))[-1])


_READERS: dict[str, Callable[[str], Iterator[Import]]] = {
    "python": _python,
    "javascript": _typescript,
    "typescript": _typescript,
    "tsx": _typescript,
    "go": _go,
    "rust": _rust,
    "java": _java,
    "c": _c,
    "cpp": _c,
    "csharp": _csharp,
    "ruby": _ruby,
    "php": _php,
}
