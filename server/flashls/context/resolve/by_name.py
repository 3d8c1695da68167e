"""C#, Ruby, PHP and the rest: by the namespaces that files declare, by path where one is named, else by name alone."""

from __future__ import annotations

from posixpath import dirname

from flashls.context.resolve.located import NOWHERE, Located
from flashls.context.resolve.paths import Paths, above, inside
from flashls.index.facts import Import

_GLOBAL = ("Usings.cs", "usings.cs", "Imports.cs")


def csharp(paths: Paths, _path: str, one: Import) -> Located:
    """Where a ``using`` leads: the files of the namespace, or the type that an alias or ``using static`` names."""
    files = paths.package("csharp", one.module)
    if files:
        return Located(files, "" if one.name == "*" else one.name)
    namespace, _, name = one.module.rpartition(".")
    files = tuple(f for f in paths.package("csharp", namespace) if name in paths.top(f))
    return Located(files, "" if one.name == "*" else one.name, name) if files else NOWHERE


def php(paths: Paths, path: str, one: Import) -> Located:
    """Where a ``use`` leads: what the files of its namespace define by that name; a ``require``: its file."""
    if one.module.startswith("./"):
        return _file(paths, path, one.module[2:], (".php", ""))
    files = tuple(f for f in paths.package("php", one.module) if one.name in paths.top(f))
    if files:
        return Located(files, one.name)
    return Located(paths.package("php", f"{one.module}\\{one.name}".lstrip("\\")))


def ruby(paths: Paths, path: str, one: Import) -> Located:
    """Where a ``require`` or ``autoload`` leads: from the file's folder if relative, else from any ``lib`` above."""
    found = _file(paths, path, one.module, (".rb", ""))
    facts = paths.facts(found.files[0]) if found.files and one.name != "*" else None
    for each in facts.definitions if facts else ():
        if each.name == one.name and each.kind in ("class", "module"):
            return Located(found.files, one.name, each.container)
    return found


def anything(paths: Paths, path: str, one: Import) -> Located:
    """Where an import of another language leads, if its words are a path from one of the folders around the file."""
    suffix = "." + path.rpartition(".")[2]
    return _file(paths, path, one.module.replace("::", "/").replace(".", "/"), (suffix, ""))


def csharp_siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The files of the namespace that a file is in, of those around that, and of those that all of a project uses."""
    found = dict.fromkeys(_same_package(paths, path, "csharp", "."))
    for folder in above(path):
        for file in paths.folder(folder):
            if file.endswith(_GLOBAL) and (facts := paths.facts(file)):
                used = (one for one in facts.imports if one.exported and one.name == "*")
                found.update(dict.fromkeys(f for one in used for f in csharp(paths, file, one).files))
    found.pop(path, None)
    return tuple(found)


def php_siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The files of the namespace that a file is in."""
    return _same_package(paths, path, "php", "")


def folder_siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The files beside a file that are of its kind."""
    suffix = "." + path.rpartition(".")[2]
    return tuple(sorted(f for f in paths.folder(dirname(path)) if f != path and f.endswith(suffix)))


def _same_package(paths: Paths, path: str, language: str, separator: str) -> tuple[str, ...]:
    facts = paths.facts(path)
    name = facts.package if facts else ""
    found: list[str] = []
    while name:
        found += (f for f in paths.package(language, name) if f != path)
        name = name.rpartition(separator)[0] if separator else ""
    return tuple(dict.fromkeys(found))


def _file(paths: Paths, path: str, module: str, suffixes: tuple[str, ...]) -> Located:
    folders = [dirname(path)] if module.startswith(".") else above(path)
    bases = (inside(inside(folder, sub) if sub else folder, module) for folder in folders for sub in ("", "lib", "src"))
    file = paths.first(base + suffix for base in bases for suffix in suffixes)
    return Located((file,)) if file else NOWHERE
