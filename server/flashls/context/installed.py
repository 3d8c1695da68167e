"""Installed: where the source or the stubs of an imported dependency are on this machine.

Looked for where packages are installed: in the workspace's own environments (``.venv``, ``node_modules``, ``vendor``)
and in the user's Go and Cargo caches. Nothing else is ever read: no file of the workspace itself, whatever an import, a
link or a package's description names.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

Homes = tuple[Path, ...]

_VENVS = (".venv", "venv", "env")
_SCRIPTS = ("javascript", "typescript", "tsx")
_NAMED = ("site-packages", "node_modules", "vendor")
_TYPES = (".d.ts", ".d.mts", ".d.cts", ".ts", ".tsx")
_GO_FILES = 12
_MANIFEST = 2_000_000


def installed(language: str, module: str, root: Path, near: Path, when: int) -> tuple[Path, ...]:
    """The files that an imported module of a dependency is made of, the one to look in first in front.

    ``language`` as in the language table; ``module`` as the importing file writes it. ``near`` is that file; a module
    is looked for relative to it only if it is itself installed. Nothing for what is not installed or cannot be read.
    Where packages lie as seen from a folder is looked up once for each ``when``.
    """
    find = _FINDERS.get(language)
    if find is None or not module or "\0" in module or (".." in module and language in ("go", "rust")):
        return ()
    try:
        homes = _homes(language, root, _folder(language, root, near), when)
        real = [home.resolve() for home in homes]
        return tuple(
            file
            for file in find(module, root, near, homes)
            if file.is_file() and any(file.resolve().is_relative_to(home) for home in real)
        )
    except (OSError, ValueError):
        return ()


def anywhere(language: str, root: Path, near: Path, when: int) -> bool:
    """Whether any folder has packages of a language, as seen from a file; looked up once for each ``when``."""
    return language in _FINDERS and bool(_homes(language, root, _folder(language, root, near), when))


def shown(file: Path, root: Path) -> str:
    """An installed file's path from the folder on that packages of its kind are in: ``node_modules/x/index.d.ts``."""
    parts = file.relative_to(root).parts if file.is_relative_to(root) else ()
    mark = next((n for n, part in enumerate(parts) if part in _NAMED), None)
    if mark is not None:
        return "/".join(parts[mark:])
    home = next((home for home in (_go_cache(), *_cargo()) if file.is_relative_to(home)), file.parent)
    return file.relative_to(home).as_posix()


def again(path: str, language: str, root: Path, near: Path) -> Path | None:
    """The installed file that is ``shown`` as a path to those who work in the file ``near``; None if there is none."""
    for home in _homes.__wrapped__(language, root, near.parent, 0):
        named = home.name in _NAMED and home.is_relative_to(root)
        file = home.parent / path if named else home / path
        if (not named or path.startswith(f"{home.name}/")) and ".." not in path and file.is_file():
            return file
    return None


def _folder(language: str, root: Path, near: Path) -> Path:
    """The folder from which a file sees packages: the root, or its own where each folder on the way may have some."""
    return near.parent if language in _SCRIPTS else root


@lru_cache(maxsize=64)
def _homes(language: str, root: Path, folder: Path, _when: int) -> Homes:
    """The folders that a language's packages are in, as seen from a folder; a link below the root is not followed."""
    own = list[Path]()
    if language == "python":
        for venv in _VENVS:
            own += [*(root / venv).glob("lib/python3*/site-packages"), root / venv / "Lib" / "site-packages"]
    elif language in _SCRIPTS:
        own = [above / "node_modules" for above in (folder, *folder.parents) if above.is_relative_to(root)]
    elif language == "go":
        own = [root / "vendor"]
    top = root.resolve()
    caches = (_go_cache(),) if language == "go" else _cargo() if language == "rust" else ()
    return (
        *(home for home in own if _is_folder(home) == top / home.relative_to(root)),
        *(home for home in caches if _is_folder(home)),
    )


def _is_folder(path: Path) -> Path | None:
    """Where a folder lies, links followed; None for what is none, or cannot be looked at."""
    try:
        return path.resolve() if path.is_dir() else None
    except (OSError, RuntimeError):  # no right to, a name too long, a link to itself
        return None


def _python(module: str, _root: Path, near: Path, homes: Homes) -> Iterator[Path]:
    """PEP 561: stubs win over a package's own types; those win over its code."""
    if module.startswith("."):
        up = len(module) - len(module.lstrip("."))
        parts = [part for part in module.lstrip(".").split(".") if part]
        if any(near.is_relative_to(home) for home in homes):
            yield from _python_files(near.parents[up - 1].joinpath(*parts))
        return
    first, *rest = module.split(".")
    for site in homes:
        yield from _python_files(site.joinpath(f"{first}-stubs", *rest))
        yield from _python_files(site.joinpath(first, *rest))


def _python_files(place: Path) -> Iterator[Path]:
    for name in ("__init__.pyi", "__init__.py"):
        yield place / name
    for suffix in (".pyi", ".py"):
        yield place.with_name(place.name + suffix)


def _script(module: str, _root: Path, near: Path, homes: Homes) -> Iterator[Path]:
    """TypeScript's handbook, "Declaration files: publishing": ``types`` in package.json, index.d.ts, ``@types``."""
    if module.startswith("."):
        if any(near.is_relative_to(home) for home in homes):
            yield from _script_files(near.parent / module)
        return
    parts = module.split("/")
    name, inner = "/".join(parts[: 2 if module.startswith("@") else 1]), parts[2 if module.startswith("@") else 1 :]
    typed = "@types/" + name.removeprefix("@").replace("/", "__")
    for home in homes:
        for package in (home / name, home / typed):
            if inner:
                yield from _script_files(package.joinpath(*inner))
            elif package.is_dir():
                manifest = _manifest(package / "package.json")
                if types := _types(manifest):
                    yield package / types
                yield from _script_files(package / "index")


def _script_files(place: Path) -> Iterator[Path]:
    stem = re.sub(r"\.[cm]?js$", "", place.name)
    for suffix in _TYPES:
        yield place.with_name(stem + suffix)
    yield place / "index.d.ts"


def _types(manifest: dict[str, Any]) -> str:
    exports = manifest.get("exports")
    own = exports.get(".", exports) if isinstance(exports, dict) else None
    for found in (manifest.get("types"), manifest.get("typings"), own):
        while isinstance(found, dict):
            found = next((found[key] for key in ("types", "import", "require", "default") if key in found), None)
        if isinstance(found, str) and re.search(r"\.d\.[cm]?ts$", found):
            return found
    return ""


def _go(module: str, root: Path, _near: Path, _homes: Homes) -> Iterator[Path]:
    """Go's modules reference: a vendored package, else the module cache, by the longest path that go.mod requires."""
    if (root / "vendor" / module).is_dir():
        yield from _go_files(root / "vendor" / module)
        return
    cache = _go_cache()
    required = _required((root / "go.mod").as_posix(), _stamp(root / "go.mod"))
    names = [name for name in required if module == name or module.startswith(f"{name}/")]
    for name in sorted(names, key=len, reverse=True)[:1]:
        folder = cache / f"{_escaped(name)}@{required[name]}" / module[len(name) :].strip("/")
        yield from _go_files(folder)


def _go_files(folder: Path) -> list[Path]:
    found = (file for file in sorted(folder.glob("*.go")) if not file.name.endswith("_test.go"))
    return [file for file, _ in zip(found, range(_GO_FILES), strict=False)]


def _go_cache() -> Path:
    own, path = os.environ.get("GOMODCACHE"), os.environ.get("GOPATH", "").split(os.pathsep)[0]
    return Path(own) if own else (Path(path) if path else Path.home() / "go") / "pkg" / "mod"


def _escaped(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: "!" + found[0].lower(), name)


@lru_cache(maxsize=8)
def _required(file: str, _changed: float) -> dict[str, str]:
    text = re.sub(r"//.*", "", _text(Path(file)))
    return dict(re.findall(r"^\s*(?:require\s+)?([\w.~!/-]+\.[\w.~!/-]+)\s+(v[\w.+-]+)", text, re.MULTILINE))


def _rust(module: str, root: Path, near: Path, homes: Homes) -> Iterator[Path]:
    """The Cargo book, "Cargo home": sources of locked versions, unpacked in registry/src."""
    first, *rest = module.split("::")
    if first in ("crate", "self", "super"):
        if any(near.is_relative_to(home) for home in homes):
            yield from _rust_files(_rust_folder(first, near), rest)
        return
    locked = _locked((root / "Cargo.lock").as_posix(), _stamp(root / "Cargo.lock"))
    for name in (first, first.replace("_", "-")):
        for version in locked.get(name, ()):
            for home in homes:
                yield from _rust_files(home / f"{name}-{version}" / "src", rest)


def _cargo() -> Homes:
    sources = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo") / "registry" / "src"
    return tuple(sorted(sources.glob("*"))) if _is_folder(sources) else ()


def _rust_folder(first: str, near: Path) -> Path:
    if first == "crate":
        return next((folder for folder in near.parents if folder.name == "src"), near.parent)
    own = near.parent if near.name in ("lib.rs", "mod.rs", "main.rs") else near.with_suffix("")
    return own if first == "self" else own.parent


def _rust_files(folder: Path, parts: list[str]) -> Iterator[Path]:
    if not parts:
        yield folder / "lib.rs"
        yield folder / "mod.rs"
        yield folder.with_suffix(".rs")
    else:
        place = folder.joinpath(*parts)
        yield place.with_suffix(".rs")
        yield place / "mod.rs"


@lru_cache(maxsize=8)
def _locked(file: str, _changed: float) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r'name = "([\w-]+)"\r?\nversion = "([\w.+-]+)"', _text(Path(file))):
        found.setdefault(name, []).append(version)
    return found


def _manifest(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text(file))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(_MANIFEST)
    except OSError:
        return ""


def _stamp(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


_FINDERS: dict[str, Callable[[str, Path, Path, Homes], Iterator[Path]]] = {
    "python": _python,
    "javascript": _script,
    "typescript": _script,
    "tsx": _script,
    "go": _go,
    "rust": _rust,
}
