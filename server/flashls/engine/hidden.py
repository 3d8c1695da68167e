"""Hidden files: those no model may see, whatever is asked."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote

from pathspec import GitIgnoreSpec

from flashls.text.uris import path_of

# Files whose whole content is a secret; no setting shows them.
ALWAYS_HIDDEN = (
    ".env", ".env.*", "*.env", ".env~", ".envrc", "!.env.example", "!.env.sample", "!.env.template",
    "*.pem", "*.ppk", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx",
    "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", ".npmrc", ".pypirc", ".pgpass", ".git-credentials",
    ".htpasswd", ".vault-token", ".yarnrc.yml", "credentials.json", "client_secret*.json", "service-account*.json",
    "application_default_credentials.json", "*.tfstate", "*.tfvars", "**/.aws/credentials", "**/.docker/config.json",
    "secrets.json", "secrets.y*ml", "secrets.toml", "kubeconfig", "**/etc/shadow", "**/.kube/config",
    "**/.cargo/credentials*",
)  # fmt: skip
_URI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)")  # RFC 3986, appendix B: the path


@lru_cache(maxsize=256)
def hidden(uri: str, root: str | None, patterns: tuple[str, ...]) -> bool:
    """Whether a document is kept from all models: by its name, or by ``paths.off`` (gitignore patterns).

    ``root`` is the workspace's folder as a path; patterns are matched against the path below it, or the whole path.
    """
    path = _path(uri, root)
    return _spec(ALWAYS_HIDDEN).match_file(path.lower()) or _spec(patterns).match_file(path)


def _path(uri: str, root: str | None) -> str:
    """The path below the workspace's folder, else the whole one. Any scheme: a diff view's ``git:/w/.env?…`` too."""
    found = _URI.match(uri)
    path = PurePosixPath(path_of(uri) if uri.startswith("file:") or not found else unquote(found[1]))
    folder = root.replace("\\", "/") if root else None
    return str(path.relative_to(folder) if folder and path.is_relative_to(folder) else path).lstrip("/")


@lru_cache(maxsize=8)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(patterns)
