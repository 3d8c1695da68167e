"""The account of what a completion would send."""

from __future__ import annotations

from flashls.engine.account import account
from flashls.engine.completion.complete import complete
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session
from flashls.models.scripted import Scripted
from flashls.models.seam import Unreachable
from flashls.settings import Complete, Settings
from flashls.types import Budget, Cursor, Form, Prompt, Text
from tests.engine.check import cursor_in

TOKEN = "gh" + "p_" + "q7Rk2Zt9Yw4Xv6Ub8Nc1Md3Le5Kf7Jg9Hh0S"
BODY = "def parse_header(header, encoding):\n    return header.decode(encoding)\n"
LIKE_IT = BODY + ("# decode the header by its encoding and return what parse_header gives" * 3 + "\n") * 30


def engine(form: Form = "chat", extra: int = 300) -> Engine:
    budget = Budget(prefix=300, suffix=100, extra=extra, suffix_rows=10, head_step=1)
    return Engine(Settings(), {"complete": Route(Scripted([""]), "scripted/x", budget, form=form)})


async def test_every_piece_is_told_with_its_tokens_and_what_was_left_out() -> None:
    asked, session = engine(), Session(root="/w")
    for name, text in {"b.py": f'{BODY}KEY = "{TOKEN}"\n', "c.py": LIKE_IT, ".env": "A=1\n"}.items():
        session.documents.open(f"file:///w/{name}", "python", 1, text)
    cursor = await cursor_in(session, f"{BODY}x = '{TOKEN}'\ny = ▮\n", uri="file:///w/a.py")
    found = await account(asked, asked.routes["complete"], session, cursor)
    assert [(each.what, each.path) for each in found.sent if each.what != "similar"] == [
        ("instructions", ""), ("window", "a.py"), ("window", "a.py"),
    ]  # fmt: skip
    assert "b.py" in [each.path for each in found.sent]
    assert ("open file", ".env", "no model may see it") in [(e.what, e.path, e.reason) for e in found.left_out]
    assert ("c.py", "no room left in the budget") in [(each.path, each.reason) for each in found.left_out]
    assert [(each.placeholder, each.paths) for each in found.redacted] == [("REDACTED_SECRET_1", ("b.py", "a.py"))]
    texts = "".join(part.text for part in found.prompt.parts if isinstance(part, Text))
    assert abs(sum(each.tokens for each in found.sent) - len(texts) / 3.2) <= len(found.sent)
    assert (found.tokens, found.counted) == (sum(each.tokens for each in found.sent), False)
    assert TOKEN not in str(found)
    session.close_all()


async def test_a_provider_counts_where_it_can() -> None:
    asked, session = engine("fim"), Session(root="/w")
    cursor = await cursor_in(session, "x = ▮\n")

    async def counts(prompt: Prompt) -> int:
        return 42

    async def fails(prompt: Prompt) -> int:
        raise Unreachable("no network")

    route = asked.routes["complete"]
    counted = await account(asked, route, session, cursor, counts)
    assert (counted.tokens, counted.counted) == (42, True)
    estimated = await account(asked, route, session, cursor, fails)
    assert (estimated.counted, [each.what for each in estimated.sent]) == (False, ["window", "window"])
    session.close_all()


async def test_a_secret_in_a_path_is_told_of_and_told_nowhere() -> None:
    asked, session = engine(), Session(root="/w")
    session.documents.open(f"file:///w/{TOKEN}/b.py", "python", 1, f"{BODY}header = 1\n")
    cursor = await cursor_in(session, f"{BODY}y = ▮\n", uri=f"file:///w/{TOKEN}/a.py")
    found = await account(asked, asked.routes["complete"], session, cursor)
    folder = "REDACTED_SECRET_1"
    assert [(each.placeholder, each.paths) for each in found.redacted] == [
        (folder, (f"{folder}/b.py", f"{folder}/a.py"))
    ]
    assert TOKEN not in str((found.sent, found.left_out, found.redacted))
    session.close_all()


async def test_what_a_model_keeps_is_told_as_the_next_request_would_send_it() -> None:
    """Not as if nothing had been shown before: what was shown stays, and what is new comes after it."""
    budget = Budget(prefix=300, suffix=100, extra=300, suffix_rows=10, head_step=32)
    model, session = Scripted(["1", "2"]), Session(root="/w")
    asked = Engine(Settings(complete=Complete(debounce_ms=0)), {"complete": Route(model, "scripted/x", budget)})
    bodies = {
        name: f"def {name}_header({name}_x, {name}_y):\n    return {name}_x + {name}_y\n" for name in ("one", "two")
    }
    for name, body in bodies.items():
        session.documents.open(f"file:///w/{name}.py", "python", 1, body)
    rows = "".join(f"one_header(one_x, one_y)  # {n}\n" for n in range(100))
    text = f"{rows}{rows.replace('one', 'two')}"
    first = await cursor_in(session, text.replace("# 50\n", "▮\n", 1), uri="file:///w/a.py")
    await complete(asked, session, first)
    later = Cursor(session.documents["file:///w/a.py"], first.snapshot.lines.length)
    told = await account(asked, asked.routes["complete"], session, later)
    await complete(asked, session, later)
    assert model.prompts[-1].parts == told.prompt.parts
    assert [each.path for each in told.sent if each.what == "similar"] == ["one.py", "two.py"]
    session.close_all()
