"""Batches as processes: ended in the middle, in whatever way, they go on where they were."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.served import served
from tests.e2e.editor import home
from tests.models import openai_server
from tests.models.wire_server import Request, WireServer

FLASHLS = str(Path(sys.executable).with_name("flashls"))
FILES, AT_ONCE = 200, 4


@dataclass(slots=True)
class Asked:
    """Which files the model was asked about, how often."""

    files: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> str:
        text = str(request.body["messages"])
        (name,) = set(re.findall(r'path=\W*"(f\d+\.py)', text))
        with self.lock:
            self.files[name] += 1
        return f"This is {name}."


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def server(asked: Asked) -> Iterator[WireServer]:
    def script(request: Request) -> openai_server.Reply:
        return openai_server.Reply(asked.answer(request), delay=0.01)

    with served(lambda: openai_server.serve(script)) as running:
        yield running


def started(tmp_path: Path, url: str) -> subprocess.Popen[bytes]:
    """The batch as a process."""
    config = f'[models]\nexplain = ["mine/gpt-4o"]\n[providers.mine]\nbase_url = "{url}/v1"\nkey_env = "MINE"\n'
    work = tmp_path / "w"
    if not work.exists():
        (work / ".git").mkdir(parents=True)
        for n in range(FILES):
            (work / f"f{n:03}.py").write_text(f"x = {n}\n")
    command = [FLASHLS, "explain", "--all", "--brief", "--jobs", str(AT_ONCE)]
    return subprocess.Popen(
        command, cwd=work, env=home(tmp_path, config) | {"MINE": "sk-1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_batch_that_was_ended_loses_and_repeats_nothing(
    tmp_path: Path, asked: Asked, server: WireServer, how: signal.Signals
) -> None:
    process = started(tmp_path, server.url)
    until = time.monotonic() + 60
    while len(asked.files) < FILES // 3 and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(how)
    out, err = process.communicate(timeout=30)
    if how == signal.SIGKILL:
        assert out == b""
    else:
        assert process.returncode == 130
        told = re.search(rb"stopped \((\d+) of 200 files are done: the same command goes on from there\)", err)
        shown = re.findall(r"# (f\d+\.py)\n\nThis is \1\.\n\n", out.decode())
        assert told is not None and len(shown) == int(told[1])
        assert b"Traceback" not in err
    before = asked.files.total()
    assert FILES // 3 <= before < FILES, err
    out, err = started(tmp_path, server.url).communicate(timeout=120)
    assert err == b""
    text = out.decode()
    assert text == "".join(f"# f{n:03}.py\n\nThis is f{n:03}.py.\n\n" for n in range(FILES))
    # What was under way when it ended may have been asked twice, what was done not.
    assert asked.files.total() - FILES <= AT_ONCE
    assert set(asked.files.values()) <= {1, 2}
    assert not list((tmp_path / "cache" / "batches").glob("*.jsonl"))
