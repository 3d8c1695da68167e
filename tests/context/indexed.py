"""A workspace in memory, indexed as the real one is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from flashls.index.extract import extract
from flashls.index.files import manifest
from flashls.index.memory import Memory
from flashls.syntax.languages import language_id_of, language_of


def indexed(files: Mapping[str, str]) -> Memory:
    """The index of files given by path; those that describe a project are its manifests."""
    manifests = {path: text for path, text in files.items() if manifest(PurePosixPath(path).name)}
    sources = {path: text for path, text in files.items() if path not in manifests}
    facts = (
        extract(path, language, text.encode())
        for path, text in sources.items()
        if (language := language_of(language_id_of(path)))
    )
    return Memory(facts, manifests)
