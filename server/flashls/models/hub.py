"""A big file over HTTPS, continued where an earlier try stopped (RFC 9110, section 14)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx

_LIMITS = httpx.Timeout(30.0, connect=5.0)  # seconds; short to connect: some machines reach only a package index


class NoFile(Exception):
    """The file cannot be had from there now; what arrived stays."""


def download(url: str, target: Path, size: int, progress: Callable[[int, int], None]) -> None:
    """Gets a file of ``size`` bytes, continuing ``target`` if there is something in it. Raises ``NoFile``."""
    done = target.stat().st_size if target.exists() else 0
    if done > size:
        target.unlink()
        done = 0
    if done == size:
        return
    try:
        with (
            httpx.Client(timeout=_LIMITS, follow_redirects=True) as client,
            client.stream("GET", url, headers=_headers(done)) as response,
        ):
            _write(response, target, done, size, progress)
    except httpx.HTTPError as error:
        raise NoFile(f"{httpx.URL(url).host} could not be read ({type(error).__name__}).") from None
    if target.stat().st_size != size:
        raise NoFile(f"{httpx.URL(url).host} stopped half-way.")


def _headers(done: int) -> dict[str, str]:
    whole = {"accept-encoding": "identity"}
    return whole | {"range": f"bytes={done}-"} if done else whole


def _write(response: httpx.Response, target: Path, done: int, size: int, progress: Callable[[int, int], None]) -> None:
    """A server that ignores the range sends the whole again, with status 200."""
    if response.status_code not in (200, 206):
        raise NoFile(f"{response.url.host} answered with status {response.status_code}.")
    done = done if response.status_code == 206 else 0
    if int(response.headers.get("content-length", size - done)) != size - done:
        raise NoFile(f"{response.url.host} has a file of another size.")
    with target.open("ab" if done else "wb") as file:
        for chunk in response.iter_raw():
            file.write(chunk)
            done += len(chunk)
            progress(done, size)
