"""The table of formats against the installed detect-secrets: nothing of it is left out unnoticed."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import pytest

from flashls.text.secretformats import FORMATS, REPLACED, Format, Theirs, regex

THEIRS = [form for form in FORMATS if isinstance(form.pattern, Theirs)]


def plugins() -> dict[str, int]:
    """Each plugin class of the installed package, and how many patterns it has."""
    package = import_module("detect_secrets.plugins")
    found: dict[str, int] = {}
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        for name, member in inspect.getmembers(import_module(module.name), inspect.isclass):
            if member.__module__ == module.name and not inspect.isabstract(member) and hasattr(member, "secret_type"):
                patterns = getattr(member, "denylist", ())
                found[name] = len(list(patterns)) if not isinstance(patterns, property) else 0
    return found


def test_every_pattern_of_detect_secrets_is_used_or_replaced() -> None:
    used: dict[str, set[int]] = {}
    for form in THEIRS:
        assert isinstance(form.pattern, Theirs)
        used.setdefault(form.pattern.plugin, set()).add(form.pattern.index)
    installed = plugins()
    assert set(used) | set(REPLACED) == set(installed)
    assert {name: len(indexes) for name, indexes in used.items()} == {name: installed[name] for name in used}


@pytest.mark.parametrize("form", FORMATS, ids=[form.hints[0] for form in FORMATS])
def test_every_row_can_be_used(form: Format) -> None:
    assert all(hint == hint.lower() for hint in form.hints)
    assert form.group <= regex(form.pattern).groups
    for pattern in (form.gate, form.inner, form.tail):
        assert regex(pattern).groups >= 0
