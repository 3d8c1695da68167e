"""Where imports of TypeScript and JavaScript lead."""

from __future__ import annotations

import pytest

from tests.context.resolve.leading import lead

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


EXPORTS = {
    "a/index.ts": (
        "export * from './k';\nexport { default } from './f';\nexport { f as ff, type K as KK } from './f';\n"
    ),
    "a/k.ts": "export const k1 = 1;\nexport function last() {}\n",
    "a/f.ts": "export default class Right {}\nexport function f() {}\nexport class K {}\n",
    "named.ts": "class Named {}\nexport default Named;\nexport function tail() {}\n",
    "wrapped.tsx": "const Inner = () => null;\nexport default React.memo(observer(Inner));\nexport const tail = 1;\n",
    "joined.js": "class View {}\nconst map = 1;\nexport default connect(map)(View);\n",
    "listed.ts": "const a1 = 1;\nexport { a1 as b1, c2 as default };\nfunction c2() {}\nfunction zz() {}\n",
    "passed.ts": "import { K } from './a/f';\nimport Right from './a';\nexport { K as K3 };\nexport { Right };\n",
    "nothing.ts": "export default { a: 1 };\nexport function tail() {}\n",
    "old.js": "function plain() {}\nclass Old {}\nmodule.exports = { plain, other: Old };\nexports.third = plain;\n",
    "whole.js": "class Whole {}\nfunction tail() {}\nmodule.exports = Whole;\n",
    "on.js": "module.exports = require('./old');\n",
    "equals.ts": "class Equals {}\nfunction tail() {}\nexport = Equals;\n",
}


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("import D from './a';", ["a/f.ts:Right"]),
        ("import D from './named';", ["named.ts:Named"]),
        ("import D from './wrapped';", ["wrapped.tsx:Inner"]),
        ("import D from './joined';", ["joined.js:View"]),
        ("import D, { b1 } from './listed';", ["listed.ts:a1", "listed.ts:c2"]),
        ("import D from './nothing';", ["nothing.ts"]),
        ("import { ff, KK } from './a';", ["a/f.ts:f", "a/f.ts:K"]),
        ("import { K3, Right } from './passed';", ["a/f.ts:K", "a/f.ts:Right"]),
        ("import { default as R, k1 } from './a';", ["a/f.ts:Right", "a/k.ts:k1"]),
        ("import eq = require('./equals');", ["equals.ts"]),
        ("import D from './equals';", ["equals.ts:Equals"]),
        ("const { plain, other: o, third } = require('./old');", ["old.js:plain", "old.js:Old", "old.js:third"]),
        ("const { plain } = require('./on');", ["old.js:plain"]),
        ("const Old = require('./old').other, Whole = require('./whole');", ["old.js:Old", "whole.js"]),
        ("import W from './whole';", ["whole.js:Whole"]),
        ("function f() {\n  const { plain } = require('./old');\n}", ["old.js:plain"]),
        ("async function f() {\n  const { f } = await import('./a/f');\n}", ["a/f.ts:f"]),
        ("const View = lazy(() => import('./joined'));", ["joined.js:View"]),
        ("import { none } from './a';", ["a/index.ts"]),
        ("import * as all from './a';", ["a/index.ts"]),
        ("export const s = \"require('./old')\";\n// const x = require('./old');", []),
    ],
)
def test_typescript_exports(text: str, leads: list[str]) -> None:
    assert lead(EXPORTS, "m.ts", text) == leads


def test_what_a_file_exports_by_another_name_is_no_import_of_its_own() -> None:
    assert lead(EXPORTS, "m.ts", "function f() {}\nexport { f as g };\nexport default f;") == []


CONFIGURED = {
    "package.json": '{"workspaces": ["p/*"]}',
    "p/core/package.json": (
        '{"name": "@a/core", "exports": {".": {"types": "./dist/index.d.ts", "import": "./dist/index.mjs"},'
        ' "./utils/*": "./dist/utils/*.js", "./sub": {"import": {"types": "./dist/sub/index.d.ts"}}}}'
    ),
    "p/core/src/index.ts": "export function f() {}\n",
    "p/core/src/utils/u.ts": "export class K {}\n",
    "p/core/src/sub/index.ts": "export class Sub {}\n",
    "p/main/package.json": '{"name": "main", "main": "lib/entry.js"}',
    "p/main/lib/entry.js": "export const entry = 1;\n",
    "p/sugar/package.json": '{"name": "sugar", "exports": {"import": "./code/s.js", "require": "./code/s.cjs"}}',
    "p/sugar/code/s.ts": "export const sugar = 1;\n",
    "p/config/package.json": '{"name": "@a/tsconfig"}',
    "p/config/tsconfig.paths.json": '{"compilerOptions": {"baseUrl": "../app", "paths": {"far/*": ["src/far/*"]}}}',
    "p/app/package.json": (
        '{"name": "app", "imports": {"#int/*": "./src/internal/*.ts", "#one": {"node": "./src/m2.js"}}}'
    ),
    "p/app/tsconfig.json": (
        '{"extends": ["./tsconfig.paths.json", "@a/tsconfig/tsconfig.paths.json"], "files": [],'
        ' "references": [{"path": "./tsconfig.app.json"}]}'
    ),
    "p/app/tsconfig.paths.json": '{"compilerOptions": {"paths": {"~z/*": ["${configDir}/src/zz/*"]}}}',
    "p/app/tsconfig.app.json": '{"compilerOptions": {"paths": {"by-reference": ["./src/m2"]}}}',
    "p/app/deno.json": '{"imports": {"deno/": "./src/far/", "one": "./src/m2.ts", "npm": "npm:npm"}}',
    "p/app/src/zz/a.ts": "export const z = 1;\n",
    "p/app/src/far/b.ts": "export const far = 1;\n",
    "p/app/src/internal/c.ts": "export const int = 1;\n",
    "p/app/src/m2.ts": "export const m2 = 1;\n",
}


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("import { f } from '@a/core';", ["p/core/src/index.ts:f"]),
        ("import { K } from '@a/core/utils/u';", ["p/core/src/utils/u.ts:K"]),
        ("import { Sub } from '@a/core/sub';", ["p/core/src/sub/index.ts:Sub"]),
        ("import { entry } from 'main';", ["p/main/lib/entry.js:entry"]),
        ("import { sugar } from 'sugar';", ["p/sugar/code/s.ts:sugar"]),
        ("import { int } from '#int/c';", ["p/app/src/internal/c.ts:int"]),
        ("import { m2 } from '#one';", ["p/app/src/m2.ts:m2"]),
        ("import { z } from '~z/a';", ["p/app/src/zz/a.ts:z"]),
        ("import { far } from 'far/b';", ["p/app/src/far/b.ts:far"]),
        ("import { m2 } from 'by-reference';", ["p/app/src/m2.ts:m2"]),
        (
            "import { far } from 'deno/b.ts';\nimport { m2 } from 'one';",
            ["p/app/src/far/b.ts:far", "p/app/src/m2.ts:m2"],
        ),
        ("import { m2 } from './m2?raw';", ["p/app/src/m2.ts:m2"]),
        ("import { f } from '@a/corex';\nimport '@a';\nimport '';\nimport 'npm';", []),
    ],
)
def test_typescript_by_configuration(text: str, leads: list[str]) -> None:
    assert lead(CONFIGURED, "p/app/src/m.ts", text) == leads


@pytest.mark.parametrize(
    "config",
    [
        "[1]", "{", "null", '{"compilerOptions": 1}', '{"compilerOptions": {"paths": [1], "baseUrl": 2}}',
        '{"extends": [1, {}, "", "./tsconfig.json", "nowhere/tsconfig"]}',
        '{"compilerOptions": {"paths": {"": [null]}}}',
        '{"files": [], "references": [1, {"path": 2}, {"path": "./tsconfig.json"}]}', "[" * 5_000,
        '{"name": "x", "exports": [[{"a": {"b": [1, null]}}]], "imports": 3}', '{"name": ["x"], "exports": {".": 1}}',
        '{"name": "x", "exports": {"./*": {"a": 1}, "*": "*"}}', '{"imports": {"": "", "#": "./", "x": 1, "/": "./"}}',
    ],
)  # fmt: skip
def test_typescript_bears_any_configuration(config: str) -> None:
    files = {"a.ts": "", **dict.fromkeys(("tsconfig.json", "package.json", "deno.json", "jsconfig.json"), config)}
    assert lead(files, "b.ts", "import 'x';\nimport 'x/y';\nimport '#';\nimport './a';\nimport '/';") == ["a.ts"]
