"""Ghost text in Rust: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("fn f() {\n    let n = cmp::min(▮, limit);\n}\n", "items.len()", "items.len()"),
    "end of line": (
        "fn f() {\n    let total: f64 = ▮\n}\n",
        "items.iter().map(|i| i.price).sum();\n    total",
        "items.iter().map(|i| i.price).sum();",
    ),
    "empty body": (
        "impl Stack {\n    pub fn is_empty(&self) -> bool {\n        ▮\n    }\n}\n",
        "self.items.is_empty()\n    }\n}",
        "self.items.is_empty()",
    ),
    "right after the brace": ("fn area(r: f64) -> f64 {▮\n}\n", "\n    PI * r * r\n}", "\n    PI * r * r"),
    "right after the brace, nothing below": (
        "fn area(r: f64) -> f64 {▮",
        '\n    PI * r * r\n}\n\nfn main() {\n    println!("{}", area(1.0));\n}\n',
        "\n    PI * r * r\n}",
    ),
    "inside a string": ('fn f() {\n    println!("Hello, ▮", name);\n}\n', '{}!", name);', "{}!"),
    "inside a comment": (
        "/// Returns the ▮\npub fn area(r: f64) -> f64 {\n    PI * r * r\n}\n",
        "area of a circle.\npub fn area(r: f64) -> f64 {",
        "area of a circle.",
    ),
    "before a closing bracket": ("fn f() {\n    v.push(▮);\n}\n", "Some(x));", "Some(x)"),
    "repeats the rest of the line": (
        "fn longest<'a>(▮) -> &'a str {\n    x\n}\n",
        "x: &'a str, y: &'a str) -> &'a str {",
        "x: &'a str, y: &'a str",
    ),
    "repeats the lines below": (
        "fn sum(xs: &[i32]) -> i32 {\n    let mut total = 0;\n    ▮\n    total\n}\n",
        "for x in xs {\n        total += x;\n    }\n    total\n}",
        "for x in xs {\n        total += x;\n    }",
    ),
    "goes on with the next function": (
        "fn double(x: i32) -> i32 {\n    ▮\n}\n\nfn main() {}\n",
        "x * 2\n}\n\nfn triple(x: i32) -> i32 {\n    x * 3\n}",
        "x * 2",
    ),
    "goes on with the next method": (
        "impl<T> Stack<T> {\n    pub fn push(&mut self, item: T) {\n        ▮\n    }\n}\n",
        "self.items.push(item);\n    }\n\n    pub fn pop(&mut self) -> Option<T> {\n        self.items.pop()\n    }\n}",
        "self.items.push(item);",
    ),
    "fenced": ("fn f() {\n    let name = ▮\n}\n", "```rust\nline.trim();\n```", "line.trim();"),
    "fenced after an introduction": (
        "fn area(r: f64) -> f64 {\n    ▮\n}\n",
        "Here's the completion:\n\n```rust\nPI * r * r\n```\n",
        "PI * r * r",
    ),
    "fence never closed": ("fn area(r: f64) -> f64 {\n    ▮\n}\n", "```rust\nPI * r * r", "PI * r * r"),
    "emoji before the cursor": ('fn f() {\n    println!("🦀 {}", ▮);\n}\n', "name);", "name"),
    "accents and CJK before the cursor": ('fn f() {\n    let größe = map["世界"] + ▮;\n}\n', "1;", "1"),
    "arm of a match": (
        "fn area(s: &Shape) -> f64 {\n    match s {\n        Shape::Circle(r) => ▮\n    }\n}\n",
        "PI * r * r,\n        Shape::Square(a) => a * a,",
        "PI * r * r,",
    ),
    "arms of a match": (
        "fn area(s: &Shape) -> f64 {\n    match s {\n        ▮\n    }\n}\n",
        "Shape::Circle(r) => PI * r * r,\n        Shape::Square(a) => {\n"
        "            a * a\n        }\n        _ => 0.0,\n    }\n}",
        "Shape::Circle(r) => PI * r * r,\n"
        "        Shape::Square(a) => {\n            a * a\n        }\n        _ => 0.0,",
    ),
    "body of an arm": (
        "fn f(m: Msg) {\n    match m {\n        Msg::Quit => {\n"
        "            ▮\n        }\n        Msg::Go => {}\n    }\n}\n",
        "std::process::exit(0);\n        }\n        Msg::Go => {}\n    }",
        "std::process::exit(0);",
    ),
    "closure": (
        "fn f() {\n    let names: Vec<_> = users.iter().map(|u| ▮).collect();\n}\n",
        "u.name.clone()).collect();",
        "u.name.clone()",
    ),
    "body of a closure": (
        "fn f() {\n    thread::spawn(move || {\n        ▮\n    });\n}\n",
        "for job in rx {\n            job.run();\n        }\n    });\n}",
        "for job in rx {\n            job.run();\n        }",
    ),
    "body of a closure, nothing below": (
        "fn f() {\n    thread::spawn(move || {\n        ▮",
        "job.run();\n    });\n\n    work();\n}",
        "job.run();\n    });",
    ),
    "question mark": (
        "fn f() -> io::Result<()> {\n    let text = ▮\n}\n",
        "fs::read_to_string(path)?;\n    Ok(())",
        "fs::read_to_string(path)?;",
    ),
    "lifetime": ("struct Parser<'a> {\n    input: ▮,\n}\n", "&'a str,", "&'a str"),
    "body with lifetimes": (
        "fn longest<'a>(x: &'a str, y: &'a str) -> &'a str {\n    ▮\n}\n",
        "if x.len() > y.len() { x } else { y }\n}\n\nfn main() {}",
        "if x.len() > y.len() { x } else { y }",
    ),
    "chain": (
        "fn f() -> Vec<String> {\n    users\n        .iter()\n        ▮\n}\n",
        ".filter(|u| u.active)\n        .map(|u| u.name.clone())\n        .collect()\n}",
        ".filter(|u| u.active)\n        .map(|u| u.name.clone())\n        .collect()",
    ),
    "attribute": ("#[derive(▮)]\nstruct Point {\n    x: f64,\n}\n", "Debug, Clone)]", "Debug, Clone"),
    "if let with else": (
        "fn f(x: Option<i32>) -> i32 {\n    ▮\n}\n",
        "if let Some(x) = x {\n        x\n    } else {\n        0\n    }\n}",
        "if let Some(x) = x {\n        x\n    } else {\n        0\n    }",
    ),
    "raw string": ('fn f() {\n    let re = Regex::new(r"▮").unwrap();\n}\n', '^\\d{4}").unwrap();', "^\\d{4}"),
    "echoes the path": ("fn f() {\n    let x = foo::▮\n}\n", "foo::bar();", "bar();"),
    "argument of a macro": ("#[test]\nfn adds() {\n    assert_eq!(▮);\n}\n", "add(1, 2), 3);\n}", "add(1, 2), 3"),
    "match after an equals sign": (
        "fn f(k: Kind) {\n    let n = ▮\n}\n",
        "match k {\n        Kind::A => 1,\n        Kind::B => 2,\n    };\n    n\n}",
        "match k {\n        Kind::A => 1,\n        Kind::B => 2,\n    };",
    ),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("fn f() {\n    let x = ▮\n}\n", "", "empty reply"),
    "refusal": ("fn f() {\n    ▮\n}\n", "I'm sorry, I can't do that.", "refusal"),
    "only the closing brace": ("fn f() {\n    g();\n    ▮\n}\n", "}", "empty reply"),
    "the lines below": ("fn f() -> i32 {\n    ▮\n    let x = 1;\n    x\n}\n", "let x = 1;\n    x\n}", "empty reply"),
    "the line above": ("fn f() {\n    count += item.size();\n    ▮\n}\n", "count += item.size();", "repeats"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="rust")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="rust")
