"""Ghost text in PHP: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("<?php\n$top = max(▮, $limit);\n", "...$scores", "...$scores"),
    "end of line": (
        "<?php\n$names = ▮\n",
        "array_map(fn($u) => $u->name, $users);\nreturn $names;",
        "array_map(fn($u) => $u->name, $users);",
    ),
    "empty body": (
        "<?php\nfunction area(float $r): float\n{\n    ▮\n}\n",
        "return M_PI * $r ** 2;\n}",
        "return M_PI * $r ** 2;",
    ),
    "right after the brace": (
        "<?php\nfunction area(float $r): float {▮\n}\n",
        "\n    return M_PI * $r ** 2;\n}",
        "\n    return M_PI * $r ** 2;",
    ),
    "right after the brace, nothing below": (
        "<?php\nfunction area(float $r): float {▮",
        "\n    return M_PI * $r ** 2;\n}\n\nfunction side(float $r): float {\n    return 2 * M_PI * $r;\n}\n",
        "\n    return M_PI * $r ** 2;\n}",
    ),
    "inside a string": ("<?php\nthrow new Exception('Missing ▮');\n", "argument: name');", "argument: name"),
    "inside a double-quoted string": ('<?php\necho "Hello, ▮";\n', '{$user->name}!";', "{$user->name}!"),
    "inside a comment": (
        "<?php\n// Returns the ▮\nfunction area($r)\n{\n}\n",
        "area of a circle.\nfunction area($r)",
        "area of a circle.",
    ),
    "inside a doc comment": (
        "<?php\n/**\n * @param string $name ▮\n */\nfunction greet($name) {}\n",
        "The user's name\n * @return string\n */",
        "The user's name",
    ),
    "before a closing bracket": ("<?php\n$queue->push(▮);\n", "$job);", "$job"),
    "repeats the rest of the line": (
        "<?php\nforeach (▮) {\n    echo $user->name;\n}\n",
        "$users as $user) {",
        "$users as $user",
    ),
    "repeats the lines below": (
        "<?php\nfunction total(array $items): float\n{\n    $sum = 0;\n    ▮\n    return $sum;\n}\n",
        "foreach ($items as $item) {\n        $sum += $item->price;\n    }\n    return $sum;\n}",
        "foreach ($items as $item) {\n        $sum += $item->price;\n    }",
    ),
    "goes on with the next method": (
        "<?php\nclass Stack\n{\n    public function push($x): void\n    {\n        ▮\n    }\n}\n",
        "$this->items[] = $x;\n    }\n\n    public function pop()\n"
        "    {\n        return array_pop($this->items);\n    }\n}",
        "$this->items[] = $x;",
    ),
    "goes on after a method, class open": (
        "<?php\nclass Stack\n{\n    public function push($x): void\n    {\n        ▮",
        "$this->items[] = $x;\n    }\n\n    public function pop()\n"
        "    {\n        return array_pop($this->items);\n    }\n}",
        "$this->items[] = $x;\n    }",
    ),
    "fenced": ("<?php\n$n = ▮\n", "```php\ncount($items);\n```", "count($items);"),
    "fenced with an opening tag": ("<?php\n$n = ▮\n", "```php\n<?php\ncount($items);\n```", "count($items);"),
    "fenced after an introduction": (
        "<?php\nfunction area($r)\n{\n    ▮\n}\n",
        "Here is the missing part:\n\n```php\nreturn M_PI * $r ** 2;\n```",
        "return M_PI * $r ** 2;",
    ),
    "fence never closed": (
        "<?php\nfunction area($r)\n{\n    ▮\n}\n",
        "```php\nreturn M_PI * $r ** 2;",
        "return M_PI * $r ** 2;",
    ),
    "emoji before the cursor": ("<?php\necho '🐘 ' . ▮;\n", "$name;", "$name"),
    "accents and CJK before the cursor": ("<?php\n$größe = f('世界', ▮);\n", "$größe + 1);", "$größe + 1"),
    "member of this": (
        "<?php\nclass A\n{\n    function f()\n    {\n        return $this->▮;\n    }\n}\n",
        "items;",
        "items",
    ),
    "echoes the variable begun": ("<?php\n$this->name = $na▮\n", "$name;", "me;"),
    "elements of an array": (
        "<?php\nreturn [\n    'host' => 'localhost',\n    ▮\n];\n",
        "'port' => 3306,\n    'user' => 'root',\n];",
        "'port' => 3306,\n    'user' => 'root',",
    ),
    "index": ("<?php\n$id = $_GET[▮];\n", "'id'];", "'id'"),
    "constructor with promotion": (
        "<?php\nclass A\n{\n    public function __construct(▮)\n    {\n    }\n}\n",
        "private string $name)",
        "private string $name",
    ),
    "inline HTML": ("<h1><?= ▮ ?></h1>\n", "htmlspecialchars($title) ?></h1>", "htmlspecialchars($title)"),
    "loop in HTML": (
        "<ul>\n<?php foreach ($users as $user): ?>\n  <li>▮</li>\n<?php endforeach; ?>\n</ul>\n",
        "<?= $user->name ?></li>",
        "<?= $user->name ?>",
    ),
    "if with else": (
        "<?php\nfunction sign($x)\n{\n    ▮\n}\n",
        "if ($x < 0) {\n        return -1;\n    } elseif ($x > 0) {\n        return 1;\n    }\n    return 0;\n}",
        "if ($x < 0) {\n        return -1;\n    } elseif ($x > 0) {\n        return 1;\n    }\n    return 0;",
    ),
    "chain": (
        "<?php\n$rows = $db->table('users')\n    ->where('active', true)\n    ▮\n",
        "->orderBy('name')\n    ->get();\n",
        "->orderBy('name')\n    ->get();",
    ),
    "static call": ("<?php\n$user = User::▮;\n", "find($id);", "find($id)"),
    "array, mid-line": ("<?php\n$row = [▮];\n", "'id' => 1, 'name' => 'Ada'];", "'id' => 1, 'name' => 'Ada'"),
    "echoes the object": ("<?php\n$name = $this->▮\n", "$this->user->name;", "user->name;"),
    "HTML between tags": ("<?php if ($user): ?>\n  ▮\n<?php endif; ?>\n", "<p>Hi</p>\n<?php endif; ?>", "<p>Hi</p>"),
    "opening tag in HTML, body below": (
        "<ul>\n▮\n  <li>Ada</li>\n<?php endforeach; ?>\n</ul>\n",
        "<?php foreach ($users as $user): ?>\n  <li>Ada</li>",
        "<?php foreach ($users as $user): ?>",
    ),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("<?php\n$x = ▮\n", "", "empty reply"),
    "refusal": ("<?php\nfunction f()\n{\n    ▮\n}\n", "I'm sorry, but I cannot do that.", "refusal"),
    "only the closing brace": ("<?php\nfunction f()\n{\n    g();\n    ▮\n}\n", "}", "empty reply"),
    "the line below": ("<?php\nfunction f($x)\n{\n    ▮\n    return $x;\n}\n", "return $x;\n}", "empty reply"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="php")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="php")
