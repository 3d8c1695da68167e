"""Hidden files: those no model may see, whatever is asked."""

from __future__ import annotations

import os
import re
from functools import lru_cache

from flashls.index.ignores import ALWAYS_HIDDEN, Kept
from flashls.index.patterns import Patterns, patterns
from flashls.text.uris import file_uri, path_below, place_of


def hidden(uri: str, root: str | None, off: tuple[str, ...]) -> bool:
    """Whether a document is kept from all models.

    By its name, by ``paths.off`` (gitignore patterns), or by an ``.aiexclude``, ``.copilotignore``, ``.cursorignore``
    or ``.flashlsignore`` on the way to it. ``root`` is the workspace's folder as a path; patterns are matched against
    the path below it, or the whole path.
    """
    return Hiding(root, off).hides(uri)


def placed(off: tuple[str, ...], root: str) -> tuple[str, ...]:
    """The patterns of ``paths.off``, each that names a whole path in the workspace's folder also as one below that.

    Patterns are matched against the path below the folder: one that an editor window with several folders makes of a
    document, or that stands in a user's own settings, has the folder's path before that.
    """
    folder = "/" + root.replace("\\", "/").strip("/")
    whole = re.compile("(!?)" + "".join(rf"\\?{re.escape(letter)}" for letter in folder) + "(/.+)")
    found = ((each, whole.fullmatch(each)) for each in off)
    return tuple(one for each, below in found for one in ([each, below[1] + below[2]] if below else [each]))


class Hiding:
    """The same for many documents at one moment: no folder is looked at twice."""

    def __init__(self, root: str | None, off: tuple[str, ...]) -> None:
        self._root, self._off = root, off
        self._kept: dict[str, Kept] = {}
        self._real: dict[str, str] = {}

    def hides(self, uri: str) -> bool:
        """Whether a document is kept from all models: under its name, or, of a link, under that of what it leads to."""
        if self._hides(uri, self._root):
            return True
        path = place_of(uri)
        real = self._led_to(path) if path.startswith("/") or ":" in path[:2] else path
        return real != path and self._hides(file_uri(real), self._root and self.real(self._root))

    def hides_below(self, path: str) -> bool:
        """The same of a file by its path below the root, plain and with forward slashes; some 15 us."""
        root = (self._root or "").replace("\\", "/").rstrip("/")
        whole = f"{root}/{path}"
        if not root or self._led_to(whole) != whole:
            return self.hides(file_uri(whole))
        return _named(path, self._off) or self._ignores(root, path)

    def _led_to(self, path: str) -> str:
        folder, _, name = path.rpartition("/")
        real = f"{self.real(folder or '/').rstrip('/')}/{name}"
        return os.path.realpath(real).replace("\\", "/") if os.path.islink(real) else real  # noqa: PTH114

    def real(self, folder: str) -> str:
        """A folder's path without links, with forward slashes."""
        pending, at = [], folder
        while at not in self._real:
            pending.append(at)
            above, _, name = at.rpartition("/")
            if os.sep != "/" or "/" not in above or name in ("", ".", ".."):
                break
            at = above
        for each in reversed(pending):
            above, _, name = each.rpartition("/")
            plain = above in self._real and name not in ("", ".", "..") and not os.path.islink(each)  # noqa: PTH114
            self._real[each] = f"{self._real[above]}/{name}" if plain else os.path.realpath(each).replace("\\", "/")
        return self._real[folder]

    def _hides(self, uri: str, root: str | None) -> bool:
        return _by_name(uri, root, self._off) or self._by_file(uri, root)

    def _by_file(self, uri: str, root: str | None) -> bool:
        """Of a file outside the workspace the files in its own folder and repository count."""
        inside = path_below(uri, root)
        if root and inside:
            return self._ignores(root, inside)
        folder, _, name = place_of(uri).rpartition("/")
        return bool(folder and name) and self._ignores(folder, name)

    def _ignores(self, folder: str, path: str) -> bool:
        kept = self._kept.get(folder)
        if kept is None:
            kept = self._kept[folder] = Kept(folder)
        return kept.ignores(path)


@lru_cache(maxsize=4096)
def _by_name(uri: str, root: str | None, off: tuple[str, ...]) -> bool:
    return _named((path_below(uri, root) or place_of(uri)).strip("/"), off)


@lru_cache(maxsize=4096)
def _named(path: str, off: tuple[str, ...]) -> bool:
    return _matches(path.lower(), ALWAYS_HIDDEN) or _matches(path, off)


def _matches(path: str, rules: tuple[str, ...]) -> bool:
    """Whether patterns ignore a file, or a folder on the way to it; the last that matches decides, as git has it."""
    folder, _, name = path.rpartition("/")
    return _folder_matches(folder, rules) or bool(_patterns(rules).decide(path, name, False))


@lru_cache(maxsize=1024)
def _folder_matches(folder: str, rules: tuple[str, ...]) -> bool:
    found, path = _patterns(rules), ""
    for name in folder.split("/") if folder else ():
        path += name
        if found.decide(path, name, True):
            return True
        path += "/"
    return False


@lru_cache(maxsize=8)
def _patterns(rules: tuple[str, ...]) -> Patterns:
    return patterns("\n".join(rules))
