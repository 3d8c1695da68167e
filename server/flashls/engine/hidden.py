"""Hidden files: those no model may see, whatever is asked."""

from __future__ import annotations

from functools import lru_cache

from pathspec import GitIgnoreSpec

from flashls.text.uris import path_of, shown_path

# Files whose whole content is a secret; no setting shows them.
_ALWAYS = (
    ".env", ".env.*", "!.env.example", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx",
    "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", ".npmrc", ".pypirc", ".pgpass", ".git-credentials",
    ".htpasswd", ".aws/credentials", ".docker/config.json", "*.tfstate",
)  # fmt: skip


def hidden(uri: str, root: str | None, patterns: tuple[str, ...]) -> bool:
    """Whether a document is kept from all models: by its name, or by ``paths.off`` (gitignore patterns).

    ``root`` is the workspace's folder as a path; patterns are matched against the path below it, or the whole path.
    """
    inside = root is not None and path_of(uri).startswith(root.replace("\\", "/"))
    return _spec(patterns).match_file(shown_path(uri, root) if inside else path_of(uri).lstrip("/"))


@lru_cache(maxsize=8)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines((*patterns, *_ALWAYS))
