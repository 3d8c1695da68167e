"""Local: Qwen2.5-Coder on this machine, through llama.cpp's own server.

Everything goes to ``/completion`` as tokens. ``/infill`` puts a repository's header of its own before the prompt, after
which half of the replies end in prose (3 of 6 holes in Python, TypeScript and Go; none without it), and the chat
endpoint reads special tokens that the user's text spells.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from flashls.models import qwen
from flashls.models.answer import within
from flashls.models.dialects import ends
from flashls.models.faults import Asked, fault
from flashls.models.host import CHAT_SLOT, FIM_SLOT, Host, ensure
from flashls.models.llamacpp_wire import Chunk
from flashls.models.seam import Garbled, ModelError, NotFound, Refused, Stream, Unauthorized, Unreachable
from flashls.models.slots import Slots
from flashls.models.sse import Event, Items
from flashls.models.weights import WEIGHTS, Weights, find
from flashls.types import Call, End, Image, Piece, Prompt

_ENCODE = msgspec.json.Encoder().encode
_FIELDS = ("content", "stop", "stop_type", "tokens_evaluated", "tokens_predicted", "timings")
_ASKED = "The embedded model"


@dataclass(frozen=True, slots=True)
class Local:
    """The embedded model ``id``, a name in the table ``rows`` of weights.

    ``data`` is the folder for what must not be lost: the weights are in ``models`` there, the process's state in
    ``run``.
    """

    id: str
    data: Path
    slots: Slots = field(repr=False)
    rows: Mapping[str, Weights] = field(default_factory=lambda: WEIGHTS, repr=False)

    @property
    def name(self) -> str:
        """The model's name, ``local/<id>``."""
        return f"local/{self.id}"

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the reply's pieces, then one End; see ``Model.stream``.

        The process is started if it does not run, and once more if it dies before the first piece.
        """
        body = _ENCODE(request(prompt))
        for last in (False, True):
            begun = False
            try:
                async with aclosing(self._ask(body, call)) as stream:
                    async for item in stream:
                        begun = True
                        yield item
                return
            except (Unreachable, Unauthorized, Garbled):
                if begun or last:
                    raise

    async def warm(self) -> None:
        """Starts the process and loads the model ahead. Raises a ``ModelError``."""
        await self._host()

    async def reachable(self, call: Call) -> None:  # noqa: ARG002
        """Looks for the weights; nothing is started. Raises ``NotFound``."""
        if find(self.id, self.data / "models", self.rows) is None:
            raise _missing(self.id, self.rows)

    async def _host(self) -> Host:
        path = find(self.id, self.data / "models", self.rows)
        if path is None:
            raise _missing(self.id, self.rows)
        return await ensure(path, self.data / "run")

    async def _ask(self, body: bytes, call: Call) -> Stream:
        host = await within(self._host(), float("inf"), call, _ASKED)
        # One request a connection: llama.cpp now and then hangs up on the second one without an answer.
        headers = {"authorization": f"Bearer {host.secret}", "connection": "close"}
        url = f"http://127.0.0.1:{host.port}/completion"
        async with self.slots.post(url, headers, body, call) as answer:
            if answer.status != 200:
                raise self._fault(answer.status, answer.headers, await answer.read())
            async with aclosing(self._read(Items(answer))) as stream:
                async for item in stream:
                    yield item

    async def _read(self, items: Items) -> Stream:
        async for item in items:
            chunk = self._chunk(item)
            if chunk.content:
                yield Piece(chunk.content)
            if chunk.stop:
                yield End(chunk.reason(), chunk.usage(), self.name)
                return
        raise Garbled("The embedded model's reply broke off: try again")

    def _chunk(self, item: object) -> Chunk:
        data = getattr(item, "data", b"")
        try:
            chunk = msgspec.json.decode(data, type=Chunk) if isinstance(item, Event) else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            chunk = None
        if chunk is None or chunk.error is not None:
            raise self._fault(0, {}, data)
        return chunk

    def _fault(self, status: int, headers: Mapping[str, str], body: bytes) -> ModelError:
        return fault(Asked(_ASKED, self.id, "the process's state file"), status, headers, body)


def request(prompt: Prompt) -> dict[str, Any]:
    """The body for llama.cpp's ``/completion``. Raises ``Refused`` for a prompt with pictures.

    The same question gets the same answer; one of several samples is drawn with a seed of its own.
    """
    if any(isinstance(part, Image) for part in prompt.parts):
        raise Refused("The embedded model cannot see pictures: choose another model for this")
    body: dict[str, Any] = {
        "prompt": qwen.fill_in_the_middle(prompt.fim) if prompt.fim else qwen.chat(prompt.parts),
        "id_slot": FIM_SLOT if prompt.fim else CHAT_SLOT,
        "cache_prompt": True,
        "stream": True,
        # News after each batch of the prompt: a write that fails is how llama.cpp learns that the client hung up.
        "return_progress": True,
        "n_predict": prompt.max_tokens,
        "stop": ends(prompt.stop, prompt.fim) if prompt.fim else prompt.stop,
        "temperature": 0.7 if prompt.sample else 0.0,
        "seed": prompt.sample,
        "response_fields": _FIELDS,
    }
    if prompt.schema is not None:
        body["json_schema"] = prompt.schema
    return body


def _missing(name: str, rows: Mapping[str, Weights]) -> NotFound:
    if name not in rows:
        return NotFound(f"There is no embedded model {name}: there are {', '.join(rows)}")
    return NotFound(f"The weights of {name} are not on this machine: flashls models pull {name}")
