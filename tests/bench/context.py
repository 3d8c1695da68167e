"""context: what each source of definitions and code is worth, and what a request costs, in the shop of the tests.

All sources are on in the first row; in each of the others one is off. A source whose row equals the first pays for
nothing here; what it is worth in real projects has to be measured there, by the same switch.

The sources of what was done, said or installed have no part in those places, nor have documents used lately, bodies
and lines of documentation. They have a table of their own: places at which what comes next is told by one thing that
happened or stands there, and how many are told it with and without each.

The cost is CPU time, by the index as it lies on disk: of the first request at each place, whose document is a new one;
of a later one there, with another budget; and, for comparison, of extracting what the place's document defines.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import mean, median

from flashls.context.gather import extras
from flashls.context.retrieve import CODE
from flashls.context.score import SOURCES
from flashls.index.database import Database
from flashls.index.extract import extract
from flashls.index.upkeep import Source, Upkeep
from flashls.index.writer import Writer
from flashls.syntax.languages import language_of
from flashls.types import Workspace
from tests.bench.harness import table
from tests.context.doings import TELLING, doings, told
from tests.context.workspace import budget_of, measured, places, shop

_CHARACTERS = 300


def main() -> None:
    """Prints the tables."""
    rows = []
    for source in ("", *SOURCES, *CODE):
        shown = [each for _, each in measured(_CHARACTERS, frozenset({source}))]
        figures = (mean(one.recall for one in shown), mean(one.file for one in shown), mean(one.row for one in shown))
        rows.append([source or "nothing", *(f"{figure:.3f}" for figure in figures)])
    header = ["without", "identifier recall", "defining file", "definition row"]
    print(table(f"What is shown in {_CHARACTERS} characters", header, rows))
    print(table("What was done, said or installed: places that are told of it", ["source", "with", "without"], _told()))
    print(table("CPU of a request, ms", ["", "median", "slowest"], _costs()))


def _told() -> list[list[str]]:
    """For each source, how many of its places are told with it, and without it."""
    with tempfile.TemporaryDirectory() as folder:
        every = list(doings(Path(folder)))
        rows = []
        for source in TELLING:
            own = [doing for doing in every if doing.source == source]
            with_, without = (sum(told(doing, off) for doing in own) for off in (frozenset[str](), frozenset({source})))
            rows.append([source, f"{with_} of {len(own)}", f"{without} of {len(own)}"])
    return rows


def _costs() -> list[list[str]]:
    """The CPU time of a first and a later request, each a median over the places, and of reading a document."""
    with tempfile.TemporaryDirectory() as folder:
        root, db = Path(folder) / "shop", Path(folder) / "index.db"
        for path, text in shop()[0].items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
        writer = Writer(db)
        Upkeep(writer, Source(root), lambda _done, _of: None, lambda: False).scan()
        writer.close()
        index = Database(db)
        workspace = Workspace(root=str(root), index=index)
        costs: dict[str, list[float]] = {"first at a place": [], "again": [], "reading the document": []}
        for case, cursor in places(root.as_uri()):
            language, data = language_of(cursor.snapshot.language), (case.before + case.after).encode()
            costs["first at a place"].append(_cpu_ms(partial(extras, cursor, workspace, budget_of(_CHARACTERS))))
            costs["again"].append(_cpu_ms(partial(extras, cursor, workspace, budget_of(2 * _CHARACTERS))))
            if language:
                costs["reading the document"].append(_cpu_ms(partial(extract, case.path, language, data)))
        index.close()
    return [[name, f"{median(each):.2f}", f"{max(each):.2f}"] for name, each in costs.items()]


def _cpu_ms(fn: Callable[[], object]) -> float:
    start = time.process_time_ns()
    fn()
    return (time.process_time_ns() - start) / 1e6
