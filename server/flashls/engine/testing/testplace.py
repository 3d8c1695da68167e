"""Test place: which file the tests of a file stand in, or are to stand in, by the project's own habits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flashls.context.counterpart import counterparts
from flashls.engine.testing.framework import Framework, framework_of

_MOST_SIBLINGS = 2_000
_EXAMPLE_BYTES = 60_000
_FOLDERS = ("tests", "test", "__tests__")


@dataclass(frozen=True, slots=True)
class TestPlace:
    """The file for new tests. ``text`` is what stands in it now, None for one that is to be made.

    ``example`` is the text of another test of the project, "" without one, to write by; it is at ``example_path``.
    """

    __test__ = False

    path: Path
    framework: Framework
    text: str | None
    example: str = ""
    example_path: Path | None = None


Read = Callable[[Path], str | None]


def place_for_tests(path: Path, root: Path, language: str, read: Read) -> TestPlace | None:
    """Where tests of a file belong: the file that tests it, else a new one where its neighbours have theirs.

    ``read`` gives the text of a file that models may see, None for others. None for a language whose tests flashls
    does not know, and for a file that is a test itself. Looks into the folders that may hold tests: call it in a
    thread.
    """
    guess = framework_of(language, path, root)
    if guess is None:
        return None
    if guess.where == "module":
        return TestPlace(path, guess, None)
    candidates = list(_candidates(path, root, guess))
    if not candidates:
        return None
    existing = next((found for found in candidates if found.is_file() and _below(found, root)), None)
    if existing is not None:
        text = read(existing)
        if text is None:
            return None
        return TestPlace(existing, framework_of(language, path, root, text) or guess, text)
    best = max(candidates, key=lambda candidate: _worth(candidate, root, guess))
    sibling = next(_siblings(best, guess), None)
    example = (read(sibling) or "")[:_EXAMPLE_BYTES] if sibling else ""
    return TestPlace(best, framework_of(language, path, root, example) or guess, None, example, sibling)


def _candidates(path: Path, root: Path, framework: Framework) -> Iterator[Path]:
    try:
        below = path.relative_to(root).as_posix()
    except ValueError:
        below = path.name
        root = path.parent
    for other, why in counterparts(below):
        if why == "its test" and any(_fits(Path(other).name, form) for form in framework.names):
            yield root / other


def _worth(candidate: Path, root: Path, framework: Framework) -> tuple[int, int, int, int]:
    """Most of all tests of the same form in the same folder; else a folder for tests that exists; else the top one."""
    form = next(form for form in framework.names if _fits(candidate.name, form))
    same = sum(_fits(sibling.name, form) for sibling in _siblings(candidate, framework))
    folder = candidate.parent.is_dir()
    meant = any(name in _FOLDERS for name in candidate.parent.parts[len(root.parts) :])
    below = candidate.relative_to(root).as_posix()
    maven = f"/{below}".find("/src/test/") >= 0 if framework.where == "class" else True
    return same, 2 if folder and meant else 0, int(maven) + int(meant == _apart(framework)), -len(candidate.parts)


def _apart(framework: Framework) -> bool:
    """Whether tests usually stand in a folder of their own."""
    return framework.name in ("pytest", "unittest", "JUnit 4", "JUnit 5")


def _siblings(candidate: Path, framework: Framework) -> Iterator[Path]:
    try:
        for n, path in enumerate(sorted(candidate.parent.iterdir())):
            if n == _MOST_SIBLINGS:
                return
            if path != candidate and any(_fits(path.name, form) for form in framework.names) and path.is_file():
                yield path
    except OSError:
        return


def _fits(name: str, form: str) -> bool:
    before, _, after = form.partition("{}")
    return name.startswith(before) and name.endswith(after) and len(name) > len(form) - 2


def _below(path: Path, root: Path) -> bool:
    """Whether a file is the workspace's own, links followed."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except OSError:
        return False
