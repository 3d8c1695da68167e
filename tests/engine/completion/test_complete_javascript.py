"""Ghost text in JavaScript: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("const top = Math.max(▮, limit);\n", "...scores", "...scores"),
    "mid-line, an operator follows": ("const next = ▮ + 1;\n", "index + 1;", "index"),
    "end of line": (
        "const total = ▮\n",
        "items.reduce((sum, item) => sum + item.price, 0);\nconsole.log(total);",
        "items.reduce((sum, item) => sum + item.price, 0);",
    ),
    "empty body": (
        "function mean(xs) {\n  ▮\n}\n",
        "if (xs.length === 0) return 0;\n  return sum(xs) / xs.length;",
        "if (xs.length === 0) return 0;\n  return sum(xs) / xs.length;",
    ),
    "empty body, brace repeated": (
        "function mean(xs) {\n  ▮\n}\n",
        "return sum(xs) / xs.length;\n}",
        "return sum(xs) / xs.length;",
    ),
    "right after the brace": ("function last(xs) {▮\n}\n", "\n  return xs.at(-1);\n}", "\n  return xs.at(-1);"),
    "right after the brace, nothing below": (
        "function last(xs) {▮",
        "\n  return xs.at(-1);\n}\n\nfunction first(xs) {\n  return xs[0];\n}\n",
        "\n  return xs.at(-1);\n}",
    ),
    "between braces": ("const double = (x) => {▮};\n", " return x * 2; ", " return x * 2; "),
    "inside a string": ("throw new Error('Missing ▮');\n", "argument: name');", "argument: name"),
    "inside a template literal": ("const url = `${base}/users/▮`;\n", "${user.id}`;", "${user.id}"),
    "inside an interpolation": ("console.log(`Hello, ${▮}!`);\n", "user.name}!`);", "user.name"),
    "template literal, end of line": ("const url = ▮\n", "`${base}/users/${id}`;", "`${base}/users/${id}`;"),
    "inside a comment": (
        "// Returns the ▮\nfunction last(xs) {\n  return xs.at(-1);\n}\n",
        "last element of xs.\nfunction last(xs) {\n",
        "last element of xs.",
    ),
    "inside a doc comment": (
        "/**\n * @param {string} ▮\n */\nfunction greet(name) {}\n",
        "name - the user's name\n * @returns {string}\n */",
        "name - the user's name",
    ),
    "before a closing bracket": ("queue.push(▮)\n", "job)", "job"),
    "before brackets of several kinds": ("render([{ id: ▮ }]);\n", "user.id }]);", "user.id"),
    "repeats the rest of the line": ("if (▮) {\n  retry();\n}\n", "attempts < 3) {", "attempts < 3"),
    "repeats the lines below": (
        "function next(x) {\n  ▮\n  return y;\n}\n",
        "const y = x + 1;\n  return y;\n}",
        "const y = x + 1;",
    ),
    "goes on with the next function": (
        "function mean(xs) {\n  ▮\n}\n\nconsole.log(mean([1, 2]));\n",
        "return sum(xs) / xs.length;\n}\n\nfunction median(xs) {\n  return xs[0];\n}",
        "return sum(xs) / xs.length;",
    ),
    "goes on with the next method": (
        "class Stack {\n  push(x) {\n    ▮\n  }\n}\n",
        "this.items.push(x);\n    return this;\n  }\n\n  pop() {\n    return this.items.pop();\n  }",
        "this.items.push(x);\n    return this;",
    ),
    "goes on after a whole function": (
        "▮",
        "function first(xs) {\n  return xs[0];\n}\n\nfunction last(xs) {\n  return xs.at(-1);\n}\n",
        "function first(xs) {\n  return xs[0];\n}",
    ),
    "fenced": ("const area = ▮\n", "```javascript\nMath.PI * r ** 2;\n```", "Math.PI * r ** 2;"),
    "fenced after an introduction": (
        "function area(r) {\n  ▮\n}\n",
        "Here is the completed code:\n\n```js\nreturn Math.PI * r ** 2;\n```\n\nThis returns the area.",
        "return Math.PI * r ** 2;",
    ),
    "fence never closed": (
        "function area(r) {\n  ▮\n}\n",
        "```js\nreturn Math.PI * r ** 2;",
        "return Math.PI * r ** 2;",
    ),
    "emoji before the cursor": ("const label = '🎉 ' + ▮;\n", "name;", "name"),
    "accents and CJK before the cursor": ("const größe = 計算(▮);\n", "名前, größe);", "名前, größe"),
    "properties of an object": (
        "const config = {\n  host: 'localhost',\n  ▮\n};\n",
        "port: 8080,\n  debug: false,\n};",
        "port: 8080,\n  debug: false,",
    ),
    "body of a callback": (
        "app.get('/users', async (req, res) => {\n  ▮\n});\n",
        "const users = await db.all();\n  res.json(users);\n});",
        "const users = await db.all();\n  res.json(users);",
    ),
    "body of a callback, nothing below": (
        "app.get('/users', async (req, res) => {\n  ▮",
        "const users = await db.all();\n  res.json(users);\n});\n\napp.listen(3000);\n",
        "const users = await db.all();\n  res.json(users);\n});",
    ),
    "next call of a chain": (
        "fetch(url)\n  .then((r) => r.json())\n  ▮\n",
        ".then((data) => {\n    render(data);\n  })\n  .catch(console.error);",
        ".then((data) => {\n    render(data);\n  })\n  .catch(console.error);",
    ),
    "destructuring": ("const { ▮ } = props;\n", "name, age } = props;", "name, age"),
    "regular expression": ("const digits = text.replace(/▮/g, '');\n", "\\D/g, '');", "\\D"),
    "if with else": (
        "function sign(x) {\n  ▮\n}\n",
        "if (x < 0) {\n    return -1;\n  } else if (x > 0) {\n    return 1;\n  }\n  return 0;\n}",
        "if (x < 0) {\n    return -1;\n  } else if (x > 0) {\n    return 1;\n  }\n  return 0;",
    ),
    "case of a switch": (
        "switch (action.type) {\n  case 'add':\n    ▮\n  case 'remove':\n    return [];\n}\n",
        "return [...state, action.item];\n  case 'remove':\n    return [];",
        "return [...state, action.item];",
    ),
    "cut off in the middle of a row": (
        "function f(x) {\n  ▮\n}\n",
        Reply("const y = x * 2;\n  const z = y.toStr", reason="length"),
        "const y = x * 2;",
    ),
    "function after an equals sign": (
        "const handler = ▮\n",
        "(req, res) => {\n  res.send('ok');\n};\n\napp.listen(3000);",
        "(req, res) => {\n  res.send('ok');\n};",
    ),
    "argument of several rows": ("useEffect(▮);\n", "() => {\n  run();\n}, [id]", "() => {\n  run();\n}, [id]"),
    "object of several rows, then more": (
        "send(▮);\n",
        "{\n  to: user,\n  subject,\n});\nlog(1);",
        "{\n  to: user,\n  subject,\n}",
    ),
    "argument with the same end as the rest": ("const top = Math.max(▮, 3);\n", "Math.min(a, 3)", "Math.min(a, 3)"),
    "argument and the rest": ("const top = Math.max(▮, 3);\n", "Math.min(a, 3), 3);", "Math.min(a, 3)"),
    "else after a block": ("if (a) {\n  b();\n} ▮\n", "else {\n  c();\n}\n\nd();", "else {\n  c();\n}"),
    "exported function": (
        "export default ▮\n",
        "function App() {\n  return null;\n}\n\nconst x = 1;",
        "function App() {\n  return null;\n}",
    ),
    "restates the function from its header": (
        "function f(a) {\n  const b = a * 2;\n  const c = b * 2;\n"
        "  const d = c * 2;\n  const e = d * 2;\n  return ▮\n}\n",
        "function f(a) {\n  const b = a * 2;\n  const c = b * 2;\n"
        "  const d = c * 2;\n  const e = d * 2;\n  return b + e;\n}\n",
        "b + e;",
    ),
    "restates a method without its indentation": (
        "class A {\n  f(x) {\n    const y = x;\n    ▮\n  }\n}\n",
        "f(x) {\n    const y = x;\n    return y;\n  }",
        "return y;",
    ),
    "line ends of Windows": (
        "function f(x) {\r\n  ▮\r\n}\r\n",
        "if (x) {\n    return 1;\n  }\n  return 2;\n}",
        "if (x) {\r\n    return 1;\r\n  }\r\n  return 2;",
    ),
    "line ends of Windows in reply and text": (
        "function f(x) {\r\n  ▮\r\n  return y;\r\n}\r\n",
        "const y = x;\r\n  return y;\r\n}",
        "const y = x;",
    ),
    "apostrophe in a string": ('const s = "it\'s ▮";\n', 'fine";', "fine"),
    "rows below, with a blank one between": (
        "const a = 1;\n▮\nconst c = 3;\n\nconst d = 4;\n",
        "const b = 2;\nconst c = 3;\n\nconst d",
        "const b = 2;",
    ),
    "header, body in the rows below": (
        "function check(left) {\n  ▮\n    throw error;\n  }\n}\n",
        "if (left <= 0) {\n    throw error;\n  }",
        "if (left <= 0) {",
    ),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("const x = ▮\n", "", "empty reply"),
    "empty fence": ("const x = ▮\n", "```js\n```", "empty reply"),
    "refusal": ("const x = ▮\n", "I'm sorry, but I can't help with that.", "refusal"),
    "only the closing bracket": ("queue.push(▮);\n", ");", "empty reply"),
    "only the closing brace": ("function f() {\n  x();\n  ▮\n}\n", "}", "empty reply"),
    "the line below": ("function f(x) {\n  ▮\n  return x + 1;\n}\n", "return x + 1;\n}", "empty reply"),
    "the line above": ("function f(x) {\n  total += x.value;\n  ▮\n}\n", "total += x.value;", "repeats"),
    "inside a word": ("con▮sole.log(1);\n", "sole", "position"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="javascript")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="javascript")
