"""What taking out secrets adds to a request, while somebody types: without any secret near by, and with some."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import flashls.settings
from flashls.prompt.compose import compose_complete
from flashls.prompt.seal import seal
from flashls.text.lines import lines_of
from flashls.text.secrets import warm
from flashls.types import Context, Cursor, Draft, Form, Snapshot, Snippet
from tests.bench.harness import table

_KEYS = 300
_PREFIX, _SUFFIX, _SNIPPET = 4_800, 1_600, 700
_TOKEN = "gh" + "p_" + "q7Rk2Zt9Yw4Xv6Ub8Nc1Md3Le5Kf7Jg9Hh0S"


def main() -> None:
    """Prints the table: microseconds a request, and how often as long as reading the prompt once takes."""
    warm()
    rows = []
    forms: tuple[Form, ...] = ("chat", "fim", "both")
    for secrets in (0, 3):
        for form in forms:
            drafts = [_draft(n, secrets, form) for n in range(_KEYS)]
            seal(drafts[0])
            taken = [_seconds(draft) for draft in drafts[1:]]
            read = statistics.median(_reading(draft) for draft in drafts[1:])
            median, slow = statistics.median(taken), sorted(taken)[int(len(taken) * 0.95)]
            rows.append(
                [f"{form}, {secrets} secrets", f"{median * 1e6:.0f}", f"{slow * 1e6:.0f}", f"{median / read:.1f}"]
            )
    print(table("Sealing a prompt, µs", ["form", "median", "p95", "× reading it"], rows))


def _draft(n: int, secrets: int, form: Form) -> Draft:
    """The question after ``n`` keys, in the middle of a file of this project, with six snippets of it."""
    code = Path(flashls.settings.__file__).read_text("utf-8")
    code = code + code
    at = len(code) // 2
    leak = f'\nTOKEN = "{_TOKEN}"\n' if secrets else ""
    before = code[at - _PREFIX : at] + (leak if secrets > 1 else "") + f"\n    value_{'abcdefgh '[: n % 9]}{n}"
    texts = [code[k * _SNIPPET : (k + 1) * _SNIPPET] + (leak if k < secrets else "") for k in range(6)]
    snippets = tuple(Snippet(f"pkg/m{k}.py", text, "similar", 0.5, "is alike") for k, text in enumerate(texts))
    snapshot = Snapshot("file:///w/a.py", "python", n, lines_of(""))
    context = Context(Cursor(snapshot, 0), before, code[at : at + _SUFFIX], snippets)
    return compose_complete(context, "a.py", "block", 256, None, form)


def _seconds(draft: Draft) -> float:
    start = time.perf_counter()
    seal(draft)
    return time.perf_counter() - start


def _reading(draft: Draft) -> float:
    """The yardstick: a look at every line of the prompt."""
    start = time.perf_counter()
    sum(len(line) for text in _texts(draft) for line in text.split("\n"))
    return time.perf_counter() - start


def _texts(draft: Draft) -> list[str]:
    texts = [part.text for part in draft.parts if hasattr(part, "text")]
    if draft.fim:
        texts += [draft.fim.prefix, draft.fim.suffix, *(each.text for each in draft.fim.extra)]
    return texts


if __name__ == "__main__":
    main()
