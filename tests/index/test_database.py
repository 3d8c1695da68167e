"""What the index on disk answers: the same as one in memory, whatever befalls its file."""

from __future__ import annotations

import random
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flashls.index.database import MOST_DEFINED, Database
from flashls.index.facts import Chunk, Definition, Facts, Import
from flashls.index.files import File
from flashls.index.memory import Memory
from flashls.index.schema import database
from flashls.index.writer import Overtaken, Writer
from flashls.store.private import files


class Clock:
    """A clock that always says that it is time to look again."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 10
        return self.now


def _facts(path: str, seed: random.Random) -> Facts:
    definitions = tuple(
        Definition(
            path, seed.choice("abc"), "function", seed.choice(["", "A", "A.B"]), row, row + 2, f"def {row}():", "d"
        )
        for row in range(seed.randint(0, 5))
    )
    imports = tuple(Import(seed.choice(["x", ".y"]), seed.choice(["", "*", "n"]), "", row % 2 == 0) for row in range(3))
    return Facts(path, "python", seed.choice(["", "p", "q"]), definitions, imports)


def _file(path: str, size: int = 1, mtime: int = 1) -> File:
    return File(path, "python", size, mtime, 1)


def _put(writer: Writer, *facts: Facts, texts: dict[str, str] | None = None) -> None:
    for one in facts:
        writer.put(_file(one.path), b"digest", one, (texts or {}).get(one.path))
    writer.commit(settle=True)


def _chunks(path: str, *words: str) -> Facts:
    """A file with a chunk of ten rows for each text of words."""
    parts = [text.split() for text in words]
    chunks = (Chunk(10 * i, 10 * i + 9, {w: part.count(w) for w in part}) for i, part in enumerate(parts))
    return Facts(path, "python", chunks=tuple(chunks))


def _found(index: Database, *words: str, n: int = 5, without: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    return [(match.path, match.row) for match in index.search(dict.fromkeys(words, 1.0), n, without)]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "index.db"


@pytest.fixture
def writer(db: Path) -> Iterator[Writer]:
    one = Writer(db)
    yield one
    one.close()


@pytest.fixture
def index(db: Path) -> Iterator[Database]:
    one = Database(db, clock=Clock())
    yield one
    one.close()


@pytest.mark.parametrize("number", range(5))
def test_it_answers_as_one_in_memory(number: int, writer: Writer, index: Database) -> None:
    seed = random.Random(number)
    paths = [f"{folder}{name}.py" for folder in ("", "d/", "d/e/") for name in "abcdef"]
    all_facts = [_facts(path, seed) for path in paths]
    texts = {"d/a.py": "text", "a.py": "other"}
    _put(writer, *all_facts, texts=texts)
    changed = [_facts(path, seed) for path in paths[3:9]]
    _put(writer, *changed, texts=texts)
    memory = Memory([*all_facts, *changed], texts)
    assert [index.facts(path) for path in paths] == [memory.facts(path) for path in paths]
    assert [index.folder(folder) for folder in ("", "d", "d/e", "no")] == [
        memory.folder(folder) for folder in ("", "d", "d/e", "no")
    ]
    assert [index.package("python", name) for name in ("p", "q", "", "no")] == [
        memory.package("python", name) for name in ("p", "q", "", "no")
    ]
    assert index.manifests("a.py") == memory.manifests("a.py") == texts
    assert set(index.defined("ac")) == set(memory.defined("ac"))
    wanted = (paths[:7], ["A", "A.B"])
    assert set(index.members(*wanted)) == set(memory.members(*wanted))
    assert index.known("d/a.py")
    assert not index.known("d/x.py")
    assert index.facts("d/x.py") is None


def test_what_is_changed_or_removed_is_no_longer_found(writer: Writer, index: Database) -> None:
    _put(writer, _chunks("a.py", "red green"), _chunks("b.py", "red blue"), texts={"a.py": "text"})
    first = index.version
    assert sorted(_found(index, "red")) == [("a.py", 0), ("b.py", 0)]
    _put(writer, _chunks("b.py", "blue", "red"))
    assert sorted(_found(index, "red")) == [("a.py", 0), ("b.py", 10)]
    writer.remove("a.py")
    writer.commit()
    assert _found(index, "red") == [("b.py", 10)]
    assert not index.manifests("a.py")
    assert index.version > first


def test_rare_words_often_in_short_chunks_count_most(writer: Writer, index: Database) -> None:
    filler = " ".join(f"w{i}" for i in range(80))
    _put(
        writer,
        _chunks("common.py", *["usual"] * 10),
        _chunks("long.py", f"rare {filler}"),
        _chunks("short.py", "rare"),
        _chunks("twice.py", "rare rare"),
        _chunks("both.py", "rare rare usual"),
    )
    assert [path for path, _ in _found(index, "rare", "usual")][:4] == ["both.py", "twice.py", "short.py", "long.py"]
    assert _found(index, "rare", without=("twice.py", "both.py"), n=1) == [("short.py", 0)]
    assert index.search({"rare": 0.001, "usual": 1.0}, 1)[0].path == "common.py"
    assert _found(index, "nowhere") == []
    assert index.search({}, 5) == ()


def test_words_that_stand_nearly_everywhere_do_not_count(writer: Writer, index: Database) -> None:
    _put(writer, *[_chunks(f"f{i}.py", f"same own{i}") for i in range(250)])
    assert _found(index, "same") == []
    assert _found(index, "same", "own7") == [("f7.py", 0)]


def test_many_segments_answer_as_one(writer: Writer, index: Database) -> None:
    for i in range(30):
        _put(writer, _chunks(f"f{i}.py", f"word own{i}"), _chunks("always.py", f"word v{i}"))
    assert len(_found(index, "word", n=50)) == 31
    assert _found(index, "v29") == [("always.py", 0)]
    assert _found(index, "v28") == []
    assert [_found(index, f"own{i}") for i in range(30)] == [[(f"f{i}.py", 0)] for i in range(30)]


def test_a_name_that_very_many_have_is_cut_short(writer: Writer, index: Database) -> None:
    many = tuple(Definition("a.py", "get", "method", "", row, row, "", "") for row in range(MOST_DEFINED + 9))
    _put(writer, Facts("a.py", "python", definitions=many))
    assert len(index.defined(["get", "get"])) == MOST_DEFINED


def test_files_that_cannot_be_read_are_remembered_but_not_known(writer: Writer, index: Database) -> None:
    writer.put(_file("a.bin"), b"digest", None)
    writer.commit()
    assert not index.known("a.bin")
    assert index.folder("") == ()
    assert list(writer.stored()) == ["a.bin"]


def test_a_file_that_was_not_yet_searchable_when_the_writer_ended_looks_changed(db: Path) -> None:
    first = Writer(db)
    first.put(_file("a.py"), b"digest", _chunks("a.py", "word"))
    first.commit()
    first.close()
    again = Writer(db)
    assert not again.stored()["a.py"].same(_file("a.py"))
    _put(again, _chunks("a.py", "word"))
    assert again.stored()["a.py"].same(_file("a.py"))
    again.close()


def test_a_file_touched_is_the_same_file(writer: Writer, index: Database) -> None:
    _put(writer, _chunks("a.py", "word"))
    before = index.version
    writer.touch(writer.stored()["a.py"], _file("a.py", mtime=2))
    writer.commit()
    assert writer.stored()["a.py"].same(_file("a.py", mtime=2))
    assert index.version == before


def test_without_a_database_there_is_nothing_until_there_is_one(db: Path, index: Database) -> None:
    assert (index.known("a.py"), index.facts("a.py"), index.search({"word": 1.0}, 5)) == (False, None, ())
    before = index.version
    assert not db.exists()
    writer = Writer(db)
    _put(writer, _chunks("a.py", "word"))
    assert index.known("a.py")
    assert index.version > before
    writer.close()


def test_a_database_that_is_deleted_and_made_again_is_opened_again(db: Path, writer: Writer, index: Database) -> None:
    _put(writer, _chunks("a.py", "word"), _chunks("b.py", "word"))
    _put(writer, _chunks("b.py", "word"))
    before = index.version
    for path in files(db):
        path.unlink(missing_ok=True)
    assert writer.lost
    with pytest.raises(OSError, match="gone"):
        writer.commit()
    assert not index.known("a.py")
    again = Writer(db)
    _put(again, _chunks("c.py", "word"))
    assert (index.known("a.py"), index.known("c.py")) == (False, True)
    assert index.version > before
    again.close()


@pytest.mark.parametrize("damage", ["cut", "garbage", "empty", "other"])
def test_a_damaged_database_answers_nothing_and_says_so(damage: str, db: Path) -> None:
    writer = Writer(db)
    _put(writer, *[_chunks(f"f{i}.py", f"word{i}") for i in range(300)])
    writer.close()
    size = db.stat().st_size
    if damage == "other":
        db.unlink()
        sqlite3.connect(db).executescript("CREATE TABLE x(y)").connection.close()
    else:
        with db.open("r+b") as file:
            file.truncate({"cut": size // 3, "empty": 0}.get(damage, size))
            if damage == "garbage":
                file.write(b"garbage " * (size // 8))
    told: list[int] = []
    index = Database(db, lambda: told.append(1), Clock())
    answers = [index.facts(f"f{i}.py") for i in range(300)], index.search({"word7": 1.0}, 3), index.folder("")
    assert bool(told) is (damage in ("cut", "garbage"))
    assert answers[0].count(None) > 100
    index.close()


@pytest.mark.parametrize("packed", [b"", b"\xc1", b"\x91\x01", b"\x91\x97\xa2\xff\xfe" + b"\xa0\xa0\x01\x01\xa0\xa0"])
def test_what_is_packed_wrongly_is_damage_too(packed: bytes, db: Path, writer: Writer) -> None:
    _put(writer, Facts("a.py", "python", definitions=(Definition("a.py", "f", "function", "", 0, 1, "def f():"),)))
    with closing(sqlite3.connect(db)) as other:
        other.execute("UPDATE detail SET definitions = ?", (packed,))
        other.commit()
    told: list[int] = []
    index = Database(db, lambda: told.append(1), Clock())
    found = index.facts("a.py")
    assert (found.definitions if found else None, bool(told)) == (() if not packed else None, bool(packed))
    index.close()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_only_the_owner_can_read_it(db: Path, writer: Writer, index: Database) -> None:
    _put(writer, _chunks("a.py", "word"))
    assert index.known("a.py")
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(db)} == {0o600}
    assert stat.S_IMODE(db.parent.stat().st_mode) == 0o700


def test_each_workspace_has_its_own(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    a, b, link = (database(tmp_path, tmp_path / name) for name in ("a", "b", "link"))
    assert a == link != b
    assert a.parent == tmp_path


def test_a_writer_that_another_has_overtaken_is_done_for(db: Path, writer: Writer, index: Database) -> None:
    _put(writer, _chunks("a.py", "word"))
    other = Writer(db)
    _put(other, _chunks("b.py", "word"))
    with pytest.raises(Overtaken):
        _put(writer, _chunks("a.py", "other"))
    assert sorted(_found(index, "word")) == [("a.py", 0), ("b.py", 0)]
    _put(other, _chunks("a.py", "other"))
    other.close()


def test_other_processes_wishes_are_told_once(db: Path, writer: Writer) -> None:
    other = Writer(db)
    other.wish(["a.py", "b.py"])
    other.wish(["a.py"])
    other.close()
    assert sorted(writer.wishes()) == ["a.py", "b.py"]
    assert writer.wishes() == []
