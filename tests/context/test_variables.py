"""What the text before a cursor says of its variables' types."""

from __future__ import annotations

import pytest

from flashls.context.variables import variables


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "python",
            "def f(a: Foo, b: list[Bar] | None):\n    c = Baz(1)\n    with Opened(x) as d:\n",
            {"a": "Foo", "b": "list[Bar] | None", "c": "Baz", "d": "Opened"},
        ),
        ("python", "x = Foo()\nx = await make()\n", {"x": "make"}),
        (
            "typescript",
            "function f(a: Foo, b?: Bar<T>) {\n  const c = new Baz();\n  const d = await make();\n",
            {"a": "Foo", "b": "Bar<T>", "c": "Baz", "d": "make"},
        ),
        (
            "go",
            "func (s *Server) F(a pkg.T, b []Item) error {\n\tc := &Conf{}\n\td, err := pkg.New(a)\n",
            {"s": "*Server", "a": "pkg.T", "b": "[]Item", "c": "Conf", "d": "pkg.New"},
        ),
        (
            "rust",
            "fn f(a: &mut Foo, b: Vec<Bar>) {\n    let c = Baz::new();\n    let d: Qux = x;\n",
            {"a": "&mut Foo", "b": "Vec<Bar>", "c": "Baz::new", "d": "Qux"},
        ),
        (
            "java",
            "void f(Foo a, List<Bar> b) {\n  Baz c = make();\n  var d = new Qux();\n",
            {"a": "Foo", "b": "List<Bar>", "c": "Baz", "d": "Qux"},
        ),
        ("php", "function f(Foo $a) {\n  $b = new Bar();\n", {"a": "Foo", "b": "Bar"}),
        ("ruby", "a = Foo::Bar.new\n", {"a": "Foo::Bar"}),
        ("css", "a: b;", {}),
    ],
)
def test_variables(language: str, text: str, expected: dict[str, str]) -> None:
    assert variables(language, text).items() >= expected.items()
