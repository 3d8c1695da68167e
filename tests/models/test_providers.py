from __future__ import annotations

from pathlib import Path

import pytest

from flashls.models.providers import ROWS, Surroundings, WrongModel, form_of, provided, row_of
from flashls.models.slots import Slots
from flashls.settings import Provider, Settings


def around(**providers: Provider) -> Surroundings:
    return Surroundings(Settings(providers=providers), Slots(), Path("data"), lambda _: "")


BOX = Provider(base_url="http://127.0.0.1:8000/v1")


@pytest.mark.parametrize(
    ("name", "own", "form"),
    [
        ("openai/gpt-4o", Provider(), "chat"),
        ("xroute/codestral-latest", Provider(), "chat"),
        ("ollama/qwen2.5-coder:7b", Provider(), "both"),
        ("box/Qwen/Qwen2.5-Coder-7B", BOX, "fim"),
        ("box/llama-3-8b", BOX, "chat"),
        ("box/our-model", Provider(base_url=BOX.base_url, dialect="starcoder2"), "fim"),
        ("box/qwen2.5-coder", Provider(base_url=BOX.base_url, dialect="chat"), "chat"),
    ],
)
def test_a_name_finds_its_model_and_the_form_it_is_asked_in(name: str, own: Provider, form: str) -> None:
    model = provided(name, around(**{name.partition("/")[0]: own}))
    assert (model.name, form_of(model)) == (name, form)


@pytest.mark.parametrize("wire", ["", "ollama", "llamacpp"])
def test_a_dialect_that_there_is_not_is_told(wire: str) -> None:
    own = Provider(base_url="http://127.0.0.1:8000", wire=wire, dialect="quen")  # type: ignore[arg-type]
    with pytest.raises(WrongModel, match=r"providers\.box\.dialect: There is no dialect 'quen': there are .*qwen"):
        provided("box/m", around(box=own))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("MY_KEY", "$MY_KEY"),
        ("", ROWS["gemini"].key_hint),
        ("AIzaSyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe", "key_env in [providers.gemini] of config.toml"),
    ],
)
def test_a_key_that_stands_where_its_variables_name_should_is_not_shown(name: str, hint: str) -> None:
    assert row_of("gemini", Settings(providers={"gemini": Provider(key_env=name)})).key_hint == hint
