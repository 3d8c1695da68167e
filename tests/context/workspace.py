"""A small shop in five languages, and places in it where the author named something of another file.

Every entity (invoice, parcel, ...) has a file that defines it and a file that uses it; the line that uses it is cut
short. What the rest of the line names must be among what is shown, in a budget that holds a small part of the shop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from flashls.context.gather import extras, gather
from flashls.index.extract_chunks import words
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Budget, Cursor, Snapshot, Snippet, Workspace
from tests.context.indexed import indexed

_FIELDS = {
    "Invoice": ("amount", "due"), "Parcel": ("weight", "carrier"), "Customer": ("email", "tier"),
    "Basket": ("lines", "coupon"), "Refund": ("reason", "approved"), "Supplier": ("region", "rating"),
    "Voucher": ("percent", "expires"), "Shipment": ("route", "arrives"), "Review": ("stars", "text"),
    "Warehouse": ("shelves", "manager"), "Payment": ("method", "currency"), "Catalog": ("season", "pages"),
}  # fmt: skip
_VERBS = ("settle", "dispatch", "archive", "approve", "merge", "audit")


@dataclass(frozen=True, slots=True)
class Case:
    """A place: the file's text before and after it, what the author wrote, and where that is defined, row by row."""

    kind: str
    path: str
    before: str
    answer: str
    after: str
    defined_in: str
    definition: str


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of what a place needs is shown: shares of identifiers, and whether the file and the row are."""

    recall: float
    file: float
    row: float


def python(name: str, a: str, b: str, verb: str) -> tuple[dict[str, str], list[Case]]:
    low = name.lower()
    model = f"shop/models/{low}.py"
    defined = (
        f"class {name}:\n    {a}: str\n    {b}: int\n\n"
        f"    def {verb}_{low}(self, actor: str) -> bool:\n        return True\n"
    )
    head = f"from shop.models.{low} import {name}\n\n\ndef create_{low}({a}, {b}):\n"
    more = f"def finish({low}: {name}, who: str):\n    return "
    return {model: defined, f"shop/services/{low}.py": f"{head}    return None\n"}, [
        Case(
            "imported",
            f"shop/services/{low}.py",
            f"{head}    return ",
            f"{name}({a}, {b})",
            "\n",
            model,
            f"class {name}:",
        ),
        Case(
            "member",
            f"shop/jobs/{low}.py",
            f"from shop.models.{low} import {name}\n\n\n{more}{low}.",
            f"{verb}_{low}(who)",
            "\n",
            model,
            f"def {verb}_{low}(self",
        ),
    ]


def typescript(name: str, a: str, b: str, verb: str) -> tuple[dict[str, str], list[Case]]:
    low = name.lower()
    model = f"web/src/models/{low}.ts"
    defined = (
        f"export class {name} {{\n  {a} = '';\n  {b} = 0;\n\n"
        f"  {verb}{name}(actor: string): boolean {{\n    return true;\n  }}\n}}\n"
    )
    head = f"import {{ {name} }} from '../models/{low}';\n\nexport function create(): {name} {{\n  return "
    more = (
        f"import type {{ {name} }} from '../models';\n\n"
        f"export function finish({low}: {name}, who: string) {{\n  return "
    )
    return {model: defined}, [
        Case("imported", f"web/src/pages/{low}.ts", head, f"new {name}()", ";\n}\n", model, f"export class {name}"),
        Case(
            "member",
            f"web/src/jobs/{low}.ts",
            f"{more}{low}.",
            f"{verb}{name}(who)",
            ";\n}\n",
            model,
            f"{verb}{name}(actor",
        ),
    ]


def go(name: str, a: str, b: str, verb: str) -> tuple[dict[str, str], list[Case]]:
    low, method = name.lower(), verb.title() + name
    model = f"store/{low}.go"
    defined = (
        f"package store\n\ntype {name} struct {{\n\t{a.title()} string\n\t{b.title()} int\n}}\n\n"
        f"func ({low[0]} *{name}) {method}(actor string) error {{\n\treturn nil\n}}\n\n"
        f"func Load{name}(id int) (*{name}, error) {{\n\treturn nil, nil\n}}\n"
    )
    head = (
        'package jobs\n\nimport "example.com/shop/store"\n\n'
        f"func finish{name}(id int, who string) error {{\n\t{low}, err := store."
    )
    more = f"package store\n\nfunc copy{name}(id int) (*{name}, error) {{\n\treturn "
    return {model: defined}, [
        Case("qualified", f"jobs/{low}.go", head, f"Load{name}(id)", "\n}\n", model, f"func Load{name}(id int)"),
        Case(
            "member",
            f"jobs/{low}_more.go",
            f"{head}Load{name}(id)\n\treturn {low}.",
            f"{method}(who)",
            "\n}\n",
            model,
            f"func ({low[0]} *{name}) {method}(",
        ),
        Case("package", f"store/{low}_copy.go", more, f"Load{name}(id)", "\n}\n", model, f"func Load{name}(id int)"),
    ]


def java(name: str, a: str, b: str, verb: str) -> tuple[dict[str, str], list[Case]]:
    low = name.lower()
    model = f"src/main/java/shop/model/{name}.java"
    defined = (
        f"package shop.model;\n\npublic class {name} {{\n  private String {a};\n  private int {b};\n\n"
        f"  public boolean {verb}{name}(String actor) {{\n    return true;\n  }}\n}}\n"
    )
    head = (
        f"package shop.jobs;\n\nimport shop.model.{name};\n\nclass {name}Job {{\n"
        f"  boolean run({name} {low}, String who) {{\n    "
    )
    more = f"package shop.model;\n\nclass {name}Factory {{\n  Object create() {{\n    return "
    return {model: defined}, [
        Case(
            "member",
            f"src/main/java/shop/jobs/{name}Job.java",
            f"{head}return {low}.",
            f"{verb}{name}(who)",
            ";\n  }\n}\n",
            model,
            f"public boolean {verb}{name}(",
        ),
        Case(
            "package",
            f"src/main/java/shop/model/{name}Factory.java",
            more,
            f"new {name}()",
            ";\n  }\n}\n",
            model,
            f"public class {name}",
        ),
    ]


def rust(name: str, a: str, b: str, verb: str) -> tuple[dict[str, str], list[Case]]:
    low = name.lower()
    model = f"crates/shop/src/{low}.rs"
    defined = (
        f"pub struct {name} {{\n    pub {a}: String,\n    pub {b}: u32,\n}}\n\nimpl {name} {{\n"
        f"    pub fn open() -> Self {{\n        todo!()\n    }}\n\n"
        f"    pub fn {verb}_{low}(&self, actor: &str) -> bool {{\n        true\n    }}\n}}\n"
    )
    head = f"use crate::{low}::{name};\n\npub fn finish(who: &str) -> bool {{\n    let {low} = "
    return {model: defined}, [
        Case(
            "imported", f"crates/shop/src/use_{low}.rs", head, f"{name}::open()", ";\n}\n", model, f"pub struct {name}"
        ),
        Case(
            "member",
            f"crates/shop/src/job_{low}.rs",
            f"{head}{name}::open();\n    {low}.",
            f"{verb}_{low}(who)",
            "\n}\n",
            model,
            f"pub fn {verb}_{low}(",
        ),
    ]


_LANGUAGES = (python, typescript, go, java, rust)


@cache
def shop() -> tuple[dict[str, str], tuple[Case, ...]]:
    """The shop's files by path, and the places."""
    modules = "".join(f"pub mod {name.lower()};\n" for name in _FIELDS)
    files = {
        "go.mod": "module example.com/shop\n",
        "crates/shop/Cargo.toml": '[package]\nname = "shop"\n',
        "crates/shop/src/lib.rs": modules,
        "web/src/models/index.ts": "".join(f"export * from './{name.lower()}';\n" for name in _FIELDS),
    }
    cases: list[Case] = []
    for n, (name, (a, b)) in enumerate(_FIELDS.items()):
        for language in _LANGUAGES:
            made, places = language(name, a, b, _VERBS[n % len(_VERBS)])
            files |= made
            cases += places
    files |= {case.path: case.before + case.after for case in cases}
    return files, tuple(cases)


def places(root: str = "file:///w") -> Iterator[tuple[Case, Cursor]]:
    """Each place, with a cursor in a document of its own below ``root``, a URI."""
    for case in shop()[1]:
        text = case.before + case.after
        language = language_id_of(case.path)
        tree = parsed(language_of(language), text)
        yield case, Cursor(Snapshot(f"{root}/{case.path}", language, 1, lines_of(text), tree, 1), len(case.before))


def budget_of(characters: int) -> Budget:
    """A budget that holds so many characters besides the window."""
    return Budget(2000, 500, characters, suffix_rows=40, head_step=1, chars_per_token=1)


def measured(characters: int = 700, off: frozenset[str] = frozenset()) -> Iterator[tuple[Case, Shown]]:
    """What is shown at each place in so many characters."""
    workspace, budget = Workspace(root="/w", index=indexed(shop()[0])), budget_of(characters)
    for case, cursor in places():
        yield case, _shown(case, gather(cursor, budget, extras(cursor, workspace, budget, off), "/w").snippets)


def _shown(case: Case, snippets: tuple[Snippet, ...]) -> Shown:
    text = "\n".join(snippet.text for snippet in snippets)
    wanted = words(case.answer).keys() - words(case.before + case.after).keys()
    known = wanted & words(text).keys()
    return Shown(
        len(known) / len(wanted) if wanted else 1.0,
        float(any(snippet.path == case.defined_in for snippet in snippets)),
        float(case.definition in text),
    )
