"""The import statements at a file's head."""

import pytest

from flashls.syntax.imports import imports
from flashls.syntax.languages import language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of

ROWS = [
    (
        "python",
        (
            '"""d"""\n'
            "from __future__ import annotations\n"
            "import os\n"
            "from a import (\n"
            "  b,\n"
            ")\n"
            "if TYPE_CHECKING:\n"
            "    from x import y\n"
            "try:\n"
            "    import z\n"
            "except ImportError:\n"
            "    pass\n"
            "def f():\n"
            "    import no\n"
        ),
        ("from __future__ import annotations\nimport os\nfrom a import (\n  b,\n)\nfrom x import y\nimport z"),
    ),
    (
        "javascript",
        ("import a from 'b';\nconst c = require('d');\nconst e = f('g');\nexport * from 'h';\nexport const z=1;\n"),
        ("import a from 'b';\nconst c = require('d');\nexport * from 'h';"),
    ),
    (
        "typescript",
        "import type { A } from 'b';\nimport x = require('y');\n",
        "import type { A } from 'b';\nimport x = require('y');",
    ),
    ("go", 'package a\n\nimport (\n\t"fmt"\n\t"os"\n)\n', 'package a\nimport (\n\t"fmt"\n\t"os"\n)'),
    ("rust", "use std::io;\nextern crate x;\nfn f() { use no; }\n", "use std::io;\nextern crate x;"),
    ("java", "package a;\nimport b.C;\nclass D {}\n", "package a;\nimport b.C;"),
    ("c", "#ifndef A\n#define A\n#include <a.h>\n#endif\n", "#include <a.h>"),
    ("cpp", "#include <a>\nusing std::x;\n", "#include <a>\nusing std::x;"),
    ("csharp", "using A;\nusing B = C;\n", "using A;\nusing B = C;"),
    ("ruby", "require 'a'\nrequire_relative 'b'\nputs 'c'\n", "require 'a'\nrequire_relative 'b'"),
    ("php", "<?php\nnamespace A;\nuse B\\C;\nrequire 'x.php';\n", "namespace A;\nuse B\\C;\nrequire 'x.php';"),
    ("typescriptreact", "import React from 'react';\n", "import React from 'react';"),
]


@pytest.mark.parametrize(("language", "code", "expected"), ROWS)
def test_imports(language: str, code: str, expected: str) -> None:
    row = language_of(language)
    assert imports(parsed(row, code), lines_of(code), row) == expected


def test_an_include_guard_around_a_long_file() -> None:
    code = "#ifndef A\n#define A\n#include <é.h>\n" + "int x(int a) { return a; }\n" * 500 + "#endif\n"
    row = language_of("c")
    assert imports(parsed(row, code), lines_of(code), row) == "#include <é.h>"


def test_only_so_much() -> None:
    code = "".join(f"from a_long_package_name.module_{n} import something_{n}\n" for n in range(1000))
    row = language_of("python")
    found = imports(parsed(row, code), lines_of(code), row)
    assert 1000 < len(found) <= 8000
    assert code.startswith(found)


def test_half_typed_code() -> None:
    code = "import os\nimport re\nfrom a import (\n\ndef f(:\n"
    row = language_of("python")
    assert imports(parsed(row, code), lines_of(code), row).startswith("import os\nimport re")


def test_plain_text_has_none() -> None:
    assert imports(None, lines_of("import os\n"), None) == ""
    assert imports(None, lines_of("import os\n"), language_of("python")) == ""
    assert imports(parsed(language_of("lua"), "x = 1"), lines_of("x = 1"), language_of("lua")) == ""
