"""Exchange: questions out as batches, replies in; what is under way is in the posts, what it costs in the ledger."""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import uuid4

from rich.console import Console

from flashls.models.bulk import Bulk
from flashls.models.gemini import Gemini
from flashls.models.gemini_batch import Gone, Standing, Told, TooLong, find, forget, parcels, send, standing
from flashls.models.seam import (
    Garbled,
    ModelError,
    NotFound,
    OverBudget,
    Overloaded,
    RateLimited,
    Refused,
    Stalled,
    Unauthorized,
    Unreachable,
)
from flashls.types import Call, Prompt, Task, Usage
from flashls_cli.money import shown
from flashls_cli.posts import Named, Over, Post, Posts
from flashls_cli.trouble import Trouble

_FIRST_S, _FACTOR, _LONGEST_S = 1.0, 1.5, 60.0  # between two looks at a batch
_ASKING_S = 300.0
_MOST_GARBLED = 10  # answers in a row
_PASSING = (Unreachable, Stalled, Overloaded, RateLimited, Garbled)  # it may be well again at the next look
_UNKNOWN = (Unreachable, Stalled, Garbled)  # nobody knows whether the batch was taken
_WHY = {
    "expired": "was given up after two days without an answer",
    "cancelled": "was cancelled",
    "failed": "failed",
    "done": "brought no reply",
}
_AGAIN = "the same command sends again what has no reply"

Pause = Callable[[float], Awaitable[object]]


@dataclass(slots=True)
class Exchange:
    """Batches for one task's ``model``. ``replies`` are those that have come, by the prompts' digests; ``usd`` is what
    they cost. ``pause`` waits some seconds before the next look.
    """

    model: Gemini
    task: Task
    bulk: Bulk
    posts: Posts
    pause: Pause
    replies: dict[str, Told | ModelError] = field(default_factory=dict)
    usd: float = 0.0
    _brought: set[str] = field(default_factory=set)

    async def ask(self, prompts: Mapping[str, Prompt]) -> None:
        """Sends the prompts that are not under way yet, and waits until each has a reply, or a failure, in ``replies``.

        Raises Trouble where a batch cannot be sent or brings nothing at all.
        """
        for post in [post for title, post in self.posts.open.items() if title not in self.posts.names]:
            await self._searched(post)
        asked = {key for post in self.posts.open.values() for key in post.keys}
        new = {key: prompt for key, prompt in prompts.items() if key not in asked}
        for parcel in parcels(new, self.task, self.model):
            await self._sent(parcel)
        for post in [post for title, post in self.posts.open.items() if title not in self._brought]:
            await self._bring(post)
        for key in prompts.keys() - self.replies.keys():
            self.replies[key] = Garbled(f"The batch brought no reply to this: {_AGAIN}")

    async def settle(self) -> None:
        """Finds out what those batches cost whose replies nothing asks for any more, as far as they are over.

        It does not wait for the others, and raises nothing for them: a later command settles those.
        """
        for post in [post for title, post in self.posts.open.items() if title not in self._brought]:
            try:
                if post.title not in self.posts.names:
                    await self._searched(post)
                if post.title in self.posts.open:
                    await self._bring(post, waits=False)
            except Trouble as trouble:
                tell(str(trouble))

    async def finish(self) -> None:
        """Forgets the batches that were brought, here and at the provider: all their replies are used."""
        for title in [title for title in self.posts.open if title in self._brought]:
            self.posts.note(Over(title))
            with suppress(ModelError):  # the provider forgets it by itself later
                await forget(self.model, self.posts.names[title], self._call(10.0))

    @property
    def under_way(self) -> tuple[str, ...]:
        """The names of the batches whose replies have not come."""
        titles = (title for title in self.posts.open if title not in self._brought)
        return tuple(self.posts.names.get(title, title) for title in titles)

    def _call(self, seconds: float = _ASKING_S) -> Call:
        return Call(uuid4().hex, self.task, deadline=time.monotonic() + seconds)

    async def _sent(self, prompts: Mapping[str, Prompt]) -> None:
        at, call, most = time.time(), self._call(), self.bulk.most(prompts.values(), self.task)
        try:
            rows = await self.bulk.reserve(prompts.values(), call, at)
        except OverBudget as error:
            raise Trouble(str(error), status=1) from None
        post = Post(f"flashls {self.task} {uuid4().hex}", tuple(prompts), rows, at)
        self.posts.note(post)
        try:
            self.posts.note(Named(post.title, await send(self.model, prompts, post.title, call)))
        except _UNKNOWN as error:
            await self._searched(post)
            if post.title not in self.posts.open:
                raise Trouble(str(error), status=1) from None
        except ModelError as error:
            self._never(post, type(error).__name__)
            raise Trouble(str(error), status=2 if isinstance(error, NotFound) else 1) from None
        tell(
            f"{len(prompts)} questions are with {self.model.name} as {self.posts.names[post.title]}, for at most "
            f"{shown(most)}: answered within a day, mostly much sooner. Ctrl-C leaves it at work, and the same command "
            "fetches the replies"
        )

    async def _searched(self, post: Post) -> None:
        """Finds out whether a batch was taken, of which nobody knows. Raises Trouble if that cannot be told now."""
        try:
            name = await find(self.model, post.title, self._call())
        except ModelError as error:
            told = f"{error}; whether the batch {post.title!r} was taken is not known: the same command finds out"
            raise Trouble(told, status=1) from None
        if name is None:
            self._never(post, "Unreachable")
        else:
            self.posts.note(Named(post.title, name))

    def _never(self, post: Post, outcome: str) -> None:
        """Nothing was taken, so what was reserved is free again."""
        self.bulk.settle(post.rows[0], post.at, self.task, Usage(), outcome)
        self.posts.note(Over(post.title))

    async def _bring(self, post: Post, waits: bool = True) -> None:
        name = self.posts.names[post.title]
        try:
            found = await self._over(name, waits)
        except (Gone, TooLong) as error:
            raise self._lost(post, error) from None
        if not found.over:
            tell(f"{name} is still at work, though nothing needs its replies: the same command finds out what it costs")
            return
        for key, row in zip(post.keys, post.rows, strict=True):
            reply = _reply(found.replies.get(key), f"{name} {_WHY.get(found.state, 'failed')}: {_AGAIN}")
            usage, outcome = (reply.usage, reply.reason) if isinstance(reply, Told) else (Usage(), type(reply).__name__)
            self.usd += self.bulk.settle(row, post.at, self.task, usage, outcome) or 0.0
            self.replies[key] = reply
        self._brought.add(post.title)
        if not found.replies:
            self.posts.note(Over(post.title))
            said = f": {found.wrong}" if found.wrong is not None else ""
            raise Trouble(f"{name} {_WHY.get(found.state, 'failed')}{said}; {_AGAIN}", status=1)

    def _lost(self, post: Post, error: Gone | TooLong) -> Trouble:
        """Nobody can tell what the batch cost. One that is too long stays in the posts: it is not paid for twice."""
        gone = isinstance(error, Gone)
        for row in post.rows:
            self.bulk.settle(row, post.at, self.task, None, "NotFound" if gone else "Garbled")
        if gone:
            self.posts.note(Over(post.title))
        more = _AGAIN if gone else "ask about fewer files at once, or leave --batch-api out"
        name = self.posts.names[post.title]
        return Trouble(f"{name}: {error}; what it cost is not known; {more}", status=1)

    async def _over(self, name: str, waits: bool) -> Standing:
        """How a batch stands when it is over, or now. Raises Trouble if the key may not see it, Gone and TooLong."""
        seconds, told, garbled = _FIRST_S, False, 0
        with _shown(name) as show:
            while True:
                try:
                    found = await standing(self.model, name, self._call())
                except (Gone, TooLong):
                    raise
                except _PASSING as error:
                    garbled = garbled + 1 if isinstance(error, Garbled) else 0
                    if garbled == _MOST_GARBLED or not waits:
                        raise Trouble(f"{name}: {error}; the same command looks for it again", status=1) from None
                    if not told:
                        tell(f"{error} ({name} is looked for again)")
                    told = True
                except ModelError as error:
                    raise Trouble(f"{name}: {error}", status=1) from None
                else:
                    show(found)
                    garbled = 0
                    if found.over or not waits:
                        return found
                await self.pause(seconds)
                seconds = min(seconds * _FACTOR, _LONGEST_S)


def tell(line: str) -> None:
    """Says something to people beside the output."""
    sys.stderr.write(f"flashls: {line}\n")
    sys.stderr.flush()


def _reply(found: Told | ModelError | None, missing: str) -> Told | ModelError:
    """A reply, or why there is none, as a failure of this one question: it stops no others."""
    if found is None:
        return Overloaded(missing)
    return Refused(str(found)) if isinstance(found, NotFound | Unauthorized) else found


@contextmanager
def _shown(name: str) -> Iterator[Callable[[Standing], None]]:
    """A line on standard error, for people only, that says how a batch stands."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(name) as status:
        yield lambda found: status.update(f"{name}: {found.state}, {found.answered} of {found.total} answered")
