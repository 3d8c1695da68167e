"""Keys: where a provider's key comes from. A key is never shown, logged or written to a file of ours.

The editor's own secret store wins, then the environment, then the system's keyring, where ``flashls models login``
puts it. A keyring may be locked and wait for a password: it is asked in a thread of its own, and nothing waits for it
longer than a moment. Which providers have a key there is noted in a file, so that nobody else pays for the asking.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol, cast

from flashls.settings import Provider

SERVICE = "flashls"
VARIABLES: Mapping[str, tuple[str, ...]] = {
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "xroute": ("XROUTE_API_KEY",),
}
_PATIENCE = 2.0  # seconds that a start waits for the keyring
_LONGEST = 30.0  # seconds: a person may have to type the keyring's password


class _Lost(Exception):
    """The keyring took a key and does not have it."""


class Ring(Protocol):
    """What is asked of a keyring; the package ``keyring`` has these functions."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """The password, None if there is none."""
        ...

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Keeps a password."""
        ...

    def delete_password(self, service: str, username: str, /) -> None:
        """Forgets a password."""
        ...


class KeyringTrouble(Exception):
    """The system's keyring cannot be used; one line for the user."""


class Kept:
    """The keys that the system's keyring holds, as far as it has answered."""

    def __init__(self, providers: Iterable[str] = (), ring: Ring | None = None) -> None:
        """Asks for the providers' keys at once, in a thread that keeps no process from ending."""
        names = tuple(providers)
        self._keys: dict[str, str] = {}
        self._asked = frozenset(names)
        self._answered = threading.Event()
        if names:
            threading.Thread(target=self._learn, args=(names, ring), daemon=True, name="keyring").start()
        else:
            self._answered.set()

    def __repr__(self) -> str:
        return f"Kept({', '.join(self._keys)})"

    def awaits(self, provider: str) -> bool:
        """Whether the keyring holds a key for the provider and has not given it yet."""
        return provider in self._asked and provider not in self._keys and not self._answered.is_set()

    def get(self, provider: str) -> str:
        """The provider's key; empty if there is none, or none yet."""
        return self._keys.get(provider, "")

    async def wait(self, seconds: float = _PATIENCE) -> bool:
        """Waits for the keyring's answer, but no longer than this; whether it came."""
        step = 0.01
        for _ in range(round(seconds / step)):
            if self._answered.is_set():
                return True
            await asyncio.sleep(step)
        return self._answered.is_set()

    def _learn(self, names: tuple[str, ...], ring: Ring | None) -> None:
        for name in names:
            found = None
            with suppress(Exception):  # whatever a keyring's backend raises, it gave no key
                found = (ring or _system()).get_password(SERVICE, name)
            self._keys[name] = (found or "").strip()
        self._answered.set()


def stated_key(provider: str, own: Provider, environ: Mapping[str, str], editor_keys: Mapping[str, str]) -> str:
    """The key that the editor or the environment gives for a provider, empty if neither does.

    ``own`` is the provider's table in config.toml; where it names a variable no other counts.
    """
    found = [editor_keys.get(provider, ""), *(environ.get(variable, "") for variable in variables_of(provider, own))]
    return next((key.strip() for key in found if key.strip()), "")


def variables_of(provider: str, own: Provider) -> tuple[str, ...]:
    """The environment variables that may hold a provider's key."""
    return (own.key_env,) if own.key_env else VARIABLES.get(provider, ())


def logins(data: Path) -> tuple[str, ...]:
    """The providers whose key the keyring holds, as noted in the folder ``data``."""
    try:
        names = json.loads((data / "logins.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def log_in(provider: str, key: str, data: Path, ring: Ring | None = None) -> None:
    """Puts a key into the keyring, and notes whose it is. Raises ``KeyringTrouble``, or ``OSError`` for the note."""

    def keep() -> None:
        held = ring or _system()
        held.set_password(SERVICE, provider, key)
        if held.get_password(SERVICE, provider) != key:
            raise _Lost

    _answered(keep)
    _note({*logins(data), provider}, data)


def log_out(provider: str, data: Path, ring: Ring | None = None) -> bool:
    """Takes a key out of the keyring; whether there was one. Raises ``KeyringTrouble`` or ``OSError``."""
    if provider not in logins(data):
        return False
    _answered(lambda: (ring or _system()).delete_password(SERVICE, provider))
    _note({*logins(data)} - {provider}, data)
    return True


def _system() -> Ring:
    import keyring  # 0.1 s, and its choice of a backend 0.3 s more: only for those who have logged in

    return cast(Ring, keyring)


def _answered(act: Callable[[], None], seconds: float = _LONGEST) -> None:
    """Acts in a thread that keeps no process from ending. Raises ``KeyringTrouble``."""
    trouble: list[str] = []

    def work() -> None:
        try:
            act()
        except Exception as error:
            trouble.append(type(error).__name__)

    thread = threading.Thread(target=work, daemon=True, name="keyring")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise KeyringTrouble(f"the system's keyring did not answer within {seconds:g} s: unlock it and try again")
    if trouble and trouble[0] != "PasswordDeleteError":  # it was gone already
        none = ("NoKeyringError", "_Lost")  # the second is what a backend that is switched off does
        why = "there is none on this system" if trouble[0] in none else f"it refused ({trouble[0]})"
        raise KeyringTrouble(f"the system's keyring cannot be used: {why}; set the environment variable instead")


def _note(names: set[str], data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    (data / "logins.json").write_text(json.dumps(sorted(names)) + "\n", "utf-8")
