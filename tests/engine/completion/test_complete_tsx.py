"""Ghost text in TSX: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("const [open, ▮] = useState(false);\n", "setOpen", "setOpen"),
    "end of line": (
        "const ref = ▮\n",
        "useRef<HTMLDivElement>(null);\nuseEffect(() => {",
        "useRef<HTMLDivElement>(null);",
    ),
    "empty body": (
        "export function Badge({ count }: Props) {\n  ▮\n}\n",
        'if (count === 0) return null;\n  return <span className="badge">{count}</span>;\n}',
        'if (count === 0) return null;\n  return <span className="badge">{count}</span>;',
    ),
    "right after the brace": (
        "export function Badge({ count }: Props) {▮\n}\n",
        "\n  return <span>{count}</span>;\n}",
        "\n  return <span>{count}</span>;",
    ),
    "right after the brace, nothing below": (
        "function Logo() {▮",
        "\n  return <img src={logo} />;\n}\n\nfunction Header() {\n  return <Logo />;\n}\n",
        "\n  return <img src={logo} />;\n}",
    ),
    "inside a string": ('const a = <img src="/logo.svg" alt="▮" />;\n', 'Company logo" />;', "Company logo"),
    "inside a comment": (
        "export default function App() {\n  return (\n"
        "    <main>\n      {/* ▮ */}\n      <Nav />\n    </main>\n  );\n}\n",
        "The main navigation */}",
        "The main navigation",
    ),
    "before a closing bracket": ("const total = useMemo(() => sum(items), [▮]);\n", "items]);", "items"),
    "repeats the rest of the line": (
        "const item = <li key={▮}>{todo.text}</li>;\n",
        "todo.id}>{todo.text}</li>;",
        "todo.id",
    ),
    "repeats the lines below": (
        "function List({ items }: Props) {\n  return (\n    <ul>\n      ▮\n    </ul>\n  );\n}\n",
        "{items.map((item) => (\n        <li key={item.id}>{item.name}</li>\n      ))}\n    </ul>\n  );\n}",
        "{items.map((item) => (\n        <li key={item.id}>{item.name}</li>\n      ))}",
    ),
    "goes on with the next component": (
        "function Title({ text }: Props) {\n  ▮\n}\n",
        "return <h1>{text}</h1>;\n}\n\nfunction Body({ text }: Props) {\n  return <p>{text}</p>;\n}",
        "return <h1>{text}</h1>;",
    ),
    "returned markup, whole": (
        "function Card({ title, children }: Props) {\n  ▮\n}\n",
        "return (\n    <section>\n      <h2>{title}</h2>\n"
        "      {children}\n    </section>\n  );\n}\n\nexport default Card;",
        "return (\n    <section>\n      <h2>{title}</h2>\n      {children}\n    </section>\n  );",
    ),
    "fenced": ("const box = ▮\n", '```tsx\n<div className="box" />;\n```', '<div className="box" />;'),
    "fenced after an introduction": (
        "function Logo() {\n  ▮\n}\n",
        "Here's the code:\n\n```tsx\nreturn <img src={logo} />;\n```\nIt renders the logo.",
        "return <img src={logo} />;",
    ),
    "fence never closed": (
        "function Logo() {\n  ▮\n}\n",
        "```tsx\nreturn <img src={logo} />;",
        "return <img src={logo} />;",
    ),
    "emoji before the cursor": ("const t = <p>🚀 {▮}</p>;\n", "launch.name}</p>;", "launch.name"),
    "accents and CJK before the cursor": (
        "const t = <p title={▮}>こんにちは、José</p>;\n",
        "t('hello')}>",
        "t('hello')",
    ),
    "attribute": (
        'const b = <button type="button" ▮>Save</button>;\n',
        "onClick={save}>Save</button>;",
        "onClick={save}",
    ),
    "attribute of a tag that closes itself": (
        "const i = <Input value={name} ▮/>;\n",
        "onChange={setName} />;",
        "onChange={setName} ",
    ),
    "attribute in a row of its own": (
        "const i = (\n  <Input\n    value={name}\n    ▮\n  />\n);\n",
        "onChange={(e) => setName(e.target.value)}\n  />\n);",
        "onChange={(e) => setName(e.target.value)}",
    ),
    "value of an attribute": ("const f = <form onSubmit={▮}>\n</form>;\n", "handleSubmit}>", "handleSubmit"),
    "name of a tag": ("const s = <▮ />;\n", "Spinner", "Spinner"),
    "closing tag": ("const p = <p>{text}▮\n", "</p>;", "</p>;"),
    "condition": ("const e = <div>{error && ▮}</div>;\n", "<Alert>{error}</Alert>}</div>;", "<Alert>{error}</Alert>"),
    "child beside children": (
        "function Page() {\n  return (\n    <main>\n"
        "      <Header />\n      ▮\n      <Footer />\n    </main>\n  );\n}\n",
        "<Content />\n      <Footer />\n    </main>",
        "<Content />",
    ),
    "effect with a clean-up": (
        "function Clock() {\n  useEffect(() => {\n    ▮\n  }, []);\n}\n",
        "const id = setInterval(tick, 1000);\n    return () => clearInterval(id);\n  }, []);\n}",
        "const id = setInterval(tick, 1000);\n    return () => clearInterval(id);",
    ),
    "markup in brackets": (
        "function A() {\n  return (\n    ▮\n  );\n}\n",
        "<div>\n      <p>Hi</p>\n    </div>\n  );\n}\n\nexport default A;",
        "<div>\n      <p>Hi</p>\n    </div>",
    ),
    "children, closing tag below": ("const a = (\n  <div>\n    {▮}\n  </div>\n);\n", "children}", "children"),
    "handler in an attribute": (
        "const b = <button onClick={▮}>Save</button>;\n",
        "() => {\n  save();\n}",
        "() => {\n  save();\n}",
    ),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("const x = <p>{▮}</p>;\n", "", "empty reply"),
    "refusal": ("function Logo() {\n  ▮\n}\n", "I cannot help with this request.", "refusal"),
    "only the closing tag": (
        "function A() {\n  return (\n    <p>\n      ▮\n    </p>\n  );\n}\n",
        "</p>\n  );\n}",
        "empty reply",
    ),
    "only the rest of the line": ("const p = <p>{text▮}</p>;\n", "}</p>;", "empty reply"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="typescriptreact")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="typescriptreact")
