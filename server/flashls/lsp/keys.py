"""Keys that an editor hands over from its secret store: taken out of a message before anything can log it."""

from __future__ import annotations

from typing import Any


class EditorKeys:
    """The keys by provider name; kept in memory only, never shown."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"EditorKeys({', '.join(self._keys)})"

    def take_from(self, message: dict[str, Any]) -> None:
        """Moves ``keys`` out of initializationOptions, changed settings, or the answer to workspace/configuration.

        They take the place of those handed over before: a provider that is not named has had its key removed.
        """
        for section in _sections(message):
            keys = section.pop("keys", None)
            if isinstance(keys, dict):
                self._keys = {str(name): key for name, key in keys.items() if isinstance(key, str)}

    def current(self) -> dict[str, str]:
        """The keys handed over last; an empty one counts as none."""
        return {name: key for name, key in self._keys.items() if key}


def _sections(message: dict[str, Any]) -> list[dict[str, Any]]:
    params = message.get("params")
    params = params if isinstance(params, dict) else {}
    settings = params.get("settings")
    found = [params.get("initializationOptions"), settings]
    found.append(settings.get("flashls") if isinstance(settings, dict) else None)
    result = message.get("result")
    found.extend(result if isinstance(result, list) else [])
    return [section for section in found if isinstance(section, dict)]
