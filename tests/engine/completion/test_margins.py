"""A body that begins no deeper than its head is moved into it, whatever the model took for its margin."""

from __future__ import annotations

import pytest

from tests.engine.check import check_complete

METHOD = "class A:\n    def f(self):\n▮\n"
BODIES = {
    "a row at the margin": (METHOD, "return 1", "        return 1"),
    "rows at the margin": (METHOD, "x = 1\nreturn x", "        x = 1\n        return x"),
    "rows where they belong": (METHOD, "x = 1\n        return x", "        x = 1\n        return x"),
    "a block at the margin": (
        METHOD, "if x:\n    return 1\nreturn x", "        if x:\n            return 1\n        return x",
    ),
    "a bracket at the margin": (
        METHOD, "f(\n    x,\n)\nreturn x", "        f(\n            x,\n        )\n        return x",
    ),
    "in a row of less": ("class A:\n    def f(self):\n  ▮\n", "return x", "      return x"),
    "in a row of as much": (
        "class A:\n    def f(self):\n    ▮\n", "x = 1\n    return x", "    x = 1\n        return x",
    ),
    "by tabs": (
        "class A:\n\tdef f(self):\n▮\n", "if x:\n    return x\nreturn y", "\t\tif x:\n\t\t\treturn x\n\t\treturn y",
    ),
    "by two spaces": ("if a:\n  b()\nfor a in b:\n▮\n", "print(a)", "  print(a)"),
    "a loop's": ("for a in b:\n▮", "print(a)", "    print(a)"),
    "above another branch": ("if a:\n▮\nelse:\n    b()\n", "c()", "    c()"),
    "above what is there": ("def f():\n▮\n  return x\n", "x = 1", "  x = 1"),
    "behind a blank row": ("def f():\n\n▮", "return 1", "    return 1"),
    "a function's": ("def f():\n▮", "def g():\n    return 1", "    def g():\n        return 1"),
    "what comes behind a blank row is another block's": (
        "def f():\n▮", "x = 1\nreturn x\n\ndef g():\n    pass", "    x = 1\n    return x",
    ),
    "below a header of two rows": ("def f(a,\n      b):\n▮", "return a", "    return a"),
    "rows below a header of two rows": (
        "def f(a,\n      b):\n    ▮\n", "x = a\n    return x", "x = a\n    return x",
    ),
    "below a header whose bracket has a row": ("def f(\n    a,\n):\n▮", "return a", "    return a"),
    "behind a docstring": ('def f():\n    """Doc."""\n▮', "return 1", "    return 1"),
    "behind a docstring of several rows": ('def f():\n    """A.\n\n    B.\n    """\n▮', "return 1", "    return 1"),
}  # fmt: skip
AS_SAID = {
    "another function": ("python", 'def f():\n    """Doc."""\n▮', "def g():\n    return 1"),
    "a statement behind a class": ("python", 'class E(Exception):\n    """Doc."""\n▮', "x = 1"),
    "a statement behind a body": ("python", "def f():\n    x = 1\n▮", "y = 2"),
    "a key beside one without a value": ("yaml", "a:\n▮", "b: 1"),
    "a dictionary's": ("python", "x = {\n▮\n}\n", "'a': 1,\n'b': 2"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), BODIES.values(), ids=BODIES)
async def test_a_body_is_deeper_than_its_head(text: str, reply: str, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost)


@pytest.mark.parametrize(("language", "text", "reply"), AS_SAID.values(), ids=AS_SAID)
async def test_what_is_no_body_stays(language: str, text: str, reply: str) -> None:
    await check_complete(text, reply, ghost=reply, language=language)
