"""The index of 500,000 lines of real code: what making, opening and asking it costs, and what it costs a completion."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from tree_sitter import Parser

from flashls.index.database import Database
from flashls.index.files import files, walk
from flashls.index.upkeep import facts
from flashls.syntax.languages import grammar, language_of
from tests.bench.harness import table
from tests.bench.stdio import Client, Endpoint

_LINES = 500_000
_SERVER = [sys.executable, "-m", "flashls_cli", "serve"]
_GAP = 0.1  # seconds between keys
_ROUNDS = 5
_KEYS = 40


def main() -> None:
    """Prints the tables."""
    with tempfile.TemporaryDirectory() as folder:
        root, db = Path(folder) / "workspace", Path(folder) / "cache" / "index.db"
        lines = made(root, _LINES)
        print(table(f"The index of {lines:,} lines, in the indexer's process", *_making(root, db, lines)))
        print(table("What is asked of it, µs", *_asking(root, db)))
        print(table("A completion, from key to reply, ms", *_completing(root, db)))


def made(root: Path, wanted: int) -> int:
    """Copies Python's library and the packages installed beside us into ``root`` until it has so many lines."""
    count = 0
    for number, source in enumerate(_sources()):
        data = source.read_bytes()
        target = root / f"part{number // 200}" / f"{source.parent.name}_{number}{source.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.utime(target, (1e9, 1e9))
        count += data.count(b"\n")
        if count >= wanted:
            break
    return count


def _sources() -> Iterator[Path]:
    for place in ("stdlib", "purelib"):
        for suffix in ("*.py", "*.c", "*.h", "*.js", "*.ts"):
            found = sorted(Path(sysconfig.get_path(place)).rglob(suffix))
            yield from (p for p in found if "site-packages" not in p.parts or place == "purelib")


def _making(root: Path, db: Path, lines: int) -> tuple[list[str], list[list[str]]]:
    per = lines / 100_000
    parsing = _parsing(root) / per
    rows = [["parsing alone, CPU s in 100,000 lines", f"{parsing:.2f}", "1.00"]]
    cold = [_indexed(root, db, fresh=True) for _ in range(_ROUNDS)]
    warm = [_indexed(root, db, fresh=False) for _ in range(_ROUNDS)]
    cpu, peak = (statistics.median(run[i] for run in cold) for i in (1, 2))
    rows.append(["made, CPU s in 100,000 lines", f"{cpu / per:.2f}", f"{cpu / per / parsing:.2f}"])
    rows.append(["made, seconds in all", f"{statistics.median(run[0] for run in cold):.1f}", ""])
    rows.append(["made, most memory, MB", f"{peak:.0f}", ""])
    for what, place in (("seconds", 0), ("CPU seconds", 1)):
        rows.append([f"second start, {what}", f"{statistics.median(run[place] for run in warm):.2f}", ""])
    rows.append(["on disk, MB", f"{sum(p.stat().st_size for p in db.parent.iterdir()) / 1e6:.0f}", ""])
    return ["what", "", "× parsing"], rows


def _parsing(root: Path) -> float:
    """CPU seconds to parse every file once."""
    total = 0.0
    for found in files(walk(root)):
        known = grammar(language_of(found.language))
        data = (root / found.path).read_bytes()
        if known and facts(found, b"") is not None:
            began = time.process_time()
            Parser(known).parse(data)
            total += time.process_time() - began
    return total


def _indexed(root: Path, db: Path, fresh: bool) -> tuple[float, float, float]:
    """Seconds from the start of the process until it is ready, its CPU seconds, and its memory then in MB."""
    if fresh:
        shutil.rmtree(db.parent, ignore_errors=True)
    began = time.perf_counter()
    process = _indexer(root, db)
    _until_ready(process)
    wall = time.perf_counter() - began
    seen = psutil.Process(process.pid)
    used = seen.cpu_times()
    memory = seen.memory_info().rss / 1e6
    process.communicate()
    return wall, used.user + used.system + used.children_user + used.children_system, memory


def _indexer(root: Path, db: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flashls.index", str(root), str(db)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _until_ready(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["state"] == "ready":
            return
    raise RuntimeError("the indexer ended")


def _asking(root: Path, db: Path) -> tuple[list[str], list[list[str]]]:
    """How long answers take, and by how much a process that asks grows; the questions are made elsewhere."""
    questions = Path(db.parent) / "questions.json"
    questions.write_text(json.dumps(_questions(root, db)))
    command = [sys.executable, "-m", "tests.bench.index", "ask", str(db), str(questions)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return ["question", "p50", "p95", "MB more"], json.loads(said)


def _questions(root: Path, db: Path) -> dict[str, list[object]]:
    seed, index = random.Random(1), Database(db)
    paths = [found.path for found in files(walk(root))]
    some = [known for path in seed.sample(paths, 400) if (known := index.facts(path)) and known.definitions]
    names = [seed.choice(known.definitions).name for known in some]
    texts = [(root / known.path).read_text("utf-8", "replace").split() for known in some]
    index.close()
    return {
        "search": [[w.strip("().,:") for w in seed.sample(words, min(30, len(words)))] for words in texts],
        "defined": [seed.sample(names, 10) for _ in some],
        "defined, again": [names[:10] for _ in some],
        "members": [[known.path, seed.choice(known.definitions).container] for known in some],
        "facts": [known.path for known in some],
        "known": [known.path + "x" for known in some],
        "folder": [known.path.rpartition("/")[0] for known in some],
        "version": list(range(len(some))),
    }


def _ask(db: Path, questions: dict[str, list[object]]) -> list[list[str]]:
    index = Database(db)
    asked: dict[str, Callable[..., object]] = {
        "search": lambda words: index.search(dict.fromkeys(words, 1.0), 20),
        "defined": index.defined,
        "defined, again": index.defined,
        "members": lambda place: index.members([place[0]], [place[1]]),
        "facts": index.facts,
        "known": index.known,
        "folder": index.folder,
        "version": lambda _: index.version,
    }
    rows, memory = [], psutil.Process().memory_info
    for name, all_ in questions.items():
        before, taken = memory().rss, []
        for one in all_:
            began = time.perf_counter()
            asked[name](one)
            taken.append((time.perf_counter() - began) * 1e6)
        p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        rows.append([name, f"{p50:.0f}", f"{p95:.0f}", f"{(memory().rss - before) / 1e6:.1f}"])
    return rows


def _completing(root: Path, db: Path) -> tuple[list[str], list[list[str]]]:
    """With and without the indexer at work on a workspace it has not seen, in turns."""
    alone: list[float] = []
    beside: list[float] = []
    for _ in range(_ROUNDS):
        alone += asyncio.run(_typed())
        shutil.rmtree(db.parent, ignore_errors=True)
        process = _indexer(root, db)
        try:
            beside += asyncio.run(_typed())
            assert process.poll() is None
        finally:
            process.communicate()
    rows = []
    for what, at in (("p50", 49), ("p95", 94)):
        a, b = (statistics.quantiles(times, n=100)[at] * 1000 for times in (alone, beside))
        rows.append([what, f"{a:.1f}", f"{b:.1f}", f"{b / a:.2f}"])
    return ["", "alone", "while it is indexed", "ratio"], rows


async def _typed() -> list[float]:
    """Seconds from each key to its reply, of a model that thinks for 10 ms."""
    endpoint = Endpoint("0 + 1\n", think=0.01)
    url = await endpoint.start()
    with tempfile.TemporaryDirectory() as home:
        client = await Client.start(_SERVER, _environ(url, home))
        await client.begin()
        rows = [f"def function_{n}(first, second):\n    return first * {n} + second" for n in range(500)]
        rows[250] = "value = "
        document = {"uri": "file:///bench/a.py", "languageId": "python", "version": 0, "text": "\n".join(rows) + "\n"}
        client.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        await asyncio.sleep(1)
        taken = [await _key(client, n) for n in range(_KEYS)]
        await client.end()
    endpoint.stop()
    return taken[5:]


async def _key(client: Client, n: int) -> float:
    place, after = {"line": 500, "character": 8 + n}, {"line": 500, "character": 9 + n}
    document = {"uri": "file:///bench/a.py", "version": n + 1}
    change = {"textDocument": document, "contentChanges": [{"range": {"start": place, "end": place}, "text": "a"}]}
    asked = {"textDocument": document, "position": after, "context": {"triggerKind": 2}}
    began = time.perf_counter()
    client.send(
        {"method": "textDocument/didChange", "params": change}, client.request("textDocument/inlineCompletion", asked)
    )
    answer = await client.answer()
    taken = time.perf_counter() - began
    assert answer.get("result", {}).get("items"), answer
    await asyncio.sleep(_GAP)
    return taken


def _environ(url: str, home: str) -> dict[str, str]:
    config = Path(home) / "config.toml"
    config.write_text(
        f'[complete]\ndebounce_ms = 0\n[models]\ncomplete = ["gemini/gemini-3.5-flash-lite"]\n'
        f'[providers.gemini]\nbase_url = "{url}"\n'
    )
    folders = {"FLASHLS_CACHE": f"{home}/cache", "FLASHLS_DATA": f"{home}/data", "FLASHLS_CONFIG": str(config)}
    return {"PATH": os.environ["PATH"], "HOME": home, "GEMINI_API_KEY": "bench", **folders}


if __name__ == "__main__":
    if sys.argv[1:2] == ["ask"]:
        print(json.dumps(_ask(Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text()))))
    else:
        main()
