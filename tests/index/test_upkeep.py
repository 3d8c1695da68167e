"""The database follows the workspace: what changed is read again, and only that."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flashls.index.database import Database
from flashls.index.files import File
from flashls.index.upkeep import Source, Upkeep, facts
from flashls.index.writer import Writer


class Kept:
    """A workspace in a folder, its upkeep and a reader."""

    def __init__(self, folder: Path, off: tuple[str, ...] = (), most_bytes: int = 1_000_000) -> None:
        self.root, self.db = folder / "w", folder / "cache" / "index.db"
        self.root.mkdir(exist_ok=True)
        self.source = Source(self.root, off, most_bytes)
        self.done: list[tuple[int, int]] = []
        self.stop_at = 1 << 30
        self.upkeep = self.opened()
        self.index = Database(self.db)

    def opened(self) -> Upkeep:
        return Upkeep(Writer(self.db), self.source, lambda *told: self.done.append(told), self.is_stopped)

    def is_stopped(self) -> bool:
        self.stop_at -= 1
        return self.stop_at < 0

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        os.utime(file, ns=(1_000_000_000, file.stat().st_mtime_ns))

    def names(self) -> dict[str, list[str]]:
        """What each indexed file defines."""
        found = {}
        for folder in {"", *(str(p.parent.relative_to(self.root)) for p in self.root.rglob("*")), "gone", "a/b"}:
            for path in self.index.folder("" if folder == "." else folder):
                known = self.index.facts(path)
                found[path] = [d.name for d in known.definitions] if known else []
        return found

    def close(self) -> None:
        self.index.close()
        self.upkeep.writer.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    one = Kept(tmp_path)
    yield one
    one.close()


def test_takes_in_what_came_changed_and_went(kept: Kept) -> None:
    kept.write("a.py", "def a(): pass\n")
    kept.write("b/c.py", "def c(): pass\n")
    kept.write("go.mod", "module example.com/m\n")
    assert kept.upkeep.scan() == 3
    assert kept.names() == {"a.py": ["a"], "b/c.py": ["c"], "go.mod": []}
    assert kept.index.manifests("go.mod") == {"go.mod": "module example.com/m\n"}
    assert kept.upkeep.scan() == 0
    kept.write("a.py", "def other(): pass\n")
    (kept.root / "b" / "c.py").rename(kept.root / "b" / "d.py")
    (kept.root / "go.mod").unlink()
    assert kept.upkeep.scan() == 4
    assert kept.names() == {"a.py": ["other"], "b/d.py": ["c"]}
    assert not kept.index.manifests("go.mod")


def test_takes_in_only_what_is_said_to_have_changed(kept: Kept) -> None:
    for name in "abc":
        kept.write(f"{name}.py", f"def {name}(): pass\n")
    kept.upkeep.scan()
    kept.write("a.py", "def x(): pass\n")
    kept.write("b.py", "def y(): pass\n")
    kept.write("new.py", "def z(): pass\n")
    (kept.root / "c.py").unlink()
    assert kept.upkeep.changed(["a.py", "c.py", "new.py", "no.py", "new.py", "../w/b.py", "a.txt"]) == 3
    assert kept.names() == {"a.py": ["x"], "b.py": ["b"], "new.py": ["z"]}


def test_a_folder_that_came_or_went_changes_all_in_it(kept: Kept) -> None:
    kept.write("a/b/c.py", "def c(): pass\n")
    kept.upkeep.changed(["a"])
    assert kept.names() == {"a/b/c.py": ["c"]}
    (kept.root / "a").rename(kept.root / "gone")
    kept.upkeep.changed(["a", "gone"])
    assert kept.names() == {"gone/c.py": ["c"]} or kept.names() == {"gone/b/c.py": ["c"]}
    shutil.rmtree(kept.root / "gone")
    kept.upkeep.changed(["gone"])
    assert kept.names() == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".gitignore", "b.py\n"),
        (".aiexclude", "b.py\n"),
        (".flashlsignore", "b.py\n"),
        (".flashls.toml", "[paths]\noff = ['b.py']\n"),
    ],
)
def test_a_file_of_patterns_takes_out_what_it_hides(name: str, text: str, kept: Kept) -> None:
    kept.write("a.py", "def a(): pass\n")
    kept.write("b.py", "def b(): pass\n")
    kept.upkeep.scan()
    kept.write(name, text)
    kept.upkeep.changed([name])
    assert kept.names().keys() - {name} == {"a.py"}
    (kept.root / name).unlink()
    kept.upkeep.changed([name])
    assert kept.names() == {"a.py": ["a"], "b.py": ["b"]}


def test_the_same_bytes_at_another_time_are_the_same_file(kept: Kept) -> None:
    kept.write("a.py", "def a(): pass\n")
    kept.upkeep.scan()
    before = kept.index.version
    os.utime(kept.root / "a.py", ns=(5, 5))
    assert kept.upkeep.scan() == 0
    assert kept.index.version == before


def test_a_change_within_the_same_moment_is_not_missed(kept: Kept) -> None:
    kept.write("a.py", "def a(): pass\n")
    now = (kept.root / "a.py").stat().st_mtime_ns
    kept.upkeep.scan()
    (kept.root / "a.py").write_text("def b(): pass\n")
    os.utime(kept.root / "a.py", ns=(now, now))
    kept.upkeep.scan()
    assert kept.names() == {"a.py": ["b"]}


def test_a_second_start_reads_what_the_first_wrote(kept: Kept) -> None:
    for number in range(5):
        kept.write(f"{number}.py", f"def f{number}(): pass\n")
    kept.upkeep.scan()
    kept.upkeep.writer.close()
    kept.upkeep = kept.opened()
    kept.done.clear()
    assert kept.upkeep.scan() == 0
    assert len(kept.upkeep) == 5


def test_stopped_half_way_it_goes_on_from_there(kept: Kept) -> None:
    for number in range(10):
        kept.write(f"{number}.py", f"def f{number}(): return word{number}\n")
    kept.stop_at = 15
    kept.upkeep.scan()
    assert 0 < len(kept.names()) < 10
    kept.upkeep.writer.close()
    kept.stop_at = 1 << 30
    kept.upkeep = kept.opened()
    kept.upkeep.scan()
    assert len(kept.names()) == 10
    assert [m.path for m in kept.index.search({"word3": 1.0}, 5)] == ["3.py"]


@pytest.mark.parametrize("number", range(4))
def test_after_any_changes_it_is_as_if_made_anew(number: int, tmp_path: Path) -> None:
    seed, kept = random.Random(number), Kept(tmp_path)
    names = [f"{folder}{name}" for folder in ("", "a/", "a/b/") for name in ("x.py", "y.go", "z.md", "go.mod", "n.bin")]
    for _ in range(12):
        touched = seed.sample(names, 4)
        for path in touched:
            if seed.random() < 0.3:
                (kept.root / path).unlink(missing_ok=True)
            else:
                text = "\0" if path.endswith("bin") else f"def f{seed.randint(0, 9)}(): return w{seed.randint(0, 9)}\n"
                kept.write(path, text)
        if seed.random() < 0.5:
            kept.upkeep.scan()
        else:
            kept.upkeep.changed(touched)
    fresh = Kept(tmp_path)
    fresh.db = tmp_path / "cache" / "fresh.db"
    fresh.upkeep.writer.close()
    fresh.upkeep, fresh.index = fresh.opened(), Database(fresh.db)
    fresh.upkeep.scan()
    assert kept.names() == fresh.names()
    for word in (f"w{n}" for n in range(10)):
        ours, theirs = (sorted(m.path for m in k.index.search({word: 1.0}, 99)) for k in (kept, fresh))
        assert ours == theirs
    kept.close()
    fresh.close()


def test_a_checkout_of_another_branch_is_taken_in(kept: Kept, tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
        who = ["-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *who, *arguments], cwd=kept.root, env=environ, check=True, capture_output=True)

    git("init", "-q")
    for number in range(150):
        kept.write(f"p{number % 7}/f{number}.py", f"def main{number}(): pass\n")
    git("add", ".")
    git("commit", "-qm", "one")
    kept.upkeep.scan()
    first = kept.names()
    git("checkout", "-qb", "other")
    for number in range(0, 150, 2):
        kept.write(f"p{number % 7}/f{number}.py", f"def other{number}(): pass\n")
    git("rm", "-q", "p0/f7.py")
    git("commit", "-qam", "two")
    kept.upkeep.scan()
    assert kept.names()["p1/f8.py"] == ["other8"]
    assert "p0/f7.py" not in kept.names()
    git("checkout", "-q", "main")
    kept.upkeep.scan()
    assert kept.names() == first


def test_files_no_model_may_see_never_reach_the_database(tmp_path: Path) -> None:
    kept = Kept(tmp_path, off=("private/",), most_bytes=1000)
    marks = {}
    hidden = [".env", "key.pem", "private/a.py", "excluded.py", "long.py", ".git/x.py", "node_modules/x.js"]
    for number, path in enumerate(hidden):
        marks[path] = f"marker{number}of7"
        kept.write(path, f"def {marks[path]}(): pass\n" + "#" * (1000 if path == "long.py" else 0))
    kept.write(".cursorignore", "excluded.py\n")
    kept.write("a.py", "def seen(): pass\n")
    kept.upkeep.scan()
    kept.upkeep.changed(hidden)
    assert kept.names() == {"a.py": ["seen"]}
    kept.close()
    data = kept.db.read_bytes()
    assert b"seen" in data
    assert not any(mark.encode() in data for mark in marks.values())


def test_what_looks_like_a_secret_never_reaches_the_database(kept: Kept) -> None:
    kept.write(
        "a.py", 'API_KEY = "sk-0123456789abcdefghij"\nTOKEN: str = \'hunter2\'\nURL = "https://me:pass9@host/x"\n'
    )
    kept.write("package.json", '{"x": "git+https://me:pass9@host/x", "auth_token": "hunter2"}')
    kept.upkeep.scan()
    assert kept.names()["a.py"] == ["API_KEY", "TOKEN", "URL"]
    kept.close()
    data = kept.db.read_bytes()
    assert b"API_KEY" in data
    assert not any(secret in data for secret in (b"0123456789abc", b"hunter2", b"pass9"))


@pytest.mark.parametrize(
    ("path", "language", "data", "definitions", "chunks"),
    [
        ("a.py", "python", b"def f():\n    return word\n", 1, True),
        ("a.py", "python", b"# @generated\ndef f():\n    return word\n", 1, False),
        ("a.json", "json", b'{"a": "word"}', 0, False),
        ("a.md", "markdown", b"# words\n", 0, False),
        ("go.mod", "plaintext", b"module x\n", 0, False),
        ("a.py", "python", b"\xff\xfe)(\x80 def \n", 0, None),
    ],
)
def test_what_is_kept_of_a_file(path: str, language: str, data: bytes, definitions: int, chunks: bool | None) -> None:
    found = facts(File(path, language, len(data), 0, 0), data)
    assert found is not None
    assert len(found.definitions) == definitions
    if chunks is not None:
        assert bool(found.chunks) is chunks


SECRET = "q7Rk2Zt9Yw4Xv6Ub8Nc1Md3Le5Kf7Jg9Hh0S"
TOKEN = "gh" + "p_" + SECRET
PEM = "-----BEG" + "IN PRIVATE KEY-----\n" + f"{SECRET}{SECRET[:28]}\n" * 3 + "-----E" + "ND PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pom.xml", f"<project><settings><password>{TOKEN}</password></settings></project>"),
        ("build.gradle", f"credentials {{ username 'me'; password '{TOKEN}' }}\nurl = 'https://me:{SECRET}@host/x'"),
        ("package.json", f'{{"name": "x", "repository": "https://me:{SECRET}@host/x.git"}}'),
        ("CMakeLists.txt", f"set(API_TOKEN {TOKEN})\n"),
        ("a.h", f"#define API_TOKEN {TOKEN}\n#define URL http://me:{SECRET}@host/\nint f(void);\n"),
        ("a.py", f"from x.{TOKEN} import f\nimport {TOKEN}\n"),
        ("a.ts", f"import {{ f }} from 'https://me:{SECRET}@host/x.js'\nimport g from './{TOKEN}'\n"),
        ("a.go", f'package a\nimport "https://me:{SECRET}@host/x"\n'),
        ("a.rs", f"// {TOKEN}\nfn f() {{}}\n/// see https://me:{SECRET}@host/\nfn g() {{}}\n"),
        ("a.py", f'def f():\n    """Uses {TOKEN}."""\n    {TOKEN} = 1\n'),
        ("a.py", f'def f():\n    """{"long " * 28}{TOKEN}."""\n'),
        ("a.java", "/** " + "long " * 30 + TOKEN + " */\nclass A { String f = " + '"x" + ' * 56 + f'"{TOKEN}"; }}'),
        ("a.py", f'class {TOKEN}:\n    x = "{TOKEN}"\n'),
        ("a.py", f"KEY = {PEM!r}\n"),
        ("a.py", f'KEY = """{PEM}"""\ndef f(): pass\n'),
        (f"{TOKEN}/a.py", "def f(): pass\n"),
        (f"{TOKEN}.py", "def f(): pass\n"),
    ],
)
def test_no_secret_lies_on_the_disk(path: str, text: str, kept: Kept) -> None:
    kept.write("b.py", "def other(): pass\n")
    kept.write(path, text)
    kept.upkeep.scan()
    kept.upkeep.changed([path])
    assert kept.names()["b.py"] == ["other"]
    stored = b"".join(file.read_bytes() for file in kept.db.parent.iterdir())
    pieces = {secret[at : at + 8] for secret in (TOKEN, SECRET) for at in range(len(secret) - 8)}
    assert [piece for piece in pieces if piece.encode() in stored] == []


def test_what_is_cut_out_leaves_each_definition_where_it_was(kept: Kept) -> None:
    kept.write("a.py", f'KEY = """{PEM}"""\n\ndef f():\n    """Says more."""\n')
    kept.upkeep.scan()
    (found,) = kept.index.defined(["f"])
    assert (found.row, found.end_row, found.signature, found.doc) == (7, 8, "def f():", "Says more.")
