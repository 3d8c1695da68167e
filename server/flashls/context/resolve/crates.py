"""Crates: the Rust crates of a workspace as their Cargo.toml files tell them, and the names that code has for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from posixpath import dirname

from flashls.context.resolve.paths import Paths, above, inside, plain

_TABLE = re.compile(r"^[ \t]*+\[++([^\]\n]++)\]++[ \t]*+(?:#.*)?$", re.MULTILINE)
_STRING = re.compile(r'^[ \t]*([\w-]+)[ \t]*=[ \t]*"([^"\n]*)"', re.MULTILINE)
_RENAMED = re.compile(r'^[ \t]*"?([\w-]+)"?[ \t]*=[ \t]*\{[^}\n]*\bpackage[ \t]*=[ \t]*"([^"\n]+)"', re.MULTILINE)
_INHERITED = re.compile(r"^[ \t]*+edition\b", re.MULTILINE)  # from the workspace's table
_TARGETS = ("bin", "test", "example", "bench", "lib")
_OWN = ("tests", "examples", "benches", "src/bin")


@dataclass(frozen=True, slots=True)
class Crates:
    """``libraries``: each crate's root file by the names that code has for it; ``packages``: by those of Cargo.toml.

    ``roots``: every file that a crate begins with and that is not called as such files are called.
    """

    libraries: dict[str, str]
    packages: dict[str, str]
    roots: frozenset[str]
    renamed: dict[str, str]

    def named(self, paths: Paths, path: str, name: str) -> str | None:
        """The root file of the crate that a file calls by a name; None for one from elsewhere."""
        manifest = paths.nearest(path, "Cargo.toml")
        own = _manifest(str(manifest[1])).renamed if manifest else {}
        package = own.get(name) or self.renamed.get(name)
        return (self.packages.get(package) if package else None) or self.libraries.get(name)

    def root(self, paths: Paths, path: str) -> str | None:
        """The file that the crate of a file begins with: its library, its program, or a test's or example's own."""
        if path in self.roots:
            return path
        manifest = paths.nearest(path, "Cargo.toml")
        folder = manifest[0] if manifest else ""
        own = [inside(folder, name) for name in _OWN]
        for where in above(path):
            if where in own or where == folder:
                break
            if found := paths.first(inside(where, name) for name in ("lib.rs", "main.rs")):
                return found
        if dirname(path) in own:
            return path
        if at := next((name for name in own if path.startswith(f"{name}/")), None):
            return next((file for file in sorted(paths.folder(at)) if file.endswith(".rs")), None)
        return library(paths, folder)


def crates(paths: Paths) -> Crates:
    """The workspace's crates."""
    return paths.once("crates", lambda: _crates(paths))


def library(paths: Paths, folder: str) -> str | None:
    """The file that the crate in a folder begins with: what ``[lib]`` says, else its lib.rs or main.rs."""
    named = _manifest(str(paths.manifests("Cargo.toml").get(folder, ""))).library_path
    return paths.first(inside(folder, file) for file in (*((named,) if named else ()), "src/lib.rs", "src/main.rs"))


def first_edition(paths: Paths, path: str) -> bool:
    """Whether a file is written in Rust 2015, which is meant where nothing is said of it (the edition guide)."""
    manifest = paths.nearest(path, "Cargo.toml")
    return manifest is None or _manifest(str(manifest[1])).edition == "2015"


@dataclass(frozen=True, slots=True)
class _Manifest:
    package: str
    edition: str
    library: str
    library_path: str
    targets: tuple[str, ...]
    renamed: dict[str, str]


def _crates(paths: Paths) -> Crates:
    libraries, packages, renamed = dict[str, str](), dict[str, str](), dict[str, str]()
    roots = set[str]()
    for folder, text in paths.manifests("Cargo.toml").items():
        said = _manifest(str(text))
        roots.update(root for file in said.targets if (root := plain(inside(folder, file))))
        if "[workspace" in str(text):
            renamed.update(said.renamed)
        if said.package and (root := library(paths, folder)):
            packages[said.package] = root
            for name in dict.fromkeys((said.library or said.package, said.package)):
                libraries.setdefault(name.replace("-", "_"), root)
    return Crates(libraries, packages, frozenset(roots), renamed)


@lru_cache(maxsize=512)
def _manifest(text: str) -> _Manifest:
    package = name = path = ""
    edition = "2015"
    targets, renamed = list[str](), dict[str, str]()
    for table, body in _tables(text):
        said = dict(_STRING.findall(body)) if table in ("package", *_TARGETS) or "dependencies." in table else {}
        if table == "package":
            package = said.get("name", package)
            edition = said.get("edition") or ("inherited" if _INHERITED.search(body) else edition)
        elif table in _TARGETS:
            targets += [said["path"]] if "path" in said else []
            if table == "lib":
                name, path = said.get("name", ""), said.get("path", "")
        elif "dependencies." in table and "package" in said:
            renamed[table.rpartition(".")[2].strip('"').replace("-", "_")] = said["package"]
        elif table.endswith("dependencies"):
            renamed.update((alias.replace("-", "_"), meant) for alias, meant in _RENAMED.findall(body))
    return _Manifest(package, edition, name, path, tuple(targets), renamed)


def _tables(text: str) -> Iterator[tuple[str, str]]:
    heads = list(_TABLE.finditer(text))
    for n, head in enumerate(heads):
        yield head[1].strip(), text[head.end() : heads[n + 1].start() if n + 1 < len(heads) else len(text)]
