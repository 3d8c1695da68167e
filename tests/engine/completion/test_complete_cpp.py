"""Ghost text in C++: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("int main() {\n  auto it = std::find(v.begin(), ▮, x);\n}\n", "v.end()", "v.end()"),
    "end of line": (
        "int main() {\n  auto name = ▮\n}\n",
        "std::string(argv[1]);\n  return 0;",
        "std::string(argv[1]);",
    ),
    "empty body": (
        "class Circle {\n public:\n  double area() const {\n    ▮\n  }\n};\n",
        "return M_PI * r_ * r_;\n  }\n};",
        "return M_PI * r_ * r_;",
    ),
    "right after the brace": (
        "double Circle::area() const {▮\n}\n",
        "\n  return M_PI * r_ * r_;\n}",
        "\n  return M_PI * r_ * r_;",
    ),
    "right after the brace, nothing below": (
        "double Circle::area() const {▮",
        "\n  return M_PI * r_ * r_;\n}\n\ndouble Circle::side() const {\n  return 2 * M_PI * r_;\n}\n",
        "\n  return M_PI * r_ * r_;\n}",
    ),
    "inside a string": ('int main() {\n  throw std::runtime_error("cannot ▮");\n}\n', 'open file");', "open file"),
    "inside a comment": (
        "// Owns the ▮\nclass Pool {\n};\n",
        "threads and their queue.\nclass Pool {",
        "threads and their queue.",
    ),
    "before a closing bracket": ("int main() {\n  v.push_back(▮);\n}\n", "std::move(x));", "std::move(x)"),
    "repeats the rest of the line": (
        "int main() {\n  for (▮) {\n    std::cout << x;\n  }\n}\n",
        "const auto& x : xs) {",
        "const auto& x : xs",
    ),
    "repeats the lines below": (
        "int sum(const std::vector<int>& xs) {\n  int total = 0;\n  ▮\n  return total;\n}\n",
        "for (int x : xs) {\n    total += x;\n  }\n  return total;\n}",
        "for (int x : xs) {\n    total += x;\n  }",
    ),
    "goes on with the next function": (
        "int twice(int x) {\n  ▮\n}\n\nint main() {\n}\n",
        "return 2 * x;\n}\n\nint thrice(int x) {\n  return 3 * x;\n}",
        "return 2 * x;",
    ),
    "goes on with the next method": (
        "template <typename T>\nclass Stack {\n public:\n  void push(T x) {\n    ▮\n  }\n};\n",
        "items_.push_back(std::move(x));\n  }\n\n  T pop() {\n"
        "    return items_.back();\n  }\n\n private:\n  std::vector<T> items_;\n};",
        "items_.push_back(std::move(x));",
    ),
    "fenced": ("int main() {\n  auto n = ▮\n}\n", "```cpp\nxs.size();\n```", "xs.size();"),
    "fenced after an introduction": (
        "int twice(int x) {\n  ▮\n}\n",
        "Certainly! Here is the code:\n\n```c++\nreturn 2 * x;\n```\n",
        "return 2 * x;",
    ),
    "fence never closed": ("int twice(int x) {\n  ▮\n}\n", "```cpp\nreturn 2 * x;", "return 2 * x;"),
    "emoji before the cursor": ('int main() {\n  std::cout << "🚗 " << ▮;\n}\n', "name;", "name"),
    "accents and CJK before the cursor": ('int main() {\n  print("größe 世界", ▮);\n}\n', "42);", "42"),
    "template argument": ("std::map<▮> counts;\n", "std::string, int> counts;", "std::string, int"),
    "template parameter": ("template <▮>\nT twice(T x) {\n  return x + x;\n}\n", "typename T>", "typename T"),
    "capture of a lambda": ("int main() {\n  auto f = [▮](int x) { return x + n; };\n}\n", "&n](int x) {", "&n"),
    "body of a lambda": (
        "int main() {\n  std::sort(v.begin(), v.end(), [](const A& a, const A& b) {\n    ▮\n  });\n}\n",
        "return a.age < b.age;\n  });\n}",
        "return a.age < b.age;",
    ),
    "body of a lambda, nothing below": (
        "int main() {\n  std::sort(v.begin(), v.end(), [](const A& a, const A& b) {\n    ▮",
        "return a.age < b.age;\n  });\n  return 0;\n}",
        "return a.age < b.age;\n  });",
    ),
    "members of a class": (
        "class Pool {\n public:\n  ▮\n};\n",
        "explicit Pool(size_t n);\n  ~Pool();\n\n private:\n  std::vector<std::thread> threads_;\n};",
        "explicit Pool(size_t n);\n  ~Pool();\n\n private:\n  std::vector<std::thread> threads_;",
    ),
    "initializer list": ("Pool::Pool(size_t n) : ▮ {\n}\n", "size_(n), stop_(false) {", "size_(n), stop_(false)"),
    "stream": ("int main() {\n  std::cout << ▮ << std::endl;\n}\n", "total << std::endl;", "total"),
    "namespace": (
        "namespace geo {\n\n▮\n\n}  // namespace geo\n",
        "double area(double r) {\n  return M_PI * r * r;\n}\n\n}  // namespace geo",
        "double area(double r) {\n  return M_PI * r * r;\n}",
    ),
    "header": ("#include <vector>\n#include ▮\n", "<string>\n\nint main() {", "<string>"),
    "try with catch": (
        "void f() {\n  ▮\n}\n",
        "try {\n    run();\n  } catch (const std::exception& e) {\n    log(e.what());\n  }\n}",
        "try {\n    run();\n  } catch (const std::exception& e) {\n    log(e.what());\n  }",
    ),
    "lambda after an equals sign": (
        "int main() {\n  auto f = ▮\n}\n",
        "[](int x) {\n    return 2 * x;\n  };\n  f(1);",
        "[](int x) {\n    return 2 * x;\n  };",
    ),
    "struct, nothing below": (
        "struct P {▮\n",
        "\n  int x;\n  int y;\n};\n\nint main() {}\n",
        "\n  int x;\n  int y;\n};",
    ),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("auto x = ▮\n", "", "empty reply"),
    "refusal": ("int main() {\n  ▮\n}\n", "As an AI language model, I can't run code.", "refusal"),
    "only the closing brace": ("int main() {\n  run();\n  ▮\n}\n", "}", "empty reply"),
    "only the end of a class": ("class A {\n  int x;\n  ▮\n};\n", "};", "empty reply"),
    "the line below": ("int main() {\n  ▮\n  return 0;\n}\n", "return 0;\n}", "empty reply"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="cpp")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="cpp")
