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
