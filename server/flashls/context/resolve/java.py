"""Java: by the packages that files declare; single, wildcard, static and nested imports."""

from __future__ import annotations

from flashls.context.resolve.paths import NOWHERE, Located, Paths
from flashls.index.facts import Import


def locate(paths: Paths, _path: str, one: Import) -> Located:
    """Where an import of a Java file leads (the Java language specification, 7.5)."""
    parts = one.module.split(".")
    for cut in range(len(parts), 0, -1):
        files = paths.package("java", ".".join(parts[:cut]))
        if not files:
            continue
        types = parts[cut:] + ([] if one.name == "*" else [one.name])
        if not types:
            return Located(files)
        holding = tuple(f for f in files if f.endswith(f"/{types[0]}.java") or f == f"{types[0]}.java")
        holding = holding or tuple(f for f in files if types[0] in paths.top(f))
        if holding:
            if one.name == "*":
                return Located(holding, "", ".".join(types))
            return Located(holding, types[-1], ".".join(types[:-1]))
    return NOWHERE


def siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The other files of a file's package: what they define needs no import."""
    facts = paths.facts(path)
    files = paths.package("java", facts.package) if facts and facts.package else paths.folder(_folder(path))
    return tuple(f for f in files if f != path and f.endswith(".java"))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
