"""Which paths of a workspace nobody wants read: git's ignored files, and those kept from all models.

Files are kept from models by their name, by the setting ``paths.off``, and by files of patterns as git has them, in
any folder: ``.aiexclude``, ``.copilotignore``, ``.cursorignore``, ``.flashlsignore``; and by the patterns under
``paths.off`` of a ``.flashls.toml``, in the folder that it is the settings of and below, whichever folder above is
worked in. What one of these hides, none of the others shows again.
"""

from __future__ import annotations

import codecs
import os
import time
import tomllib
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG

import msgspec

from flashls.index.patterns import Patterns, patterns
from flashls.settings import Paths

# Files whose whole content is a secret; no setting shows them.
ALWAYS_HIDDEN = (
    ".env", ".env.*", ".env-*", ".env_*", "*.env", ".env~", ".envrc",
    "!.env.example", "!.env.sample", "!.env.template", "!.env[-_]example", "!.env[-_]sample", "!.env[-_]template",
    "*.pem", "*.pem.bak", "*.pem.old", "*.key", "*.key.bak", "*.key.old", "*.ppk", "*.p8",
    "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx",
    "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass",
    ".git-credentials", ".htpasswd", ".vault-token", ".yarnrc.yml", ".dockercfg", ".my.cnf", ".s3cfg", ".boto",
    ".terraformrc", "terraform.rc", "credentials.json", "client_secret*.json", "service-account*.json",
    "service_account*.json", "application_default_credentials.json", "auth.json", "credentials.tfrc.json",
    "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", "**/.aws/credentials", "**/.docker/config.json",
    "secrets.json", "secrets.y*ml", "secrets.toml", "kubeconfig", "**/etc/shadow", "**/.kube/config",
    "**/.cargo/credentials*",
)  # fmt: skip

_SETTINGS = ".flashls.toml"
MODEL_IGNORES = (".aiexclude", ".copilotignore", ".cursorignore", ".flashlsignore", _SETTINGS)
"""Files that say, in git's patterns, what no model may see in their folder and below."""

GIT_IGNORE = ".gitignore"

# Nanoseconds within which a folder can change again and keep its time, with coarse clocks.
_RACY = 2_000_000_000
_LONGEST = 1 << 20  # bytes of such a file that are read
_LONGEST_SETTINGS = 64 * 1024
_EVERYTHING = patterns("*")

Level = tuple[int, Patterns]
"""How many characters of a path lead to the folder of some patterns, and the patterns."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in one folder.

    For each kind of file of patterns in ``kinds``, ``levels`` has those of the folders above, the nearest first.
    ``always`` holds at every depth, ``secrets`` whatever the case of the letters.
    """

    kinds: tuple[str, ...]
    levels: tuple[tuple[Level, ...], ...]
    always: tuple[Level, ...] = ()
    secrets: Patterns | None = None

    def below(self, top: str, folder: str, present: Set[str]) -> Rules:
        """What holds in a folder below ``top``, a path that ends in a slash ("" is ``top`` itself).

        ``present`` are the names of the folder's entries; others among them do no harm.
        """
        if present.isdisjoint(self.kinds):
            return self
        start = len(folder)
        levels = []
        for kind, above in zip(self.kinds, self.levels, strict=True):
            found = read(os.path.join(top, folder, kind)) if kind in present else None  # noqa: PTH118
            levels.append(((start, found), *above) if found else above)
        return replace(self, levels=tuple(levels))

    def ignores(self, path: str, name: str, is_folder: bool) -> bool:
        """Whether an entry directly in the folder is ignored; a folder is so with all that is in it."""
        for levels in self.levels:
            for start, found in levels:
                decided = found.decide(path[start:], name, is_folder)
                if decided:
                    return True
                if decided is not None:
                    break
        if any(found.decide(path[start:], name, is_folder) for start, found in self.always):
            return True
        return bool(self.secrets and self.secrets.decide(path.lower(), name.lower(), is_folder))

    def in_repository(self, start: int, git: Sequence[Patterns]) -> Rules:
        """What holds where a repository begins: its own patterns of git, the first to decide first."""
        if self.kinds[0] != GIT_IGNORE:
            return self
        return replace(self, levels=(tuple((start, found) for found in git), *self.levels[1:]))

    def without_git(self) -> Rules:
        """What holds for a file that git keeps whatever its patterns say."""
        if self.kinds[0] != GIT_IGNORE:
            return self
        return replace(self, kinds=self.kinds[1:], levels=self.levels[1:])


def model_rules() -> Rules:
    """Only what files of ``MODEL_IGNORES`` say."""
    return Rules(MODEL_IGNORES, ((),) * len(MODEL_IGNORES))


def all_rules(start: int, off: tuple[str, ...]) -> Rules:
    """Git's files and ``MODEL_IGNORES``, names of secrets, and ``off``: ``paths.off``, below ``start`` characters."""
    kinds = (GIT_IGNORE, *MODEL_IGNORES)
    always = ((start, patterns("\n".join(off))),) if off else ()
    return Rules(kinds, ((),) * len(kinds), always, patterns("\n".join(ALWAYS_HIDDEN)))


def ignored(root: str | os.PathLike[str], path: str) -> bool:
    """Whether a file of a workspace is kept from all models by an ``.aiexclude`` or another of ``MODEL_IGNORES``.

    ``path`` is relative to ``root``, with ``/`` between folders. The files, from the repository's top folder on, hold
    as they are now: each folder on the way is looked at (some 6 µs), and what changed is read again.
    """
    return Kept(root).ignores(path)


class Kept:
    """The same for many files at one moment: each folder is looked at once, when it is first asked about."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        folder = str(root)
        self._top = _top(folder) or folder
        below = os.path.relpath(folder, self._top).replace(os.sep, "/") if self._top != folder else "."
        self._start = "" if below == "." else f"{below}/"
        self._rules: dict[str, Rules | None] = {"": self._below(model_rules(), "")}

    def ignores(self, path: str) -> bool:
        """Whether a file at a path, relative to the root, is kept from all models."""
        folder, slash, name = f"{self._start}{path}".rpartition("/")
        rules = self._within(folder + slash)
        return rules is None or (any(rules.levels) and rules.ignores(folder + slash + name, name, False))

    def _within(self, folder: str) -> Rules | None:
        """What holds in a folder, a path that ends in a slash ("" is the top); None for one that is ignored itself."""
        known = self._rules
        if folder not in known:
            rules, path = known[""], ""
            for name in folder.split("/")[:-1]:
                path += name
                if f"{path}/" not in known:
                    known[f"{path}/"] = self._entered(rules, path, name)
                path += "/"
                rules = known[path]
        return known[folder]

    def _entered(self, rules: Rules | None, path: str, name: str) -> Rules | None:
        if rules is None or (any(rules.levels) and rules.ignores(path, name, True)):
            return None
        return self._below(rules, f"{path}/")

    def _below(self, rules: Rules, folder: str) -> Rules:
        return rules.below(self._top, folder, _present(f"{self._top}/{folder}"))


def read(path: str | Path) -> Patterns | None:
    """The patterns of a file; None if there is no such plain file, or nothing in it.

    Git follows no link to its patterns. One of ``MODEL_IGNORES`` is followed, and hides all if it cannot be read.
    """
    ours = str(path).endswith(MODEL_IGNORES)
    try:
        found = os.stat(path) if ours else os.lstat(path)  # noqa: PTH116
        if not S_ISREG(found.st_mode):
            return None
        return _read(str(path), found.st_mtime_ns, found.st_size) or None
    except OSError:
        return _EVERYTHING if ours and os.path.lexists(path) else None
    except ValueError:  # a name with a NUL in it
        return None


@lru_cache(maxsize=1024)
def _read(path: str, _mtime: int, size: int) -> Patterns:
    if size > _LONGEST and path.endswith(MODEL_IGNORES):
        return _EVERYTHING
    with open(path, "rb") as file:  # noqa: PTH123
        data = file.read(_LONGEST)
    if not path.endswith(MODEL_IGNORES):
        return patterns(data.decode("utf-8", "replace"))
    text = _in_rows(data)
    return patterns(_off(text) if path.endswith(_SETTINGS) else text)


def _in_rows(data: bytes) -> str:
    """The text of a file, which older Windows shells write as UTF-16, with line ends of any kind."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if utf16 else "utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _off(settings: str) -> str:
    """The patterns under ``paths.off``, but those that show files again; all files where that cannot be told."""
    if len(settings) > _LONGEST_SETTINGS:
        return "*"
    try:
        told = tomllib.loads(settings)
        off = msgspec.convert(told.get("paths", {}), Paths).off
    except (ValueError, msgspec.ValidationError, RecursionError):
        return "*"
    return "\n".join(pattern for pattern in off if not pattern.lstrip().startswith("!"))


def _top(root: str) -> str | None:
    """The folder of the repository that ``root`` is in; of a submodule, that of the outermost it is part of."""
    folder, top = root, None
    while True:
        if ".git" in _present(folder):
            top = folder
            if not _is_submodule(folder):
                return top
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            return top
        folder = above


def _is_submodule(folder: str) -> bool:
    try:
        return "/modules/" in Path(folder, ".git").read_text("utf-8", "replace")
    except OSError:  # a folder: a repository of its own
        return False


def _present(folder: str) -> frozenset[str]:
    """Which files of patterns a folder has, and whether a ``.git``; looked for again when the folder changes."""
    try:
        changed = os.stat(folder).st_mtime_ns  # noqa: PTH116
    except OSError:
        return frozenset()
    racy = time.time_ns() - changed < _RACY
    return _looked_for.__wrapped__(folder, changed) if racy else _looked_for(folder, changed)


@lru_cache(maxsize=4096)
def _looked_for(folder: str, _changed: int) -> frozenset[str]:
    return frozenset(name for name in (*MODEL_IGNORES, ".git") if os.path.lexists(f"{folder}/{name}"))
