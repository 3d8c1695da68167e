"""Records what the embedded model says wrongly at holes in real code, as rows for the table of suggestions' shapes.

``python -m tests.corpora.record owner/name=FOLDER... --into FILE --seconds 420 --seed 1``: holes in the files of
checked-out repositories under permissive licences, each language in turn, filled by the 0.5B model as it is (fill in
the middle, no shaping). Replies that would do as they come are left out. What is to be shown of the others is for
people to read: the tool writes what is shown now.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import msgspec

from flashls.app import App, build
from flashls.prompt.seal import seal
from flashls.sources import data_path
from flashls.syntax.languages import language_id_of
from flashls.types import Call, Draft, EndReason, Fim, Piece, Prompt
from tests.corpora.holes import Hole, holes
from tests.corpora.raw import fault_of
from tests.corpora.recorded import Recorded
from tests.engine.completion.cuts import Case, shown

_MODEL = "local/qwen2.5-coder-0.5b"
_TOKENS = 56
_ROWS_BELOW = 8
_SAMPLES = 3
_FILES = 80  # of a language and repository
_LONGEST = 60_000
_SUFFIXES = (
    "py",
    "js",
    "ts",
    "tsx",
    "go",
    "rs",
    "java",
    "c",
    "cc",
    "cpp",
    "cs",
    "rb",
    "php",
    "sh",
    "bash",
    "lua",
    "kt",
)
_PERMISSIVE = {
    "MIT": r"Permission is hereby granted, free of charge",
    "Apache-2.0": r"Apache License\s+Version 2\.0",
    "BSD": r"Redistribution and use in source and binary forms",
}


def main() -> None:
    """Adds rows to a file until the time is up."""
    options = _options()
    asyncio.run(_record(options.repositories, options.into, options.seconds, random.Random(options.seed)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.corpora.record", description=__doc__)
    parser.add_argument("repositories", nargs="+", metavar="OWNER/NAME=FOLDER")
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=420)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


async def _record(repositories: Sequence[str], into: Path, seconds: float, chance: random.Random) -> None:
    until = time.monotonic() + seconds
    cache = into.with_suffix(".cache")
    environ = {"FLASHLS_DATA": str(data_path(os.environ)), "FLASHLS_CACHE": str(cache), "FLASHLS_CONFIG": os.devnull}
    app = await build(environ, {"models": {"complete": [_MODEL]}, "complete": {"timeout_s": 60}})
    try:
        with into.open("ab") as file:
            for hole in _in_turn(repositories, chance):
                async for row in _rows(app, hole):
                    file.write(msgspec.json.encode(row) + b"\n")
                    file.flush()
                if time.monotonic() > until:
                    return
    finally:
        await app.aclose()


def _in_turn(repositories: Sequence[str], chance: random.Random) -> Iterator[Hole]:
    """Holes without end, a language after the other."""
    folders = {name: Path(folder) for name, _, folder in (each.partition("=") for each in repositories)}
    licences = {name: _licence(folder) for name, folder in folders.items()}
    files: dict[str, dict[str, list[Path]]] = {}
    for name, folder in folders.items():
        for suffix in _SUFFIXES:
            found = [path for path in islice(folder.rglob(f"*.{suffix}"), 2000) if path.is_file()]
            for path in chance.sample(sorted(found), min(len(found), _FILES)):
                files.setdefault(language_id_of(path), {}).setdefault(name, []).append(path)
    for language in cycle(sorted(files)):
        name = chance.choice(sorted(files[language]))
        path = chance.choice(files[language][name])
        text = path.read_text("utf-8", "replace")
        if len(text) < _LONGEST and (hole := next(holes(language, text, chance), None)) is not None:
            source = f"{name}/{path.relative_to(folders[name]).as_posix()}"
            yield replace(hole, source=source, licence=licences[name])


def _licence(folder: Path) -> str:
    """The permissive licence of a repository. Raises SystemExit for another one."""
    papers = sorted(folder.glob("LICEN[CS]E*")) + sorted(folder.glob("COPYING*"))
    for paper in papers:
        text = paper.read_text("utf-8", "replace")
        for name, telling in _PERMISSIVE.items():
            if re.search(telling, text):
                return name
    raise SystemExit(f"{folder}: no licence that allows to take a piece of its code")


async def _rows(app: App, hole: Hole) -> AsyncIterator[Recorded]:
    """The likeliest reply to a hole and two others, as far as they are wrong."""
    below = "\n".join(hole.after.split("\n")[:_ROWS_BELOW])
    prompt = seal(Draft(parts=(), fim=Fim((), hole.before, below), max_tokens=_TOKENS))
    said = set[str]()
    for number in range(_SAMPLES):
        reply, reason = await _said(app, prompt.sampled(number) if number else prompt)
        kind = fault_of(hole, reply, reason)
        if kind is None or reply.strip() in said or prompt.redactions:
            continue
        said.add(reply.strip())
        now = shown(Case(hole.source.rpartition("/")[2], hole.before, hole.after, reply, reason))
        yield Recorded(hole.language, kind, hole.source, hole.licence, hole.before, hole.after, reply, now, reason)


async def _said(app: App, prompt: Prompt) -> tuple[str, EndReason]:
    texts = list[str]()
    reason: EndReason = "stop"
    async for item in app.engine.routes["complete"].model.stream(prompt, Call("record", "complete")):
        if isinstance(item, Piece):
            texts.append(item.text)
        else:
            reason = item.reason
    return "".join(texts), reason


if __name__ == "__main__":
    main()
