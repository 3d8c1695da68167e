"""Where a model's continuation is cut: rows of language, before, continuation, after, and what is kept of it."""

import pytest

from flashls.syntax.blocks import block_end
from flashls.syntax.languages import language_of

ROWS = [
    ("python", "def f(a):\n    ", "x = 1\n    return x\n\n\ndef g():\n    pass\n", "", "x = 1\n    return x"),
    ("python", "def f(a):\n    ", "x = 1\n    return x\n", "", None),
    ("python", "def f(a):\n    ", "x = 1\n    retur", "", None),
    ("python", "def f(a):", "\n    return 1\nprint(2)\n", "", "\n    return 1"),
    (
        "python",
        "class A:\n    def f(self):\n        if x:\n            ",
        "y()\n        else:\n            z()\n",
        "",
        "y()",
    ),
    (
        "python",
        "class A:\n    def f(self):\n        x = 1\n        ",
        "y()\n        z()\n\n        k()\n    def g(self):\n        pass\n",
        "",
        "y()\n        z()\n\n        k()",
    ),
    (
        "python",
        "class A:\n    x = 1\n\n    ",
        "def f(self):\n        return 1\n\n    def g(self):\n        pass\n",
        "",
        "def f(self):\n        return 1",
    ),
    (
        "python",
        "class A:\n    ",
        "def f(self):\n        return 1\n\n    def g(self):\n        pass\n\n\nA()\n",
        "",
        "def f(self):\n        return 1\n\n    def g(self):\n        pass",
    ),
    ("python", "def f(a,\n      b):\n    ", "x = a\n    return x\n\ny = 1\n", "", "x = a\n    return x"),
    (
        "c",
        "void f(int a,\n       int b) {\n  ",
        "int x = a;\n  g(x);\n}\n\nint y;\n",
        "",
        "int x = a;\n  g(x);\n}",
    ),
    ("go", "func f() {\n\tswitch x {\n\tcase 1:\n\t\t", "a()\n\tcase 2:\n\t\tb()\n", "\n\t}\n}", "a()"),
    (
        "javascript",
        "switch (x) {\n  case 1:\n    ",
        "a();\n    break;\n  case 2:\n    b();\n",
        "\n}",
        "a();\n    break;",
    ),
    (
        "rust",
        "    fn a(&self) -> u8 {\n        ",
        "match self {\n            A => 1,\n            B => 2,\n        }\n    }\n\n    fn b() {}\n",
        "\n    }\n}",
        "match self {\n            A => 1,\n            B => 2,\n        }",
    ),
    ("python", "x = 1", "", "", None),
    ("python", "", "", "", None),
    ("json", "[", "1]\n", "]", "1"),
    ("yaml", "a:\n  ", "b: 1\n  c: 2\nd: 3\n", "", "b: 1\n  c: 2"),
    (
        "typescript",
        "  private g(a: number): void {\n    ",
        "this.a = a;\n  }\n\n  h() {}\n}\n",
        "\n  }\n}",
        "this.a = a;",
    ),
    ("python", "import os\n", "def f():\n    return 1\n\n\ndef g():\n    pass\n", "", "def f():\n    return 1"),
    ("python", "import os\n", "import re\nimport sys\n\nx = 1\n", "", "import re\nimport sys"),
    ("python", "x = foo(", "a, b)\ny = 2\n", ")", "a, b"),
    ("python", "x = foo(", "a, b)\ny = 2\n", "", "a, b)"),
    ("python", "x = foo(\n    ", "a,\n    b,\n)\ny = 2\n", "", "a,\n    b,\n)"),
    ("python", "x = foo(\n    ", "a,\n    b,\n)\ny = 2\n", "\n)", "a,\n    b,"),
    (
        "python",
        "def f():\n    ",
        '"""Doc.\n\nx\n    """\n    return 1\nfoo()\n',
        "",
        '"""Doc.\n\nx\n    """\n    return 1',
    ),
    ("python", "def f():\n    ", '"""Doc.\n\nArgs:\n  }', "", None),
    ("python", "if ", "x:\n    y()\nelse:\n    z()\nk()\n", "", "x:\n    y()\nelse:\n    z()"),
    ("python", "def f():\n    return ", "a + b\n\ndef g():\n    pass\n", "", "a + b"),
    ("python", "é = 'ü'\ndef f():\n    ", "é = '}'\n    return é\nfoo()\n", "", "é = '}'\n    return é"),
    ("javascript", "function f() {\n  ", "return 1;\n}\n\nfunction g() {\n}\n", "", "return 1;\n}"),
    ("javascript", "function f() {\n  ", "return 1;\n}\n\nfunction g() {\n}\n", "\n}\n", "return 1;"),
    ("javascript", "function f() {\n  a();\n  ", "b();\n  c();\n}\n\nfunction g() {\n}\n", "\n}\n", "b();\n  c();"),
    ("javascript", 'it("x", () => {\n  ', "a();\n});\n\nit()\n", "", "a();\n});"),
    ("javascript", 'it("x", () => {\n  ', "a();\n});\n\nit()\n", "\n});", "a();"),
    ("javascript", "function f() {", " return 1 }\n", "}", " return 1"),
    ("javascript", "function f() {\n  const s = ", "`x ${y}\n}\n` + 1;\n  b();\n", "\n}", "`x ${y}\n}\n` + 1;"),
    ("javascript", "function f() {\n  ", "const s = `x ${y}\n}\n", "\n}", None),
    (
        "javascript",
        "if (",
        "x > 1) {\n  foo();\n} else {\n  k();\n}\nbar();\n",
        "",
        "x > 1) {\n  foo();\n} else {\n  k();\n}",
    ),
    ("javascript", "const a = b", "\n  .map(x)\n  .c();\nfoo();\n", "", "\n  .map(x)\n  .c();"),
    (
        "go",
        "func f() {\n\tswitch x {\n\t",
        "case 1:\n\t\ta()\n\tcase 2:\n\t\tb()\n\t}\n}\n",
        "\n\t}\n}",
        "case 1:\n\t\ta()\n\tcase 2:\n\t\tb()",
    ),
    ("go", "func f() {\n\tfor {\n\t\t", "a()\n\t}\n}\n\nfunc g() {}\n", "", "a()\n\t}"),
    (
        "rust",
        "fn f<'a>(x: &'a str) -> u8 {\n    ",
        "let c = '}';\n    c as u8\n}\n\nfn g() {}\n",
        "",
        "let c = '}';\n    c as u8\n}",
    ),
    (
        "java",
        "class A {\n    void f() {\n        ",
        "int x = 1;\n        g(x);\n    }\n\n    void h() {}\n}\n",
        "\n    }\n}",
        "int x = 1;\n        g(x);",
    ),
    (
        "c",
        "int f(int a)\n{\n    ",
        "#ifdef X\n    a++;\n#endif\n    return a;\n}\n\nint g;\n",
        "",
        "#ifdef X\n    a++;\n#endif\n    return a;\n}",
    ),
    (
        "cpp",
        "class A {\n public:\n  ",
        "A();\n  int f() { return 1; }\n private:\n  int x;\n};\n\nint y;\n",
        "\n};",
        "A();\n  int f() { return 1; }\n private:\n  int x;",
    ),
    ("csharp", "class A {\n    int F()\n    {\n        ", "return 1;\n    }\n}\n", "\n    }\n}\n", "return 1;"),
    (
        "ruby",
        "def f(x)\n  ",
        "if x\n    1\n  else\n    2\n  end\nend\n\ndef g\nend\n",
        "",
        "if x\n    1\n  else\n    2\n  end\nend",
    ),
    ("ruby", "def f(x)\n  ", "x + 1\nend\n\ndef g\nend\n", "\nend\n", "x + 1"),
    (
        "ruby",
        "class A\n  ",
        "def f\n    1\n  end\n\n  def g\n  end\nend\n",
        "\nend",
        "def f\n    1\n  end\n\n  def g\n  end",
    ),
    ("ruby", "[1].each do |x|\n  ", "puts x\nend\nfoo\n", "", "puts x\nend"),
    ("php", "<?php\nfunction f($a) {\n    ", "return $a;\n}\n\nfunction g() {}\n", "\n}", "return $a;"),
    (
        "php",
        "function f($a) {\n    ",
        '$b = "}";\n    return $a;\n}\n\nfunction g() {}\n',
        "",
        '$b = "}";\n    return $a;\n}',
    ),
    (
        "typescriptreact",
        "const A = () => {\n  return (\n    ",
        "<div>\n      {x}\n    </div>\n  );\n};\n\nfoo()\n",
        "\n  );\n};",
        "<div>\n      {x}\n    </div>",
    ),
    (
        "typescript",
        "interface A {\n  ",
        "a: string;\n  b: number;\n}\n\ninterface B {}\n",
        "",
        "a: string;\n  b: number;\n}",
    ),
    ("shellscript", "if x; then\n  ", "echo 1\nelse\n  echo 2\nfi\necho 3\n", "", "echo 1\nelse\n  echo 2\nfi"),
    ("plaintext", "foo {\n  ", "a\n  b\n}\nc\n", "", "a\n  b"),
    ("lua", "function f(a)\n  ", "return a\nend\n\nfoo()\n", "", "return a\nend"),
    ("go", "func f() {\n\tgo func() {\n\t\t", "work()\n\t}()\n\tg()\n}\n", "", "work()\n\t}()"),
    ("javascript", "useEffect(() => {\n  ", "run();\n}, [id]);\n\nfoo();\n", "", "run();\n}, [id]);"),
    ("javascript", "if (a) {\n  ", "b();\n} else {\n  c();\n}\n", "", "b();\n}"),
    ("c", "do {\n  ", "f();\n} while (x);\ng();\n", "", "f();\n} while (x);"),
    ("c", "void f() {\n  if (", "a) {\n    b();\n  }\n  while (c) {\n    d();\n  }\n", "\n}", "a) {\n    b();\n  }"),
    (
        "csharp",
        "    {\n        var a =",
        " new A\n        {\n            B = 1\n        };\n        c();\n",
        "\n    }",
        " new A\n        {\n            B = 1\n        };",
    ),
    ("rust", 'f(\n    g(\n        "a', ' b")\n    )\n', "\n    ))", ' b"'),
    ("ruby", "class A\n  b do\n    c\n    ", "end\n\n    d do\n      e\n", "\nend", "end"),
    ("json", '{\n  "a": [', '1, 2],\n  "b": 3\n}\n', "\n}", "1, 2],"),
]


@pytest.mark.parametrize(("language", "before", "text", "after", "kept"), ROWS)
def test_what_belongs_to_the_block(language: str, before: str, text: str, after: str, kept: str | None) -> None:
    end = block_end(language_of(language), before, text, after)
    assert (None if end is None else text[:end]) == kept


@pytest.mark.parametrize(("language", "before", "text", "after", "kept"), [row for row in ROWS if row[4]])
def test_a_stream_is_never_cut_too_early(language: str, before: str, text: str, after: str, kept: str) -> None:
    """Whatever has come in so far, the block is not said to end elsewhere than at last, up to white space."""
    row = language_of(language)
    for n in range(len(text)):
        end = block_end(row, before, text[:n], after)
        assert end is None or text[:end].rstrip() == kept.rstrip()


def test_only_the_end_of_a_long_text_is_looked_at() -> None:
    methods = "".join(f"  f{n}(a) {{\n    return a.map((x) => x + {n});\n  }}\n" for n in range(2000))
    text = "return 1;\n  }\n\n  h() {\n"
    end = block_end(language_of("javascript"), f"class A {{\n{methods}  g() {{\n    ", text, "\n  }\n}")
    assert end == len("return 1;")
