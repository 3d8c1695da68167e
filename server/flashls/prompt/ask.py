"""The question about a workspace: first its code, which many questions share, then what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flashls.prompt.compose import unmarked
from flashls.prompt.enclose import Tags, tags_for
from flashls.prompt.templates import Template, shipped
from flashls.types import Draft, Image, Text, Thinking


@dataclass(frozen=True, slots=True)
class Extract:
    """Rows of a file from ``row`` on (0-based), without secrets; ``why`` they are shown, if that is worth a word."""

    path: str
    row: int
    rows: tuple[str, ...]
    why: str = ""

    @property
    def length(self) -> int:
        """About how many characters it takes to show it."""
        return sum(map(len, self.rows)) + 7 * len(self.rows) + len(self.path) + 40


def compose_ask(
    question: str,
    extracts: Sequence[Extract],
    images: Sequence[Image] = (),
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """A question about code. All but the question, and the pictures that go with it, is ``stable``.

    ``template`` is the one named "ask".
    """
    told = template or shipped("ask")
    tags = tags_for((question, *(row for extract in extracts for row in extract.rows)))
    *lead, last = told.parts(question=tags.around("question", unmarked(question)))
    code = Text("user", "\n\n".join(_shown(extracts, tags)) or "There is no code to show.", stable=True)
    return Draft(parts=(*lead, code, *images, last), max_tokens=3000, thinking=thinking)


def shown_extracts(extracts: Sequence[Extract]) -> str:
    """Rows of files as models are shown them: each file's between tags, each row with its number."""
    return "\n\n".join(_shown(extracts, tags_for(row for extract in extracts for row in extract.rows)))


def _shown(extracts: Iterable[Extract], tags: Tags) -> Iterator[str]:
    for one in extracts:
        rows = (f"{one.row + n}| {unmarked(row)}" for n, row in enumerate(one.rows, 1))
        yield tags.around("file", "\n".join(rows), path=one.path, why=one.why)
