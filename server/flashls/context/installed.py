"""Installed: where the source or the stubs of an imported dependency are on this machine.

Looked for in the workspace's own environments (``.venv``, ``node_modules``, ``vendor``) and in the user's Go and Cargo
caches, and only there: a link that leads out of such a folder is not followed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

Places = Iterator[tuple[Path, Path]]  # a folder that files may be in, and a file or a package's folder in it

_VENVS = (".venv", "venv", "env")
_TYPES = (".d.ts", ".d.mts", ".d.cts", ".ts", ".tsx")
_GO_FILES = 12
_MANIFEST = 2_000_000


def installed(language: str, module: str, root: Path, near: Path) -> tuple[Path, ...]:
    """The files that an imported module of a dependency is made of, the one to look in first in front.

    ``language`` as in the language table; ``module`` as the importing file writes it. ``near`` is that file; a module
    is looked for relative to it if it is written so. Nothing for what is not installed or cannot be read.
    """
    find = _FINDERS.get(language)
    if find is None or not module or "\0" in module or (".." in module and language in ("go", "rust")):
        return ()
    try:
        return tuple(file for base, file in find(module, root, near) if _inside(file, base))
    except (OSError, ValueError):
        return ()


def home_of(file: Path) -> Path:
    """The folder that a dependency's file is shown relative to: that of all packages."""
    marks = [n for n, part in enumerate(file.parts) if part in ("site-packages", "node_modules", "vendor", "mod")]
    marks += [n + 1 for n, part in enumerate(file.parts) if part == "src" and file.parts[n - 1 : n] == ("registry",)]
    return Path(*file.parts[: marks[-1] + 1]) if marks else file.parent


def _inside(file: Path, base: Path) -> bool:
    return file.is_file() and file.resolve().is_relative_to(base.resolve())


def _python(module: str, root: Path, near: Path) -> Places:
    """PEP 561: stubs win over a package's own types; those win over its code."""
    if module.startswith("."):
        up = len(module) - len(module.lstrip("."))
        folder = near.parents[up - 1]
        parts = [part for part in module.lstrip(".").split(".") if part]
        yield from _python_files(home_of(near), folder.joinpath(*parts))
        return
    first, *rest = module.split(".")
    for venv in _VENVS:
        for site in (*(root / venv).glob("lib/python3*/site-packages"), root / venv / "Lib" / "site-packages"):
            yield from _python_files(root, site.joinpath(f"{first}-stubs", *rest))
            yield from _python_files(root, site.joinpath(first, *rest))


def _python_files(base: Path, place: Path) -> Places:
    for name in ("__init__.pyi", "__init__.py"):
        yield base, place / name
    for suffix in (".pyi", ".py"):
        yield base, place.with_name(place.name + suffix)


def _script(module: str, root: Path, near: Path) -> Places:
    """TypeScript's handbook, "Declaration files: publishing": ``types`` in package.json, index.d.ts, ``@types``."""
    if module.startswith("."):
        yield from _script_files(home_of(near), near.parent / module)
        return
    parts = module.split("/")
    name, inner = "/".join(parts[: 2 if module.startswith("@") else 1]), parts[2 if module.startswith("@") else 1 :]
    typed = "@types/" + name.removeprefix("@").replace("/", "__")
    folders = [folder for folder in near.parents if folder == root or folder.is_relative_to(root)]
    for folder in folders:
        for package in (folder / "node_modules" / name, folder / "node_modules" / typed):
            if inner:
                yield from _script_files(root, package.joinpath(*inner))
            elif package.is_dir():
                manifest = _manifest(package / "package.json")
                if types := _types(manifest):
                    yield root, package / types
                yield from _script_files(root, package / "index")


def _script_files(base: Path, place: Path) -> Places:
    stem = re.sub(r"\.[cm]?js$", "", place.name)
    for suffix in _TYPES:
        yield base, place.with_name(stem + suffix)
    yield base, place / "index.d.ts"


def _types(manifest: dict[str, Any]) -> str:
    exports = manifest.get("exports")
    own = exports.get(".", exports) if isinstance(exports, dict) else None
    for found in (manifest.get("types"), manifest.get("typings"), own):
        while isinstance(found, dict):
            found = next((found[key] for key in ("types", "import", "require", "default") if key in found), None)
        if isinstance(found, str) and re.search(r"\.d\.[cm]?ts$", found):
            return found
    return ""


def _go(module: str, root: Path, _near: Path) -> Places:
    """Go's modules reference: a vendored package, else the module cache, by the longest path that go.mod requires."""
    if (root / "vendor" / module).is_dir():
        yield from ((root, file) for file in _go_files(root / "vendor" / module))
        return
    cache = _go_cache()
    required = _required((root / "go.mod").as_posix(), _stamp(root / "go.mod"))
    names = [name for name in required if module == name or module.startswith(f"{name}/")]
    for name in sorted(names, key=len, reverse=True)[:1]:
        folder = cache / f"{_escaped(name)}@{required[name]}" / module[len(name) :].strip("/")
        yield from ((cache, file) for file in _go_files(folder))


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


def _rust(module: str, root: Path, near: Path) -> Places:
    """The Cargo book, "Cargo home": sources of locked versions, unpacked in registry/src."""
    first, *rest = module.split("::")
    if first in ("crate", "self", "super"):
        yield from _rust_files(home_of(near), _rust_folder(first, near), rest)
        return
    sources = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo") / "registry" / "src"
    locked = _locked((root / "Cargo.lock").as_posix(), _stamp(root / "Cargo.lock"))
    for name in (first, first.replace("_", "-")):
        for version in locked.get(name, ()):
            for folder in sources.glob(f"*/{name}-{version}"):
                yield from _rust_files(sources, folder / "src", rest)


def _rust_folder(first: str, near: Path) -> Path:
    if first == "crate":
        return next((folder for folder in near.parents if folder.name == "src"), near.parent)
    own = near.parent if near.name in ("lib.rs", "mod.rs", "main.rs") else near.with_suffix("")
    return own if first == "self" else own.parent


def _rust_files(base: Path, folder: Path, parts: list[str]) -> Places:
    if not parts:
        yield base, folder / "lib.rs"
        yield base, folder / "mod.rs"
        yield base, folder.with_suffix(".rs")
    else:
        place = folder.joinpath(*parts)
        yield base, place.with_suffix(".rs")
        yield base, place / "mod.rs"


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


_FINDERS: dict[str, Callable[[str, Path, Path], Places]] = {
    "python": _python,
    "javascript": _script,
    "typescript": _script,
    "tsx": _script,
    "go": _go,
    "rust": _rust,
}
