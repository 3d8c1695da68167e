"""Where imports of Rust lead."""

from __future__ import annotations

import pytest

from tests.context.resolve.leading import lead

RUST = {
    "Cargo.toml": '[workspace]\nmembers = ["core", "app"]\n',
    "core/Cargo.toml": '[package]\nname = "my-core"\n',
    "core/src/lib.rs": "pub mod shape;\npub use shape::circle::Circle;\nmod hidden;\npub struct Root;\n",
    "core/src/shape/mod.rs": "pub mod circle;\npub trait Shape { fn area(&self) -> f64; }\n",
    "core/src/shape/circle.rs": "pub struct Circle;\nimpl Circle { pub fn new() -> Self { Circle } }\n",
    "core/src/hidden.rs": "pub enum Kind { One, Two }\n",
    "app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\nmy-core = { path = "../core" }\n',
    "app/src/main.rs": "mod cli;\nfn main() {}\n",
    "app/src/cli.rs": "mod args;\npub struct Cli;\n",
    "app/src/cli/args.rs": "pub struct Args;\n",
}


@pytest.mark.parametrize(
    ("path", "text", "leads"),
    [
        ("core/src/a.rs", "use crate::shape::circle::Circle;", ["core/src/shape/circle.rs:Circle"]),
        (
            "core/src/a.rs",
            "use crate::{Root, shape::{self, Shape}};",
            ["core/src/lib.rs:Root", "core/src/shape/mod.rs", "core/src/shape/mod.rs:Shape"],
        ),
        ("core/src/a.rs", "use super::hidden::Kind;", ["core/src/hidden.rs:Kind"]),
        ("core/src/a.rs", "use crate::hidden::Kind::Two;", ["core/src/hidden.rs:Kind.Two"]),
        ("core/src/shape/circle.rs", "use super::Shape;", ["core/src/shape/mod.rs:Shape"]),
        ("core/src/shape/circle.rs", "use super::super::Root as R;", ["core/src/lib.rs:Root"]),
        ("app/src/cli.rs", "use my_core::Circle;", ["core/src/shape/circle.rs:Circle"]),
        ("app/src/cli.rs", "mod args;\nuse args::Args;", ["app/src/cli/args.rs", "app/src/cli/args.rs:Args"]),
        ("app/src/cli/more.rs", "use super::Cli;", ["app/src/cli.rs:Cli"]),
        ("core/tests/t.rs", "use my_core::shape::*;", ["core/src/shape/mod.rs"]),
        ("core/src/a.rs", "use std::fmt::Display;", []),
    ],
)
def test_rust(path: str, text: str, leads: list[str]) -> None:
    assert lead(RUST, path, text) == leads


RENAMED = {
    "Cargo.toml": '[workspace]\n[workspace.dependencies]\nshared = { package = "lib-a", path = "a" }\n',
    "a/Cargo.toml": '[package]\nname = "lib-a" # its name\n\n[lib]\nname = "alpha"\npath = "src/entry.rs"\n',
    "a/src/entry.rs": (
        "pub mod x { pub fn inl() {} pub struct Y; pub use crate::y::E; }\npub mod y;\n"
        "pub use y::deep as dp;\npub use self::y::*;\n#[macro_use]\nmod macros;\npub mod prelude;\n"
    ),
    "a/src/y.rs": "pub mod deep;\npub fn yf() {}\npub enum E { A, B }\npub trait Tr { fn t(&self); }\n",
    "a/src/y/deep.rs": "pub fn df() {}\npub mod deeper { pub struct Far; }\n",
    "a/src/macros.rs": "#[macro_export]\nmacro_rules! mm { () => {} }\n",
    "a/src/prelude.rs": "pub use crate::x::Y as Why;\npub use crate::y::Tr;\npub use crate::y::E::*;\n",
    "b/Cargo.toml": (
        '[package]\nname = "b"\n[dependencies]\nal = { package = "lib-a", path = "../a" }\n'
        'shared.workspace = true\n[dependencies.long]\npackage = "lib-a"\n'
    ),
    "b/src/lib.rs": 'pub mod m2;\npub fn q() {}\nmod sub { pub mod leaf; }\n#[path = "weird/odd.rs"]\nmod even;\n',
    "b/src/m2.rs": "pub fn q() {}\n",
    "b/src/sub/leaf.rs": "pub fn lf() {}\n",
    "b/src/weird/odd.rs": "pub fn odd() {}\n",
    "b/src/bin/tool.rs": "mod part;\npub struct Own;\n",
    "b/src/bin/part.rs": "pub struct Part;\n",
    "b/tests/common/mod.rs": "pub fn setup() {}\n",
}


@pytest.mark.parametrize(
    ("path", "text", "leads"),
    [
        ("b/src/a.rs", "use alpha::x::inl;", ["a/src/entry.rs:x.inl"]),
        ("b/src/a.rs", "use al::yf as via;", ["a/src/y.rs:yf"]),
        ("b/src/a.rs", "use shared::E;", ["a/src/y.rs:E"]),
        ("b/src/a.rs", "use long::E::{self, A};", ["a/src/y.rs:E", "a/src/y.rs:E.A"]),
        ("b/src/a.rs", "use ::al::dp::df;", ["a/src/y/deep.rs:df"]),
        ("b/src/a.rs", "use al::dp::deeper::Far;", ["a/src/y/deep.rs:deeper.Far"]),
        ("b/src/a.rs", "use al::deep::df;", ["a/src/y/deep.rs:df"]),
        ("b/src/a.rs", "use al::x::E;", ["a/src/y.rs:E"]),
        ("b/src/a.rs", "use al::mm;", ["a/src/macros.rs:mm"]),
        ("b/src/a.rs", "use al::prelude::{Why, Tr};", ["a/src/entry.rs:x.Y", "a/src/y.rs:Tr"]),
        ("b/src/a.rs", "extern crate b as bee;\nuse bee::q;", ["b/src/lib.rs", "b/src/lib.rs:q"]),
        ("b/src/a.rs", "use al::prelude::{A, B};", ["a/src/y.rs:E.A", "a/src/y.rs:E.B"]),
        ("b/src/a.rs", "use al::prelude::*;", ["a/src/prelude.rs"]),
        ("b/src/a.rs", "use crate::sub::leaf::lf;", ["b/src/sub/leaf.rs:lf"]),
        ("b/src/a.rs", "use crate::even::odd;", ["b/src/weird/odd.rs:odd"]),
        ("b/src/a.rs", "fn f() { let x = 1;\n    use crate::m2::q;\n}", ["b/src/m2.rs:q"]),
        ("b/src/m2.rs", "pub fn q() {}\nmod tests { use super::q as qq; use super::*; }", ["b/src/m2.rs:q"]),
        ("b/src/m2.rs", "fn f() {}\nmod tests { mod more {\n use super::super::super::q; } }", ["b/src/lib.rs:q"]),
        ("b/src/m2.rs", "mod tests { fn f() {\n  use super::super::q;\n} }", ["b/src/lib.rs:q"]),
        ("b/src/m2.rs", "use super::q;", ["b/src/lib.rs:q"]),
        ("b/src/m2.rs", "mod inner { pub struct S; }\nuse inner::S;", ["b/src/m2.rs:inner.S"]),
        ("a/src/y.rs", "use super::x::Y;", ["a/src/entry.rs:x.Y"]),
        ("a/src/y/deep.rs", "use crate::y::yf;", ["a/src/y.rs:yf"]),
        (
            "b/src/bin/tool.rs",
            "mod part;\nuse part::Part;\nuse b::q;",
            ["b/src/bin/part.rs", "b/src/bin/part.rs:Part", "b/src/lib.rs:q"],
        ),
        (
            "b/tests/it.rs",
            "mod common;\nuse common::setup;\nuse b::m2::q;",
            ["b/tests/common/mod.rs", "b/tests/common/mod.rs:setup", "b/src/m2.rs:q"],
        ),
        (
            "b/tests/it.rs",
            "use crate::common::setup;\nmod common;",
            ["b/tests/common/mod.rs:setup", "b/tests/common/mod.rs"],
        ),
        ("b/src/a.rs", "use serde::Serialize;\nuse std::io::{self, Write};", []),
    ],
)
def test_rust_crates_and_what_they_pass_on(path: str, text: str, leads: list[str]) -> None:
    assert lead(RENAMED, path, text) == leads


def test_rust_paths_in_a_circle_lead_nowhere() -> None:
    files = {"src/lib.rs": "pub use b::*;\npub use a::c;\nmod a;\nmod b;", "src/a.rs": "pub use crate::*;"}
    files["src/b.rs"] = "pub use crate::a::*;\npub use super::c::d;\npub use c::d as c;"
    assert lead(files, "src/d.rs", "use crate::c::d::e;\nuse x::*;") == ["src/lib.rs"]
