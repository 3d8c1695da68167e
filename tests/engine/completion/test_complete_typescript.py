"""Ghost text in TypeScript: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("const user = users.find(▮) ?? null;\n", "(u) => u.id === id", "(u) => u.id === id"),
    "end of line": (
        "const names: string[] = ▮\n",
        "users.map((u) => u.name);\nreturn names;",
        "users.map((u) => u.name);",
    ),
    "empty body": (
        "export function clamp(x: number, lo: number, hi: number): number {\n  ▮\n}\n",
        "return Math.min(Math.max(x, lo), hi);\n}",
        "return Math.min(Math.max(x, lo), hi);",
    ),
    "right after the brace": (
        "function isUser(value: unknown): value is User {▮\n}\n",
        "\n  return typeof value === 'object' && value !== null;\n}",
        "\n  return typeof value === 'object' && value !== null;",
    ),
    "right after the brace, nothing below": (
        "interface User {▮",
        "\n  id: number;\n  name: string;\n}\n\ninterface Order {\n  id: number;\n}\n",
        "\n  id: number;\n  name: string;\n}",
    ),
    "inside a string": ("import { readFile } from '▮';\n", "node:fs/promises';", "node:fs/promises"),
    "inside a comment": (
        "export class Cache {\n  // Drops entries older than ▮\n  prune(): void {}\n}\n",
        "the time to live.\n  prune(): void {",
        "the time to live.",
    ),
    "before a closing bracket": (
        "this.cache.set(▮);\n",
        "key, { value, at: Date.now() });",
        "key, { value, at: Date.now() }",
    ),
    "repeats the rest of the line": (
        "export async function load(▮): Promise<User> {\n  return api.get(id);\n}\n",
        "id: number): Promise<User> {",
        "id: number",
    ),
    "repeats the lines below": (
        "function total(orders: Order[]): number {\n  let sum = 0;\n  ▮\n  return sum;\n}\n",
        "for (const order of orders) {\n    sum += order.price;\n  }\n  return sum;\n}",
        "for (const order of orders) {\n    sum += order.price;\n  }",
    ),
    "goes on with the next method": (
        "export class Queue<T> {\n  private items: T[] = [];\n\n  push(item: T): void {\n    ▮\n  }\n}\n",
        "this.items.push(item);\n  }\n\n  pop(): T | undefined {\n    return this.items.shift();\n  }\n}",
        "this.items.push(item);",
    ),
    "goes on after a method, class open": (
        "export class Queue<T> {\n  private items: T[] = [];\n\n  push(item: T): void {\n    ▮",
        "this.items.push(item);\n  }\n\n  pop(): T | undefined {\n    return this.items.shift();\n  }\n}",
        "this.items.push(item);\n  }",
    ),
    "a whole method": (
        "export class Queue<T> {\n  private items: T[] = [];\n\n  ▮\n}\n",
        "get size(): number {\n    return this.items.length;\n  }\n\n  clear(): void {\n    this.items = [];\n  }\n}",
        "get size(): number {\n    return this.items.length;\n  }",
    ),
    "fenced": ("const ids = ▮\n", "```ts\nusers.map((u) => u.id);\n```", "users.map((u) => u.id);"),
    "fenced after an introduction": (
        "function area(r: number): number {\n  ▮\n}\n",
        "Sure! Here's the missing code:\n```typescript\nreturn Math.PI * r ** 2;\n```",
        "return Math.PI * r ** 2;",
    ),
    "fence never closed": ("const ids = ▮\n", "```typescript\nusers.map((u) => u.id);", "users.map((u) => u.id);"),
    "emoji before the cursor": ("log(`✅ ${▮}`);\n", "job.name}`);", "job.name"),
    "accents and CJK before the cursor": ("const prénom: string = 名簿[▮];\n", "0];", "0"),
    "members of an interface": (
        "export interface Options {\n  retries?: number;\n  ▮\n}\n",
        "timeout?: number;\n  signal?: AbortSignal;\n}",
        "timeout?: number;\n  signal?: AbortSignal;",
    ),
    "union type": ("type State = 'idle' | ▮;\n", "'loading' | 'done' | 'failed';", "'loading' | 'done' | 'failed'"),
    "generic argument": ("const seen = new Map<▮>();\n", "string, number>();", "string, number"),
    "enum": ("enum Level {\n  Debug,\n  ▮\n}\n", "Info,\n  Warning,\n  Error,\n}", "Info,\n  Warning,\n  Error,"),
    "template literal of several lines": (
        "function page(title: string): string {\n  ▮\n}\n",
        "return `\n<h1>${title}</h1>\n<p>{}</p>\n`;\n}",
        "return `\n<h1>${title}</h1>\n<p>{}</p>\n`;",
    ),
    "test case": (
        "describe('clamp', () => {\n  it('keeps what is inside', () => {\n    ▮\n  });\n});\n",
        "expect(clamp(2, 1, 3)).toBe(2);\n  });\n\n  it('cuts what is above', () => {\n",
        "expect(clamp(2, 1, 3)).toBe(2);",
    ),
    "try with catch": (
        "async function load(): Promise<void> {\n  ▮\n}\n",
        "try {\n    data = await api.get();\n  } catch (error) {\n"
        "    report(error);\n  } finally {\n    done();\n  }\n}",
        "try {\n    data = await api.get();\n  } catch (error) {\n    report(error);\n  } finally {\n    done();\n  }",
    ),
    "echoes the object": ("this.items.▮\n", "this.items.push(1);", "push(1);"),
    "echoes the object after a word": ("const n = this.▮\n", "this.items.length;", "items.length;"),
    "body after a header": (
        "function add(a: number, b: number): number ▮\n",
        "{\n  return a + b;\n}\n\nfunction sub(",
        "{\n  return a + b;\n}",
    ),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("const x: number = ▮\n", "", "empty reply"),
    "refusal": ("function f(): void {\n  ▮\n}\n", "Sorry, I cannot complete this code.", "refusal"),
    "talk about the code": ("function f(): void {\n  ▮\n}\n", "The missing code is a call to g().", "refusal"),
    "only the rest of the line": ("const m = new Map<string, number>(▮);\n", ");", "empty reply"),
    "the lines below": (
        "function f(x: number): number {\n  ▮\n  const y = x;\n  return y;\n}\n",
        "const y = x;\n  return y;\n}",
        "empty reply",
    ),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="typescript")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="typescript")
