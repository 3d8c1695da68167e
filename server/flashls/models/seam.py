"""The seam: everything that answers a prompt is a Model, and a Model has one method.

Errors of the seam, all of them ``ModelError``::

    ModelError              one line for the user that says what to do
    ├── Unauthorized        no key, a wrong key, a key without the right
    │   └── NoKey           there is none, or none yet: nothing was sent
    ├── NotFound            no such model or endpoint
    ├── Unusable            a setting keeps the model from being asked: its address, its certificates
    ├── Refused             this model does not take the request, which is too long for it, say: another one may
    │   └── Declined        the provider objects to what the request says; it is not taken to another one
    ├── RateLimited         too many requests; ``retry_after`` seconds if known; ``final`` when waiting will not help
    ├── Overloaded          the provider's own trouble (500, 502, 503, 504); ``retry_after`` seconds if known
    ├── Unreachable         no connection, no name, no TLS
    ├── Stalled             nothing came for too long, or the call's deadline has passed
    ├── Garbled             the reply is not what the wire format says
    └── OverBudget          the user's own ceiling for what models may cost leaves no room for this request
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

from flashls.types import Call, End, Piece, Prompt

Stream = AsyncGenerator[Piece | End, None]


class Model(Protocol):
    """Something that answers prompts: a provider, a wrapper around another Model, or the scripted double."""

    def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the reply's pieces, then exactly one End. A piece may have no text: the model is at work.

        Close the generator (``contextlib.aclosing``) or cancel the task that runs it to stop the answer: the
        connection upstream is closed at once. Raises a ``ModelError``; after a piece was yielded that means the
        reply is incomplete.
        """
        ...


class ModelError(Exception):
    """A model could not answer. ``str(error)`` is one line for the user; it never holds a key or code."""


class Unauthorized(ModelError):
    """No key, a wrong key, or a key that may not use this model."""


class NoKey(Unauthorized):
    """There is no key, or none yet: a keyring may still be locked. Nothing was sent."""


class NotFound(ModelError):
    """There is no such model or endpoint."""


class Unusable(ModelError):
    """A setting keeps the model from being asked at all, such as an address that is none."""


class Refused(ModelError):
    """This model does not take the request; asking it again will not help, another one may take it."""


class Declined(Refused):
    """The provider objects to what the request says. No other model is asked behind the user's back."""


class RateLimited(ModelError):
    """Too many requests, or a quota is used up."""

    def __init__(self, message: str, retry_after: float | None = None, final: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.final = final


class Overloaded(ModelError):
    """The provider has trouble of its own (500, 502, 503, 504)."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(ModelError):
    """No connection could be had, or it broke before the first byte."""


class Stalled(ModelError):
    """Nothing came for too long, or the call's deadline has passed."""


class Garbled(ModelError):
    """The reply is not what the wire format says, or it broke off."""


class OverBudget(ModelError):
    """A ceiling of the settings' ``[budget]`` leaves no room for this request, or cannot be kept to.

    Asking the same model again does not help before the ceiling's period ends; a model that costs nothing answers.
    """
