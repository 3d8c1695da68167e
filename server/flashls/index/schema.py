"""The index's tables, and the file they are in: one SQLite database for each workspace and version of the extractor.

WAL mode, so that any number of processes read while one writes. Nothing in it but what can be read from the
workspace again, so whatever is wrong with it, it is made anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, suppress
from functools import cache
from importlib import resources
from pathlib import Path

from flashls import __version__
from flashls.store.private import make_private

CHUNK_BITS = 12
"""A chunk's number is its file's number shifted by so many bits, plus its place in the file."""

MOST_CHUNKS = 1 << CHUNK_BITS

_TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE file(
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, folder TEXT NOT NULL, language TEXT NOT NULL,
  package TEXT NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL, ctime INTEGER NOT NULL, digest BLOB NOT NULL,
  chunks INTEGER NOT NULL, pairs INTEGER NOT NULL, settled INTEGER NOT NULL);
CREATE INDEX file_folder ON file(folder);
CREATE INDEX file_package ON file(package, language) WHERE package <> '';
CREATE TABLE detail(
  file INTEGER PRIMARY KEY, imports BLOB NOT NULL, definitions BLOB NOT NULL, chunks BLOB NOT NULL);
CREATE TABLE definition(
  name TEXT NOT NULL, file INTEGER NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL, container TEXT NOT NULL,
  row INTEGER NOT NULL, end_row INTEGER NOT NULL, signature TEXT NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (name, file, place)) WITHOUT ROWID;
CREATE TABLE manifest(path TEXT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX manifest_name ON manifest(name);
CREATE TABLE segment(id INTEGER PRIMARY KEY, pairs INTEGER NOT NULL);
CREATE TABLE posting(
  word INTEGER NOT NULL, segment INTEGER NOT NULL, chunks BLOB NOT NULL, PRIMARY KEY (word, segment)) WITHOUT ROWID;
CREATE TABLE wish(path TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_FORMAT = 3
_DECIDING = ("extract", "redacted")  # of the index: how the names of modules begin that decide what is kept


def database(folder: Path, root: Path) -> Path:
    """The workspace's database in ``folder``: one for each version of what is extracted, so that two can run."""
    name = os.path.normcase(os.path.realpath(root))
    return folder / f"{hashlib.sha256(os.fsencode(name)).hexdigest()[:24]}-{version()}.db"


@cache
def version() -> str:
    """Eight hex digits that change with the tables and with all that decides what is extracted."""
    digest = hashlib.sha256(f"{__version__} {_FORMAT} {_TABLES}".encode())
    package = resources.files("flashls")
    for part in ("index", "text", "syntax", "syntax/queries"):
        sources = sorted(package.joinpath(part).iterdir(), key=lambda found: found.name)
        for source in (s for s in sources if part != "index" or s.name.startswith(_DECIDING)):
            if source.name.endswith((".py", ".scm")):
                digest.update(source.read_bytes())
    return digest.hexdigest()[:8]


def writing(db: Path) -> sqlite3.Connection:
    """A connection to write with, the tables made if they are missing, 0600. Raises ``OSError``, ``sqlite3.Error``."""
    make_private(db)
    connection = sqlite3.connect(db, timeout=5, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # what a power cut takes is made again
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.execute("PRAGMA cache_size = -16000")
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'wish'").fetchone():
        connection.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")
    return connection


def looked_through(db: Path) -> bool:
    """Whether all files have been looked at once since the database was made. Raises nothing."""
    with suppress(sqlite3.Error), closing(reading(db)) as connection:
        return connection.execute("SELECT 1 FROM meta WHERE key = 'whole'").fetchone() is not None
    return False


def reading(db: Path) -> sqlite3.Connection:
    """A connection to read with, for any thread, one at a time. Raises ``sqlite3.Error``, also where there is no file.

    It may write the files beside the database: a reader in WAL mode has to.
    """
    uri = f"{db.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=0.05, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA query_only = 1")
    connection.execute("PRAGMA cache_size = -8000")
    return connection
