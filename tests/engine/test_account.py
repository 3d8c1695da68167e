"""The account of what a completion would send."""

from __future__ import annotations

from flashls.engine.account import account
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session
from flashls.models.scripted import Scripted
from flashls.models.seam import Unreachable
from flashls.settings import Settings
from flashls.types import Budget, Form, Prompt, Text
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
