"""Posted: a Model that answers with the replies a batch has brought, and notes what it has no reply to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flashls.models.gemini_batch import Told
from flashls.models.seam import ModelError, Stream
from flashls.types import Call, End, Piece, Prompt


class Pending(ModelError):
    """The reply is not there yet: the question is to be sent with the next batch."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The model known as ``name`` (``provider/model``), as far as ``replies`` go, by the prompts' digests.

    ``wanted`` are the prompts asked without a reply. Whatever asks again when those are there is answered.
    """

    name: str
    replies: Mapping[str, Told | ModelError]
    wanted: dict[str, Prompt] = field(default_factory=dict)

    async def stream(self, prompt: Prompt, call: Call) -> Stream:  # noqa: ARG002
        """Yields the reply in one piece, then its End; see ``Model.stream``. Raises ``Pending``."""
        key = prompt.digest
        found = self.replies.get(key)
        if found is None:
            self.wanted[key] = prompt
            raise Pending("The reply has not come yet")
        if isinstance(found, ModelError):
            raise found
        if found.text:
            yield Piece(found.text)
        yield End(found.reason, found.usage, self.name)
