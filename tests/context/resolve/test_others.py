"""Where imports of the other languages lead."""

from __future__ import annotations

import pytest

from tests.context.resolve.leading import lead

OTHERS = {
    "include/geo/point.h": "struct Point { int x; };\n",
    "src/point.c": '#include "geo/point.h"\nint norm(struct Point *p) { return p->x; }\n',
    "src/local.h": "#define LOCAL 1\n",
    "Lib/Model.cs": "namespace Acme.Models;\npublic class User { public string Name { get; set; } }\n",
    "app/Models/User.php": "<?php\nnamespace App\\Models;\nclass User { public string $name; }\n",
    "app/helpers.php": "<?php\nfunction help() {}\n",
    "lib/acme/text.rb": "module Acme\n  class Text\n  end\nend\n",
    "lib/acme/base.rb": "class Base\nend\n",
    "CMakeLists.txt": "target_include_directories(x PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/api> ${X})\n",
    "api/wide.hpp": "class Wide {};\n",
    "compile_flags.txt": "-Wall\n-Ithird/party\n",
    "third/party/other.h": "int other(void);\n",
    "Lib/Nested.cs": "namespace Acme {\n  namespace Deep { public class Well {} }\n}\n",
    "app/Models/more.php": "<?php\nnamespace App\\Models;\nfunction load() {}\nconst MOST = 3;\n",
    "config/boot.php": "<?php\nfunction boot() {}\n",
}


@pytest.mark.parametrize(
    ("path", "text", "leads"),
    [
        ("src/a.c", '#include "local.h"\n#include <stdio.h>', ["src/local.h"]),
        ("src/a.c", "#include <geo/point.h>", ["include/geo/point.h"]),
        ("src/deep/a.cpp", '#include "../local.h"', ["src/local.h"]),
        ("App/Main.cs", "using Acme.Models;\nusing System;", ["Lib/Model.cs"]),
        ("src/a.cpp", '#include "wide.hpp"\n#include <other.h>', ["api/wide.hpp", "third/party/other.h"]),
        ("App/Main.cs", "global using static Acme.Models.User;", ["Lib/Model.cs"]),
        ("App/Main.cs", "using global::Acme.Deep;\nusing W = Acme.Deep.Well;", ["Lib/Nested.cs", "Lib/Nested.cs:Well"]),
        ("App/Main.cs", "using U = Acme.Models.User;", ["Lib/Model.cs:User"]),
        ("app/Http/C.php", "<?php\nuse App\\Models\\User;", ["app/Models/User.php:User"]),
        ("app/Http/C.php", "<?php\nuse App\\Models\\{User as U};", ["app/Models/User.php:User"]),
        ("app/Http/C.php", "<?php\nuse App\\Models;", ["app/Models/User.php", "app/Models/more.php"]),
        (
            "app/Http/C.php",
            "<?php\nuse function App\\Models\\load;\nuse const App\\Models\\MOST;",
            ["app/Models/more.php:load", "app/Models/more.php:MOST"],
        ),
        (
            "app/Http/C.php",
            "<?php\nuse App\\{Models\\User as U, function Models\\load};",
            ["app/Models/User.php:User", "app/Models/more.php:load"],
        ),
        ("app/C.php", "<?php\nrequire dirname(__DIR__) . '/config/boot.php';", ["config/boot.php"]),
        ("app/index.php", "<?php\nrequire_once __DIR__ . '/helpers.php';", ["app/helpers.php"]),
        ("lib/acme/main.rb", "require_relative 'base'", ["lib/acme/base.rb"]),
        ("lib/acme.rb", "module Acme\n  autoload :Text, 'acme/text'\nend", ["lib/acme/text.rb:Acme.Text"]),
        ("lib/acme.rb", "autoload :Other, 'acme/text'\nautoload :None, 'acme/none'", ["lib/acme/text.rb"]),
        ("lib/acme/m.rb", "def f\n  require_relative 'base'\nend", ["lib/acme/base.rb"]),
        ("bin/run.rb", "require 'acme/text'\nrequire 'json'", ["lib/acme/text.rb"]),
    ],
)
def test_others(path: str, text: str, leads: list[str]) -> None:
    assert lead(OTHERS, path, text) == leads
