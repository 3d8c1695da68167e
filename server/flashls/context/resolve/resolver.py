"""Resolver: from a file's imports, and the names it uses without import, to the definitions meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from flashls.context.resolve import by_name, c, go, java, python, rust, typescript
from flashls.context.resolve.located import NOWHERE, Located
from flashls.context.resolve.paths import Paths
from flashls.index.facts import Definition, Facts, Import

_DEEPEST = 6
_MOST_WILD = 50
_DEFAULT = re.compile(r"\s*export\s+default\s+(?:(?:abstract|async|class|function|interface)\b[\s*]*)+([\w$]+)")
_Locate = Callable[[Paths, str, Import], Located]
_Siblings = Callable[[Paths, str], tuple[str, ...]]

# How each language finds imports, and which files' names need none.
_LANGUAGES: dict[str, tuple[_Locate, _Siblings | None]] = {
    "python": (python.locate, None),
    "javascript": (typescript.locate, None),
    "typescript": (typescript.locate, None),
    "tsx": (typescript.locate, None),
    "go": (go.locate, go.siblings),
    "rust": (rust.locate, rust.siblings),
    "java": (java.locate, java.siblings),
    "kotlin": (java.locate, java.siblings),
    "scala": (java.locate, java.siblings),
    "groovy": (java.locate, java.siblings),
    "c": (c.locate, c.siblings),
    "cpp": (c.locate, c.siblings),
    "csharp": (by_name.csharp, by_name.csharp_siblings),
    "php": (by_name.php, by_name.php_siblings),
    "ruby": (by_name.ruby, None),
}


class Brought(msgspec.Struct, frozen=True, gc=False):
    """An import and where it leads: ``files``, and the definitions it means; none where it means the files' all."""

    imported: Import
    files: tuple[str, ...]
    definitions: tuple[Definition, ...]


def brought(paths: Paths, facts: Facts) -> tuple[Brought, ...]:
    """What a file's imports mean, as far as the workspace holds it."""
    found = []
    for one in facts.imports:
        located = locate(paths, facts.language, facts.path, one)
        itself = located.files == (facts.path,) and not (located.name and one.module)
        if located.files and not itself:
            found.append(Brought(one, located.files, meant(paths, facts.language, located)))
    return tuple(found)


def brought_in(paths: Paths, facts: Facts, name: str) -> tuple[Definition, ...]:
    """What a name means in a file that brings it in with all else of another: ``use shapes::*``."""
    for onward in _with_all(paths, facts.language, facts.path, Located((facts.path,), name)):
        if found := meant(paths, facts.language, onward):
            return found
    return ()


def meant(paths: Paths, language: str, located: Located) -> tuple[Definition, ...]:
    """What ``defined`` gives, looked for once, unless in the open file, which is another with every key."""
    if paths.own is not None and paths.own.path in located.files:
        return tuple(defined(paths, language, located))
    return paths.once(("meant", language, located), lambda: tuple(defined(paths, language, located)))


def locate(paths: Paths, language: str, path: str, one: Import) -> Located:
    """Where one import of a file leads; to a module where its name is that by which another file knows one."""
    key, kept = (path, one), paths.memo.located
    if key not in kept:
        kept[key] = NOWHERE  # What leads back to itself leads nowhere.
        found = _LANGUAGES.get(language, (by_name.anything, None))[0](paths, path, one)
        kept[key] = _module(paths, language, found) or found
    return kept[key]


def _module(paths: Paths, language: str, located: Located) -> Located | None:
    """The module that is meant where a file only passes one on: ``export * as shapes from "./shapes"``."""
    if not located.name or located.container or len(located.files) != 1:
        return None
    file = located.files[0]
    facts = paths.facts(file)
    if facts is None or located.name in paths.top(file):
        return None
    for one in facts.imports:
        if one.alias == located.name and one.name != "*":
            onward = locate(paths, language, file, one)
            if onward.files and not onward.name:
                return onward
    return None


def siblings(paths: Paths, language: str, path: str) -> tuple[str, ...]:
    """The files whose names a file may use without import."""
    found = _LANGUAGES.get(language, (None, by_name.folder_siblings))[1]
    return found(paths, path) if found else ()


def defined(paths: Paths, language: str, located: Located, depth: int = _DEEPEST) -> Iterator[Definition]:
    """The definitions of the name that is meant, through files that only pass it on."""
    if not located.name:
        return
    seen: set[Located] = set()
    yield from _all(paths, language, located, depth, seen)


def _followed(
    paths: Paths, language: str, file: str, located: Located, depth: int, seen: set[Located]
) -> Iterator[Definition]:
    key = Located((file,), located.name, located.container)
    if depth == 0 or key in seen:
        return
    seen.add(key)
    if located.container:
        within = paths.members((file,), (located.container,))
        own = [one for one in within if one.name == located.name]
    else:
        own = paths.top(file).get(located.name) or _default(paths, file, located.name)
    if own:
        yield from own
        return
    passed_on = False
    for onward in _by_name(paths, language, file, located):
        for one in _all(paths, language, onward, depth - 1, seen):
            passed_on = True
            yield one
    if not passed_on:
        for onward in _with_all(paths, language, file, located):
            yield from _all(paths, language, onward, depth - 1, seen)


def _all(paths: Paths, language: str, located: Located, depth: int, seen: set[Located]) -> Iterator[Definition]:
    for file in located.files[:_MOST_WILD]:
        yield from _followed(paths, language, file, located, depth, seen)


def _by_name(paths: Paths, language: str, file: str, located: Located) -> Iterator[Located]:
    """Where to look for what a file does not define but passes on by its name, or by that of its container."""
    head, _, tail = located.container.partition(".")
    if not head:
        yield from [locate(paths, language, file, one) for one in paths.brings(file).aliases.get(located.name, ())]
        return
    facts = paths.facts(file)
    for one in facts.imports if facts else ():
        if one.alias == located.name and one.name not in ("", "*"):
            yield locate(paths, language, file, one)
        elif head and one.alias == head and one.name != "*":
            at = locate(paths, language, file, one)
            yield Located(at.files, located.name, _joined(at.container, at.name, tail))


def _with_all(paths: Paths, language: str, file: str, located: Located) -> Iterator[Located]:
    """Where to look for what a file passes on with all else that another file has; nowhere for what it names itself.

    Rust has a name for a macro, for a type and for a value side by side, so there it may be elsewhere all the same.
    """
    brings = paths.brings(file)
    if located.name == "default" or (language != "rust" and located.name in brings.aliases):
        return
    for one in brings.wild:
        at = locate(paths, language, file, one)
        yield Located(at.files, located.name, _joined(at.container, at.name, located.container))


def _joined(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _default(paths: Paths, file: str, name: str) -> list[Definition]:
    """What stands behind ``export default``, which importers name as they like."""
    if name != "default":
        return []
    top = (one for ones in paths.top(file).values() for one in ones)
    return [one for one in top if (match := _DEFAULT.match(one.signature)) and match[1] == one.name][:1]
