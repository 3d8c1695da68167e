"""Go: import paths by the modules' go.mod; a package is all files of a folder."""

from __future__ import annotations

import re

from flashls.context.resolve.paths import NOWHERE, Located, Paths, inside
from flashls.index.facts import Import

_MODULE = re.compile(r"^module\s+(\S+)", re.MULTILINE)


def locate(paths: Paths, _path: str, one: Import) -> Located:
    """Where an import of a Go file leads: the files of its package, without tests (the Go modules reference)."""
    for module, folder in _modules(paths):
        if one.module == module or one.module.startswith(f"{module}/"):
            files = paths.folder(inside(folder, one.module[len(module) + 1 :]).rstrip("/"))
            if files:
                return Located(tuple(sorted(f for f in files if f.endswith(".go") and not f.endswith("_test.go"))))
    return NOWHERE


def siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The other files of a file's package: what they define needs no import. Tests see tests, other files do not."""
    folder, test = path.rpartition("/")[0], path.endswith("_test.go")
    files = (f for f in paths.folder(folder) if f.endswith(".go") and f != path)
    return tuple(sorted(f for f in files if test or not f.endswith("_test.go")))


def _modules(paths: Paths) -> list[tuple[str, str]]:
    """The modules' names and folders, the longest name first."""
    found = ((_MODULE.search(str(text)), folder) for folder, text in paths.manifests("go.mod").items())
    return sorted(((m[1].strip('"'), folder) for m, folder in found if m), key=lambda pair: -len(pair[0]))
