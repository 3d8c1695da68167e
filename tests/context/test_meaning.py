"""What stands in a type, with what it is built on."""

from __future__ import annotations

import pytest

from flashls.context.meaning import Meaning
from flashls.context.resolve.paths import Paths
from tests.context.indexed import indexed

GO = {
    "go.mod": "module example.com/m\n",
    "base/base.go": "package base\n\ntype Base struct {\n\tID int\n}\n\nfunc (b *Base) Save() error { return nil }\n",
    "more.go": "package main\n\ntype Local struct {\n\tbase.Base\n}\n\nfunc (l Local) Near() {}\n",
    "main.go": (
        'package main\n\nimport "example.com/m/base"\n\ntype Whole struct {\n\t*base.Base `json:"b"`\n\tLocal // near\n'
        "\tOther *Apart\n\tName string\n}\n\ntype Apart struct {\n\tFar int\n}\n\ntype Loop struct {\n\tLoop\n}\n"
    ),
}


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("Whole", "Base Local Other Name ID Save Base Near"),
        ("Apart", "Far"),
        ("Loop", "Loop"),
    ],
)
def test_a_go_struct_has_what_it_embeds(name: str, members: str) -> None:
    meaning = Meaning(Paths(indexed(GO)), "go")
    one = next(d for d in meaning.of("main.go", name) if not d.container)
    assert " ".join(d.name for d in meaning.members(one)) == members
