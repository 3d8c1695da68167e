"""Gemini's batches: many questions sent at once, answered within a day, at half the price.

The reference is https://ai.google.dev/api/batch-api, the guide https://ai.google.dev/gemini-api/docs/batch-api: a batch
is given up after 48 hours, and its questions may weigh 20 MB in all.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

import msgspec

from flashls.models.faults import fault
from flashls.models.gemini_wire import Chunk, request
from flashls.models.google import Access, Google
from flashls.models.profiles import profile
from flashls.models.seam import Garbled, ModelError, NotFound, Overloaded
from flashls.types import Call, EndReason, Prompt, Task, Usage

T = TypeVar("T")
State = Literal["waiting", "running", "done", "failed", "cancelled", "expired"]

_STATES: dict[str, State] = {
    "PENDING": "waiting", "RUNNING": "running", "SUCCEEDED": "done", "FAILED": "failed", "CANCELLED": "cancelled",
    "EXPIRED": "expired",
}  # fmt: skip
_MOST_BYTES = 15_000_000  # of the 20 MB that the API takes
_MOST_QUESTIONS = 250  # so that the replies, which come in one answer, stay below what is read of one
_ANSWERS = 4  # times as much is read as of any other answer, 64 MiB: the replies may stand twice in it
_PAGE, _MOST_PAGES = 50, 20
# What a google.rpc.Code is as an HTTP status (google/rpc/code.proto). A cancelled question may be asked again.
_STATUS = {1: 503, 2: 500, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 503, 11: 400, 12: 400, 13: 500,
           14: 503, 15: 500, 16: 401}  # fmt: skip
_JSON = msgspec.json.Encoder()


class Gone(NotFound):
    """There is no such batch under this key, or not any more."""


class TooLong(Garbled):
    """The replies of a batch are more than is read of one answer: asking for them again will not help."""


@dataclass(frozen=True, slots=True)
class Told:
    """A whole reply to one question of a batch."""

    text: str
    reason: EndReason
    usage: Usage


@dataclass(frozen=True, slots=True)
class Standing:
    """How a batch stands: ``answered`` of ``total`` questions so far.

    ``replies`` by the questions' keys, when it is over: a ModelError for those that failed. ``wrong``: what is wrong
    with all of it.
    """

    state: State
    answered: int = 0
    total: int = 0
    replies: Mapping[str, Told | ModelError] = field(default_factory=dict)
    wrong: ModelError | None = None

    @property
    def over(self) -> bool:
        """Whether no more is to come."""
        return self.state not in ("waiting", "running")


def parcels(prompts: Mapping[str, Prompt], task: Task, model: Google) -> Iterator[dict[str, Prompt]]:
    """The questions in as many batches as it takes. Raises ``Refused`` for one that the API does not take."""
    parcel, weight = dict[str, Prompt](), 0
    for key, prompt in prompts.items():
        size = len(_JSON.encode(request(prompt, task, profile(model.name))))
        if parcel and (weight + size > _MOST_BYTES or len(parcel) == _MOST_QUESTIONS):
            yield parcel
            parcel, weight = {}, 0
        parcel[key] = prompt
        weight += size
    if parcel:
        yield parcel


async def send(model: Google, prompts: Mapping[str, Prompt], title: str, call: Call) -> str:
    """Sends the questions, each under its key, as one batch with this title; the batch's name.

    Raises a ``ModelError``. After ``Unreachable``, ``Stalled`` and ``Garbled`` nobody knows whether it was taken:
    ``find`` tells.
    """
    access, row = await model.access(call), profile(model.name)
    asked = [
        {"request": {"model": access.model} | request(prompt, call.task, row), "metadata": {"key": key}}
        for key, prompt in prompts.items()
    ]
    body = {"batch": {"displayName": title, "inputConfig": {"requests": {"requests": asked}}}}
    said = await _said(model, access, "POST", f"{access.model}:batchGenerateContent", _JSON.encode(body), call)
    return _read(said, _Operation, model).name


async def find(model: Google, title: str, call: Call) -> str | None:
    """The name of the batch with this title, None if there is none. Raises a ``ModelError``."""
    access, page = await model.access(call), ""
    for _ in range(_MOST_PAGES):
        query = {"pageSize": str(_PAGE)} | ({"pageToken": page} if page else {})
        said = await _said(model, access, "GET", f"batches?{urllib.parse.urlencode(query)}", b"", call)
        listed = _read(said, _Listed, model)
        for operation in listed.operations or ():
            if operation.metadata is not None and operation.metadata.display_name == title:
                return operation.name
        page = listed.next_page_token or ""
        if not page:
            return None
    return None


async def standing(model: Google, name: str, call: Call) -> Standing:
    """How the batch ``name`` stands now.

    Raises ``Gone``, ``TooLong`` and other ``ModelError``: one of its questions' failures is none of them.
    """
    access = await model.access(call)
    operation = _read(await _said(model, access, "GET", name, b"", call), _Operation, model)
    batch = operation.metadata or _Batch()
    state = _STATES.get((batch.state or "").partition("STATE_")[2])
    if state is None:
        state = "failed" if operation.error is not None else "done" if operation.done else "waiting"
    stats = batch.batch_stats or _Stats()
    total = int(stats.request_count or 0)
    output = operation.response or batch.output or _Output()
    if state in ("waiting", "running"):
        return Standing(state, total - int(stats.pending_request_count or total), total)
    told = output.inlined_responses.inlined_responses if output.inlined_responses is not None else None
    replies = {str((one.metadata or {}).get("key", "")): _reply(one, model) for one in told or ()}
    return Standing(state, len(replies), total, replies, _fault(operation.error, model) if operation.error else None)


async def forget(model: Google, name: str, call: Call) -> None:
    """Deletes a batch that is over, its questions and replies with it. Raises a ``ModelError``."""
    access = await model.access(call)
    await _said(model, access, "DELETE", name, b"", call)


class _Status(msgspec.Struct):
    code: int = 0
    message: str = ""


class _Inlined(msgspec.Struct):
    metadata: dict[str, Any] | None = None
    response: Chunk | None = None
    error: _Status | None = None


class _Responses(msgspec.Struct, rename="camel"):
    inlined_responses: list[_Inlined] | None = None


class _Output(msgspec.Struct, rename="camel"):
    inlined_responses: _Responses | None = None


class _Stats(msgspec.Struct, rename="camel"):
    request_count: str | int | None = None
    pending_request_count: str | int | None = None


class _Batch(msgspec.Struct, rename="camel"):
    display_name: str = ""
    state: str | None = None
    batch_stats: _Stats | None = None
    output: _Output | None = None


class _Operation(msgspec.Struct):
    name: str
    metadata: _Batch | None = None
    done: bool | None = None
    response: _Output | None = None
    error: _Status | None = None


class _Listed(msgspec.Struct, rename="camel"):
    operations: list[_Operation] | None = None
    next_page_token: str | None = None


async def _said(model: Google, access: Access, method: str, path: str, body: bytes, call: Call) -> bytes:
    async with model.connections.fetch(method, access.url(path), access.headers, body, call) as answer:
        limit = _ANSWERS * answer.limits.answer
        answer.limits = replace(answer.limits, answer=2 * limit)
        said = await answer.read(limit)
        who = model.asked.provider
        if answer.status == 404 and path.startswith("batches/") and b'"NOT_FOUND"' in said:  # no proxy's page, that is
            raise Gone(f"{who} has no such batch under this key, or not any more")
        if answer.status != 200:
            raise model.fault(access, answer, said)
        if answer.size > limit:
            raise TooLong(
                f"{who}'s replies to the batch are over {limit // 2**20} MiB, more than is read of one answer"
            )
        return said


def _read(said: bytes, kind: type[T], model: Google) -> T:
    try:
        return msgspec.json.decode(said, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Garbled(f"What {model.asked.provider} says of the batch cannot be read: check base_url") from None


def _reply(one: _Inlined, model: Google) -> Told | ModelError:
    if one.error is not None:
        return _fault(one.error, model)
    try:
        reason = one.response.reason() if one.response is not None else None
    except Overloaded as error:
        return error
    if one.response is None or reason is None:
        return Garbled(f"{model.asked.provider}'s reply broke off: try again")
    text = "".join(one.response.texts())
    return Told(text, reason, one.response.usage() or Usage(output=len(text) // 4, estimated=True))


def _fault(error: _Status, model: Google) -> ModelError:
    status = _STATUS.get(error.code, error.code if error.code >= 400 else 500)
    return fault(model.asked, status, {}, _JSON.encode({"error": {"code": status, "message": error.message}}))
