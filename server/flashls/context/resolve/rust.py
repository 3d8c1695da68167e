"""Rust: paths by crate, self, super and the workspace's crates, down the modules' files and what they pass on."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import dirname

from flashls.context.resolve.crates import Crates, crates, first_edition
from flashls.context.resolve.located import NOWHERE, Located
from flashls.context.resolve.paths import Paths, inside
from flashls.index.facts import Import

_ROOT_FILES = ("mod.rs", "lib.rs", "main.rs")
_MOST_WILD = 30
_MOST_SEEN = 60


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where a ``use`` or ``mod`` of a Rust file leads (the Rust reference, "Paths", "Module source filenames")."""
    if one.module.startswith("./"):
        file = paths.first((inside(dirname(path), one.module),))
        return Located((file,)) if file else NOWHERE
    segments = [s for s in one.module.split("::") if s] + ([one.name] if one.name not in ("", "*") else [])
    at = _way(paths, path, segments, set()) if segments else None
    if at is None:
        return NOWHERE
    names = (*at.within, *at.rest)
    if at.rest and len(at.rest) == 1 and not at.within and (macro := _macro(paths, at.file, at.rest[0])):
        return Located((macro,), at.rest[0])
    return Located((at.file,), names[-1], ".".join(names[:-1])) if names else Located((at.file,))


def siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The modules that a file declares: their names are qualified by one word only."""
    facts = paths.facts(path)
    mods = [one for one in facts.imports if not one.name and one.module.startswith(("self::", "./"))] if facts else ()
    found = (locate(paths, path, one) for one in mods)
    return tuple(dict.fromkeys(at.files[0] for at in found if at.files and not at.name))


@dataclass(frozen=True, slots=True)
class _At:
    """A place on the way down a path: a file, the modules in it, and what of the path is left."""

    file: str
    within: tuple[str, ...]
    rest: list[str]


_Seen = set[tuple[str, str]]
"""The files in which it was looked for what they bring in by a name: what leads in a circle leads nowhere."""


def _way(paths: Paths, path: str, segments: list[str], seen: _Seen) -> _At | None:
    start = _start(paths, path, segments, seen)
    return _down(paths, start, seen) if start else None


def _start(paths: Paths, path: str, segments: list[str], seen: _Seen) -> _At | None:
    """Where a path starts."""
    head, rest = segments[0], segments[1:]
    known = crates(paths)
    if head == "crate":
        return _opt(known.root(paths, path), rest)
    if head in ("self", "super"):
        file: str | None = path
        rest = segments
        while rest and rest[0] in ("self", "super") and file is not None:
            file = _parent(paths, known, file) if rest[0] == "super" else file
            rest = rest[1:]
        return _opt(file, rest)
    if _module(paths, known, path, (), head) or head in paths.top(path):
        return _At(path, (), segments)
    if (crate := known.named(paths, path, head)) is not None:
        return _At(crate, (), rest)
    if at := _by_name(paths, _At(path, (), segments), seen):
        return at
    if not first_edition(paths, path):
        return None
    root = known.root(paths, path)  # every path starts from there
    return _At(root, (), segments) if root and root != path and _module(paths, known, root, (), head) else None


def _opt(file: str | None, rest: list[str]) -> _At | None:
    return _At(file, (), rest) if file is not None else None


def _down(paths: Paths, at: _At, seen: _Seen) -> _At:
    """As far down a path as there are modules: files, modules in files, and modules that others pass on."""
    known = crates(paths)
    while at.rest:
        name = at.rest[0]
        if file := _module(paths, known, at.file, at.within, name):
            at = _At(file, (), at.rest[1:])
        elif any(d.kind == "module" and d.name == name for d in paths.members((at.file,), (".".join(at.within),))):
            at = _At(at.file, (*at.within, name), at.rest[1:])
        elif len(at.rest) > 1 and name not in paths.top(at.file) and (onward := _passed_on(paths, at, seen)):
            at = onward
        else:
            break
    return at


def _passed_on(paths: Paths, at: _At, seen: _Seen) -> _At | None:
    """Where a path goes on when its next name is one that a file passes on, by that name or with all others."""
    if found := _by_name(paths, at, seen):
        return found
    facts, key = paths.facts(at.file), (at.file, f"* {at.rest[0]}")
    if key in seen or len(seen) > _MOST_SEEN:
        return None
    seen.add(key)
    wild = [one for one in facts.imports if one.name == "*" and one.exported] if facts else []
    for one in wild[:_MOST_WILD]:
        onward = _way(paths, at.file, [*one.module.split("::"), *at.rest], seen)
        if onward and len(onward.rest) < len(at.rest):
            return onward
    return None


def _by_name(paths: Paths, at: _At, seen: _Seen) -> _At | None:
    facts, name = paths.facts(at.file), at.rest[0]
    if facts is None or (at.file, name) in seen or len(seen) > _MOST_SEEN:
        return None
    seen.add((at.file, name))
    for one in facts.imports:
        if one.alias != name or one.name == "*" or (not one.name and one.module.startswith(("self::", "./"))):
            continue
        path = [s for s in one.module.split("::") if s] + ([one.name] if one.name else [])
        onward = _way(paths, at.file, [*path, *at.rest[1:]], seen)
        if onward and len(onward.rest) < len(at.rest):
            return onward
    return None


def _macro(paths: Paths, root: str, name: str) -> str | None:
    """The file of a macro that a crate exports: it is at the crate's root, wherever it is defined."""
    facts = paths.facts(root)
    if name in paths.top(root) or facts is None or any(one.alias == name for one in facts.imports):
        return None
    found = [d.path for d in paths.named(name) if d.kind == "macro" and d.path.endswith(".rs")]
    folder = dirname(root)
    return next((file for file in found if file.startswith(f"{folder}/")), found[0] if found else None)


def _module(paths: Paths, known: Crates, file: str, within: tuple[str, ...], name: str) -> str | None:
    """The file of a module that another, or a module in another, declares."""
    folder, _, base = file.rpartition("/")
    facts = paths.facts(file)
    for one in facts.imports if facts and not within else ():
        if one.alias == name and one.module.startswith("./") and not one.name:
            return paths.first((inside(folder, one.module),))
    at = folder if base in _ROOT_FILES or file in known.roots else inside(folder, base.removesuffix(".rs"))
    at = "/".join((at, *within)) if within and at else "/".join(within) or at
    found = paths.first((inside(at, f"{name}.rs"), inside(at, f"{name}/mod.rs")))
    if found is None and not within and folder.rpartition("/")[2] in ("tests", "examples", "benches", "bin"):
        found = paths.first((inside(folder, f"{name}.rs"), inside(folder, f"{name}/mod.rs")))
    return found if found != file else None


def _parent(paths: Paths, known: Crates, file: str) -> str | None:
    """The file that declares a file's module."""
    folder, _, base = file.rpartition("/")
    at = dirname(folder) if base in _ROOT_FILES else folder
    of = folder.rpartition("/")[2] if base in _ROOT_FILES else at.rpartition("/")[2]
    above_it = at if base in _ROOT_FILES else dirname(at)
    names = [inside(at, name) for name in _ROOT_FILES] + [inside(above_it, f"{of}.rs")]
    names += [root for root in known.roots if dirname(root) == at]
    return paths.first(name for name in names if name != file)
