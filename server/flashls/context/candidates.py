"""Candidates: the definitions that the code to come may name, each with everything that speaks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from flashls.context.meaning import Meaning
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
    meaning.paths.ask((*place.near, *expected))
    known = variables(place.language.name, place.before)
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
        by_key, weight, own, row = self.by_key, LOG_ODDS[sign], self.place.path, self.place.row
        for one in definitions:
            key = (one.path, one.row, one.name)
            candidate = by_key.get(key)
            if candidate is None:
                if one.path == own and abs(one.row - row) < _TOO_NEAR:
                    continue
                candidate = by_key[key] = self._plain(one)
            before = candidate.signs.get(sign, 0.0)
            if strength > before:
                candidate.signs[sign] = strength
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
        if place.used.get(name, 0) > 0:
            signs["used"] = 1
            total += _USED
        if alike := sum([near_parts[part] for part in own if part in near_parts]):
            signs["alike"] = alike = alike / (len(own) + 1)
            total += _ALIKE * alike
        if place.typed and name.startswith(place.typed):
            signs["typed"] = 1
            total += _TYPED
        return signs, total

    def imports(self) -> None:
        place = self.place
        for one in brought(self.meaning.paths, place.facts):
            alias = one.imported.alias
            if one.definitions:
                self.visible.update([d.path for d in one.definitions])
                unused = place.used.get(alias, 0) <= 0
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
                    tops = (d for ds in self.meaning.paths.top(file).values() for d in ds)
                    self.add([d for d in tops if _shown(d, place.language.name)], sign, strength)

    def receiver(self, known: dict[str, str]) -> None:
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
        place = self.place
        for name in place.near:
            here = self.meaning.of(place.path, name)
            self.add(here[:_FEW], "named near", place.near[name])
            for one in here[:_FEW]:
                self._type(one, place.near[name])
            members = [d for d in self.meaning.related(name) if d.container]
            if 0 < len(members) <= _FEW:
                self.add(members, "member named near", place.near[name])

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
        place = self.place
        files = self.meaning.siblings(place.path)
        self.visible.update(files)
        self.meaning.paths.read(files[:150])
        for file in files[:150]:
            for tops in self.meaning.paths.top(file).values():
                self.add(tops, "of package")

    def expected(self, expected: Mapping[str, float]) -> None:
        for name, strength in expected.items():
            every = self.meaning.related(name)
            seen = [d for d in every if d.path in self.visible]
            self.add(seen[:_FEW], "in similar code", strength)
            if not seen and len(every) <= _FEW:
                self.add(every, "in similar code elsewhere", strength)


def _shown(one: Definition, language: str) -> bool:
    """Whether other files can name it."""
    if language == "go":
        return one.name[:1].isupper()
    if language in ("typescript", "tsx"):
        return one.signature.lstrip().startswith(("export", "declare"))
    return not one.name.startswith("_")
