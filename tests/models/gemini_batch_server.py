"""A server that speaks the wire format of Gemini's batches over a real socket, strict like the original.

Google's own SDK is satisfied by it (test_gemini_batch.py). What it lets a batch come to is up to a script.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.models import wire_server
from tests.models.gemini_rules import broken_rule
from tests.models.gemini_server import Reply, camel, error, events
from tests.models.gemini_server import Request as Question
from tests.models.wire_server import Answer, Json, WireServer, whole

_CREATE = re.compile(r"/v1beta/models/(?P<model>[^:/]+):batchGenerateContent")
_ONE = re.compile(r"/v1beta/(?P<name>batches/\w+)(?P<verb>:cancel)?")
_MOST_BYTES = 20_000_000
_KIND = "type.googleapis.com/google.ai.generativelanguage.v1main."

Replies = Callable[[Json], Reply | str | Json]
"""What comes of a question (its GenerateContentRequest): a reply, or a google.rpc.Status for one that failed."""


@dataclass(slots=True)
class Batch:
    """One batch: ``left`` is how many looks it takes before it is over, in which state ``ends`` says."""

    name: str
    model: str
    title: str
    asked: list[Json]
    left: int
    ends: str
    why: Json | None = None


@dataclass(slots=True)
class BatchServer:
    """The ``batches`` there are, in order of their making; ``looks`` and ``ends`` are those of the next ones.

    ``lost``: the next batch is taken, and its answer never sent. ``refused``: errors for the next requests, whatever
    they are.
    """

    replies: Replies
    looks: int = 1
    ends: str = "SUCCEEDED"
    why: Json | None = None
    lost: bool = False
    refused: list[Json] = field(default_factory=list)
    batches: dict[str, Batch] = field(default_factory=dict)
    made: int = 0
    wire: WireServer | None = None

    @property
    def url(self) -> str:
        """The address to give to a client."""
        assert self.wire is not None
        return self.wire.url

    @property
    def requests(self) -> list[str]:
        """The first lines of the requests so far."""
        assert self.wire is not None
        return [f"{each.method} {each.path.partition('?')[0]}" for each in self.wire.requests]

    def answer(self, request: wire_server.Request) -> Answer:
        """What a request is answered with."""
        if self.refused:
            told = self.refused.pop(0)
            return whole(told["error"]["code"], told)
        path, _, query = request.path.partition("?")
        if (problem := _refusal(request)) is not None:
            return whole(problem["error"]["code"], problem)
        if created := _CREATE.fullmatch(path):
            return self._create(created["model"], request.body)
        if path == "/v1beta/batches" and request.method == "GET":
            return self._list({name: values[0] for name, values in urllib.parse.parse_qs(query).items()})
        one = _ONE.fullmatch(path)
        if one is None or one["name"] not in self.batches:
            return whole(404, error(404, "NOT_FOUND", "Requested entity was not found."))
        return self._one(request.method, self.batches[one["name"]], bool(one["verb"]))

    def _create(self, model: str, body: Json) -> Answer:
        if (problem := _wrong(model, camel(body))) is not None:
            return whole(problem["error"]["code"], problem)
        batch = camel(body)["batch"]
        self.made += 1
        name = f"batches/b{self.made}"
        asked = batch["inputConfig"]["requests"]["requests"]
        self.batches[name] = Batch(name, model, batch["displayName"], asked, self.looks, self.ends, self.why)
        if self.lost:
            self.lost = False
            return Answer((), cut=True, framed=False, status=200, headers=(("Content-Length", "9"),))
        return whole(200, self._operation(self.batches[name]))

    def _list(self, query: dict[str, str]) -> Answer:
        size, at = int(query.get("pageSize", "10")), int(query.get("pageToken", "0"))
        named = list(reversed(self.batches.values()))
        listed: Json = {"operations": [self._operation(each) for each in named[at : at + size]]}
        if at + size < len(named):
            listed["nextPageToken"] = str(at + size)
        return whole(200, listed if named else {})

    def _one(self, method: str, batch: Batch, cancel: bool) -> Answer:
        if cancel and method == "POST":
            batch.left, batch.ends = 0, "CANCELLED"
            return whole(200, {})
        if method == "DELETE":
            del self.batches[batch.name]
            return whole(200, {})
        batch.left -= 1
        return whole(200, self._operation(batch))

    def _operation(self, batch: Batch) -> Json:
        over = batch.left < 0
        total = str(len(batch.asked))
        stats = {"requestCount": total} | ({} if over else {"pendingRequestCount": total})
        state = batch.ends if over else "RUNNING" if batch.left == 0 else "PENDING"
        told: Json = {
            "@type": f"{_KIND}GenerateContentBatch",
            "model": f"models/{batch.model}",
            "displayName": batch.title,
            "createTime": "2026-11-22T12:00:00.000000000Z",
            "updateTime": "2026-11-22T12:00:01.000000000Z",
            "batchStats": stats,
            "state": f"BATCH_STATE_{state}",
            "name": batch.name,
        }
        operation: Json = {"name": batch.name, "metadata": told}
        if not over:
            return operation
        operation["done"] = True
        if batch.ends != "SUCCEEDED":
            return operation | ({"error": batch.why} if batch.why else {})
        output = {"inlinedResponses": {"inlinedResponses": [self._reply(batch, each) for each in batch.asked]}}
        told["output"] = output
        return operation | {"response": {"@type": f"{_KIND}GenerateContentBatchOutput"} | output}

    def _reply(self, batch: Batch, one: Json) -> Json:
        found = self.replies(one["request"])
        kept = {"metadata": one["metadata"]} if "metadata" in one else {}
        if isinstance(found, dict):
            return kept | {"error": found}
        reply = Reply(found) if isinstance(found, str) else found
        (*_, last) = events(Question(batch.model, "generateContent", {}, one["request"]), reply)
        if "candidates" in last:
            last["candidates"][0]["content"]["parts"] = [{"text": reply.text}]
        return kept | {"response": last}


@asynccontextmanager
async def serve(replies: Replies, **more: Any) -> AsyncGenerator[BatchServer, None]:
    """A server on the loopback interface while the block runs."""
    server = BatchServer(replies, **more)
    async with wire_server.serve(server.answer) as wire:
        server.wire = wire
        yield server


def _refusal(request: wire_server.Request) -> Json | None:
    """What is wrong with the key, or with a body where there may be none."""
    hello = json.dumps({"contents": [{"parts": [{"text": "x"}]}]}).encode()
    problem = broken_rule("POST", "/v1beta/models/any:generateContent", request.headers, hello)
    if problem is None and not request.path.partition("?")[0].endswith(":batchGenerateContent") and request.body:
        return error(400, "INVALID_ARGUMENT", "The request body must be empty.")
    return problem


def _wrong(model: str, body: Json) -> Json | None:
    """What is wrong with a batch: fields nobody knows, nothing asked, and what is wrong with one of its questions."""
    if len(json.dumps(body)) > _MOST_BYTES:
        return error(400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes.")
    batch = body.get("batch", {})
    asked = batch.get("inputConfig", {}).get("requests", {}).get("requests", [])
    odd = [body.keys() - {"batch"}, batch.keys() - {"displayName", "inputConfig", "model", "priority"}]
    odd += [each.keys() - {"request", "metadata"} for each in asked]
    if unknown := next((name for names in odd for name in sorted(names)), ""):
        return error(400, "INVALID_ARGUMENT", f'Invalid JSON payload received. Unknown name "{unknown}"')
    if not batch.get("displayName") or not asked:
        return error(400, "INVALID_ARGUMENT", "batch.display_name and batch.input_config.requests are required")
    headers = {"x-goog-api-key": "k"}
    for each in asked:
        question = dict(each["request"])
        if question.pop("model", f"models/{model}") != f"models/{model}":
            return error(400, "INVALID_ARGUMENT", "The model of a request must be the batch's")
        path = f"/v1beta/models/{model}:generateContent"
        if problem := broken_rule("POST", path, headers, json.dumps(question).encode()):
            return problem
    return None
