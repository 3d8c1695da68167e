"""Posts: which batches are under way with a provider, written down so that nothing is sent or paid for twice.

One line of JSON for each step, in a file that only its owner can read: that a batch is about to be sent, what the
provider calls it, and that its replies were all used. There is no code in it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from flashls.store.locks import held
from flashls.store.private import make_private
from flashls_cli.journal import digest_of
from flashls_cli.trouble import Trouble

_KEPT_S = 7 * 86_400  # a batch is given up after two days; its replies stay with the provider for some more


class Post(msgspec.Struct, frozen=True, tag="post"):
    """A batch by its ``title``: its questions' keys, their rows in the ledger, and when it was sent (since 1970)."""

    title: str
    keys: tuple[str, ...]
    rows: tuple[int, ...]
    at: float


class Named(msgspec.Struct, frozen=True, tag="named"):
    """What the provider calls a batch."""

    title: str
    name: str


class Over(msgspec.Struct, frozen=True, tag="over"):
    """A batch is not needed any more, or was never taken."""

    title: str


@dataclass(slots=True)
class Posts:
    """The batches of one command that are not over, by title, and the names of those that the provider has named."""

    path: Path
    open: dict[str, Post] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def note(self, step: Post | Named | Over) -> None:
        """Writes down a step, to the disk itself. Raises Trouble: what cannot be written must not be sent."""
        try:
            with self.path.open("ab") as file:
                file.write(msgspec.json.encode(step) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            told = (error.strerror or str(error)).lower()
            raise Trouble(f"{self.path}: {told}: nothing is sent that cannot be found again", status=1) from None
        self.take(step)

    def take(self, step: Post | Named | Over) -> None:
        """Counts a step that is written down."""
        match step:
            case Post(title):
                self.open[title] = step
            case Named(title, name):
                self.names[title] = name
            case Over(title):
                self.open.pop(title, None)


@contextmanager
def posts_at(folder: Path, *batch: str) -> Iterator[Posts]:
    """The posts of the batch that the texts stand for, while no other command has them. Raises Trouble."""
    path = folder / f"{digest_of(*batch)[:32]}.posts"
    with ExitStack() as stack:
        try:
            make_private(path)
            mine = stack.enter_context(held(path.with_suffix(".lock")))
            written = path.read_bytes()
        except OSError as error:
            raise Trouble(f"{path}: {(error.strerror or str(error)).lower()}", status=1) from None
        if not mine:
            raise Trouble("the same command is at work elsewhere: let it end, or stop it", status=1)
        posts = Posts(path)
        for step in _steps(written):
            posts.take(step)
        yield posts
        if not posts.open:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _steps(written: bytes) -> Iterator[Post | Named | Over]:
    """The steps in a file; a row that was being written when the process was killed is none."""
    for row in written.split(b"\n"):
        try:
            step = msgspec.json.decode(row, type=Post | Named | Over)
        except msgspec.MsgspecError:
            continue
        if not isinstance(step, Post) or time.time() - step.at < _KEPT_S:
            yield step
