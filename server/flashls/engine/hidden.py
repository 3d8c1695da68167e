"""Hidden files: those no model may see, whatever is asked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath

from pathspec import GitIgnoreSpec

from flashls.prompt.compose import path_of

# Files whose whole content is a secret; no setting shows them.
_ALWAYS = (
    ".env", ".env.*", "!.env.example", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx",
    "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", ".npmrc", ".pypirc", ".pgpass", ".git-credentials",
    ".htpasswd", ".aws/credentials", ".docker/config.json", "*.tfstate",
)  # fmt: skip


def hidden(uri: str, root: str | None, patterns: tuple[str, ...]) -> bool:
    """Whether a document is kept from all models: by its name, or by ``paths.off`` (gitignore patterns).

    ``root`` is the workspace's folder as a path; without one, patterns are matched against the whole path.
    """
    return _spec(patterns).match_file(_relative(path_of(uri), root))


@lru_cache(maxsize=8)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines((*patterns, *_ALWAYS))


def _relative(path: str, root: str | None) -> str:
    pure = PurePosixPath(path)
    return str(pure.relative_to(root)) if root and pure.is_relative_to(root) else path.lstrip("/")
