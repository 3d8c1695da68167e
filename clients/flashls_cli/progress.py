"""Progress, for people only: nothing is drawn where the output is a pipe, or before a second has passed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn


@contextmanager
def waiting(what: str) -> Iterator[Callable[[str], None]]:
    """A spinner on standard error, from the second second on; call what is given to say something beside it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    status = console.status(escape(what))
    timer = threading.Timer(1.0, status.start)
    timer.daemon = True
    timer.start()
    try:
        room = max(console.width - len(what) - 8, 1)  # of a longer text its end is what is new
        yield lambda text: status.update(escape(f"{what}: {text if len(text) <= room else '…' + text[-room:]}"))
    finally:
        timer.cancel()
        timer.join()
        status.stop()


@contextmanager
def download(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; call what is given with bytes done and bytes in all."""
    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
