"""Dependencies: the signatures of what the code near the cursor uses of installed packages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from textwrap import dedent, indent

from flashls.context.installed import anywhere, installed, shown
from flashls.index.extract import extract
from flashls.index.facts import Definition, Facts, Import
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import Parsing
from flashls.text.lines import lines_of
from flashls.text.uris import path_of
from flashls.types import Cursor, Snippet, Workspace

INSTALLED = "installed"
"""How the reason begins for which a definition of an installed package is shown."""

_BEFORE, _AFTER = 1_500, 500
_IMPORTS = 30
_SNIPPETS = 12
_MEMBERS = 6
_HOPS = 4
_OVERLOADS = 2
_FRESH_S = 30
_FILE_BYTES = 250_000  # beyond this freeing its tree holds the interpreter for longer than 5 ms
_SIGNATURE = 600
_ROW, _DOC = 300, 160  # characters that an index keeps of them: one so long may be the beginning of a longer one
_CONSTRUCTORS = ("__init__", "constructor", "new")
_JOINTS = {"python": ".", "rust": "::"}
_WORD = re.compile(r"[A-Za-z_]\w*")
_DOTTED = re.compile(r"\b([A-Za-z_]\w*)\s*(?:\.|::)\s*(?=([A-Za-z_]\w*))")


def dependencies(
    cursor: Cursor, workspace: Workspace, imports: Sequence[Import], seconds: float = 0.15
) -> tuple[Snippet, ...]:
    """What installed packages define of the names that are used near the cursor; at most 12 definitions.

    ``imports`` are those of the cursor's file that lead out of the workspace. For a thread: files are read and parsed
    where they are not known yet, for at most ``seconds``; nothing without a folder, or in languages whose packages are
    not looked for (see ``installed``).
    """
    snapshot, language = cursor.snapshot, language_of(cursor.snapshot.language)
    if workspace.root is None or language is None or not snapshot.uri.startswith("file:"):
        return ()
    search = _Search(language.name, Path(workspace.root), workspace.allowed, time.perf_counter() + seconds)
    if not anywhere(language.name, search.root, Path(path_of(snapshot.uri)), search.when):
        return ()
    text = snapshot.before(cursor.offset, _BEFORE) + snapshot.after(cursor.offset, _AFTER)
    found: dict[tuple[str, str], Snippet] = {}
    words, attributes = frozenset(_WORD.findall(text)), _attributes(text)
    for one in [one for one in imports if (one.alias or one.module) and _speaks_of(one, words)][:_IMPORTS]:
        used = _behind(one.alias, attributes, text) if one.alias else words
        for path, definition, members in _used(search, one, Path(path_of(snapshot.uri)), used, words):
            snippet = _snippet(shown(path, search.root), definition, members, one)
            if snippet.text:
                found.setdefault((snippet.path, snippet.text), snippet)
    return tuple(found.values())[:_SNIPPETS]


def rows_of(file: Path) -> frozenset[str]:
    """The rows in which an installed file's definitions are shown, without their indentation."""
    try:
        facts = _facts(file, file.stat().st_mtime_ns)
    except OSError:
        return frozenset()
    return frozenset(row.strip() for d in (facts.definitions if facts else ()) for row in _signature(d).split("\n"))


@dataclass(slots=True)
class _Search:
    """One search: which files it may read, until when, and what was looked for already."""

    language: str
    root: Path
    allowed: Callable[[str], bool]
    until: float
    met: set[tuple[Path, str]] = field(default_factory=set)

    @property
    def when(self) -> int:
        """The half minute in which it is made: where packages lie is looked up once in each."""
        return int(self.until // _FRESH_S)

    def facts(self, module: str, near: Path) -> Iterator[tuple[Path, Facts]]:
        """The facts of a module's files, as far as there is time."""
        seen_from = self.root if self.language == "go" else near  # a Go module is the same in each file
        for file, changed in _located(self.language, module, self.root, seen_from, self.when):
            facts = _facts(file, changed) if time.perf_counter() < self.until and self._allows(file) else None
            if facts is not None:
                yield file, facts

    def _allows(self, file: Path) -> bool:
        return self.allowed(file.as_posix()) and self.allowed(file.resolve().as_posix())

    def defined(self, module: str, name: str, near: Path, hops: int = _HOPS) -> list[tuple[Path, Facts, Definition]]:
        """The definitions of a name in a module, or in what it passes on: overloads, or one."""
        if (near, f"{module} {name}") in self.met or not hops:
            return []
        self.met.add((near, f"{module} {name}"))
        passed_on = list[tuple[Path, Import]]()
        for file, facts in self.facts(module, near):
            own = [d for d in facts.definitions if d.name == name and not d.container and d.kind != "module"]
            if own:
                return [(file, facts, definition) for definition in own[:_OVERLOADS]]
            passed_on += [(file, one) for one in facts.imports if name in (one.alias, one.name) or one.name == "*"]
        for file, one in sorted(passed_on, key=lambda each: each[1].name == "*"):
            if found := self.defined(one.module, name if one.name == "*" else one.name or name, file, hops - 1):
                return found
        return []


def _attributes(text: str) -> dict[str, dict[str, None]]:
    """What stands behind the dots of each name in a text, in order."""
    found: dict[str, dict[str, None]] = {}
    for match in _DOTTED.finditer(text):
        found.setdefault(match[1], {})[match[2]] = None
    return found


def _behind(alias: str, attributes: Mapping[str, dict[str, None]], text: str) -> Collection[str]:
    """What stands behind the dot of a name, which may itself hold one: ``os.path``."""
    if alias.isidentifier():
        return attributes.get(alias, {})
    return dict.fromkeys(re.findall(rf"\b{re.escape(alias)}\s*(?:\.|::)\s*([A-Za-z_]\w*)", text))


@lru_cache(maxsize=512)
def _located(language: str, module: str, root: Path, near: Path, when: int) -> tuple[tuple[Path, int], ...]:
    """The module's files and when each was changed, looked up again every half minute."""
    return tuple((file, file.stat().st_mtime_ns) for file in installed(language, module, root, near, when))


def _speaks_of(one: Import, words: frozenset[str]) -> bool:
    return one.name == "*" or (one.alias or one.module).split(".")[0] in words


def _used(
    search: _Search, one: Import, near: Path, attributes: Collection[str], words: frozenset[str]
) -> Iterator[tuple[Path, Definition, list[Definition]]]:
    """The definitions that are meant by an import's name and its attributes, with the members used of them."""
    if one.name in ("", "*", "default") or not one.module:
        names = [(one.module or one.name, name) for name in attributes]
    else:
        names = [(one.module, one.name)]
        if joint := _JOINTS.get(search.language):  # what is imported may be a module
            names += [(f"{one.module}{joint}{one.name}", name) for name in attributes]
    for module, name in names:
        for file, facts, definition in search.defined(module, name, near):
            yield file, definition, _members(facts.definitions, name, words)


def _members(definitions: Iterable[Definition], name: str, words: frozenset[str]) -> list[Definition]:
    own = [d for d in definitions if d.container == name]
    wanted = [d for d in own if d.name in _CONSTRUCTORS or d.name in words]
    return wanted[:_MEMBERS]


def _snippet(path: str, definition: Definition, members: list[Definition], one: Import) -> Snippet:
    texts = [_signature(definition), *(indent(_signature(member), "    ") for member in members)]
    text = "\n".join(texts) if texts[0] else ""
    return Snippet(path, text, "definition", 1.0, f"{INSTALLED}; imported as {one.alias or one.module}")


def _signature(definition: Definition) -> str:
    """The whole rows that there is room for: what is left of a row might not be known as a secret any more."""
    rows = definition.signature.split("\n")
    rows = rows[: next((n for n, row in enumerate(rows) if len(row) >= _ROW), None)]
    text = dedent("\n".join(rows)).strip()
    text = text if len(text) <= _SIGNATURE else text[:_SIGNATURE].rpartition("\n")[0]
    told = text and definition.doc and "\n" not in text and len(definition.doc) < _DOC
    return f"{text}  {_remark(definition)}" if told else text


def _remark(definition: Definition) -> str:
    sign = "#" if definition.path.endswith((".py", ".pyi")) else "//"
    return f"{sign} {definition.doc}"


@lru_cache(maxsize=256)
def _facts(file: Path, _changed: int) -> Facts | None:
    """What a file defines, imports and passes on; parsed in steps, for the interpreter's lock is held in each."""
    language = language_of(language_id_of(file))
    try:
        data = file.read_bytes() if file.stat().st_size <= _FILE_BYTES else b""
    except OSError:
        return None
    if language is None or not data:
        return None
    parsing = Parsing(language, lines_of(data.decode("utf-8", "replace")))
    while (tree := parsing.step()) is None:
        time.sleep(0)
    return replace(extract(file.as_posix(), language, data, tree), chunks=())
