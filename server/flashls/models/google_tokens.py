"""Google's tokens: access to Google Cloud by application default credentials, renewed before they run out.

The library is google-auth, which blocks: it works in a thread, and what it asks of the network goes through ``Slots``,
so that proxies, certificates and limits are everybody's.
"""

from __future__ import annotations

import asyncio
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from flashls.models.answer import within
from flashls.models.seam import ModelError, Overloaded, Unauthorized, Unusable
from flashls.models.slots import Slots
from flashls.types import Call

HINT = "the Google Cloud credentials (`gcloud auth application-default login`)"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_LIMIT = 20.0  # seconds to find or renew credentials
_AHEAD = timedelta(minutes=5)  # renewed so long before they run out; Google's last an hour
_SLACK = timedelta(seconds=15)  # a token that runs out sooner may do so on its way
_METADATA = ("169.254.169.254", "metadata.google.internal", "fd20:ce::254")


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    ends: datetime | None = None
    """None: nobody says."""


class Tokens:
    """The access tokens of one identity, which is looked for when the first one is needed."""

    def __init__(
        self, slots: Slots, credentials: Any = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._slots = slots
        self._credentials = credentials
        self._now = now
        self._token: _Token | None = None
        self._had = False  # whether there was a token: what the credentials hold is not taken twice
        self._renewing: asyncio.Task[_Token] | None = None
        self.project: str = ""
        """The project that the credentials name, once there is a token; empty if they name none."""

    async def token(self, call: Call) -> str:
        """A token that lasts. One that runs out soon is renewed while it is used.

        Raises ``Unauthorized`` without credentials or where Google refuses them, and what ``Slots`` raises.
        """
        lasts = self._lasts()
        if self._token is not None and lasts > _SLACK:
            if lasts <= _AHEAD:
                self._renewed()
            return self._token.value
        return (await within(asyncio.shield(self._renewed()), _LIMIT, call, "Google Cloud")).value

    def forget(self) -> None:
        """Has the next token asked for anew: the last one was refused."""
        self._token = None

    def _lasts(self) -> timedelta:
        if self._token is None or self._token.ends is None:
            return timedelta.max
        return self._token.ends - self._now()

    def _renewed(self) -> asyncio.Task[_Token]:
        """The renewal under way, begun if there is none: one at a time, which no request's cancellation stops."""
        if self._renewing is None or self._renewing.done():
            request = _Request(self._slots, asyncio.get_running_loop())
            self._renewing = asyncio.create_task(asyncio.to_thread(self._renew, request))
            self._renewing.add_done_callback(self._take)
        return self._renewing

    def _take(self, renewed: asyncio.Task[_Token]) -> None:
        """Takes over what was renewed; a failure ahead of time is told when the old token has run out."""
        if not renewed.cancelled() and renewed.exception() is None:
            self._token = renewed.result()
            self._had = True

    def _renew(self, request: _Request) -> _Token:
        """Runs in a thread: google-auth reads files and waits for servers."""
        try:
            exceptions = import_module("google.auth.exceptions")
        except ImportError:
            raise Unusable("Vertex needs google-auth: run `pip install 'flashls[vertex]'`") from None
        try:
            credentials = self._found(request)
            if self._had or not credentials.token or credentials.expired:
                credentials.refresh(request)
        except exceptions.GoogleAuthError as error:
            raise request.failure or _meant(error, exceptions) from None
        ends = credentials.expiry
        return _Token(str(credentials.token), ends.replace(tzinfo=UTC) if ends is not None else None)

    def _found(self, request: _Request) -> Any:
        if self._credentials is None:
            default = import_module("google.auth").default
            self._credentials, self.project = default(scopes=[_SCOPE], request=request)
        else:
            scoped = import_module("google.auth.credentials").with_scopes_if_required
            self._credentials = scoped(self._credentials, [_SCOPE])
        self.project = self.project or getattr(self._credentials, "project_id", None) or ""
        return self._credentials


def _meant(error: Exception, exceptions: Any) -> ModelError:
    """What google-auth's error means to the user; its own words may hold what a server said."""
    if getattr(error, "retryable", False):
        return Overloaded("Google Cloud gives no token now: try again in a moment")
    if isinstance(error, exceptions.DefaultCredentialsError | exceptions.MalformedError):
        return Unauthorized(
            "There are no Google Cloud credentials that can be used: run `gcloud auth application-default login`, or "
            "name a key file in $GOOGLE_APPLICATION_CREDENTIALS"
        )
    return Unauthorized("Google Cloud refused the credentials: run `gcloud auth application-default login` again")


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer as google-auth reads it."""

    status: int
    headers: Mapping[str, str]
    data: bytes = field(repr=False)


class _Request:
    """google-auth's way to the network, called in its thread: through ``Slots``, in the event loop."""

    def __init__(self, slots: Slots, loop: asyncio.AbstractEventLoop) -> None:
        self._slots = slots
        self._loop = loop
        self.failure: ModelError | None = None
        """Why the last request got no answer."""

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_more: Any,
    ) -> _Answer:
        """The answer, whatever its status. Raises google-auth's ``TransportError`` if there is none."""
        transport_error = import_module("google.auth.exceptions").TransportError
        data = body.encode() if isinstance(body, str) else body or b""
        seconds = min(timeout or _LIMIT, _LIMIT)
        if urllib.parse.urlsplit(url).hostname in _METADATA:
            return beside(url, method, headers or {}, seconds, transport_error)
        asking = asyncio.run_coroutine_threadsafe(self._ask(method, url, headers or {}, data, seconds), self._loop)
        try:
            self.failure = None
            return asking.result(seconds + 1)
        except ModelError as error:
            self.failure = error
            raise transport_error("no answer") from None
        except TimeoutError:
            asking.cancel()
            raise transport_error("no answer in time") from None

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> _Answer:
        call = Call("token", "complete", deadline=time.monotonic() + seconds)
        async with self._slots.fetch(method, url, headers, body, call) as answer:
            return _Answer(answer.status, answer.headers, await answer.read())


def beside(
    url: str, method: str, headers: Mapping[str, str], seconds: float, transport_error: type[Exception]
) -> _Answer:
    """An answer of the metadata server, which each machine of Google Cloud has beside it: plain http and no proxy.

    Called in google-auth's thread. Raises ``transport_error`` if there is none.
    """
    import httpx  # only there

    try:
        with httpx.Client(trust_env=False, timeout=seconds) as client:
            answer = client.request(method, url, headers=dict(headers))
    except httpx.HTTPError:
        raise transport_error("no answer") from None
    return _Answer(answer.status_code, answer.headers, answer.content)
