"""Ghost text in C#: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("class A\n{\n    int n = Math.Min(▮, limit);\n}\n", "items.Count", "items.Count"),
    "end of line": (
        "class A\n{\n    void F()\n    {\n        var names = ▮\n    }\n}\n",
        "users.Select(u => u.Name).ToList();\n        return names;",
        "users.Select(u => u.Name).ToList();",
    ),
    "empty body": (
        "class Circle\n{\n    public double Area()\n    {\n        ▮\n    }\n}\n",
        "return Math.PI * Radius * Radius;\n    }\n}",
        "return Math.PI * Radius * Radius;",
    ),
    "right after the brace": (
        "class Circle\n{\n    public double Area()\n    {▮\n    }\n}\n",
        "\n        return Math.PI * Radius * Radius;\n    }",
        "\n        return Math.PI * Radius * Radius;",
    ),
    "right after the brace, nothing below": (
        "class Circle\n{\n    public double Area()\n    {▮",
        "\n        return Math.PI * R * R;\n    }\n\n"
        "    public double Side()\n    {\n        return 2 * Math.PI * R;\n    }\n}\n",
        "\n        return Math.PI * R * R;\n    }",
    ),
    "inside a string": (
        'class A\n{\n    void F()\n    {\n        throw new ArgumentException("▮");\n    }\n}\n',
        'Name must not be empty.");',
        "Name must not be empty.",
    ),
    "inside an interpolated string": ('class A\n{\n    string S => $"Hello, {▮}!";\n}\n', 'user.Name}!";', "user.Name"),
    "inside a comment": (
        "class A\n{\n    // Retries until ▮\n    void Retry()\n    {\n    }\n}\n",
        "the server answers.\n    void Retry()\n    {",
        "the server answers.",
    ),
    "inside a doc comment": (
        "class A\n{\n    /// <summary>▮</summary>\n    public int Count => 0;\n}\n",
        "How many items there are.</summary>",
        "How many items there are.",
    ),
    "before a closing bracket": (
        "class A\n{\n    void F()\n    {\n        users.Add(▮);\n    }\n}\n",
        'new User("Ada"));',
        'new User("Ada")',
    ),
    "repeats the rest of the line": (
        "class A\n{\n    void F()\n    {\n        foreach (▮)\n        {\n        }\n    }\n}\n",
        "var user in users)",
        "var user in users",
    ),
    "repeats the lines below": (
        "class A\n{\n    int Sum(int[] xs)\n    {\n"
        "        var total = 0;\n        ▮\n        return total;\n    }\n}\n",
        "foreach (var x in xs)\n        {\n            total += x;\n        }\n        return total;\n    }",
        "foreach (var x in xs)\n        {\n            total += x;\n        }",
    ),
    "goes on with the next method": (
        "public class Stack<T>\n{\n    public void Push(T item)\n    {\n        ▮\n    }\n}\n",
        "_items.Add(item);\n    }\n\n    public T Pop()\n    {\n        return _items[^1];\n    }\n}",
        "_items.Add(item);",
    ),
    "fenced": ("class A\n{\n    int n = ▮\n}\n", "```csharp\nint.Parse(text);\n```", "int.Parse(text);"),
    "fenced after an introduction": (
        "class Circle\n{\n    double Area()\n    {\n        ▮\n    }\n}\n",
        "Here's the implementation you need:\n\n```c#\nreturn Math.PI * R * R;\n```",
        "return Math.PI * R * R;",
    ),
    "fence never closed": (
        "class Circle\n{\n    double Area()\n    {\n        ▮\n    }\n}\n",
        "```cs\nreturn Math.PI * R * R;",
        "return Math.PI * R * R;",
    ),
    "emoji before the cursor": ('class A\n{\n    string s = "🎮 " + ▮;\n}\n', "name;", "name"),
    "accents and CJK before the cursor": ("class A\n{\n    int größe = 数える(▮);\n}\n", "名前);", "名前"),
    "accessors of a property": ("class User\n{\n    public string Name { ▮ }\n}\n", "get; set; }", "get; set;"),
    "a property": (
        "class User\n{\n    public int Id { get; set; }\n    ▮\n}\n",
        'public string Name { get; set; } = "";\n    public string Email { get; set; } = "";\n}',
        'public string Name { get; set; } = "";\n    public string Email { get; set; } = "";',
    ),
    "expression body": (
        "class A\n{\n    public bool IsEmpty => ▮\n}\n",
        "_items.Count == 0;\n\n    public int Count",
        "_items.Count == 0;",
    ),
    "attribute": (
        "class A\n{\n    [▮]\n    public void Get()\n    {\n    }\n}\n",
        'HttpGet("{id}")]',
        'HttpGet("{id}")',
    ),
    "null operator": ("class A\n{\n    string Name => user?.Name ?? ▮;\n}\n", '"nobody";', '"nobody"'),
    "query": (
        "class A\n{\n    void F()\n    {\n        var names = users\n"
        "            .Where(u => u.Active)\n            ▮\n    }\n}\n",
        ".OrderBy(u => u.Name)\n            .ToList();\n    }\n}",
        ".OrderBy(u => u.Name)\n            .ToList();",
    ),
    "using": ("using System;\nusing ▮\n", "System.Linq;\nusing System.IO;", "System.Linq;"),
    "if with else": (
        "class A\n{\n    int Sign(int x)\n    {\n        ▮\n    }\n}\n",
        "if (x < 0)\n        {\n            return -1;\n        }\n"
        "        else\n        {\n            return 1;\n        }\n    }\n}",
        "if (x < 0)\n        {\n            return -1;\n"
        "        }\n        else\n        {\n            return 1;\n        }",
    ),
    "switch expression": (
        'class A\n{\n    string F(Kind k) => k switch\n    {\n        Kind.Circle => "circle",\n        ▮\n    };\n}\n',
        'Kind.Square => "square",\n        _ => "other",\n    };',
        'Kind.Square => "square",\n        _ => "other",',
    ),
    "initializer of a property": ("class A\n{\n    public string Name { get; set; } ▮\n}\n", '= "";', '= "";'),
    "getter with a setter after it": (
        "class A\n{\n    public int X\n    {\n        get\n        {\n            ▮\n        }\n    }\n}\n",
        "return _x;\n        }\n        set\n        {\n            _x = value;\n        }\n    }\n}",
        "return _x;",
    ),
    "object initializer": (
        "class A\n{\n    User u = new User { ▮ };\n}\n",
        'Name = "Ada", Age = 36 };',
        'Name = "Ada", Age = 36',
    ),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("class A\n{\n    int x = ▮\n}\n", "", "empty reply"),
    "refusal": ("class A\n{\n    void F()\n    {\n        ▮\n    }\n}\n", "I can't assist with that.", "refusal"),
    "only the closing braces": (
        "class A\n{\n    void F()\n    {\n        G();\n        ▮\n    }\n}\n",
        "}\n}",
        "empty reply",
    ),
    "the line below": (
        "class A\n{\n    int F()\n    {\n        ▮\n        return x;\n    }\n}\n",
        "return x;\n    }\n}",
        "empty reply",
    ),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="csharp")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="csharp")
