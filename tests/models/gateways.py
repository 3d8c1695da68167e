"""A real gateway (LiteLLM) in front of a real model (llama.cpp with Qwen2.5-Coder), for the tests of wire formats."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flashls.models.host import ensure, place, running
from flashls.models.weights import find
from flashls.sources import data_path
from tools.gateway import gateway

KEY = "sk-gateway"
MODELS = ("gemini-3.5-flash-lite", "claude-haiku-5-5", "claude-3-haiku", "gpt-4o", "llama-3-8b")
HOLES = "qwen2.5-coder"  # the one of the gateway's names that fills in the middle
PATIENCE = 240  # seconds; the gateway alone takes 12 to 29 s to start on an idle machine


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The gateway's address; it and its llama.cpp server run while the block does. All ``MODELS`` are one model."""
    weights = find("qwen2.5-coder-0.5b", data_path(os.environ) / "models")
    assert weights is not None, "no weights: run 'flashls models pull qwen2.5-coder-0.5b' first"
    asyncio.run(ensure(weights, folder / "run", idle=PATIENCE))
    host = running(place(weights, folder / "run"))
    assert host is not None
    upstream = {"model": "openai/qwen", "api_base": f"http://127.0.0.1:{host.port}/v1", "api_key": host.secret}
    served = [{"model_name": name, "litellm_params": upstream} for name in MODELS]
    served.append({"model_name": HOLES, "litellm_params": upstream | {"model": "text-completion-openai/qwen"}})
    config = {
        "model_list": served,
        "litellm_settings": {"drop_params": True, "telemetry": False},
        "general_settings": {"master_key": KEY},
    }
    file = folder / "litellm.yaml"
    file.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    try:
        with _serving(file, folder) as url:
            yield url
    finally:
        os.kill(host.pid, signal.SIGTERM)


@contextmanager
def _serving(config: Path, folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(gateway()), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    environ = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    log = folder / "gateway.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=environ)
    try:
        url = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while not _answers(f"{url}/health/liveliness"):
            assert process.poll() is None, log.read_text(errors="replace")[-2000:]
            assert time.monotonic() < until, log.read_text(errors="replace")[-2000:]
            time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
