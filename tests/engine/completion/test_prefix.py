"""Over a session of typing most of a prompt begins like the one before, where a model keeps what it has read."""

from __future__ import annotations

from flashls.models.profiles import profile
from tests.bench.prefix import made, replayed


def test_most_of_what_a_local_model_reads_it_has_read_before() -> None:
    found = replayed(made(300), profile("local/qwen2.5-coder-0.5b").budget, "fim")
    assert len(found.sizes) >= 20
    assert found.share >= 0.75
    assert sum(found.lasting) / len(found.lasting) >= 0.8
