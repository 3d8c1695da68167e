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
from flashls.models.faults import Asked, fault
from flashls.models.host import CHAT_SLOT, FIM_SLOT, Host, ensure
from flashls.models.seam import Garbled, ModelError, NotFound, Refused, Stream, Unauthorized, Unreachable
from flashls.models.slots import Slots
from flashls.models.sse import Event, Items
from flashls.models.weights import WEIGHTS, Weights, find
from flashls.types import Call, End, Image, Piece, Prompt, Usage

_ENCODE = msgspec.json.Encoder().encode
_FIELDS = ("content", "stop", "stop_type", "tokens_evaluated", "tokens_predicted", "timings")
_ASKED = "The embedded model"
_FENCE = "```"


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
                yield End("length" if chunk.stop_type == "limit" else "stop", chunk.usage(), self.name)
                return
        raise Garbled("The embedded model's reply broke off: try again")

    def _chunk(self, item: object) -> _Chunk:
        data = getattr(item, "data", b"")
        try:
            chunk = msgspec.json.decode(data, type=_Chunk) if isinstance(item, Event) else None
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
        "stop": _stops(prompt),
        "temperature": 0.7 if prompt.sample else 0.0,
        "seed": prompt.sample,
        "response_fields": _FIELDS,
    }
    if prompt.schema is not None:
        body["json_schema"] = prompt.schema
    return body


def _stops(prompt: Prompt) -> list[str]:
    """After the hole a model tuned for chat closes a fence that nobody opened, and explains itself at length."""
    fim = prompt.fim
    if fim is None or _FENCE in fim.prefix or _FENCE in fim.suffix:
        return list(prompt.stop)
    return [*prompt.stop, f"\n{_FENCE}"]


class _Timings(msgspec.Struct, frozen=True):
    cache_n: int = 0
    prompt_n: int = 0
    predicted_n: int = 0


class _Chunk(msgspec.Struct, frozen=True):
    """One event: some text, news of the prompt's reading, or the end with its counts."""

    content: str = ""
    stop: bool = False
    stop_type: str = ""
    timings: _Timings | None = None
    error: msgspec.Raw | None = None

    def usage(self) -> Usage:
        """What llama.cpp counted; estimated as nothing if it did not say."""
        if self.timings is None:
            return Usage(estimated=True)
        counted = self.timings
        return Usage(input=counted.cache_n + counted.prompt_n, cached=counted.cache_n, output=counted.predicted_n)


def _missing(name: str, rows: Mapping[str, Weights]) -> NotFound:
    if name not in rows:
        return NotFound(f"There is no embedded model {name}: there are {', '.join(rows)}")
    return NotFound(f"The weights of {name} are not on this machine: flashls models pull {name}")
