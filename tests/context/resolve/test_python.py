"""Where imports of Python lead."""

from __future__ import annotations

import pytest

from tests.context.resolve.leading import lead

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


MODULE = "def f(): ...\nclass C: ...\n"
ROOTED = {
    "pyproject.toml": (
        '[tool.setuptools]\npackage-dir = {"" = "code"}\n[tool.pytest.ini_options]\npythonpath = ["helpers"]\n'
    ),
    "code/pkg/mod.py": MODULE,
    "helpers/aid.py": MODULE,
    "lib/logging.py": MODULE,
    "tools/run.py": "",
    "tools/types.py": MODULE,
    "a/pyproject.toml": '[project]\nname = "acme-one"\n[tool.hatch.build]\npackages = ["deep/acme_one"]\n',
    "a/deep/acme_one/__init__.py": "from .inner import C as Renamed\nfrom . import inner as insides\n",
    "a/deep/acme_one/inner.py": MODULE,
    "b/setup.cfg": "[metadata]\nname = acme_two\n[options]\npackage_dir =\n    = sources\n",
    "b/sources/acme_two/__init__.py": MODULE,
    "c/pyproject.toml": '[tool.poetry]\nname = "three"\npackages = [{include = "three", from = "py"}]\n',
    "c/py/three/__init__.py": MODULE,
    "d/pyproject.toml": '[project]\nname = "space-four"\n[tool.setuptools.packages.find]\nwhere = [\n  "four",\n]\n',
    "d/four/space/four/part.py": MODULE,
    "e/pyproject.toml": "[project\nname = ",
    "typed/stub.pyi": "def f() -> int: ...\n",
}


@pytest.mark.parametrize(
    ("path", "text", "leads"),
    [
        ("code/pkg/m.py", "from pkg.mod import C", ["code/pkg/mod.py:C"]),
        ("tests/t.py", "from pkg.mod import C", ["code/pkg/mod.py:C"]),
        ("tests/t.py", "from code.pkg import mod", ["code/pkg/mod.py"]),
        ("tests/t.py", "from aid import f", ["helpers/aid.py:f"]),
        ("tests/t.py", "from acme_one import Renamed", ["a/deep/acme_one/inner.py:C"]),
        ("tests/t.py", "from acme_one import insides", ["a/deep/acme_one/inner.py"]),
        (
            "c/py/three/m.py",
            "import acme_one.inner, acme_two",
            ["a/deep/acme_one/inner.py", "b/sources/acme_two/__init__.py"],
        ),
        (
            "a/tests/t.py",
            "from three import f\nfrom space.four.part import C",
            ["c/py/three/__init__.py:f", "d/four/space/four/part.py:C"],
        ),
        (
            "a/tests/t.py",
            "from acme_one.inner import (\n  f as g,\n  C)",
            ["a/deep/acme_one/inner.py:f", "a/deep/acme_one/inner.py:C"],
        ),
        ("typed/m.py", "from stub import f", ["typed/stub.pyi:f"]),
        ("tools/run.py", "import types", ["tools/types.py"]),
        ("code/pkg/m.py", "import logging, types", []),
        ("code/pkg/m.py", "def f():\n    from pkg.mod import f as g\n    return g()", ["code/pkg/mod.py:f"]),
        ("code/pkg/m.py", "if TYPE_CHECKING:\n    from pkg.mod import C", ["code/pkg/mod.py:C"]),
        ("code/pkg/m.py", "try:\n    from pkg.mod import C\nexcept ImportError:\n    C = None", ["code/pkg/mod.py:C"]),
        ("code/pkg/m.py", "class A:\n    def f(self):\n        import pkg.mod as m", ["code/pkg/mod.py"]),
        ("code/pkg/m.py", 'def f():\n    """As in\n\n    from pkg.mod import C\n    """', []),
        ("code/pkg/m.py", "import numpy, acme\nfrom three.none import x", []),
    ],
)
def test_python_from_where_projects_say(path: str, text: str, leads: list[str]) -> None:
    assert lead(ROOTED, path, text) == leads
