"""``check_fix``: a broken document and a model's replies go in; the mended text comes out, or why there is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flashls.engine.anchors import applied
from flashls.engine.documents import Documents
from flashls.engine.engine import Engine, Route
from flashls.engine.fixing.fix import Fixed, fix
from flashls.models.profiles import profile
from flashls.models.scripted import Reply, Scripted
from flashls.models.structured import Structured
from flashls.settings import Fix, Settings
from flashls.types import Budget, Diagnostic, Snapshot, Text

MARK = "▮"
BUDGET = Budget(prefix=1500, suffix=500, extra=1000, suffix_rows=40, head_step=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A diagnostic of row ``row`` (0-based)."""

    row: int
    message: str
    source: str = ""
    code: str = ""

    def at(self, uri: str) -> Diagnostic:
        """The diagnostic as an editor tells it."""
        return Diagnostic(uri, self.row, self.row, "error", self.message, self.source, self.code)


@dataclass(slots=True)
class Outcome:
    """What came of a fix: the text after it, None where it was refused, and what the model was asked."""

    fixed: Fixed
    text: str | None
    model: Scripted = field(repr=False)

    def asked(self, n: int = -1) -> str:
        """All the text of a prompt."""
        return "\n".join(part.text for part in self.model.prompts[n].parts if isinstance(part, Text))


def edits(*pairs: tuple[str, str], explanation: str = "Mended.") -> str:
    """A model's reply with these edits, each old and new."""
    return json.dumps({"explanation": explanation, "edits": [{"old": old, "new": new} for old, new in pairs]})


def engine_for(model: Scripted, settings: Settings | None = None) -> Engine:
    """An engine whose model's replies are held to the schema, as in use."""
    route = Route(Structured(model, profile("openai/gpt-4o")), model.name, BUDGET)
    return Engine(settings or Settings(fix=Fix(tools=())), {"fix": route})


async def opened(text: str, language: str, uri: str) -> Snapshot:
    """A parsed document at version 7."""
    documents = Documents()
    documents.open(uri, language, 7, text)
    return await documents.parsed(uri)


async def check_fix(
    text: str,
    replies: str | Sequence[Reply | str],
    after: str | None,
    state: str = "unverified",
    how: str = "",
    found: Sequence[Found] = (),
    language: str = "python",
    settings: Settings | None = None,
    root: Path | None = None,
    name: str = "a",
) -> Outcome:
    """Mends ``found``, or what stands between two marks; the text must then be ``after``, None for no fix."""
    before, mark, rest = text.partition(MARK)
    inside, _, last = rest.partition(MARK)
    selection = (len(before), len(before) + len(inside)) if mark else None
    uri = (root / name).as_uri() if root else f"file:///w/{name}"
    snapshot = await opened(before + inside + last, language, uri)
    model = Scripted([replies] if isinstance(replies, str) else replies)
    diagnostics = [each.at(uri) for each in found]
    fixed = await fix(engine_for(model, settings), snapshot, str(root or "/w"), diagnostics, selection)
    mended = applied(snapshot.lines, fixed.changes) if fixed.changes else None
    assert (mended, fixed.state) == (after, state), fixed
    assert how in fixed.how, fixed.how
    assert fixed.version == 7
    assert (fixed.state == "refused") == (not fixed.changes)
    assert model.open == 0
    return Outcome(fixed, mended, model)
