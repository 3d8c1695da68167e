"""Where imports of Go lead."""

from __future__ import annotations

import pytest

from tests.context.resolve.leading import lead

GO = {
    "go.mod": "module example.com/app/v2\n\ngo 1.22\n",
    "main.go": "package main\n\nfunc main() {}\n",
    "store/store.go": "package store\n\ntype Store struct{}\n",
    "store/open.go": "package store\n\nfunc Open() *Store { return nil }\n",
    "store/store_test.go": "package store\n\nfunc TestStore() {}\n",
    "tools/go.mod": "module example.com/tools\n",
    "tools/lint/lint.go": "package lint\n\nfunc Run() {}\n",
    "tools/lint/gen.go": "//go:build ignore\n\npackage main\n",
    "sub/go.mod": "module example.com/app/v2/sub // within\n\nreplace (\n\texample.org/old v1.0.0 => ../fork\n)\n",
    "sub/s.go": "package sub\n",
    "fork/old.go": "package old\n",
    "near/go.mod": "module example.com/near\n",
    "near/n.go": "package near\n",
    "go.work": "go 1.22\n\nuse (\n\t.\n\t./tools\n)\n\nreplace example.org/near => ./near\n",
    "store/internal/deep/d.go": "package deep\n",
}


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ('import "example.com/app/v2/store"', ["store/open.go", "store/store.go"]),
        ('import (\n\t"fmt"\n\ts "example.com/app/v2/store"\n)', ["store/open.go", "store/store.go"]),
        ('import "example.com/tools/lint"', ["tools/lint/lint.go"]),
        ('import "example.com/app/v2"', ["main.go"]),
        ('import . "example.com/tools/lint"', ["tools/lint/lint.go"]),
        ('import "example.com/app/v2/sub"', ["sub/s.go"]),
        ('import "example.org/old"', ["fork/old.go"]),
        ('import "example.org/near"', ["near/n.go"]),
        ('import "example.com/app/v2/store/internal/deep"', ["store/internal/deep/d.go"]),
        ('import "example.com/app/v2/storage"', []),
        ('import "example.com/app"', []),
        ('import "C"\nimport "fmt"', []),
    ],
)
def test_go(text: str, leads: list[str]) -> None:
    assert lead(GO, "cmd/a.go", f"package cmd\n\n{text}\n") == leads
