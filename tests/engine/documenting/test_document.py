"""Doc comments: which symbols get one, what becomes of replies that are none, and that the code stays the same."""

from __future__ import annotations

import json

import pytest

from flashls.engine.documenting.samecode import same_code
from flashls.models.scripted import Reply
from flashls.models.seam import ModelError, Stalled
from flashls.syntax.languages import language_of
from flashls.types import Prompt, Text
from tests.engine.documenting.check_document import Said, check_document, documented

MANY = '''\
class A:
    """Known."""

    def f(self):
        def local():
            pass

    def g(self): return 1

    x = 1


def h():
    pass
'''


async def test_every_symbol_without_a_comment_gets_one() -> None:
    after, found, model = await documented(MANY, {"all": ["First.", "Second."]}, every=True)
    assert after == MANY.replace("        def local", '        """First."""\n        def local').replace(
        "def h():\n", 'def h():\n    """Second."""\n'
    )
    assert found.symbols == ("A.f", "h")
    assert found.left == (("A.g", "its body stands on the row of its header"),)
    assert len(model.prompts) == 1


async def test_a_range_with_several_symbols_leaves_those_that_have_a_comment() -> None:
    code = 'def f():\n    """Known."""\n\n\ndef g():\n    pass\n'
    await check_document(code, {"summary": "New."}, code.replace("    pass", '    """New."""\n    pass'))


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("    def f", "A.f"),
        ("            pass", "A.f"),
        ("\n\n    def f(self):\n        def", "A.f"),
        ("x = 1", "A"),
        ("def h", "h"),
        ("class A", "A"),
    ],
)
async def test_a_place_means_the_symbol_around_it(at: str, name: str) -> None:
    _, found, _ = await documented(MANY, {"summary": "New."}, at=at)
    assert found.symbols == (name,)


def fenced(value: object) -> str:
    return f"Sure! Here are the comments:\n\n```json\n{json.dumps(value)}\n```\nI hope this helps."


GOOD = {"comments": [{"symbol": 1, "summary": "Does."}]}
DOES = 'def f():\n    """Does."""\n    pass\n'


@pytest.mark.parametrize(
    ("reply", "result", "error"),
    [
        (fenced(GOOD), DOES, None),
        (Reply(json.dumps(GOOD)[:-9], "length"), None, "cut off"),
        (json.dumps(GOOD)[:-9], None, "no JSON|not what was asked for"),
        ("def f():\n    '''Does.'''\n    return 5\n", None, "no JSON"),
        (json.dumps({"comments": []}), None, "said nothing"),
        (json.dumps({"comments": [{"symbol": 7, "summary": "Does."}]}), None, "said nothing"),
        (json.dumps({"comments": [{"symbol": 1, "summary": "  \n"}]}), None, "said nothing"),
        (json.dumps({"comments": [*GOOD["comments"], {"symbol": 1, "summary": "Again."}]}), DOES, None),
        (json.dumps(GOOD | {"code": "def f(): evil()"}), None, "not what was asked for"),
        (Reply(json.dumps(GOOD), "blocked"), None, "blocked"),
        (Reply(fail=Stalled("too slow")), None, "too slow"),
        (json.dumps({"comments": [{"symbol": 1, "summary": "Does.", "parameters": [{"name": "no", "text": "x"}]}]}),
         DOES, None),
    ],
)  # fmt: skip
async def test_replies_that_are_not_what_was_asked_for(
    reply: Said | Reply, result: str | None, error: str | None
) -> None:
    await check_document("def f():\n    pass\n", reply, result, error, at="f")


@pytest.mark.parametrize(
    ("text", "language", "at", "error"),
    [
        ("x = 1\n", "python", "", "nothing to document"),
        ('def f():\n    """Known."""\n', "python", "", None),
        ("a: 1\n", "yaml", "", "no convention"),
        ("hello\n", "plaintext", "", "no convention"),
    ],
)
async def test_where_there_is_nothing_to_do_no_model_is_asked(
    text: str, language: str, at: str, error: str | None
) -> None:
    if error is None:
        await check_document(text, {"summary": "x"}, error="Everything here is documented", every=True)
    else:
        await check_document(text, {"summary": "x"}, error=error, at=at, language=language)


async def test_many_symbols_are_asked_about_in_several_questions_and_one_that_fails_spares_the_others() -> None:
    code = "\n\n".join(f"def f{n}():\n    pass\n" for n in range(20))
    replies: list[Said | Reply] = [
        {"all": [f"One of {n}." for n in range(8)]},
        Reply(fail=Stalled("too slow")),
        {"all": ["Third."] * 8},
    ]
    after, found, model = await documented(code, *replies, every=True)
    assert len(model.prompts) == 3
    assert len(found.symbols) == 12
    assert [why for _, why in found.left] == ["too slow"] * 8
    assert after.count('"""') == 24


async def test_a_secret_in_the_code_does_not_reach_the_model() -> None:
    secret = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"
    code = f'def f(key="{secret}"):\n    pass\n'
    after, _, model = await documented(code, {"summary": "Uses REDACTED_SECRET_1."}, at="f")
    assert secret not in _shown(model.prompts[0])
    assert after.count(secret) == 1


def _shown(prompt: Prompt) -> str:
    return "".join(part.text for part in prompt.parts if isinstance(part, Text))


@pytest.mark.parametrize(
    ("language", "before", "after", "same"),
    [
        ("python", "x = 1\n", "x = 1  # one\n", True),
        ("python", "def f():\n    pass\n", 'def f():\n    """D."""\n    pass\n', True),
        ("python", "def f():\n    pass\n", 'def f():\n    pass\n    """D."""\n', False),
        ("python", "def f():\n    pass\n", "def f():\n    f'''{x}'''\n    pass\n", False),
        ("python", "x = 'a b'\n", "x = 'a  b'\n", False),
        ("python", "x = 1\n", "x = 2\n", False),
        ("python", "x = 1\n", "x = 1\ny\n", False),
        ("go", "package p\n", "// Package p.\npackage p\n", True),
        ("go", "package p\nvar s = `a`\n", "package p\nvar s = `a // b`\n", False),
        ("c", "int a;\n", "// a \\\nint a;\n", False),
        ("c", "int a;\n", "/* a */ int a;\n", True),
        ("javascript", "f();\n", "/* */ evil(); /* */ f();\n", False),
        ("rust", "fn f() {}\n", "/// f\nfn f() {}\n", True),
    ],
)
async def test_same_code_sees_every_change_but_comments(language: str, before: str, after: str, same: bool) -> None:
    known = language_of(language)
    assert known is not None
    assert await same_code(known, before, after) is same


async def test_a_file_that_no_model_may_see_is_refused() -> None:
    from flashls.engine.documenting.document import document
    from flashls.models.scripted import Scripted
    from tests.engine.documenting.check_document import engine_of, opened

    model = Scripted(["x"])
    with pytest.raises(ModelError, match="kept from all models"):
        await document(engine_of(model, "document"), await opened(DOES, "python", "file:///w/.env"), 0, 5)
    assert model.prompts == []
