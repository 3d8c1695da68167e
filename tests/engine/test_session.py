"""What lives longer than a request: suggestions typed into, streams joined, requests superseded."""

from __future__ import annotations

import asyncio

from flashls.engine.completion.complete import complete
from flashls.engine.completion.fates import Row
from flashls.engine.session import Session
from flashls.models.scripted import Reply, Scripted
from flashls.settings import Complete, Paths, Settings
from flashls.store.suggestions import Suggestion
from flashls.text.edits import Change
from flashls.types import Cursor, Ghost, Silence
from tests.engine.check import cursor_in, engine_for, settled


def typed(session: Session, cursor: Cursor, text: str) -> Cursor:
    """The cursor after ``text`` was typed at it."""
    at = cursor.snapshot.lines.point(cursor.offset)
    snapshot = session.documents.change(cursor.snapshot.uri, cursor.snapshot.version + 1, [Change(at, at, text)])
    return Cursor(snapshot, cursor.offset + len(text))


def deleted(session: Session, cursor: Cursor, n: int) -> Cursor:
    """The cursor after ``n`` characters before it were deleted."""
    lines = cursor.snapshot.lines
    change = Change(lines.point(cursor.offset - n), lines.point(cursor.offset), "")
    return Cursor(
        session.documents.change(cursor.snapshot.uri, cursor.snapshot.version + 1, [change]), cursor.offset - n
    )


def text_of(outcome: Ghost | Silence) -> str:
    return outcome.text if isinstance(outcome, Ghost) else f"({outcome.reason})"


async def said(session: Session, text: str) -> None:
    """Waits until the model has said so much."""
    async with asyncio.timeout(30):
        while (flight := session.track("file:///w/a").flight) is None or flight.text != text:
            await asyncio.sleep(0.001)


async def test_typing_into_a_suggestion_and_back_asks_nobody() -> None:
    model, session = Scripted(["3.14 * r"]), Session()
    engine = engine_for(model)
    cursor = await cursor_in(session, "def area(r):\n    return ▮\n")
    shown = [text_of(await complete(engine, session, cursor))]
    for text in ("3", ".1"):
        cursor = typed(session, cursor, text)
        shown.append(text_of(await complete(engine, session, cursor)))
    cursor = deleted(session, cursor, 2)
    shown.append(text_of(await complete(engine, session, cursor)))
    assert shown == ["3.14 * r", ".14 * r", "4 * r", ".14 * r"]
    assert len(model.prompts) == 1
    session.close_all()


async def test_typing_something_else_asks_again() -> None:
    model, session = Scripted(["3.14 * r", "(r)"]), Session()
    engine = engine_for(model)
    cursor = await cursor_in(session, "def area(r):\n    return ▮\n")
    await complete(engine, session, cursor)
    assert text_of(await complete(engine, session, typed(session, cursor, "abs"))) == "(r)"
    assert len(model.prompts) == 2
    session.close_all()


async def test_a_request_joins_the_stream_that_agrees_with_what_was_typed() -> None:
    model, session = Scripted([Reply("3.14 * r", piece_size=2, delay=0.05)]), Session()
    engine = engine_for(model)
    cursor = await cursor_in(session, "def area(r):\n    return ▮\n")
    first = asyncio.create_task(complete(engine, session, cursor))
    await said(session, "3.")
    second = asyncio.create_task(complete(engine, session, typed(session, cursor, "3.")))
    assert text_of(await first) == "(superseded)"
    assert text_of(await second) == "14 * r"
    assert len(model.prompts) == 1
    session.close_all()


async def test_a_stream_that_cannot_be_used_any_more_is_closed() -> None:
    model, session = Scripted([Reply("3.14", piece_size=1, stall=True), "abs(r)"]), Session()
    engine = engine_for(model)
    cursor = await cursor_in(session, "def area(r):\n    return ▮\n")
    first = asyncio.create_task(complete(engine, session, cursor))
    await said(session, "3.14")
    assert text_of(await complete(engine, session, typed(session, cursor, "x + "))) == "abs(r)"
    assert text_of(await first) == "(superseded)"
    await settled()
    assert (model.open, model.closed) == (0, 1)
    session.close_all()


async def test_requests_within_the_pause_are_answered_at_once_and_only_the_last_asks() -> None:
    model, session = Scripted(["1"]), Session()
    engine = engine_for(model, Settings(complete=Complete(debounce_ms=30)))
    cursor = await cursor_in(session, "f(▮, y)\n")
    requests = []
    for key in "abcd":
        cursor = typed(session, cursor, key)
        requests.append(asyncio.create_task(complete(engine, session, cursor)))
        await asyncio.sleep(0.001)
    assert [r.done() for r in requests] == [True, True, True, False]
    assert [text_of(await r) for r in requests] == ["(superseded)"] * 3 + ["1"]
    assert len(model.prompts) == 1
    session.close_all()


async def test_an_edit_answers_a_request_at_once_and_leaves_its_stream_to_the_next_one() -> None:
    model, session = Scripted([Reply("3.14 * r", piece_size=2, delay=0.05)]), Session()
    engine = engine_for(model)
    cursor = await cursor_in(session, "def area(r):\n    return ▮\n")
    first = asyncio.create_task(complete(engine, session, cursor))
    await said(session, "3.")
    cursor = typed(session, cursor, "3")
    session.edited(cursor.snapshot.uri)
    assert text_of(await first) == "(superseded)"
    assert session.track(cursor.snapshot.uri).shown is None
    assert text_of(await complete(engine, session, cursor)) == ".14 * r"
    assert len(model.prompts) == 1
    session.close_all()


async def test_an_edit_within_the_pause_saves_the_question() -> None:
    model, session = Scripted(["1"]), Session()
    engine = engine_for(model, Settings(complete=Complete(debounce_ms=60_000)))
    request = asyncio.create_task(complete(engine, session, await cursor_in(session, "f(▮, y)\n")))
    await asyncio.sleep(0.001)
    session.edited("file:///w/a")
    assert text_of(await request) == "(superseded)"
    assert model.prompts == []
    session.close_all()


async def test_a_suggestion_that_is_withheld_was_seen_by_nobody() -> None:
    rows, now = list[Row](), [0.0]
    session = Session(record=rows.append)
    session.fates.timer = lambda: now[0]
    await complete(engine_for(Scripted(["1"])), session, await cursor_in(session, "x = ▮\n"))
    session.withheld("file:///w/a", "another entry is selected")
    assert [event.outcome for event in session.events] == ["ghost", "position"]
    now[0] = 10.0
    session.close_all()
    assert [row.fate for row in rows if isinstance(row, Suggestion)] == ["unseen"]


async def test_cancelling_a_request_leaves_its_stream_to_the_next_one() -> None:
    model, session = Scripted([Reply("3.14 * r", piece_size=2, delay=0.05)]), Session()
    engine = engine_for(model)
    cursor = await cursor_in(session, "def area(r):\n    return ▮\n")
    first = asyncio.create_task(complete(engine, session, cursor))
    await said(session, "3.")
    first.cancel()
    assert text_of(await complete(engine, session, cursor)) == "3.14 * r"
    assert len(model.prompts) == 1
    session.close_all()


async def test_a_slow_model_is_given_up_after_its_time() -> None:
    model, session = Scripted([Reply(stall=True)]), Session()
    engine = engine_for(model, Settings(complete=Complete(debounce_ms=0, timeout_s=0.05)))
    outcome = await complete(engine, session, await cursor_in(session, "x = ▮\n"))
    assert text_of(outcome) == "(timeout)"
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert model.open == 0
    session.close_all()


async def test_closing_a_document_ends_its_request_and_its_stream() -> None:
    model, session = Scripted([Reply(stall=True)]), Session()
    engine = engine_for(model)
    request = asyncio.create_task(complete(engine, session, await cursor_in(session, "x = ▮\n")))
    await said(session, "")
    session.close("file:///w/a")
    assert text_of(await request) == "(superseded)"
    await asyncio.sleep(0.01)
    assert model.open == 0


async def test_similar_code_of_other_documents_is_shown_but_never_a_hidden_file() -> None:
    model, session = Scripted(["1"]), Session(root="/w")
    engine = engine_for(model)
    body = "def parse_header(header, encoding):\n    return header.decode(encoding)\n"
    session.documents.open("file:///w/b.py", "python", 1, body)
    session.documents.open("file:///w/.env", "shellscript", 1, f"{body}PASSWORD=hunter2\n")
    cursor = await cursor_in(session, "def parse_body(header, encoding):\n    x = ▮\n")
    await complete(engine, session, cursor)
    shown = str(model.prompts[0].parts)
    assert "header.decode" in shown
    assert "hunter2" not in shown
    session.close_all()


async def test_every_request_says_what_became_of_it() -> None:
    model, session = Scripted(["1", ""]), Session()
    engine = engine_for(model)
    cursor = await cursor_in(session, "x = ▮\n")
    await complete(engine, session, cursor)
    await complete(engine, session, typed(session, cursor, "y"))
    assert [(e.what, e.outcome) for e in session.events] == [("complete", "ghost"), ("complete", "empty reply")]
    session.close_all()


async def test_what_settings_have_hidden_meanwhile_is_shown_no_more() -> None:
    model, session = Scripted(["1"]), Session(root="/w")
    body = "def parse_header(header, encoding):\n    return header.decode(encoding)\n"
    session.documents.open("file:///w/b.py", "python", 1, body)
    cursor = await cursor_in(session, "def parse_body(header, encoding):\n    x = ▮\n")
    await complete(engine_for(model), session, cursor)
    hiding = Settings(complete=Complete(debounce_ms=0), paths=Paths(off=("b.py",)))
    await complete(engine_for(model, hiding), session, typed(session, cursor, "("))
    assert "header.decode" not in str(model.prompts[-1].parts)
    session.close_all()


async def test_starting_over_gives_up_streams_and_suggestions() -> None:
    model, session = Scripted(["3.14 * r", Reply(stall=True)]), Session()
    engine = engine_for(model)
    cursor = await cursor_in(session, "def area(r):\n    return ▮\n")
    await complete(engine, session, cursor)
    session.start_over()
    request = asyncio.create_task(complete(engine, session, cursor))
    await said(session, "")
    await settled()
    assert (len(model.prompts), model.open) == (2, 1)
    session.start_over()
    assert text_of(await request) == "(superseded)"
    await settled()
    assert model.open == 0
    session.close_all()


def test_a_view_tells_which_documents_were_asked_about_last() -> None:
    session = Session()
    for name in "ab":
        session.documents.open(name, "plaintext", 1, "text\n")
    assert session.view().lately == ("b", "a")
    session.diagnosed("a", 0, 0, ())  # with a request for code actions
    assert session.view().lately == ("a", "b")
    session.close("a")
    assert session.view().lately == ("a", "b")
    session.close_all()
