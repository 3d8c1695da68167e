"""Where imports lead, language by language: a workspace, the importing file's text, and the definitions meant."""

from __future__ import annotations

import pytest

from flashls.context.resolve.paths import Paths
from flashls.context.resolve.resolver import brought, siblings
from tests.context.indexed import indexed

Files = dict[str, str]


def lead(files: Files, path: str, text: str) -> list[str]:
    """Where each import of a file leads: ``path:name`` for a definition, the path for a whole file."""
    index = indexed({**files, path: text})
    facts = index.facts(path)
    assert facts is not None
    found: list[str] = []
    for one in brought(Paths(index), facts):
        found += [f"{d.path}:{d.container + '.' if d.container else ''}{d.name}" for d in one.definitions] or one.files
    return found


PYTHON = {
    "src/pkg/__init__.py": "from .core import Engine as Engine\nfrom .sub import *\nVERSION = '1'\n",
    "src/pkg/core.py": "class Engine:\n    def run(self): pass\n",
    "src/pkg/sub/__init__.py": "from pkg.sub.deep import helper\n",
    "src/pkg/sub/deep.py": "def helper(): pass\nLIMIT = 3\n",
    "tests/__init__.py": "",
    "tests/tools.py": "def make(): pass\n",
}


@pytest.mark.parametrize(
    ("path", "text", "leads"),
    [
        ("src/pkg/a.py", "from .core import Engine", ["src/pkg/core.py:Engine"]),
        ("src/pkg/a.py", "from . import core", ["src/pkg/core.py"]),
        (
            "src/pkg/a.py",
            "from .sub.deep import (\n    helper,  # why\n    LIMIT as L,\n)",
            ["src/pkg/sub/deep.py:helper", "src/pkg/sub/deep.py:LIMIT"],
        ),
        ("src/pkg/sub/b.py", "from ..core import Engine", ["src/pkg/core.py:Engine"]),
        ("src/pkg/sub/b.py", "from .. import VERSION", ["src/pkg/__init__.py:VERSION"]),
        ("tests/test_a.py", "from pkg import Engine", ["src/pkg/core.py:Engine"]),
        ("tests/test_a.py", "from pkg import helper", ["src/pkg/sub/deep.py:helper"]),
        ("tests/test_a.py", "import pkg.core", ["src/pkg/core.py"]),
        ("tests/test_a.py", "import pkg.core as c, os", ["src/pkg/core.py"]),
        ("tests/test_a.py", "from tests.tools import make", ["tests/tools.py:make"]),
        ("tests/test_a.py", "from pkg.sub import deep", ["src/pkg/sub/deep.py"]),
        ("tests/test_a.py", "from pkg.core import *", ["src/pkg/core.py"]),
        ("tests/test_a.py", "import os\nfrom typing import Any", []),
        ("tests/test_a.py", "from .... import far", []),
    ],
)
def test_python(path: str, text: str, leads: list[str]) -> None:
    assert lead(PYTHON, path, text) == leads


TYPESCRIPT = {
    "package.json": '{"workspaces": ["packages/*"]}',
    "tsconfig.base.json": (
        '{"compilerOptions": {"baseUrl": ".", "paths": {"@ui/*": ["packages/ui/src/*"], "config": ["conf/main.ts"]}}}'
    ),
    "tsconfig.json": '{\n  // comments and\n  "extends": "./tsconfig.base.json", /* trailing commas */\n}',
    "conf/main.ts": "export const conf = {};\n",
    "packages/ui/package.json": (
        '{"name": "@acme/ui", "exports": {".": {"types": "./dist/index.d.ts"}, "./*": "./dist/*.js"}}'
    ),
    "packages/ui/src/index.ts": (
        "export * from './button';\nexport { Menu as List } from './menu';\nexport * as icons from './icons';\n"
    ),
    "packages/ui/src/button.tsx": "export function Button() {}\n",
    "packages/ui/src/menu/index.ts": "export class Menu {}\n",
    "packages/ui/src/icons.ts": "export const star = 1;\n",
    "src/util.ts": "export interface Options { a: string }\nexport default function main() {}\n",
    "src/old.js": "module.exports = {};\nfunction plain() {}\n",
}


@pytest.mark.parametrize(
    ("path", "text", "leads"),
    [
        ("src/a.ts", "import { Options } from './util';", ["src/util.ts:Options"]),
        ("src/a.ts", "import { Options } from './util.js'", ["src/util.ts:Options"]),
        ("src/a.ts", "import main, { type Options as O } from './util';", ["src/util.ts:Options", "src/util.ts:main"]),
        ("src/a.ts", "import type { Options } from '../src/util';", ["src/util.ts:Options"]),
        ("src/a.ts", "import * as util from './util';", ["src/util.ts"]),
        ("src/a.ts", "import { Button } from '@acme/ui';", ["packages/ui/src/button.tsx:Button"]),
        ("src/a.ts", "import { List } from '@acme/ui';", ["packages/ui/src/menu/index.ts:Menu"]),
        ("src/a.ts", "import { Menu } from '@acme/ui/menu';", ["packages/ui/src/menu/index.ts:Menu"]),
        ("src/a.ts", "import { star } from '@ui/icons';", ["packages/ui/src/icons.ts:star"]),
        ("src/a.ts", "import { conf } from 'config';", ["conf/main.ts:conf"]),
        ("src/a.ts", "import { Options } from 'src/util';", ["src/util.ts:Options"]),
        ("src/a.ts", "import { Options } from '@/util';", ["src/util.ts:Options"]),
        ("src/a.js", "const { plain } = require('./old')", ["src/old.js:plain"]),
        ("src/a.js", "const old = require('./old');", ["src/old.js"]),
        ("src/a.ts", "import React from 'react';\nimport './missing.css';", []),
    ],
)
def test_typescript(path: str, text: str, leads: list[str]) -> None:
    assert lead(TYPESCRIPT, path, text) == leads


GO = {
    "go.mod": "module example.com/app/v2\n\ngo 1.22\n",
    "main.go": "package main\n\nfunc main() {}\n",
    "store/store.go": "package store\n\ntype Store struct{}\n",
    "store/open.go": "package store\n\nfunc Open() *Store { return nil }\n",
    "store/store_test.go": "package store\n\nfunc TestStore() {}\n",
    "tools/go.mod": "module example.com/tools\n",
    "tools/lint/lint.go": "package lint\n\nfunc Run() {}\n",
}


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ('import "example.com/app/v2/store"', ["store/open.go", "store/store.go"]),
        ('import (\n\t"fmt"\n\ts "example.com/app/v2/store"\n)', ["store/open.go", "store/store.go"]),
        ('import "example.com/tools/lint"', ["tools/lint/lint.go"]),
        ('import "example.com/app/v2"', ["main.go"]),
        ('import "fmt"', []),
    ],
)
def test_go(text: str, leads: list[str]) -> None:
    assert lead(GO, "cmd/a.go", f"package cmd\n\n{text}\n") == leads


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


JAVA = {
    "src/main/java/org/acme/Shape.java": (
        "package org.acme;\n"
        "public interface Shape { double AREA = 1; static Shape of() { return null; } class Builder { } }\n"
    ),
    "src/main/java/org/acme/Circle.java": "package org.acme;\npublic class Circle implements Shape { }\n",
    "src/main/java/org/acme/util/Texts.java": (
        "package org.acme.util;\npublic class Texts { public static String trim(String s) { return s; } }\n"
    ),
}


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("import org.acme.Circle;", ["src/main/java/org/acme/Circle.java:Circle"]),
        ("import org.acme.Shape.Builder;", ["src/main/java/org/acme/Shape.java:Shape.Builder"]),
        ("import static org.acme.util.Texts.trim;", ["src/main/java/org/acme/util/Texts.java:Texts.trim"]),
        ("import static org.acme.util.Texts.*;", ["src/main/java/org/acme/util/Texts.java"]),
        ("import org.acme.util.*;", ["src/main/java/org/acme/util/Texts.java"]),
        ("import java.util.List;", []),
    ],
)
def test_java(text: str, leads: list[str]) -> None:
    assert lead(JAVA, "src/test/java/org/other/A.java", f"package org.other;\n{text}\nclass A {{}}\n") == leads


OTHERS = {
    "include/geo/point.h": "struct Point { int x; };\n",
    "src/point.c": '#include "geo/point.h"\nint norm(struct Point *p) { return p->x; }\n',
    "src/local.h": "#define LOCAL 1\n",
    "Lib/Model.cs": "namespace Acme.Models;\npublic class User { public string Name { get; set; } }\n",
    "app/Models/User.php": "<?php\nnamespace App\\Models;\nclass User { public string $name; }\n",
    "app/helpers.php": "<?php\nfunction help() {}\n",
    "lib/acme/text.rb": "module Acme\n  class Text\n  end\nend\n",
    "lib/acme/base.rb": "class Base\nend\n",
}


@pytest.mark.parametrize(
    ("path", "text", "leads"),
    [
        ("src/a.c", '#include "local.h"\n#include <stdio.h>', ["src/local.h"]),
        ("src/a.c", "#include <geo/point.h>", ["include/geo/point.h"]),
        ("src/deep/a.cpp", '#include "../local.h"', ["src/local.h"]),
        ("App/Main.cs", "using Acme.Models;\nusing System;", ["Lib/Model.cs"]),
        ("App/Main.cs", "using U = Acme.Models.User;", ["Lib/Model.cs:User"]),
        ("app/Http/C.php", "<?php\nuse App\\Models\\User;", ["app/Models/User.php:User"]),
        ("app/Http/C.php", "<?php\nuse App\\Models\\{User as U};", ["app/Models/User.php:User"]),
        ("app/index.php", "<?php\nrequire_once __DIR__ . '/helpers.php';", ["app/helpers.php"]),
        ("lib/acme/main.rb", "require_relative 'base'", ["lib/acme/base.rb"]),
        ("bin/run.rb", "require 'acme/text'\nrequire 'json'", ["lib/acme/text.rb"]),
    ],
)
def test_others(path: str, text: str, leads: list[str]) -> None:
    assert lead(OTHERS, path, text) == leads


@pytest.mark.parametrize(
    ("files", "language", "path", "beside"),
    [
        (GO, "go", "store/store.go", ["store/open.go"]),
        (GO, "go", "store/store_test.go", ["store/open.go", "store/store.go"]),
        (JAVA, "java", "src/main/java/org/acme/Circle.java", ["src/main/java/org/acme/Shape.java"]),
        (RUST, "rust", "core/src/lib.rs", ["core/src/shape/mod.rs", "core/src/hidden.rs"]),
        (PYTHON, "python", "src/pkg/core.py", []),
        ({"a/x.c": "", "a/x.h": "", "a/y.h": ""}, "c", "a/x.c", ["a/x.h"]),
        ({"a.kt": "", "b.kt": "", "c.py": ""}, "kotlin", "a.kt", ["b.kt"]),
    ],
)
def test_files_whose_names_need_no_import(files: Files, language: str, path: str, beside: list[str]) -> None:
    assert list(siblings(Paths(indexed(files)), language, path)) == beside


def test_files_that_pass_each_other_on_in_a_circle_lead_nowhere() -> None:
    files = {"a.ts": "export * from './b';", "b.ts": "export * from './a';"}
    assert lead(files, "c.ts", "import { x } from './a';") == ["a.ts"]


def test_what_the_open_file_defines_is_what_it_defines_now() -> None:
    index = indexed({"a.py": "def f(old): ...\n\n\ndef gone(): ...\n", "b.py": "def f(b): ...\n"})
    now = indexed({"a.py": "x = 1\n\n\ndef f(new): ...\n"}).facts("a.py")
    paths = Paths(index, now)
    assert [one.signature for one in paths.named("f")] == ["def f(new): ...", "def f(b): ..."]
    assert list(paths.named("gone")) == []
