"""The process that hosts a model, with a made-up model of a few megabytes in it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from flashls import __version__
from flashls.models import llama_host
from flashls.models.host import Host, ensure, place, running
from flashls.models.seam import Overloaded, Stalled
from flashls.store.locks import held
from tests.models import tiny
from tests.models.hosts import alive, ended, kill

_ENSURE = """
import asyncio, sys
from pathlib import Path
from flashls.models.host import ensure
print(asyncio.run(ensure(Path(sys.argv[1]), Path(sys.argv[2]))).pid)
"""


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write(tmp_path_factory.mktemp("weights") / "tiny.gguf")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    with ended(tmp_path / "run") as folder:
        yield folder


def _ensured(weights: Path, run: Path, idle: float = 60.0, patience: float = 60.0) -> Host:
    return asyncio.run(ensure(weights, run, idle, patience))


async def _at_once(weights: Path, run: Path) -> list[Host]:
    return await asyncio.gather(*(ensure(weights, run) for _ in range(3)))


def _gone(pid: int) -> bool:
    until = time.monotonic() + 20
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(pid)


def _get(host: Host, path: str, secret: str) -> int:
    url = f"http://127.0.0.1:{host.port}{path}"
    return httpx.get(url, headers={"authorization": f"Bearer {secret}"}, timeout=20, trust_env=False).status_code


def test_serves_on_the_loopback_interface_to_those_who_know_the_secret(weights: Path, run: Path) -> None:
    host = _ensured(weights, run)
    assert _get(host, "/slots", host.secret) == 200
    assert _get(host, "/slots", "guess") == 401
    with socket.socket() as everywhere:
        everywhere.bind(("127.0.0.2", host.port))


def test_only_its_user_can_read_what_it_leaves(weights: Path, run: Path) -> None:
    run.mkdir(mode=0o755)
    host = _ensured(weights, run)
    assert {path.name: path.stat().st_mode & 0o777 for path in (run, *run.iterdir())} == {
        "run": 0o700,
        f"tiny-{__version__}.json": 0o600,
        f"tiny-{__version__}.lock": 0o600,
        f"tiny-{__version__}.log": 0o600,
    }
    assert host.secret not in repr(host)
    assert host.secret not in place(weights, run).log.read_text()


def test_is_found_again(weights: Path, run: Path) -> None:
    first = _ensured(weights, run)
    assert _ensured(weights, run) == first
    assert running(place(weights, run)) == first


def test_two_that_start_at_once_get_one(weights: Path, run: Path) -> None:
    command = [sys.executable, "-c", _ENSURE, str(weights), str(run)]
    others = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    hosts = asyncio.run(_at_once(weights, run))
    pids = {int(other.communicate(timeout=60)[0]) for other in others}
    assert pids | {host.pid for host in hosts} == {hosts[0].pid}


def test_outlives_the_one_who_started_it(weights: Path, run: Path) -> None:
    command = [sys.executable, "-c", _ENSURE, str(weights), str(run)]
    pid = int(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout)
    assert (_ensured(weights, run)).pid == pid


def test_one_that_was_killed_is_replaced(weights: Path, run: Path) -> None:
    first = _ensured(weights, run)
    kill(first.pid, signal.SIGKILL)
    assert place(weights, run).state.exists()
    assert running(place(weights, run)) is None
    second = _ensured(weights, run)
    assert second.pid != first.pid
    assert _get(second, "/slots", second.secret) == 200


def test_a_state_that_others_could_write_is_not_believed(weights: Path, run: Path) -> None:
    first = _ensured(weights, run)
    state = place(weights, run).state
    state.chmod(0o644)
    assert running(place(weights, run)) is None
    state.chmod(0o600)
    assert running(place(weights, run)) == first


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": "1"}', b"\xff"])
def test_a_broken_state_is_not_believed(weights: Path, tmp_path: Path, content: bytes) -> None:
    where = place(weights, tmp_path)
    where.state.write_bytes(content)
    where.state.chmod(0o600)
    with held(where.lock):
        assert running(where) is None


def test_a_state_without_its_lock_is_stale(weights: Path, tmp_path: Path) -> None:
    where = place(weights, tmp_path)
    llama_host.publish(where, Host(os.getpid(), 1, "secret", "tiny.gguf", __version__))
    assert running(where) is None
    with held(where.lock):
        assert running(where) is not None


def test_ends_when_asked_and_leaves_no_state(weights: Path, run: Path) -> None:
    host = _ensured(weights, run)
    kill(host.pid)
    assert not alive(host.pid)
    assert not place(weights, run).state.exists()


def test_ends_by_itself_when_nobody_asks(weights: Path, run: Path) -> None:
    host = _ensured(weights, run, idle=0.4)
    assert _gone(host.pid)
    assert not place(weights, run).state.exists()


def test_ends_when_its_state_is_gone(weights: Path, run: Path) -> None:
    host = _ensured(weights, run)
    place(weights, run).state.unlink()
    assert _gone(host.pid)


def test_weights_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF and then nothing")
    with pytest.raises(Overloaded, match=r"could not be started: see the end of .*broken-.*\.log"):
        _ensured(broken, tmp_path / "run")


def test_one_that_never_gets_ready_is_given_up(weights: Path, tmp_path: Path) -> None:
    with held(place(weights, tmp_path).lock), pytest.raises(Stalled, match=r"did not start in 0\.2 s"):
        _ensured(weights, tmp_path, patience=0.2)


def test_a_folder_that_cannot_be_made_is_said(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Overloaded, match="cannot be started"):
        _ensured(weights, tmp_path / "file" / "run")


def test_modules_of_the_folder_one_is_in_are_not_loaded(
    weights: Path, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("xllamacpp", "msgspec", "argparse"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert (_ensured(weights, run)).weights == "tiny.gguf"


@pytest.mark.parametrize(
    ("environ", "cores", "count"),
    [
        ({}, 1, 1),
        ({}, 2, 2),
        ({}, 3, 2),
        ({}, 4, 2),
        ({}, 16, 8),
        ({"FLASHLS_LLAMA_THREADS": "1"}, 2, 1),
        ({"FLASHLS_LLAMA_THREADS": "3"}, 4, 3),
        ({"FLASHLS_LLAMA_THREADS": "64"}, 4, 4),
        ({"FLASHLS_LLAMA_THREADS": "0"}, 2, 2),
        ({"FLASHLS_LLAMA_THREADS": "many"}, 2, 2),
    ],
)
def test_threads(environ: dict[str, str], cores: int, count: int) -> None:
    assert llama_host.threads(environ, cores) == count
