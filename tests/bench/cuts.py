"""Random cuts of real files with right, wrong and hostile replies: what is wrong with what is shown, and what it costs.

10,000 cuts, or as many as ``$CUTS`` says.
"""

from __future__ import annotations

import os
import random
import sysconfig
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from statistics import median

from flashls.syntax.languages import language_id_of, language_of
from tests.bench.harness import table
from tests.engine.completion.cuts import Case, cases, faults, shape_in

_SUFFIXES = ("py", "js", "ts", "tsx", "go", "rs", "java", "c", "h", "cpp", "cs", "rb", "php", "sh", "lua")
_A_FILE = 20
_FILES_A_SUFFIX = 60
_LONGEST = 12_000
_SHOWN = 12


def main() -> None:
    """Prints how many cuts had which fault, some of these, and how long an outcome takes."""
    wanted = int(os.environ.get("CUTS", "10000"))
    chance, checked, wrong, times = random.Random(wanted), Counter[str](), Counter[str](), list[float]()
    examples: list[tuple[Case, str]] = []
    files = _files(chance)
    while checked.total() < wanted:
        path = chance.choice(files)
        text = path.read_text("utf-8", "replace")[:_LONGEST]
        for case in islice(cases(path.name, text, chance) if text.strip() else (), _A_FILE):
            found = faults(case)
            checked[language_id_of(path)] += 1
            wrong[language_id_of(path)] += bool(found)
            examples += [(case, fault) for fault in found[:1]]
            times.append(_outcome_ms(case))
    rows = [[name, f"{n:,}", str(wrong[name])] for name, n in checked.most_common()]
    print(
        table(
            "Cuts with a fault",
            ["language", "cuts", "with a fault"],
            [*rows, ["all", f"{checked.total():,}", str(wrong.total())]],
        )
    )
    times.sort()
    spread = [f"{at:.2f}" for at in (median(times), times[len(times) * 99 // 100], times[-1])]
    print(table("Shaping a whole reply, ms", ["", "median", "99 %", "most"], [["outcome", *spread]]))
    for case, fault in examples[:_SHOWN]:
        print(f"{case.name}: {case.before[-80:]!r} ▮ {case.after[:60]!r}")
        print(f"  said {case.reply!r} ({case.reason})\n  {fault}\n")


def _files(chance: random.Random) -> list[Path]:
    """Files of the repository, the standard library and the installed packages, about as many of each language."""
    roots = [Path(__file__).parents[2], Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("purelib"))]
    found: list[Path] = []
    for suffix in _SUFFIXES:
        some = sorted({path for root in roots for path in islice(root.rglob(f"*.{suffix}"), 400)})
        found += chance.sample(some, min(len(some), _FILES_A_SUFFIX))
    return found


def _outcome_ms(case: Case) -> float:
    shape = shape_in(case, language_of(language_id_of(case.name)))
    start = time.thread_time()
    shape.outcome(case.reply, case.reason)
    return (time.thread_time() - start) * 1000
