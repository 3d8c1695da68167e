"""Where two could be meant, the one that the language means: a definition of another is worse than none."""

from __future__ import annotations

import pytest

from tests.context.resolve.leading import Files, lead

FORKS = {
    "a/go.mod": "module ex.com/a\n\nreplace ex.com/lib => ./fork\n",
    "a/fork/l.go": "package lib\n\nfunc A() {}\n",
    "b/go.mod": "module ex.com/b\n\nreplace ex.com/lib => ./fork\n",
    "b/fork/l.go": "package lib\n\nfunc B() {}\n",
    "v1/go.mod": "module ex.com/same\n",
    "v1/p/p.go": "package p\n\nfunc One() {}\n",
    "v2/go.mod": "module ex.com/same\n",
    "v2/p/p.go": "package p\n\nfunc Two() {}\n",
    "v2/sub/go.mod": "module ex.com/other\n",
    "v2/sub/s.go": "package sub\n",
}
EDITIONS = {
    "old/Cargo.toml": '[package]\nname = "old"\n',
    "old/src/lib.rs": "mod log;\nmod net;\n",
    "old/src/log.rs": "pub fn info() {}\n",
    "new/Cargo.toml": '[package]\nname = "new"\nedition = "2021"\n',
    "new/src/lib.rs": "mod log;\nmod net;\n",
    "new/src/log.rs": "pub fn info() {}\n",
    "heir/Cargo.toml": '[package]\nname = "heir"\nedition.workspace = true\n',
    "heir/src/lib.rs": "mod log;\nmod net;\n",
    "heir/src/log.rs": "pub fn info() {}\n",
}
BOUND = {
    "pkg/__init__.py": "from ._impl import client\nfrom . import tool\nfrom .tool import Kit as kit\n",
    "pkg/_impl.py": "def client(): ...\n",
    "pkg/client.py": "class Other: ...\n",
    "pkg/tool.py": "class Kit: ...\n",
    "pkg/kit.py": "",
}
ALIASES = {
    "tsconfig.json": (
        '{"extends": "./base.json", "compilerOptions": {"baseUrl": ".", "paths": {'
        '"*": ["any/*"], "@/*": ["src/*"], "@/ui/*": ["packages/ui/*"], "@/ui/one": ["one.ts"]}}}'
    ),
    "base.json": '{"compilerOptions": {"paths": {"old": ["old/lib.ts"]}}}',
    "src/ui/b.ts": "export const b = 1;\n",
    "packages/ui/b.ts": "export const b = 2;\n",
    "packages/ui/one.ts": "export const one = 1;\n",
    "one.ts": "export const one = 2;\n",
    "src/c.ts": "export const c = 1;\n",
    "any/@/c.ts": "export const c = 2;\n",
    "old/lib.ts": "export const lib = 1;\n",
}
INCLUDED = {
    "src/string.h": "int mine(void);\n",
    "src/time.h": "int mine(void);\n",
    "src/zed.h": "int zed(void);\n",
    "inc/include/poll.h": "int polled(void);\n",
    "a/util.h": "int a(void);\n",
    "b/util.h": "int b(void);\n",
    "p1/CMakeLists.txt": "include_directories(../a)\n",
    "p2/CMakeLists.txt": "include_directories(../b)\n",
}


@pytest.mark.parametrize(
    ("files", "path", "text", "leads"),
    [
        (FORKS, "a/main.go", 'package main\n\nimport "ex.com/lib"', ["a/fork/l.go"]),
        (FORKS, "b/main.go", 'package main\n\nimport "ex.com/lib"', ["b/fork/l.go"]),
        (FORKS, "v1/main.go", 'package main\n\nimport "ex.com/same/p"', ["v1/p/p.go"]),
        (FORKS, "v2/main.go", 'package main\n\nimport "ex.com/same/p"', ["v2/p/p.go"]),
        (FORKS, "v2/main.go", 'package main\n\nimport "ex.com/same/sub"', []),
        (FORKS, "v2/main.go", 'package main\n\nimport "ex.com/other"', ["v2/sub/s.go"]),
        (EDITIONS, "old/src/net.rs", "use log::info;", ["old/src/log.rs:info"]),
        ({"src/main.rs": "mod a;", "src/a.rs": "pub fn x() {}"}, "src/b.rs", "use a::x;", ["src/a.rs:x"]),
        (EDITIONS, "new/src/net.rs", "use log::info;", []),
        (EDITIONS, "heir/src/net.rs", "use log::info;", []),
        (EDITIONS, "new/src/net.rs", "use crate::log::info;", ["new/src/log.rs:info"]),
        (EDITIONS, "new/src/lib.rs", "mod log;\nuse log::info;", ["new/src/log.rs", "new/src/log.rs:info"]),
        (BOUND, "m.py", "from pkg import client", ["pkg/_impl.py:client"]),
        (BOUND, "m.py", "from pkg import tool", ["pkg/tool.py"]),
        (BOUND, "m.py", "from pkg import kit", ["pkg/tool.py:Kit"]),
        (BOUND, "m.py", "import pkg.client", ["pkg/client.py"]),
        (BOUND, "pkg/n.py", "from . import client", ["pkg/_impl.py:client"]),
        (ALIASES, "src/m.ts", "import { b } from '@/ui/b';", ["packages/ui/b.ts:b"]),
        (ALIASES, "src/m.ts", "import { one } from '@/ui/one';", ["one.ts:one"]),
        (ALIASES, "src/m.ts", "import { c } from '@/c';", ["src/c.ts:c"]),
        (ALIASES, "src/m.ts", "import { lib } from 'old';", []),
        (INCLUDED, "src/m.c", "#include <string.h>", []),
        (INCLUDED, "app/m.c", "#include <time.h>\n#include <sys/stat.h>", []),
        (INCLUDED, "src/m.c", '#include "string.h"', ["src/string.h"]),
        (INCLUDED, "src/m.c", "#include <zed.h>", ["src/zed.h"]),
        (INCLUDED, "inc/m.c", "#include <poll.h>", ["inc/include/poll.h"]),
        (INCLUDED, "p1/m.c", '#include "util.h"', ["a/util.h"]),
        (INCLUDED, "p2/m.c", '#include "util.h"', ["b/util.h"]),
        (INCLUDED, "p2/deep/m.c", "#include <util.h>", ["b/util.h"]),
    ],
)
def test_the_one_that_is_meant(files: Files, path: str, text: str, leads: list[str]) -> None:
    assert lead(files, path, f"{text}\n") == leads
