"""Ghost text in Go: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("func f() {\n\tn := copy(buf[▮:], data)\n}\n", "off", "off"),
    "end of line": ("func f() {\n\ttotal := ▮\n}\n", "len(items) * price\n\treturn total", "len(items) * price"),
    "empty body": (
        "func Max(a, b int) int {\n\t▮\n}\n",
        "if a > b {\n\t\treturn a\n\t}\n\treturn b\n}",
        "if a > b {\n\t\treturn a\n\t}\n\treturn b",
    ),
    "right after the brace": (
        "func (s *Stack) Len() int {▮\n}\n",
        "\n\treturn len(s.items)\n}",
        "\n\treturn len(s.items)",
    ),
    "right after the brace, nothing below": (
        "func (s *Stack) Len() int {▮",
        "\n\treturn len(s.items)\n}\n\nfunc (s *Stack) Empty() bool {\n\treturn s.Len() == 0\n}\n",
        "\n\treturn len(s.items)\n}",
    ),
    "inside a string": ('func f() {\n\tlog.Fatalf("cannot open %s: ▮", path, err)\n}\n', '%v", path, err)', "%v"),
    "inside a raw string": ("var q = `SELECT id FROM users WHERE ▮`\n", "id = $1`", "id = $1"),
    "inside a comment": (
        "package geo\n\n// Area returns the ▮\nfunc Area(r float64) float64 {\n\treturn math.Pi * r * r\n}\n",
        "area of a circle with radius r.\nfunc Area(r float64) float64 {",
        "area of a circle with radius r.",
    ),
    "before a closing bracket": ("func f() {\n\titems = append(items, ▮)\n}\n", "item)", "item"),
    "repeats the rest of the line": (
        "func (s *Server) Serve(▮) error {\n\treturn nil\n}\n",
        "ctx context.Context) error {",
        "ctx context.Context",
    ),
    "repeats the lines below": (
        "func sum(xs []int) int {\n\ttotal := 0\n\t▮\n\treturn total\n}\n",
        "for _, x := range xs {\n\t\ttotal += x\n\t}\n\treturn total\n}",
        "for _, x := range xs {\n\t\ttotal += x\n\t}",
    ),
    "goes on with the next function": (
        "func Min(a, b int) int {\n\t▮\n}\n\nfunc main() {\n}\n",
        "if a < b {\n\t\treturn a\n\t}\n\treturn b\n}\n\nfunc Abs(a int) int {\n\treturn a\n}",
        "if a < b {\n\t\treturn a\n\t}\n\treturn b",
    ),
    "goes on after a whole function": (
        "package geo\n\n▮",
        "func Area(r float64) float64 {\n\treturn math.Pi * r * r\n}\n\nfunc Side() {\n}\n",
        "func Area(r float64) float64 {\n\treturn math.Pi * r * r\n}",
    ),
    "fenced": ("func f() {\n\tname := ▮\n}\n", "```go\nstrings.TrimSpace(line)\n```", "strings.TrimSpace(line)"),
    "fenced after an introduction": (
        "func Area(r float64) float64 {\n\t▮\n}\n",
        "Here is the function body:\n\n```go\nreturn math.Pi * r * r\n```",
        "return math.Pi * r * r",
    ),
    "fenced, written at the margin": (
        "func f() error {\n\terr := g()\n\t▮\n}\n",
        "```go\nif err != nil {\n\treturn err\n}\nreturn nil\n```",
        "if err != nil {\n\t\treturn err\n\t}\n\treturn nil",
    ),
    "fence never closed": (
        "func Area(r float64) float64 {\n\t▮\n}\n",
        "```go\nreturn math.Pi * r * r",
        "return math.Pi * r * r",
    ),
    "emoji before the cursor": ('func f() {\n\tfmt.Println("🐹", ▮)\n}\n', "name)", "name"),
    "accents and CJK before the cursor": ('func f() {\n\tgrüße["世界"] = ▮\n}\n', '"Hallo, Welt"', '"Hallo, Welt"'),
    "error returned": (
        "func Load(path string) (*Config, error) {\n\tdata, err := os.ReadFile(path)\n"
        "\tif err != nil {\n\t\t▮\n\t}\n\treturn parse(data)\n}\n",
        'return nil, fmt.Errorf("load %s: %w", path, err)\n\t}\n\treturn parse(data)',
        'return nil, fmt.Errorf("load %s: %w", path, err)',
    ),
    "error checked": (
        "func Load(path string) (*Config, error) {\n\tdata, err := os.ReadFile(path)\n\t▮\n\treturn parse(data)\n}\n",
        "if err != nil {\n\t\treturn nil, err\n\t}\n\treturn parse(data)\n}",
        "if err != nil {\n\t\treturn nil, err\n\t}",
    ),
    "error condition, closed below": (
        "func f() error {\n\terr := g()\n\tif ▮ {\n\t\treturn err\n\t}\n\treturn nil\n}\n",
        "err != nil {\n\t\treturn err",
        "err != nil",
    ),
    "fields of a struct": (
        "type User struct {\n\tID int\n\t▮\n}\n",
        'Name  string `json:"name"`\n\tEmail string `json:"email"`\n}',
        'Name  string `json:"name"`\n\tEmail string `json:"email"`',
    ),
    "case of a switch": (
        "func f(k Kind) string {\n\tswitch k {\n\tcase Circle:\n"
        '\t\t▮\n\tcase Square:\n\t\treturn "square"\n\t}\n\treturn ""\n}\n',
        'return "circle"\n\tcase Square:\n\t\treturn "square"',
        'return "circle"',
    ),
    "goroutine": (
        "func run(wg *sync.WaitGroup) {\n\tgo func() {\n\t\t▮\n\t}()\n\twg.Wait()\n}\n",
        "defer wg.Done()\n\t\twork()\n\t}()\n\twg.Wait()\n}",
        "defer wg.Done()\n\t\twork()",
    ),
    "goroutine, nothing below": (
        "func run(wg *sync.WaitGroup) {\n\tgo func() {\n\t\t▮",
        "defer wg.Done()\n\t\twork()\n\t}()\n\twg.Wait()\n}",
        "defer wg.Done()\n\t\twork()\n\t}()",
    ),
    "imports": ('import (\n\t"fmt"\n\t▮\n)\n', '"os"\n\t"strings"\n)', '"os"\n\t"strings"'),
    "generic function": ("func Map[T, U any](xs []T, ▮) []U {\n\treturn nil\n}\n", "f func(T) U) []U {", "f func(T) U"),
    "deferred closure": (
        "func main() {\n\tdefer ▮\n}\n",
        "func() {\n\t\tdone()\n\t}()\n}",
        "func() {\n\t\tdone()\n\t}()",
    ),
    "body after a header": (
        "func add(a, b int) int ▮\n",
        "{\n\treturn a + b\n}\n\nfunc sub(a, b int) int {",
        "{\n\treturn a + b\n}",
    ),
    "cases of a switch": (
        "func f(k Kind) string {\n\tswitch k {\n\t▮\n\t}\n}\n",
        'case Circle:\n\t\treturn "circle"\n\tdefault:\n\t\treturn ""\n\t}\n}',
        'case Circle:\n\t\treturn "circle"\n\tdefault:\n\t\treturn ""',
    ),
    "condition after a statement": ("func f() {\n\tif err := g(); ▮ {\n\t}\n}\n", "err != nil {", "err != nil"),
    "composite literal": (
        "func f() {\n\tc := &http.Client{▮}\n}\n",
        "Timeout: 5 * time.Second}",
        "Timeout: 5 * time.Second",
    ),
    "header, brace and body there": (
        "func (c *Cache) Get(▮ {\n\treturn 1\n}\n",
        "key string) int {\n\treturn 1\n}",
        "key string) int",
    ),
    "end of a header, body below": (
        "func add(a, ▮\n\treturn a + b\n}\n",
        "b int) int {\n\treturn a + b\n}",
        "b int) int {",
    ),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("func f() {\n\tx := ▮\n}\n", "", "empty reply"),
    "refusal": ("func f() {\n\t▮\n}\n", "I'm unable to help with that.", "refusal"),
    "only the closing brace": ("func f() {\n\tg()\n\t▮\n}\n", "}", "empty reply"),
    "only the closing bracket": ("func f() {\n\tg(▮)\n}\n", ")", "empty reply"),
    "the line below": ("func f() error {\n\t▮\n\treturn nil\n}\n", "return nil\n}", "empty reply"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="go")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="go")
