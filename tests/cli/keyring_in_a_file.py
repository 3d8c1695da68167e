"""A keyring for tests: the package ``keyring`` finds it by ``$PYTHON_KEYRING_BACKEND``."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class Keyring(KeyringBackend):
    """Keeps everything in ``$KEYRING_FILE``, in plain text."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return _read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        _write(_read() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        held = _read()
        if held.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError
        _write(held)


def _read() -> dict[str, str]:
    path = Path(os.environ["KEYRING_FILE"])
    held: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return held


def _write(held: dict[str, str]) -> None:
    Path(os.environ["KEYRING_FILE"]).write_text(json.dumps(held))
