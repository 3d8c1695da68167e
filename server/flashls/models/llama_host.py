"""The process that hosts the embedded model: llama.cpp's own HTTP server, on the loopback interface only.

Started by ``host.ensure`` as ``python -m flashls.models.llama_host``. It ends by itself when nobody asks it anything.
"""

from __future__ import annotations

import argparse
import http.client
import os
import secrets
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from flashls import __version__
from flashls.models.host import CONTEXT, IDLE, SLOTS, Host, Place, place
from flashls.store.locks import held, is_held

# Tokens read in one go. A request that was given up is noticed between two batches, and until then the next one waits:
# with the default of 2048 for 7 to 11 s, with 128 for 3 to 4 s, with 64 for 1 s (0.5B, 800 tokens, two busy cores),
# while prompts are read nearly as fast (113 tokens a second against 115 to 131; with 32, 99).
_BATCH = 64
# Megabytes for prompts that a slot held before: going back to another file, or to the text before a bracket was closed,
# then costs 0.1 s instead of reading it all again. A token is 12 kB for the 0.5B model, 28 kB for the 1.5B.
_REMEMBERED = 512
_LOOK = 5.0  # seconds between two looks at the counters
_PATIENCE = 2.0  # seconds to try for a lock that no other process holds: clients that look at it have it for a moment
_DEAF = 12  # looks in a row without an answer after which the server counts as dead


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until nobody asked anything for ``--idle`` seconds. 0 as well when another process serves already."""
    parser = argparse.ArgumentParser(prog="flashls.models.llama_host")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--idle", type=float, default=IDLE)
    options = parser.parse_args(arguments)
    os.umask(0o077)
    signal.signal(signal.SIGTERM, _leave)
    where = place(options.weights, options.folder)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with held(where.lock) as ours:
            if ours:
                return _serve(options.weights, where, options.idle)
        if is_held(where.lock):
            break
        time.sleep(0.02)
    return 0


def threads(environ: Mapping[str, str], cores: int) -> int:
    """How many threads to compute with: ``$FLASHLS_LLAMA_THREADS``, else half the cores, but two of two or three.

    Half of what the system calls cores are real ones as a rule, and the editor wants some too.
    """
    named = environ.get("FLASHLS_LLAMA_THREADS", "")
    if named.isdecimal() and int(named) > 0:
        return min(int(named), cores)
    return max(min(cores, 2), cores // 2)


def publish(where: Place, host: Host) -> None:
    """Writes the state file, whole or not at all, readable by its user only."""
    half = where.state.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(msgspec.json.encode(host))
    half.replace(where.state)


def _serve(weights: Path, where: Place, idle: float) -> int:
    where.state.unlink(missing_ok=True)
    secret = secrets.token_urlsafe(32)
    server = _server(weights, secret)
    try:
        port = int(server.listening_address.rpartition(":")[2])
        publish(where, Host(os.getpid(), port, secret, weights.name, __version__))
        _watch(where, port, secret, idle)
    finally:
        where.state.unlink(missing_ok=True)
    # llama.cpp's own way down waits for requests under way; the system frees everything at once.
    sys.stdout.flush()
    os._exit(0)


def _server(weights: Path, secret: str) -> Any:
    from xllamacpp import CommonParams, Server

    count = threads(os.environ, _cores())
    params = CommonParams()
    params.model.path = str(weights)
    params.model_alias = {weights.stem}
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [secret]
    params.n_ctx, params.n_parallel = CONTEXT * SLOTS, SLOTS
    params.n_batch = params.n_ubatch = _BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = count
    params.cache_ram_mib = _REMEMBERED
    # n_cache_reuse stays off: it keeps what follows a deletion, but a key press is an insertion (with 8 and 32 no token
    # fewer was read).
    params.n_threads_http = 16
    params.endpoint_metrics, params.endpoint_slots, params.ui = True, True, False
    params.verbosity = 1
    return Server(params)


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _watch(where: Place, port: int, secret: str, idle: float) -> None:
    """Returns when nothing was asked for ``idle`` seconds, or when the state file is gone: nobody finds us then.

    Seldom enough: each look wakes the threads that wait for a reply, and those notice a client that hung up only
    after a second without news.
    """
    last, since, deaf = -1.0, time.monotonic(), 0
    while time.monotonic() - since < idle and deaf < _DEAF and where.state.exists():
        time.sleep(min(_LOOK, idle / 4))
        try:
            decoded, busy = _activity(port, secret)
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            deaf += 1
            continue
        deaf = 0
        if busy or decoded != last:
            last, since = decoded, time.monotonic()


def _activity(port: int, secret: str) -> tuple[float, bool]:
    """How often the model was run so far, and whether requests are under way or waiting."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {secret}", "Connection": "close"})
        said = connection.getresponse().read().decode()
    finally:
        connection.close()
    counters = dict(line.rsplit(" ", 1) for line in said.splitlines() if line.startswith("llamacpp:"))
    busy = float(counters["llamacpp:requests_processing"]) + float(counters["llamacpp:requests_deferred"])
    return float(counters["llamacpp:n_decode_total"]), busy > 0


def _leave(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
