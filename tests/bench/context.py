"""context: what each source of definitions and code is worth, in the shop of ``tests/context/workspace.py``.

All are on in the first row; in each of the others one is off. A source whose row equals the first pays for nothing
here; what it is worth in real projects has to be measured there, by the same switch.
"""

from __future__ import annotations

from statistics import mean

from flashls.context.retrieve import CODE
from flashls.context.score import SOURCES
from tests.bench.harness import table
from tests.context.workspace import measured

_CHARACTERS = 300


def main() -> None:
    """Prints the table."""
    rows = []
    for source in ("", *SOURCES, *CODE):
        shown = [each for _, each in measured(_CHARACTERS, frozenset({source}))]
        figures = (mean(one.recall for one in shown), mean(one.file for one in shown), mean(one.row for one in shown))
        rows.append([source or "nothing", *(f"{figure:.3f}" for figure in figures)])
    header = ["without", "identifier recall", "defining file", "definition row"]
    print(table(f"What is shown in {_CHARACTERS} characters", header, rows))
