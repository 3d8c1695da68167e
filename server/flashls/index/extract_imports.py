"""Imports: the statements that bring names into a file, read language by language, and what a file is part of.

By their text, which is short and regular, and of which something can be made while it is being typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from flashls.index.extract_names import items
from flashls.index.extract_rust_imports import rust
from flashls.index.extract_script_imports import script
from flashls.index.facts import Import

_MOST = 1_000


class Statement(NamedTuple):
    """An import statement: its text, the modules of its file that it stands in (dotted), the file it says it means."""

    text: str
    within: str = ""
    file: str = ""


def imports(language: str, statements: Sequence[Statement]) -> tuple[Import, ...]:
    """What a file's import statements bring in, in order; repeated ones once."""
    first = statements[:_MOST]
    if language == "rust":
        return tuple(dict.fromkeys(one for each in first for one in rust(each.text, each.within, each.file)))
    read = _READERS.get(language, _any)
    return tuple(dict.fromkeys(one for each in first for one in read(each.text)))


def package(language: str, statements: Sequence[Statement]) -> str:
    """What a file declares itself part of: a Go or Java package, a C# or PHP namespace; "" where it says nothing."""
    pattern = _PACKAGES.get(language)
    if pattern is None:
        return ""
    found = next((match for each in statements if (match := pattern.match(each.text))), None)
    if found is None:
        return ""
    name, text = found[1].replace("`", ""), found.string[found.end() :]
    while inner := _NESTED.match(text):
        name, text = f"{name}.{inner[1]}", text[inner.end() :]
    return name


_PACKAGES = {
    "go": re.compile(r"package\s+(\w+)"),
    "java": re.compile(r"(?:@\S+\s+)*package\s+([\w.]+)"),
    "csharp": re.compile(r"namespace\s+([\w.]+)"),
    "php": re.compile(r"namespace\s+([\w\\]+)"),
    "kotlin": re.compile(r"(?:@\S+\s+)*package\s+([\w.`]+)"),
    "scala": re.compile(r"package\s+([\w.]+)"),
}
_NESTED = re.compile(r"\s*\{?\s*(?:namespace|package)\s+([\w.]+)")  # right within: ``namespace A { namespace B {``


def _python(text: str) -> Iterator[Import]:
    text = re.sub(r"#[^\n]*|[()\\\n]", " ", text).strip().rstrip(";")
    if match := re.match(r"from\s*(\.*\s*[\w.]*)\s+import\s+(.*)", text):
        module = match[1].replace(" ", "")
        for name, alias in items(match[2]):
            yield Import(module, name, "" if name == "*" else alias or name)
    elif text.startswith("import "):
        for name, alias in items(text[7:]):
            yield Import(name, "", alias or name)


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


def _java(text: str) -> Iterator[Import]:
    if match := re.match(r"import\s+(static\s+)?([\w.]+)\s*\.\s*(\w+|\*)\s*;?", text):
        yield Import(match[2], match[3], "" if match[3] == "*" else match[3])


def _kotlin(text: str) -> Iterator[Import]:
    if match := re.match(r"import\s+([\w.]+)\.(\w+|\*)(?:\s+as\s+(\w+))?", text.replace("`", "")):
        yield Import(match[1], match[2], "" if match[2] == "*" else match[3] or match[2])


def _scala(text: str) -> Iterator[Import]:
    for path, names, name in re.findall(r"(?:import\s+|,\s*)([\w.]+)\.(?:\{([^}]*)\}|(\w+|\*))", text[:2000]):
        for one, alias in items(re.sub("=>", " as ", names or name)):
            every = one in ("_", "*", "given")
            if alias != "_":
                yield Import(path, "*" if every else one, "" if every else alias or one)


def _c(text: str) -> Iterator[Import]:
    if match := re.match(r"""#\s*(?:include|import)\s*(?:"([^">\n]+)"|(<[^">\n]+>))""", text):
        yield Import(match[1] or match[2], "*")


_USING = re.compile(r"(global\s+)?using\s+(?:static\s+|unsafe\s+)*(?:(\w+)\s*=\s*)?(?:global::)?([\w.]+)")


def _csharp(text: str) -> Iterator[Import]:
    if match := _USING.match(text):
        module, _, name = match[3].rpartition(".")
        yield Import(module, name, match[2], bool(match[1])) if match[2] else Import(match[3], "*", "", bool(match[1]))


_REQUIRED = re.compile(r"""(require|require_relative|load|autoload)\b([^'"\n]*)['"]([^'"\n]+)""")


def _ruby(text: str) -> Iterator[Import]:
    if match := _REQUIRED.match(text):
        relative = match[1] == "require_relative" or "__dir__" in match[2] or "__FILE__" in match[2]
        path = "./" + match[3].lstrip("/") if relative and not match[3].startswith(".") else match[3]
        name = re.search(r":(\w+)", match[2]) if match[1] == "autoload" else None
        yield Import(path, name[1], name[1]) if name else Import(path, "*")


_INCLUDED = re.compile(r"""(?:require|include)(?:_once)?\b([^'"\n]*)['"]([^'"\n]+)""")


def _php(text: str) -> Iterator[Import]:
    if match := re.match(r"use\s+(?:function\s+|const\s+)?(.*?);?\s*$", text, re.DOTALL):
        group = re.match(r"([\w\\]+?)\\?\s*\{(.*)\}", match[1], re.DOTALL)
        lead, names = (group[1] + "\\", group[2]) if group else ("", match[1])
        for name, alias in items(re.sub(r"\b(?:function|const)\s+", "", names)):
            module, _, last = (lead + name).lstrip("\\").rpartition("\\")
            yield Import(module, last, alias or last)
    elif match := _INCLUDED.match(text):
        yield Import("./" + "../" * match[1].count("dirname(__DIR__") + match[2].lstrip("/"), "*")


def _any(text: str) -> Iterator[Import]:
    if match := re.match(r"(?:import|use|using|open|require)\s+([\w./:@-]+)", text):
        yield Import(match[1], "", re.split(r"[./:]", match[1].rstrip("./:"))[-1])


_READERS: dict[str, Callable[[str], Iterator[Import]]] = {
    "python": _python,
    "javascript": script,
    "typescript": script,
    "tsx": script,
    "go": _go,
    "java": _java,
    "kotlin": _kotlin,
    "scala": _scala,
    "c": _c,
    "cpp": _c,
    "csharp": _csharp,
    "ruby": _ruby,
    "php": _php,
}
