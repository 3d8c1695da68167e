"""Questions about a workspace: the code that is shown, the answer with its places checked, and who may not be asked."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from flashls.engine.answering.ask import Material, Selection, ask, gathered, whole
from flashls.engine.answering.pictures import picture
from flashls.engine.documents import Documents
from flashls.engine.task import route_of
from flashls.engine.visible import visible
from flashls.models.scripted import Scripted
from flashls.models.seam import Refused
from flashls.types import Budget, Image, Piece, Text, Workspace
from tests.context.indexed import indexed
from tests.engine.reviewing.check_review import BUDGET, engine_for

STORE = """\
class Cache:
    \"\"\"Keeps replies.\"\"\"

    def put(self, key, text):
        if len(text) > self.limit:
            return
        self.rows[key] = text
"""
FILES = {
    "store/cache.py": STORE,
    "web/login.py": "def check_password(user, password):\n    return hash(password) == user.digest\n",
    "web/other.py": "def nothing_here():\n    pass\n",
    "README.md": "# About\n",
}
SECRET = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"


def workspace(root: Path, files: Mapping[str, str] = FILES) -> Workspace:
    """A workspace on the disk, with its index."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return visible(Workspace(root=str(root), index=indexed(files)), ())


async def check_ask(
    root: Path, question: str, reply: str = "I see.", files: Mapping[str, str] = FILES, all_of_it: bool = False
) -> tuple[str, str]:
    """Asks; what the model was shown besides instructions and examples, and what it is said to have answered."""
    model = Scripted([reply])
    engine, place = engine_for("ask", model), workspace(root, files)
    route = route_of(engine, "ask")
    material = whole(route, place, files) if all_of_it else gathered(engine, route, place, question)
    said = [item.text async for item in ask(engine, route, place, question, material) if isinstance(item, Piece)]
    assert model.open == 0
    (prompt,) = model.prompts
    *_, code, asked = (part for part in prompt.parts if isinstance(part, Text))
    assert f"<question>\n{question}\n</question>" in asked.text
    assert (code.stable, asked.stable) == (True, False)
    return code.text, "".join(said)


ABOUT = {
    "What happens to replies that are too long in the cache?": "store/cache.py",
    "What does `check_password` do?": "web/login.py",
    "How do we check a password?": "web/login.py",
    "where is Cache": "store/cache.py",
}


@pytest.mark.parametrize("question", ABOUT)
async def test_the_code_that_a_question_is_about_is_shown(tmp_path: Path, question: str) -> None:
    shown, _ = await check_ask(tmp_path, question)
    assert shown.startswith(f'<file path="{ABOUT[question]}"')
    assert "nothing_here" not in shown


async def test_code_is_shown_with_its_lines_numbers(tmp_path: Path) -> None:
    shown, _ = await check_ask(tmp_path, "What does check_password do?")
    assert "\n1| def check_password(user, password):\n2|     return hash(password) == user.digest\n" in shown


async def test_places_in_the_answer_are_checked(tmp_path: Path) -> None:
    reply = "In `store/cache.py:6`, cache.py:7 and store/cache.py:99; see invented.py:1."
    _, said = await check_ask(tmp_path, "What does Cache do?", reply)
    assert said == "In `store/cache.py:6`, cache.py:7 and ~~store/cache.py:99~~; see ~~invented.py:1~~."


async def test_the_whole_repository_is_shown_in_order(tmp_path: Path) -> None:
    shown, _ = await check_ask(tmp_path, "What is this?", all_of_it=True)
    paths = [line.split('"')[1] for line in shown.splitlines() if line.startswith("<file")]
    assert paths == ["README.md", "store/cache.py", "web/login.py", "web/other.py"]


async def test_of_too_much_code_some_is_left_out_and_told(tmp_path: Path) -> None:
    files = {f"f{n}.py": f"def f{n}():\n    return {n}\n" * 200 for n in range(30)}
    engine = engine_for("ask", Scripted([""]))
    route = replace(route_of(engine, "ask"), name="openai/gpt-4")  # a window of 8,192 tokens
    material = whole(replace(route, name="local/qwen2.5-coder-0.5b"), workspace(tmp_path, files), files)
    assert len(material.extracts) + len(material.left_out) == 30
    assert material.left_out
    assert material.characters <= 8192 * BUDGET.chars_per_token


async def test_a_long_definition_is_cut_to_its_room(tmp_path: Path) -> None:
    files = {"a.py": "def long_one():\n" + "".join(f"    step({n})\n" for n in range(500))}
    small = Budget(prefix=100, suffix=0, extra=0, suffix_rows=0, head_step=1, chars_per_token=2.5)
    engine = engine_for("ask", Scripted([""]), budget=small)
    material = gathered(engine, route_of(engine, "ask"), workspace(tmp_path, files), "What does long_one do?")
    assert 500 < material.characters <= 1000
    assert material.extracts[0].rows[0] == "def long_one():"


async def test_hidden_files_are_in_no_question(tmp_path: Path) -> None:
    files = FILES | {".env": "check_password=1\n", "private/check.py": "def check_password():\n    pass\n"}
    (tmp_path / ".aiexclude").write_text("private/\n")
    for all_of_it in (False, True):
        shown, _ = await check_ask(tmp_path, "What does check_password do?", files=files, all_of_it=all_of_it)
        assert "private" not in shown
        assert ".env" not in shown


async def test_secrets_are_out_also_where_only_a_part_of_one_is_shown(tmp_path: Path) -> None:
    data = base64.b64encode(b"".join(hashlib.sha512(str(n).encode()).digest() for n in range(40))).decode()
    rows = "\n".join(data[at : at + 64] for at in range(0, len(data), 64))
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{rows}\n-----END RSA PRIVATE KEY-----\n"
    text = f'KEY = "{SECRET}"\nCERTIFICATE = """\n{key}"""\n'
    files = {"a.py": text + "def use_key():\n    return KEY\n"}
    for all_of_it in (False, True):
        shown, _ = await check_ask(tmp_path, "How is the CERTIFICATE and KEY used?", files=files, all_of_it=all_of_it)
        assert "a.py" in shown
        assert SECRET not in shown
        assert not any(row in shown for row in rows.split("\n"))


async def test_what_the_user_has_chosen_comes_first_as_it_is_open(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    documents = Documents()
    uri = (tmp_path / "web" / "other.py").as_uri()
    documents.open(uri, "python", 1, "def changed():\n    pass\n")
    place = replace(place, snapshots=(await documents.parsed(uri),))
    engine = engine_for("ask", Scripted([""]))
    chosen = Selection(uri, 0, 1)
    material = gathered(engine, route_of(engine, "ask"), place, "What is check_password to this?", chosen)
    assert [(one.path, one.rows[0]) for one in material.extracts] == [
        ("web/other.py", "def changed():"),
        ("web/login.py", "def check_password(user, password):"),
    ]


async def test_without_an_index_the_model_is_told_that_it_sees_nothing(tmp_path: Path) -> None:
    engine = engine_for("ask", Scripted([""]))
    route = route_of(engine, "ask")
    assert gathered(engine, route, Workspace(root=str(tmp_path)), "What is this?") == Material(())


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF1234WEBPVP8 ", "image/webp"),
    ],
)
def test_pictures_are_known_by_what_they_begin_with(data: bytes, mime: str) -> None:
    assert picture(data) == Image(mime, data)


@pytest.mark.parametrize("data", [b"", b"<svg>", b"RIFF1234WAVE", PNG + b"0" * 10_000_000])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="picture"):
        picture(data)


@pytest.mark.parametrize(("name", "takes"), [("gemini/gemini-3.8-flash", True), ("local/qwen2.5-coder-0.5b", False)])
async def test_pictures_go_only_to_models_that_take_them(tmp_path: Path, name: str, takes: bool) -> None:
    model = Scripted(["A traceback."], name)
    engine = engine_for("ask", model)
    stream = ask(engine, route_of(engine, "ask"), workspace(tmp_path), "What is this?", Material(()), [picture(PNG)])
    if not takes:
        with pytest.raises(Refused, match="takes no pictures"):
            await anext(stream)
        return
    assert [item.text async for item in stream if isinstance(item, Piece)]
    assert Image("image/png", PNG) in model.prompts[0].parts


async def test_an_empty_question_is_refused(tmp_path: Path) -> None:
    engine = engine_for("ask", Scripted([""]))
    with pytest.raises(Refused, match="no question"):
        await anext(ask(engine, route_of(engine, "ask"), workspace(tmp_path), " ", Material(())))
