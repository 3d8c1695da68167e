"""Generate: code by an instruction, or by the comment at the cursor. Nothing outside of the asked range is changed."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from flashls.engine.anchors import Replacement, applied
from flashls.engine.engine import Engine
from flashls.engine.generating.codeplace import Place, asked_place, laid_out, line_end_of
from flashls.engine.generating.seen import seen
from flashls.engine.task import Answer, answered, permit, room, route_of
from flashls.models.seam import Garbled
from flashls.prompt.generate import compose_generate, compose_generate_again
from flashls.prompt.seal import unseal
from flashls.syntax.errors import errors_in
from flashls.syntax.languages import language_of
from flashls.syntax.trees import parse_in_steps
from flashls.text.lines import lines_of
from flashls.text.uris import shown_path
from flashls.types import Cursor, Snapshot, Snippet, Workspace

_TRIES = 2
_FENCED = re.compile(r"\A\s*(`{3,}|~{3,})[^\n]*\n(.*?)\n?[ \t]*\1\s*\Z", re.DOTALL)
_NO_TEXT = re.compile("[\0-\x08\x0b\x0e-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# Languages of many dialects: what the grammar does not know may be right all the same.
_DIALECTS = ("sql", "regex", "markdown", "html", "xml")


@dataclass(frozen=True, slots=True)
class Generated:
    """``edits`` replace offsets of the document at ``version``; ``code`` is what they bring in.

    ``how`` says in our words what was checked; ``note`` is the model's, one plain line, "" for none.
    """

    version: int
    edits: tuple[Replacement, ...]
    code: str
    how: str
    note: str = ""


async def generate(
    engine: Engine,
    snapshot: Snapshot,
    start: int,
    end: int,
    instruction: str = "",
    root: str | None = None,
    workspace: Workspace | None = None,
) -> Generated:
    """Code by an instruction, in place of offsets ``start`` to ``end`` or at ``start`` if they are the same.

    Without an instruction the comment at ``start``, or the selected one, says what is wanted; the code then stands
    below it. A blank row is filled; in a row with code an insertion stays in that row, or above it if it comes before
    all of the code. Of the ``workspace``, one that ``visible`` gave, the model is shown what the instruction speaks of
    and what the code around uses. It is asked once more if the document would no longer parse.

    Raises ``ModelError``: ``NotFound`` without a model; ``Refused`` for a file that no model may see, and where nothing
    says what is wanted; ``Garbled`` for a reply that is no code for this place.
    """
    route = route_of(engine, "generate")
    permit(engine, snapshot, root)
    instruction, place = asked_place(snapshot, start, end, instruction)
    permit(engine, snapshot, root, place.start, place.end)
    shown = (place.start, place.end) if place.mark is None else (place.mark, place.mark)
    path, template, snippets = shown_path(snapshot.uri, root), engine.templates["generate"], tuple[Snippet, ...]()
    if workspace is not None:
        snippets = await asyncio.to_thread(seen, engine, route, workspace, Cursor(snapshot, shown[0]), instruction)
    draft = compose_generate(
        snapshot, path, *shown, instruction, room(engine, route), snippets, route.thinking, template
    )  # fmt: skip
    language, why = language_of(snapshot.language), ""
    checked = language is not None and snapshot.tree is not None and language.name not in _DIALECTS
    errors = await _errors(snapshot, applied(snapshot.lines, ())) if checked else 0
    answer = None
    for _ in range(_TRIES):
        answer = await answered(route, "generate", draft, before=answer)
        edit, why = _edit(snapshot, place, answer, instruction)
        if edit is not None:
            if not checked or await _errors(snapshot, applied(snapshot.lines, (edit,))) <= errors:
                how = "it parses" if checked else "not checked: flashls has no parser that knows all of this language"
                return Generated(snapshot.version, (edit,), _body(edit, place), how, _line(answer.json.get("note", "")))
            why = "with it the file does not parse"
        draft = compose_generate_again(draft, answer.text, f"This cannot be used: {why}.", template)
    raise Garbled(f"The model wrote nothing that can be used: {why}.")


def _edit(snapshot: Snapshot, place: Place, answer: Answer, instruction: str) -> tuple[Replacement | None, str]:
    """The replacement that a reply stands for; None, and why, if it is none.

    Of the secrets only those that stood in the replaced text or the instruction come back.
    """
    lines = snapshot.lines
    old = lines.after(place.start, place.end - place.start)
    code = _unfenced(str(answer.json["code"]).replace("\r\n", "\n").replace("\r", "\n"))
    if not code.strip():
        return None, "the code is empty"
    if _NO_TEXT.search(code):
        return None, "the code holds control characters"
    held = {name: secret for name, secret in answer.prompt.redactions.items() if re.search(rf"{name}(?!\d)", code)}
    if not all(secret in old or secret in instruction for secret in held.values()):
        return None, "it would copy a secret to another place"
    code = unseal(code, answer.prompt)
    text = laid_out(code, place, language_of(snapshot.language)) if place.rows else code.strip("\n")
    text = place.before + text.replace("\n", line_end_of(lines)) + place.after
    return (Replacement(place.start, place.end, text), "") if text != old else (None, "it changes nothing")


def _unfenced(text: str) -> str:
    found = _FENCED.match(text)
    return found[2] if found else text


def _body(edit: Replacement, place: Place) -> str:
    return edit.text.removeprefix(place.before).removesuffix(place.after)


async def _errors(snapshot: Snapshot, text: str) -> int:
    tree = await parse_in_steps(language_of(snapshot.language), lines_of(text))
    return errors_in(tree) if tree else 0


def _line(text: object) -> str:
    """A model's words as one plain line."""
    return re.sub(r"[\s\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+", " ", str(text)).strip()[:300]
