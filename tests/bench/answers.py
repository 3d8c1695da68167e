"""What context does for the answers of the small model: single lines of real code, with none, with BM25's, with ours.

``FLASHLS_CASES`` names a file of cases, a JSON object a line: ``path``, ``line`` and ``character`` (0-based, UTF-16) of
the cursor, ``set`` and ``repo``, and the ``start_byte`` and ``end_byte`` of the text that was cut out there.
``FLASHLS_CASES_CUT`` is the folder with the workspaces as they are asked about, ``SET/REPO``, and
``FLASHLS_CASES_WHOLE`` the one with the texts, ``REPO``; ``FLASHLS_CASES_MOST`` how many cases to ask.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

from flashls.context.gather import extras, gather
from flashls.engine.indexing import Indexing
from flashls.models.local import Local
from flashls.models.slots import Slots
from flashls.prompt.compose import compose_complete
from flashls.prompt.seal import seal
from flashls.sources import data_path
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Budget, Call, Cursor, Piece, Snapshot, Snippet, Workspace
from tests.bench.harness import table

_BUDGET = Budget(prefix=350, suffix=60, extra=256, suffix_rows=5, head_step=1, chars_per_token=3.2)
_MODEL = "qwen2.5-coder-0.5b"
_WORD = re.compile(r"[A-Za-z_]\w+")
_ROWS, _CHUNK = 10, 10  # rows before the cursor that BM25 is asked with, and rows of a chunk, as CrossCodeEval has it


@dataclass(frozen=True, slots=True)
class Case:
    """A cursor in a workspace, and the rest of its row as its author wrote it."""

    root: Path
    path: str
    line: int
    character: int
    truth: str


def main() -> None:
    """Prints the table; about 25 s a case on one core."""
    cases = _cases()
    if not cases:
        print("answers: set FLASHLS_CASES, FLASHLS_CASES_CUT and FLASHLS_CASES_WHOLE; see tests/bench/answers.py")
        return
    scores = asyncio.run(_scores(cases))
    rows = [
        (name, str(len(of)), f"{mean(exact for exact, _ in of):.2f}", f"{mean(alike for _, alike in of):.3f}")
        for name, of in scores.items()
    ]
    print(table(f"Single lines by {_MODEL}", ("context", "cases", "exact match", "edit similarity"), rows))


def _cases() -> list[Case]:
    named = [os.environ.get(f"FLASHLS_CASES{part}") for part in ("", "_CUT", "_WHOLE")]
    if not all(named):
        return []
    file, cut, whole = (Path(name or "") for name in named)
    written = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    found = [case for each in written if (case := _case(each, cut, whole))]
    random.Random(7).shuffle(found)
    return found[: int(os.environ.get("FLASHLS_CASES_MOST", "100"))]


def _case(written: Mapping[str, Any], cut: Path, whole: Path) -> Case | None:
    """The case, if the cut is within one row and ends it."""
    repository = written["repo"].replace("/", "__")
    data = (whole / repository / written["path"]).read_bytes()
    text = data[written["start_byte"] : written["end_byte"]].decode()
    if "\n" in text.strip() or not text.strip():
        return None
    root = cut / written["set"] / repository
    return Case(root, written["path"], written["line"], written["character"], text.strip())


async def _scores(cases: list[Case]) -> dict[str, list[tuple[bool, float]]]:
    """Exact match and edit similarity of each case with each context."""
    slots, scores = Slots(), dict[str, list[tuple[bool, float]]]()
    model = Local(_MODEL, data_path(os.environ), slots)
    with TemporaryDirectory() as folder:
        for root in sorted({case.root for case in cases}):
            indexing = Indexing(root, Path(folder))
            indexing.start()
            await indexing.ready(600)
            for case in (case for case in cases if case.root == root):
                for name, snippets in _CONTEXTS.items():
                    said = await _answer(model, case, snippets, indexing.index)
                    alike = difflib.SequenceMatcher(None, said, case.truth, autojunk=False).ratio()
                    scores.setdefault(name, []).append((said == case.truth, alike))
            await indexing.stop()
    await slots.aclose()
    return scores


Snippets = Callable[[Cursor, Case, Any], tuple[Snippet, ...]]


async def _answer(model: Local, case: Case, snippets: Snippets, index: Any) -> str:
    """The first row of the model's answer, with no more after it than the case has."""
    cursor = _cursor(case)
    context = gather(cursor, _BUDGET, snippets(cursor, case, index), str(case.root))
    prompt = seal(compose_complete(context, case.path, "row", 48, form="fim"))
    text = ""
    async with aclosing(
        model.stream(prompt, Call("bench", "complete", enough=lambda t: "\n" in t.strip("\n")))
    ) as items:
        async for item in items:
            text += item.text if isinstance(item, Piece) else ""
            if "\n" in text.strip("\n"):
                break
    return text.strip("\n").partition("\n")[0].strip()


def _cursor(case: Case) -> Cursor:
    path = case.root / case.path
    language, text = language_id_of(path), path.read_bytes().decode("utf-8", "replace")
    lines = lines_of(text)
    snapshot = Snapshot(path.as_uri(), language, 0, lines, parsed(language_of(language), text), 0)
    return Cursor(snapshot, lines.offset(case.line, lines.column(case.line, case.character, "utf-16")))


def _ours(cursor: Cursor, case: Case, index: Any) -> tuple[Snippet, ...]:
    return extras(cursor, Workspace(root=str(case.root), index=index), _BUDGET)


def _bm25(cursor: Cursor, case: Case, index: Any) -> tuple[Snippet, ...]:
    """The chunks that share most with the rows before the cursor, cut to the size that the measure is known with."""
    row, _ = cursor.snapshot.lines.point(cursor.offset)
    before = "".join(cursor.snapshot.lines[r] for r in range(max(0, row - _ROWS), row + 1))
    words = {word: float(n) for word, n in Counter(_WORD.findall(before)).items()}
    found = index.search(words, 12, without=(case.path,))
    return tuple(
        Snippet(match.path, text, "similar", match.score, "BM25")
        for match in found
        if (text := _rows(case.root / match.path, match.row, min(match.end_row, match.row + _CHUNK - 1)))
    )


def _rows(path: Path, first: int, last: int) -> str:
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    return "\n".join(lines[first : last + 1])


_CONTEXTS: Mapping[str, Snippets] = {"none": lambda *_: (), "BM25": _bm25, "ours": _ours}
