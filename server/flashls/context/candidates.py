"""Candidates: the definitions that the code to come may name, each with everything that speaks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

import msgspec

from flashls.context.meaning import Meaning, named_in
from flashls.context.place import Place, parts
from flashls.context.resolve.resolver import brought
from flashls.context.score import LOG_ODDS, odds
from flashls.context.variables import variables
from flashls.index.facts import Definition

_FEW = 4
_MOST = 3_000
_TOO_NEAR = 2
_NEAR, _USED, _ALIKE, _TYPED = (LOG_ODDS[sign] for sign in ("near", "used", "alike", "typed"))


class Candidate(msgspec.Struct, gc=False):
    """A definition, how strongly (0 to 1) each sign speaks for it, and what all of them come to in log-odds."""

    definition: Definition
    signs: dict[str, float]
    odds: float


def candidates(place: Place, meaning: Meaning, expected: Mapping[str, float]) -> list[Candidate]:
    """The definitions in other files, and in this one, that may be named next. ``expected``: names in similar code."""
    found = _Found(place, meaning)
    known = variables(place.language.name, place.before)
    types = [name for variable, text in known.items() if variable in place.near for name in named_in(text)]
    meaning.paths.ask((*place.near, *expected, *types))
    found.imports()
    found.receiver(known)
    found.near_names()
    found.near_types(known)
    found.package()
    found.expected(expected)
    return [*found.by_key.values()][:_MOST]


@dataclass(slots=True)
class _Found:
    place: Place
    meaning: Meaning
    by_key: dict[tuple[str, int, str], Candidate] = field(default_factory=dict)
    types: dict[tuple[str, int, str], tuple[Definition, float]] = field(default_factory=dict)
    visible: set[str] = field(default_factory=set)
    named: dict[str, tuple[dict[str, float], float]] = field(default_factory=dict)
    kinds: dict[tuple[str, bool], tuple[dict[str, float], float]] = field(default_factory=dict)

    def add(self, definitions: Iterable[Definition], sign: str, strength: float = 1.0) -> None:
        """Takes up definitions that a sign speaks for; of several signs of one kind the strongest counts."""
        by_key, weight, own = self.by_key, LOG_ODDS[sign], self.place.path
        for one in definitions:
            key = (one.path, one.row, one.name)
            candidate = by_key.get(key)
            if candidate is None:
                if one.path == own and abs(one.row - self.place.row) < _TOO_NEAR:
                    continue
                candidate = by_key[key] = self._plain(one)
            signs = candidate.signs
            before = signs.get(sign, 0.0)
            if strength > before:
                signs[sign] = strength
                candidate.odds += weight * (strength - before)

    def _plain(self, one: Definition) -> Candidate:
        """A definition with what it tells by itself, wherever it was found."""
        known = self.named.get(one.name)
        if known is None:
            known = self.named[one.name] = self._name(one.name)
        kind = one.path, bool(one.container)
        told = self.kinds.get(kind)
        if told is None:
            told = self.kinds[kind] = self._kind(*kind)
        return Candidate(one, known[0] | told[0], known[1] + told[1])

    def _kind(self, path: str, member: bool) -> tuple[dict[str, float], float]:
        """What is told by the file that something is defined in, and by its being a member of a type or none."""
        place, signs = self.place, dict[str, float]()
        if path == place.path:
            signs["own"] = 1
        if member:
            signs["member after a dot" if place.receiver else "member without a dot"] = 1
        elif place.receiver:
            signs["no member after a dot"] = 1
        if "test" in path and "test" not in place.path:
            signs["test"] = 1
        return signs, odds(signs)

    def _name(self, name: str) -> tuple[dict[str, float], float]:
        """What a name itself tells: how near it is, and how much of it stands in the names near the cursor."""
        place, signs, total = self.place, dict[str, float](), 0.0
        near, own, near_parts = place.near.get(name), parts(name), place.parts
        if near:
            signs["near"] = near
            total += _NEAR * near
        if name in place.used:
            signs["used"] = 1
            total += _USED
        if not near_parts.keys().isdisjoint(own):
            alike = sum([near_parts[part] for part in own if part in near_parts]) / (len(own) + 1)
            signs["alike"] = alike
            total += _ALIKE * alike
        if place.typed and name.startswith(place.typed):
            signs["typed"] = 1
            total += _TYPED
        return signs, total

    def imports(self) -> None:
        """What the file imports by name, and what the modules that it imports whole offer to others."""
        place = self.place
        for one in brought(self.meaning.paths, place.facts):
            alias = one.imported.alias
            if one.definitions:
                self.visible.update([d.path for d in one.definitions])
                unused = alias not in place.used
                self.add(one.definitions[:_FEW], "imported unused" if unused else "imported")
                for d in one.definitions[:_FEW]:
                    self._type(d, place.near.get(alias, 0))
            else:
                files = one.files[:60]
                self.visible.update(files)
                at_cursor = len(place.receiver) == 1 and place.receiver[0][0] == alias
                sign = "of module at cursor" if at_cursor else "of module"
                strength = 1.0 if at_cursor else place.near.get(alias, 0) if alias else 0.3
                if one.imported.name == "" and strength == 0 and alias:
                    continue
                self.meaning.paths.read(files)
                for file in files:
                    self.add([d for d in self._tops(file) if _shown(d, place.language.name)], sign, strength)

    def receiver(self, known: dict[str, str]) -> None:
        """The members of what stands before the last dot; ``known`` says of which types the variables are."""
        place = self.place
        if place.receiver:
            for one in self.meaning.chain(place.path, place.receiver, known, self._self()):
                self.add(self.meaning.members(one), "of receiver")
                self._type(one, 1)

    def _self(self) -> str:
        """The type that the cursor is in a method of, by its name."""
        row = self.place.row
        around = [d for d in self.place.facts.definitions if d.row <= row <= d.end_row]
        inner = next((d for d in reversed(around) if d.container or d.kind in ("class", "struct", "trait")), None)
        if inner is None:
            return ""
        return inner.container.rpartition(".")[2] if inner.kind in ("method", "field", "function") else inner.name

    def near_names(self) -> None:
        """What the names near the cursor mean in the file, and members that only few types have by such a name."""
        place, meaning = self.place, self.meaning
        meant = {name: meaning.of(place.path, name)[:_FEW] for name in place.near}
        meaning.ahead([one for here in meant.values() for one in here])
        for name, strength in place.near.items():
            if here := meant[name]:
                self.add(here, "named near", strength)
                for one in here:
                    self._type(one, strength)
            members = [d for d in meaning.related(name) if d.container]
            if 0 < len(members) <= _FEW:
                self.add(members, "member named near", strength)

    def _type(self, one: Definition, strength: float) -> None:
        for kind in self.meaning.result(one):
            key = (kind.path, kind.row, kind.name)
            if strength > self.types.get(key, (kind, 0.0))[1]:
                self.types[key] = (kind, strength)

    def near_types(self, known: dict[str, str]) -> None:
        """Types of the variables around, their declarations and members."""
        place = self.place
        for variable, text in known.items():
            strength = place.near.get(variable, 0)
            for kind in self.meaning.value(place.path, text) if strength else ():
                self.add((kind,), "type of variable", strength)
                self._type(kind, strength)
        own = self._self()
        for kind in self.meaning.of(place.path, own) if own else ():
            self._type(kind, 0.8)
        for kind, strength in list(self.types.values()):
            if strength > 0:
                self.add((kind,), "type near", strength)
                self.add(self.meaning.members(kind)[:300], "of type near", strength)

    def package(self) -> None:
        """What the files define whose names need no import."""
        place = self.place
        files = self.meaning.siblings(place.path)
        self.visible.update(files)
        self.meaning.paths.read(files[:150])
        for file in files[:150]:
            self.add(self._tops(file), "of package")

    def _tops(self, file: str) -> Iterable[Definition]:
        return chain.from_iterable(self.meaning.paths.top(file).values())

    def expected(self, expected: Mapping[str, float]) -> None:
        """What names in similar code mean in the files met so far; in others only a name that few definitions have."""
        for name, strength in expected.items():
            every = self.meaning.related(name)
            if seen := [d for d in every if d.path in self.visible]:
                self.add(seen[:_FEW], "in similar code", strength)
            elif every and len(every) <= _FEW:
                self.add(every, "in similar code elsewhere", strength)


def _shown(one: Definition, language: str) -> bool:
    """Whether other files can name it."""
    if language == "go":
        return one.name[:1].isupper()
    if language in ("typescript", "tsx"):
        return one.signature.lstrip().startswith(("export", "declare"))
    return not one.name.startswith("_")
