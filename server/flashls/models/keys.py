"""Keys: the secret that a request carries, taken when it is needed and never shown."""

from __future__ import annotations

from collections.abc import Callable

from flashls.models.seam import NoKey, Unauthorized

Key = str | Callable[[], str | None]


def usable(key: Key, provider: str, hint: str, needed: bool = True) -> str:
    """The key without space around it, empty where none is ``needed`` and there is none.

    ``hint`` says how it is set. Raises ``NoKey`` for a missing one, ``Unauthorized`` for one that HTTP cannot carry.
    """
    found = (key if isinstance(key, str) else key() or "").strip()
    if not found and needed:
        raise NoKey(f"There is no key for {provider}: set {hint}")
    if not (found.isascii() and found.isprintable()):
        raise Unauthorized(f"The key for {provider} holds a character no key has: check {hint}")
    return found
