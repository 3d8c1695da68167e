"""Counterpart: the file that belongs to this one by its name: test and source, header and source, component and style.

Rules go by paths alone, a row a naming habit. What is shown of a counterpart is what it defines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from textwrap import dedent, indent

from flashls.syntax.languages import language_of
from flashls.syntax.outline import outline
from flashls.text.uris import own_path, shown_path
from flashls.types import Cursor, Snapshot, Snippet, Workspace

_CHARACTERS = 1_200
_OPEN_ROWS = 3_000  # an outline of so many rows takes about 12 ms
_STYLE_CHARACTERS = 50_000
_LONG = 300  # characters that an index keeps of a row
_CLASS = re.compile(r"(?:^|[\s,}>+~])[.#]([A-Za-z_][\w-]*)(?=[^{};]*\{)")


@dataclass(frozen=True, slots=True)
class _Habit:
    """A file named ``source`` may have one named ``other`` in any of ``folders``, and the other way round.

    ``{}`` stands for the stem. A folder ``.`` is the file's own; any other stands beside a folder on the way to it or
    in that one's place, as ``tests/a/test_x.py`` and ``src/test/java/a/XTest.java`` do.
    """

    source: str
    other: str
    folders: tuple[str, ...]
    why: str


_TEST, _HEADER, _STYLE = "its test", "its header", "its style sheet"
_TESTED, _OWNER = "what it tests", "what it belongs to"
_SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs")
_HABITS = (
    _Habit("{}.py", "test_{}.py", (".", "tests", "test"), _TEST),
    _Habit("{}.py", "{}_test.py", (".", "tests", "test"), _TEST),
    _Habit("{}.go", "{}_test.go", (".",), _TEST),
    _Habit("{}.rs", "{}.rs", ("tests",), _TEST),
    _Habit("{}.rb", "{}_spec.rb", ("spec",), _TEST),
    _Habit("{}.rb", "{}_test.rb", ("test",), _TEST),
    _Habit("{}.java", "{}Test.java", ("test", "."), _TEST),
    _Habit("{}.kt", "{}Test.kt", ("test", "."), _TEST),
    _Habit("{}.cs", "{}Tests.cs", (".", "tests", "test", "Tests"), _TEST),
    _Habit("{}.php", "{}Test.php", ("tests", "test"), _TEST),
    *(_Habit(f"{{}}{end}", f"{{}}.{word}{end}", (".", "__tests__", "tests", "test"), _TEST)
      for end in _SCRIPTS for word in ("test", "spec")),
    *(_Habit(f"{{}}{code}", f"{{}}{head}", (".", "include"), _HEADER)
      for code in (".c", ".cc", ".cpp", ".cxx", ".m") for head in (".h", ".hpp", ".hh", ".hxx")),
    _Habit("{}.py", "{}.pyi", (".",), "its stub"),
    *(_Habit(f"{{}}{code}", f"{{}}{style}", (".",), _STYLE)
      for code in (".tsx", ".jsx", ".vue", ".component.ts")
      for style in (".module.css", ".module.scss", ".css", ".scss", ".component.css", ".component.scss")
      if code.startswith(".component") == style.startswith(".component")),
)  # fmt: skip
_STYLES = ("css", "scss", "less")
_LEFT_OUT = ("src", "lib", "app", "main", "source")


def counterpart(
    cursor: Cursor, workspace: Workspace, indexed: Callable[[str], bool] | None = None
) -> tuple[Snippet, ...]:
    """What the first counterpart of each kind defines, of files that are open or in the index; at most two.

    ``indexed`` tells quicker than the workspace's index which files are in it.
    """
    indexed = indexed or (workspace.index.known if workspace.index is not None else lambda _: False)
    path = shown_path(cursor.snapshot.uri, workspace.root)
    found: dict[str, Snippet] = {}
    opened = {own_path(s.uri, workspace.root): s for s in workspace.snapshots}
    for other, why in counterparts(path):
        if why in found or not (other in opened or indexed(other)) or not workspace.visible(other):
            continue
        text = _open_text(opened[other]) if other in opened else _indexed_text(workspace, other)
        if text.strip():
            found[why] = Snippet(other, text, "counterpart", 1.0, why)
        if len(found) == 2:
            break
    return tuple(found.values())


@lru_cache(maxsize=64)
def counterparts(path: str) -> tuple[tuple[str, str], ...]:
    """The paths that may be counterparts of one, and as what, the likeliest first. Relative, with forward slashes."""
    return tuple(_counterparts(path))


def _counterparts(path: str) -> Iterator[tuple[str, str]]:
    name, folders = PurePosixPath(path).name, PurePosixPath(path).parts[:-1]
    seen = {path}
    is_test = any(habit.why == _TEST and _stem(name, habit.other) for habit in _HABITS if habit.other != habit.source)
    for habit in _HABITS:
        ways = [(habit.other, habit.source, True, _TESTED if habit.why == _TEST else _OWNER)]
        if not (is_test and habit.why == _TEST):
            ways.append((habit.source, habit.other, False, habit.why))
        for mine, theirs, out, why in ways:
            if stem := _stem(name, mine):
                others = ("/".join((*folder, theirs.format(stem))) for folder in _folders(folders, habit.folders, out))
                for other in others:
                    if other not in seen:
                        seen.add(other)
                        yield other, why


def _stem(name: str, form: str) -> str:
    before, _, after = form.partition("{}")
    fits = name.startswith(before) and name.endswith(after) and len(name) > len(form) - 2
    return name[len(before) : len(name) - len(after)] if fits else ""


def _folders(own: tuple[str, ...], marks: tuple[str, ...], out: bool) -> Iterator[tuple[str, ...]]:
    """The folders of the other file: ``out`` of one of the marked folders, or into one."""
    for mark in marks:
        if mark == ".":
            yield own
        elif out:
            for n in (n for n, folder in enumerate(own) if folder == mark):
                yield own[:n] + own[n + 1 :]
                yield from ((*own[:n], left, *own[n + 1 :]) for left in _LEFT_OUT)
        else:
            for n in range(len(own), -1, -1):
                yield (*own[:n], mark, *own[n:])
                if n < len(own) and (own[n] in _LEFT_OUT or n == 0):
                    yield (*own[:n], mark, *own[n + 1 :])
            if len(own) > 1:
                yield (mark, *own[2:])


def _open_text(snapshot: Snapshot) -> str:
    if snapshot.language in _STYLES:
        return _classes(snapshot.before(snapshot.lines.length, _STYLE_CHARACTERS))
    if len(snapshot.lines) > _OPEN_ROWS:
        return ""
    symbols = outline(snapshot.tree, snapshot.lines, language_of(snapshot.language))
    return _shown((s.container, s.signature) for s in symbols)


def _indexed_text(workspace: Workspace, path: str) -> str:
    if PurePosixPath(path).suffix[1:] in _STYLES:
        return _classes(_read(Path(workspace.root or ".") / path))
    facts = workspace.index.facts(path)
    every = facts.definitions if facts else ()
    return _shown((d.container, d.signature) for d in every if all(len(r) < _LONG for r in d.signature.split("\n")))


def _shown(defined: Iterable[tuple[str, str]]) -> str:
    """The signatures, members further in, as far as there is room."""
    kept, size = list[str](), 0
    for container, signature in defined:
        if kept and signature.strip() in kept[-1]:  # a field in the row of its struct
            continue
        text = indent(dedent(signature).strip(), "    " * (container.count(".") + 1 if container else 0))
        size += len(text) + 1
        if size > _CHARACTERS:
            break
        kept.append(text)
    return "\n".join(kept)


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(_STYLE_CHARACTERS)
    except OSError:
        return ""


def _classes(text: str) -> str:
    names = dict.fromkeys(_CLASS.findall(text))
    return _shown(("", f".{name}") for name in names)
