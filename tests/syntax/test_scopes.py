"""What the cursor, marked ▮, is in; much of the code is half typed."""

import pytest

from flashls.syntax.languages import language_of
from flashls.syntax.scopes import enclosing
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of

ROWS = [
    ("python", "class A:\n    def f(self):\n        ▮", "A A.f"),
    ("python", "class A:\n    def f(self):\n        x = 1\n\n        ▮\n\n    def g(self): pass\n", "A A.f"),
    ("python", "class A:\n    def f(self):\n        x = 1\n\n    ▮\n    def g(self): pass\n", "A"),
    ("python", "class A:\n    def f(self):\n        x = 1\n\n▮\n", ""),
    ("python", "class A:\n    def f(self):\n        x = foo(▮\n\n    def g(self): pass\n", "A A.f"),
    ("python", "class A:\n    def f(self):\n        if x ==▮", "A A.f"),
    ("python", "é = 'ü'\ndef f(é):\n    def g():\n        return 'é' + ▮é\n", "f f.g"),
    ("python", "def f():\n    return 1▮\n", "f"),
    ("javascript", "class A {\n  f(a) {\n    ▮", "A A.f"),
    ("javascript", "const x = () => {\n  foo(a, {\n   b▮\n", "x"),
    ("javascript", "class A {\n  f(a) {\n    if (x▮\n  }\n  g() { return 1 }\n}\n", "A A.f"),
    ("javascript", "function f() {\n  a();\n}\n▮", ""),
    ("javascript", "function f() {\n  a();\n}▮\nfunction g() {}", ""),
    ("typescript", "function f() {\n  ▮", "f"),
    ("typescript", "export class A<T> {\n  private async f(a: T): Promise<T> {\n    const x = a.▮\n  }\n}\n", "A A.f"),
    ("typescriptreact", "const C: FC = () => {\n  return <div>▮", "C"),
    ("go", "package a\nfunc (s *S) f(a int) {\n\tfor x := range y {\n\t\tif a == ▮", "S.f"),
    ("rust", "impl<T> P<T> {\n    fn new(x: T) -> Self {\n        let a = x.▮\n    }\n}\n", "P P.new"),
    ("rust", "impl<T> P<T> {\n    fn new(x: T) -> Self {\n        let a = vec![▮", "P P.new"),
    ("java", "class A {\n  int f(int a) {\n    return ▮", "A A.f"),
    ("java", "class A {\n  int f(int a) {\n    return 1;\n  }\n  ▮\n}", "A"),
    ("c", "int main(void) {\n    ▮", "main"),
    ("c", "int main(void)\n{\n    int a = 1;\n    foo(▮", "main"),
    ("cpp", "namespace n {\nclass A {\n public:\n  int f() {\n    return ▮\n  }\n};\n}\n", "n n.A n.A.f"),
    ("cpp", "int n::A::h(int x) {\n  x▮", "n.A.h"),
    ("csharp", "namespace N {\n  class A {\n    int F(int a) {\n      return ▮", "N N.A N.A.F"),
    ("ruby", "class A\n  def f(x)\n    ▮", "A A.f"),
    ("ruby", "module M\n  class A\n    def f(x)\n      x.each do |y|\n        y.▮\n", "M M.A M.A.f"),
    ("ruby", "class A\n  def f(x)\n    x\n  end\n  ▮\nend", "A"),
    ("php", "<?php\nclass K {\n  function f($a) {\n    return $▮", "K K.f"),
    ("php", "<?php\nfunction f($a) {\n  return $a;\n}\n▮", ""),
    ("lua", "function f(a)\n  return ▮a\nend\n", "f"),
    ("kotlin", "class A {\n  fun f() {\n    ▮\n  }\n}\n", "A A.f"),
    ("plaintext", "a ▮", ""),
]


@pytest.mark.parametrize(("language", "code", "expected"), ROWS)
def test_paths(language: str, code: str, expected: str) -> None:
    row, offset, text = language_of(language), code.index("▮"), code.replace("▮", "")
    scopes = enclosing(parsed(row, text), lines_of(text), row, offset)
    assert " ".join(scope.path for scope in scopes) == expected
    for scope in scopes:
        assert text[scope.start :].startswith(scope.signature[:3])
        assert scope.start <= scope.body_start <= scope.end


def test_signature_and_offsets_behind_non_ascii() -> None:
    text = "é = '漢字'\n\n@cache\ndef größe(ä: int) -> int:\n    return ä\n"
    row = language_of("python")
    (scope,) = enclosing(parsed(row, text), lines_of(text), row, text.index("return"))
    assert (scope.kind, scope.name, scope.signature) == ("function", "größe", "def größe(ä: int) -> int")
    assert text[scope.start : scope.end] == text[text.index("@cache") :].rstrip()
    assert text[scope.body_start :].startswith("return")


def test_deep_in_a_long_broken_class() -> None:
    methods = "".join(f"  f{n}(a) {{\n    return a.map((x) => x + {n});\n  }}\n" for n in range(500))
    text = f"class A {{\n{methods}  last(b) {{\n    foo(b, {{\n"
    row = language_of("javascript")
    scopes = enclosing(parsed(row, text), lines_of(text), row, len(text))
    assert scopes[-1].name == "last"
    assert text[scopes[-1].start :].startswith("last(b)")


def test_plain_text_has_none() -> None:
    assert enclosing(None, lines_of("def f():\n"), None, 5) == ()
    assert enclosing(None, lines_of("def f():\n"), language_of("python"), 5) == ()
