"""Ghost text in Java: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": (
        "class A {\n    void f() {\n        int n = Math.min(▮, limit);\n    }\n}\n",
        "items.size()",
        "items.size()",
    ),
    "end of line": (
        "class A {\n    void f() {\n        List<String> names = ▮\n    }\n}\n",
        'new ArrayList<>();\n        names.add("x");',
        "new ArrayList<>();",
    ),
    "empty body": (
        "class Circle {\n    double area() {\n        ▮\n    }\n}\n",
        "return Math.PI * radius * radius;\n    }\n}",
        "return Math.PI * radius * radius;",
    ),
    "right after the brace": (
        "class Circle {\n    double area() {▮\n    }\n}\n",
        "\n        return Math.PI * radius * radius;\n    }",
        "\n        return Math.PI * radius * radius;",
    ),
    "right after the brace, nothing below": (
        "class Circle {\n    double area() {▮",
        "\n        return Math.PI * r * r;\n    }\n\n    double side() {\n        return 2 * Math.PI * r;\n    }\n}\n",
        "\n        return Math.PI * r * r;\n    }",
    ),
    "inside a string": (
        'class A {\n    void f() {\n        throw new IllegalArgumentException("▮");\n    }\n}\n',
        'name must not be null");',
        "name must not be null",
    ),
    "inside a comment": (
        "class A {\n    // Retries with ▮\n    void retry() {\n    }\n}\n",
        "exponential backoff.\n    void retry() {",
        "exponential backoff.",
    ),
    "inside a doc comment": (
        "class A {\n    /**\n     * Returns ▮\n     */\n    String name() {\n        return name;\n    }\n}\n",
        "the user's name.\n     *\n     * @return the name",
        "the user's name.",
    ),
    "before a closing bracket": (
        "class A {\n    void f() {\n        users.add(▮);\n    }\n}\n",
        'new User("Ada"));',
        'new User("Ada")',
    ),
    "repeats the rest of the line": (
        "class A {\n    void f() {\n        for (▮) {\n            g(user);\n        }\n    }\n}\n",
        "User user : users) {",
        "User user : users",
    ),
    "repeats the lines below": (
        "class A {\n    int sum(List<Integer> xs) {\n"
        "        int total = 0;\n        ▮\n        return total;\n    }\n}\n",
        "for (int x : xs) {\n            total += x;\n        }\n        return total;\n    }\n}",
        "for (int x : xs) {\n            total += x;\n        }",
    ),
    "goes on with the next method": (
        "public class Stack<T> {\n    public void push(T item) {\n        ▮\n    }\n}\n",
        "items.add(item);\n    }\n\n    public T pop() {\n        return items.remove(items.size() - 1);\n    }\n}",
        "items.add(item);",
    ),
    "a whole method": (
        "public class Stack<T> {\n    private final List<T> items = new ArrayList<>();\n\n    ▮\n}\n",
        "public int size() {\n        return items.size();\n    }\n"
        "\n    public void clear() {\n        items.clear();\n    }\n}",
        "public int size() {\n        return items.size();\n    }",
    ),
    "fenced": ("class A {\n    int n = ▮\n}\n", "```java\nInteger.parseInt(text);\n```", "Integer.parseInt(text);"),
    "fenced after an introduction": (
        "class Circle {\n    double area() {\n        ▮\n    }\n}\n",
        "Here is the code to complete the method:\n\n```java\nreturn Math.PI * r * r;\n```\n\nThis computes the area.",
        "return Math.PI * r * r;",
    ),
    "fence never closed": (
        "class Circle {\n    double area() {\n        ▮\n    }\n}\n",
        "```java\nreturn Math.PI * r * r;",
        "return Math.PI * r * r;",
    ),
    "emoji before the cursor": ('class A {\n    String s = "☕ " + ▮;\n}\n', "name;", "name"),
    "accents and CJK before the cursor": ("class A {\n    int größe = 数える(▮);\n}\n", "名前);", "名前"),
    "annotation": (
        "class A {\n    @▮\n    public String toString() {\n        return name;\n    }\n}\n",
        "Override\n    public String toString() {",
        "Override",
    ),
    "argument of an annotation": (
        "class A {\n    @GetMapping(▮)\n    public User get() {\n        return null;\n    }\n}\n",
        '"/users/{id}")',
        '"/users/{id}"',
    ),
    "annotated method": (
        "class ATest {\n    @Test\n    ▮\n}\n",
        "void addsTwoNumbers() {\n        assertEquals(3, add(1, 2));\n    }\n\n    @Test\n    void x() {\n    }\n}",
        "void addsTwoNumbers() {\n        assertEquals(3, add(1, 2));\n    }",
    ),
    "type argument": (
        "class A {\n    Map<▮> counts = new HashMap<>();\n}\n",
        "String, Integer> counts = new HashMap<>();",
        "String, Integer",
    ),
    "stream": (
        "class A {\n    List<String> names() {\n        return users.stream()\n                ▮\n    }\n}\n",
        ".map(User::name)\n                .toList();\n    }\n}",
        ".map(User::name)\n                .toList();",
    ),
    "lambda": (
        "class A {\n    void f() {\n        users.sort((a, b) -> ▮);\n    }\n}\n",
        "a.age() - b.age());",
        "a.age() - b.age()",
    ),
    "try with catch": (
        "class A {\n    void f() {\n        ▮\n    }\n}\n",
        "try {\n            run();\n        } catch (IOException e) {\n            log(e);\n        }\n    }\n}",
        "try {\n            run();\n        } catch (IOException e) {\n            log(e);\n        }",
    ),
    "text block": (
        "class A {\n    String q() {\n        ▮\n    }\n}\n",
        'return """\n            SELECT *\n            FROM users\n            """;\n    }\n}',
        'return """\n            SELECT *\n            FROM users\n            """;',
    ),
    "type argument within another": ("class A {\n    Map<String, List<▮>> ids;\n}\n", "Integer>> ids;", "Integer"),
    "anonymous class": (
        "class A {\n    Runnable r = ▮\n}\n",
        "new Runnable() {\n        public void run() {\n            work();\n        }\n    };\n    int x;",
        "new Runnable() {\n        public void run() {\n            work();\n        }\n    };",
    ),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("class A {\n    int x = ▮\n}\n", "", "empty reply"),
    "refusal": ("class A {\n    void f() {\n        ▮\n    }\n}\n", "Unfortunately, I can't complete this.", "refusal"),
    "only the closing braces": (
        "class A {\n    void f() {\n        g();\n        ▮\n    }\n}\n",
        "}\n}",
        "empty reply",
    ),
    "the line below": (
        "class A {\n    int f() {\n        ▮\n        return x;\n    }\n}\n",
        "return x;\n    }\n}",
        "empty reply",
    ),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="java")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="java")
