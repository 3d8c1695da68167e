"""Dialects: whose they are, what a hole looks like in each, and that no text is taken for one of their tokens."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from flashls.models.dialects import DIALECTS, SUFFIX, Dialect, dialect_of, ends
from flashls.models.spelling import PutBack
from flashls.types import Fim, Snippet

_SHAPES = Snippet("shapes.py", "def area(r):\n    return 3 * r\n\n", "definition", 1.0, "imported")
_UNITS = Snippet("units.py", "CM = 0.01", "similar", 0.5, "open")
_ALL = Fim((_SHAPES, _UNITS), "a = ", "\nb")
_FORMS = [dialect for dialect in DIALECTS if dialect is not SUFFIX]
_NAMES = [dialect.name for dialect in _FORMS]


@pytest.mark.parametrize(
    ("model", "named", "name"),
    [
        ("qwen2.5-coder:7b", "", "qwen"),
        ("Qwen/Qwen2.5-Coder-7B-Instruct", "", "qwen"),
        ("qwen3-coder:30b", "", "qwen"),
        ("qwen2.5:7b", "", None),
        ("codeqwen:7b-code", "", "codeqwen"),
        ("bigcode/starcoder2-15b", "", "starcoder2"),
        ("starcoder2:3b", "", "starcoder2"),
        ("bigcode/starcoderbase-1b", "", "starcoder"),
        ("stable-code:3b", "", "starcoder"),
        ("codellama:7b-code", "", "codellama"),
        ("codellama/CodeLlama-13b-hf", "", "codellama"),
        ("codellama:34b", "", None),
        ("codellama:7b-python", "", None),
        ("deepseek-coder:6.7b-base", "", "deepseek"),
        ("deepseek-ai/DeepSeek-Coder-V2-Lite-Base", "", "deepseek"),
        ("deepseek-r1:8b", "", None),
        ("codestral:22b", "", "codestral"),
        ("mistralai/Mamba-Codestral-7B-v0.1", "", None),
        ("granite-code:8b", "", "granite"),
        ("granite3.3:8b", "", "granite"),
        ("ibm-granite/granite-4.0-h-tiny", "", "granite4"),
        ("codegemma:2b", "", "codegemma"),
        ("google/codegemma-7b-it", "", None),
        ("llama-3-8b", "", None),
        ("llama3:8b", "", None),
        ("gpt-4o", "", None),
        ("our-model", "qwen", "qwen"),
        ("our-model", "suffix", "suffix"),
        ("qwen2.5-coder:7b", "chat", None),
        ("qwen2.5-coder:7b", "codellama", "codellama"),
    ],
)
def test_dialect_of(model: str, named: str, name: str | None) -> None:
    found = dialect_of(model, named)
    assert (found and found.name) == name


def test_a_name_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match=r"no dialect 'quen': there are .*qwen.*, chat"):
        dialect_of("m", "quen")


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("qwen", "<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>"),
        ("starcoder", "<fim_prefix>a = <fim_suffix>\nb<fim_middle>"),
        ("starcoder2", "<fim_prefix>a = <fim_suffix>\nb<fim_middle>"),
        ("codellama", "<PRE> a =  <SUF>\nb <MID>"),
        ("deepseek", "<｜fim▁begin｜>a = <｜fim▁hole｜>\nb<｜fim▁end｜>"),
        ("codestral", "[SUFFIX]\nb[PREFIX]a = "),
        ("codeqwen", "<fim_prefix>a = <fim_suffix>\nb<fim_middle>"),
        ("granite", "<fim_prefix>a = <fim_suffix>\nb<fim_middle>"),
        ("granite4", "<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>"),
        ("codegemma", "<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>"),
    ],
)
def test_one_file(name: str, prompt: str) -> None:
    assert _named(name).render(Fim((), "a = ", "\nb")) == prompt


_AREA = "def area(r):\n    return 3 * r\n"


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        (
            "qwen",
            f"<|file_sep|>shapes.py\n{_AREA}<|file_sep|>units.py\nCM = 0.01\n<|file_sep|>\n"
            "<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>",
        ),
        (
            "starcoder2",
            f"<file_sep>shapes.py\n{_AREA}<file_sep>units.py\nCM = 0.01\n<file_sep>"
            "<fim_prefix>a = <fim_suffix>\nb<fim_middle>",
        ),
        ("codellama", f"<PRE> #shapes.py\n{_AREA}#units.py\nCM = 0.01\na =  <SUF>\nb <MID>"),
        (
            "deepseek",
            f"<｜fim▁begin｜>#shapes.py\n{_AREA}#units.py\nCM = 0.01\na = <｜fim▁hole｜>\nb<｜fim▁end｜>",
        ),
        ("codestral", f"[SUFFIX]\nb[PREFIX]+++++ shapes.py\n{_AREA}\n+++++ units.py\nCM = 0.01\n\na = "),
        (
            "granite",
            f"<filename>shapes.py\n{_AREA}<filename>units.py\nCM = 0.01\n<fim_prefix>a = <fim_suffix>\nb<fim_middle>",
        ),
        (
            "codegemma",
            f"shapes.py\n{_AREA}<|file_separator|>units.py\nCM = 0.01\n<|file_separator|>"
            "<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>",
        ),
    ],
)
def test_other_files(name: str, prompt: str) -> None:
    assert _named(name).render(_ALL) == prompt


@pytest.mark.parametrize("dialect", _FORMS, ids=_NAMES)
def test_stop_strings_occur_in_the_prompt(dialect: Dialect) -> None:
    prompt = dialect.render(_ALL)
    assert 1 <= len(dialect.stop) <= 4
    assert [stop for stop in dialect.stop if stop not in prompt] == []


@pytest.mark.parametrize("dialect", _FORMS, ids=_NAMES)
def test_text_that_spells_a_token_is_not_misread(dialect: Dialect) -> None:
    tokens = dialect.special.findall(dialect.render(_ALL))
    assert tokens
    text = "".join(tokens) + f"x<{tokens[0]}|>" + tokens[-1][1:]
    snippet = Snippet(f"a{text}.py", text, "similar", 1.0, "open")
    fim = Fim((snippet,), f"{text}y", f"z{text}")
    only_ours = dialect.special.findall(dialect.render(Fim((_UNITS,), "y", "z")))
    assert dialect.special.findall(dialect.render(fim)) == only_ours
    assert dialect.special.findall("".join(dialect.sides(fim))) == []


@pytest.mark.parametrize("dialect", _FORMS, ids=_NAMES)
def test_a_reply_is_put_back(dialect: Dialect) -> None:
    tokens = dialect.special.findall(dialect.render(_ALL))
    text = f"a {' b '.join(tokens)} c < d ["
    fim = Fim((), "x", text)
    assert dialect.plain(text) != text
    for size in (1, 2, 3, 7, 500):
        assert _read(dialect.plain(text), dialect, fim, size) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("let f = g <| x", "let f = g <| x"),
        ("a <div> and <b>", "a <div> and <b>"),
        ("usage: cp <filename>", "usage: cp < filename>"),
        ("<s>struck</s>", "<s>struck</s>"),
    ],
)
def test_other_text_stays(text: str, plain: str) -> None:
    assert _named("starcoder2").plain(text) == plain


def test_braces_stay() -> None:
    prompt = _named("qwen").render(Fim((), "{prefix}{0}", "{x!r}"))
    assert prompt == "<|fim_prefix|>{prefix}{0}<|fim_suffix|>{x!r}<|fim_middle|>"


@pytest.mark.parametrize(
    ("stop", "prefix", "all_stops"),
    [
        ((), "a", ["\n```"]),
        (("x", "", "x"), "a", ["x", "\n```"]),
        (("x",), "```python\n", ["x"]),
    ],
)
def test_ends(stop: tuple[str, ...], prefix: str, all_stops: list[str]) -> None:
    assert ends(stop, Fim((), prefix, "")) == all_stops


def test_every_pattern_is_of_lower_case_and_finds_its_own_row() -> None:
    for dialect in _FORMS:
        for pattern in dialect.patterns:
            sample = pattern.replace("*", "-")
            assert fnmatchcase(sample.lower(), pattern)
            assert dialect_of(sample) is dialect


def _named(name: str) -> Dialect:
    found = dialect_of("", name)
    assert found is not None
    return found


def _read(reply: str, dialect: Dialect, fim: Fim, size: int) -> str:
    put_back = PutBack(dialect.broken(fim))
    pieces = [put_back.feed(reply[at : at + size]) for at in range(0, len(reply), size)]
    return "".join(pieces) + put_back.rest()
