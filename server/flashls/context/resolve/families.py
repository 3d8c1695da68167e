"""Families: languages that use each other's definitions."""

from __future__ import annotations

from functools import lru_cache

from flashls.syntax.languages import language_id_of, language_of

_FAMILIES = {"javascript": "typescript", "tsx": "typescript", "cpp": "c"}


def family(language: str) -> str:
    """The name under which languages that use each other's definitions are one."""
    return _FAMILIES.get(language, language)


@lru_cache(maxsize=4096)
def language_family(path: str) -> str:
    """The family of a path's language, "" where it has none."""
    language = language_of(language_id_of(path))
    return family(language.name) if language else ""
