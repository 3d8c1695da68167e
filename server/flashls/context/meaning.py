"""Meaning: what a name means in a file, and which type an expression has, as far as declarations tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flashls.context.resolve.families import family
from flashls.context.resolve.located import Located
from flashls.context.resolve.paths import Paths
from flashls.context.resolve.resolver import brought_in, locate, meant, siblings
from flashls.index.facts import Definition

_TYPES = {"class", "interface", "struct", "enum", "trait", "type", "namespace", "module"}
_CALLED = {"function", "method"}
_PASSING = ("python", "javascript", "typescript", "tsx", "rust")  # in which a file may pass on another's names
_FEW = 3
_MOST_FILES = 80
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_RETURNS = {
    "python": re.compile(r"->\s*([^:\n]+)"),
    "typescript": re.compile(r"\)\s*:\s*([^={]+?)\s*(?:=>|\{|;|$)"),
    "go": re.compile(r"\)\s*\(?([^(){}]+?)\)?\s*(?:\{|$)"),
    "rust": re.compile(r"->\s*([^{;]+?)(?:\s+where\b|\{|;|$)"),
    "php": re.compile(r"\)\s*:\s*([^{;]+)"),
}
_LEADING = re.compile(r"^\s*(?:[@\w]+\s+)*?([A-Za-z_][\w.<>\[\], ?:*&]*?)[\s*&]+~?[\w:]+\s*(?:\(|=|;|,|\{|$)")
_ANNOTATED = re.compile(r"^\s*(?:[\w()]+\s+)*?[\w$]+[?!]?\s*:\s*([^=;,]+)")
_MADE = re.compile(r"=\s*(?:await\s+)?(?:new\s+)?&?([A-Za-z_$][\w$.:]*)\s*[({<]")
_GO_FIELD = re.compile(r"^\s*(?:[\w, ]+?\s+)?([*\[\]\w.]+)\s*(?:`.*)?(?://.*)?$")
_EMBEDDED = re.compile(r"^\s*\*?(?:(\w+)\.)?(\w+)(?:\[[^\]]*\])?\s*(?:[`/].*)?$")
_BASES = {
    "python": re.compile(r"class\s+\w+(?:\[[^\]]*\])?\s*\(([^)]*)\)", re.DOTALL),
    "typescript": re.compile(r"\b(?:extends|implements)\s+([^{]+)"),
    "java": re.compile(r"\b(?:extends|implements)\s+([^{]+)"),
    "php": re.compile(r"\b(?:extends|implements)\s+([^{]+)"),
    "rust": re.compile(r"trait\s+\w+(?:<[^>]*>)?\s*:\s*([^{]+)"),
    "ruby": re.compile(r"class\s+[\w:]+\s*<\s*([\w:]+)"),
    "csharp": re.compile(r"\b(?:class|struct|interface|record)\s+\w+(?:<[^>]*>)?\s*(?:\([^)]*\))?\s*:\s*([^{]+)"),
    "c": re.compile(r"\b(?:class|struct)\s+\w+\s*(?:final\s*)?:\s*([^{]+)"),
}
_NOT_BASES = {"public", "private", "protected", "virtual", "extends", "implements", "metaclass", "Generic", "where"}


@dataclass(slots=True)
class Meaning:
    """What names mean, asked of one index; it lives as long as one gathering and remembers what it found."""

    paths: Paths
    language: str
    _names: dict[tuple[str, str], tuple[Definition, ...]] = field(default_factory=dict)
    _siblings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _members: dict[tuple[str, str], tuple[Definition, ...]] = field(default_factory=dict)
    _related: dict[str, tuple[Definition, ...]] = field(default_factory=dict)
    _beside: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """The language's name, shared by those that use each other's definitions."""
        return family(self.language)

    def siblings(self, path: str) -> tuple[str, ...]:
        """The files whose names a file may use without import."""
        if path not in self._siblings:
            self._siblings[path] = siblings(self.paths, self.language, path)
        return self._siblings[path]

    def of(self, path: str, name: str) -> tuple[Definition, ...]:
        """What a name means in a file: its own, imported, its package's, else the only ones there are."""
        key, names = (path, name), self._names
        found = names.get(key)
        if found is None:
            names[key] = ()  # What leads back to itself means nothing.
            found = self._own(path, name) or self._imported(path, name) or self._elsewhere(path, name)
            names[key] = found
        return found

    def _own(self, path: str, name: str) -> tuple[Definition, ...]:
        return tuple(self.paths.top(path).get(name, ()))

    def _imported(self, path: str, name: str) -> tuple[Definition, ...]:
        found: list[Definition] = []
        for one in self.paths.brings(path).aliases.get(name, ()):
            found += meant(self.paths, self.language, locate(self.paths, self.language, path, one))
        return tuple(found)

    def _elsewhere(self, path: str, name: str) -> tuple[Definition, ...]:
        every = self.related(name)
        if not every:
            return ()
        if path not in self._beside:
            self._beside[path] = frozenset((*self.siblings(path), *self._wild(path)))
        beside = self._beside[path]
        near = [d for d in every if d.path in beside and not d.container]
        if len(near) != 1 and self.paths.brings(path).wild and self.language in _PASSING:
            facts = self.paths.facts(path)
            near = [*(brought_in(self.paths, facts, name) if facts else ())] or near
        if near:
            return tuple(near[:_FEW])
        types = [d for d in every if d.kind in _TYPES] or [d for d in every if not d.container]
        return tuple(types) if len(types) <= _FEW else ()

    def related(self, name: str) -> tuple[Definition, ...]:
        """Every definition of a name in the languages that use each other's."""
        found = self._related.get(name)
        if found is None:
            found = self._related[name] = self.paths.related(self.family, name)
        return found

    def _wild(self, path: str) -> list[str]:
        return [f for one in self.paths.brings(path).wild for f in locate(self.paths, self.language, path, one).files]

    def module(self, path: str, alias: str) -> tuple[str, ...]:
        """The files of the module that a file calls by a name; none if it is no module."""
        facts = self.paths.facts(path)
        for one in facts.imports if facts else ():
            if one.alias == alias:
                located = locate(self.paths, self.language, path, one)
                if not located.name:
                    return located.files
        return ()

    def members(self, one: Definition, depth: int = 3) -> tuple[Definition, ...]:
        """What stands in a type, and in those it is built on."""
        within = f"{one.container}.{one.name}" if one.container else one.name
        key = (one.path, within)
        if key not in self._members:
            self._members[key] = ()
            files = (one.path, *self._package(one.path))
            own = self.paths.members(files, (within, one.name))
            named = (base for name in _bases(self.language, one.signature) for base in self.of(one.path, name))
            bases = (*named, *self._embedded(own)) if self.language == "go" else named
            inherited = (m for base in bases if base != one and depth for m in self.members(base, depth - 1))
            self._members[key] = tuple({id(m): m for m in (*own, *inherited)}.values())
        return self._members[key]

    def _embedded(self, fields: Iterable[Definition]) -> Iterator[Definition]:
        """The types that a Go struct embeds: fields by the names of their types (the Go specification, "Struct types").

        Their fields and methods are the struct's own, too.
        """
        for one in fields:
            match = _EMBEDDED.match(one.signature) if one.kind == "field" else None
            if match and match[2] == one.name:
                yield from (d for d in self._dotted(one.path, [n for n in match.groups() if n]) if d.kind in _TYPES)

    def _package(self, path: str) -> tuple[str, ...]:
        """The files that may add to a type: a Go package's, a Rust file's modules, a C++ class's other half."""
        return self.siblings(path)[:_MOST_FILES] if self.language in ("go", "rust", "c", "cpp", "csharp") else ()

    def types(self, path: str, text: str) -> tuple[Definition, ...]:
        """The workspace's types that a type expression of a file names, the outermost first."""
        found: list[Definition] = []
        for name in dict.fromkeys(named_in(text)):
            found += (d for d in self.of(path, name) if d.kind in _TYPES)
        return tuple(found[:_FEW])

    def ahead(self, definitions: Iterable[Definition]) -> None:
        """Asks at once for all that ``result`` of each of the definitions may need."""
        texts = (declared(self.language, one) for one in definitions if one.kind not in _TYPES)
        self.paths.ask(name for text in texts if text for name in named_in(text))

    def result(self, one: Definition) -> tuple[Definition, ...]:
        """The types that a definition's value has: what a function returns, what a field holds; a type's is itself."""
        if one.kind in _TYPES:
            return (one,)
        text = declared(self.language, one)
        if not text:
            return ()
        if (self.language == "rust" and re.search(r"\bSelf\b", text)) or text.strip() in ("Self", "this"):
            return tuple(d for d in self.of(one.path, one.container.rpartition(".")[2]) if d.kind in _TYPES)
        return self.types(one.path, text)

    def chain(
        self, path: str, links: Iterable[tuple[str, bool]], known: dict[str, str], self_type: str
    ) -> list[Definition]:
        """The types that a chain such as ``a.b().c`` has in a file; ``known``: the types of the variables there."""
        at: list[Definition] = []
        for n, (name, _) in enumerate(links):
            if n == 0:
                at = self._first(path, name, known, self_type)
            else:
                at = [t for one in at for m in self.members(one) if m.name == name for t in self.result(m)][:_FEW]
            if not at:
                return []
        return at

    def _first(self, path: str, name: str, known: dict[str, str], self_type: str) -> list[Definition]:
        if name in ("self", "this", "cls", "Self", "super") and self_type:
            return [d for d in self.of(path, self_type) if d.kind in _TYPES]
        if name in known:
            return self.value(path, known[name])
        return [t for d in self.of(path, name) for t in self.result(d)]

    def value(self, path: str, text: str) -> list[Definition]:
        """The types of an expression that a variable was declared with: a type's name, or what is called or made."""
        names = named_in(text)
        found = [t for d in self._dotted(path, names) for t in self.result(d)]
        return found[:_FEW] or list(self.types(path, text))

    def _dotted(self, path: str, names: list[str]) -> list[Definition]:
        if not names:
            return []
        at = list(self.of(path, names[0]))
        if not at and len(names) > 1:
            files = self.module(path, names[0])
            at = list(meant(self.paths, self.language, Located(files, names[1])))
            names = names[1:]
        for name in names[1:]:
            further = [m for one in at if one.kind in _TYPES for m in self.members(one) if m.name == name]
            at = further or at
        return at[:_FEW]


def named_in(text: str) -> list[str]:
    """The names in a type expression, as far as it is looked at."""
    return _WORD.findall(text[:200])


def declared(language: str, one: Definition) -> str:
    """The type that a signature declares, as it is written: a function's result, a field's or variable's type."""
    text = one.signature.strip()
    name = family(language)
    if one.kind in _CALLED and name in _RETURNS:
        match = _RETURNS[name].search(text)
        return match[1] if match else ""
    if name == "go":
        match = _GO_FIELD.match(text)
        return match[1] if match else ""
    if name in ("java", "c", "csharp"):
        match = _LEADING.match(text)
        return match[1] if match else ""
    match = _ANNOTATED.match(text) or _MADE.search(text)
    return match[1] if match else ""


def _bases(language: str, signature: str) -> list[str]:
    pattern = _BASES.get(family(language))
    match = pattern.search(signature) if pattern else None
    return [n for n in _WORD.findall(match[1]) if n not in _NOT_BASES][:6] if match else []
