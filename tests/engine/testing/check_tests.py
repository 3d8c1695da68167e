"""``check_test``: a project's files and what a model writes go in; the file with the tests comes out, or why not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from flashls.engine.testing.tests_for import Tested, tests_for
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import ModelError
from flashls.settings import Settings, Trust
from flashls.syntax.languages import language_id_of
from flashls.types import Snapshot
from tests.engine.documenting.check_document import engine_of, opened, place_in

Files = Mapping[str, str]


def written(*code: str, imports: Sequence[str] = ()) -> str:
    """A reply with those tests."""
    return json.dumps({"imports": list(imports), "tests": [{"name": f"t{n}", "code": c} for n, c in enumerate(code)]})


async def asked(
    root: Path,
    files: Files,
    *replies: str | Reply,
    of: str = "",
    at: str = "",
    trusted: bool = False,
    documents: Sequence[Snapshot] = (),
) -> tuple[Tested, Scripted]:
    """The tests for a file (the first one, unless named), and the model. ``files`` are written first."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    source = root / (of or next(iter(files)))
    text = source.read_bytes().decode()
    snapshot = await opened(text, language_id_of(source), source.as_uri())
    model = Scripted(list(replies))
    settings = Settings(trust=Trust(roots=(str(root),) if trusted else ()))
    start, end = place_in(snapshot, at)
    found = await tests_for(
        engine_of(model, "test", settings=settings), snapshot, start, end, str(root), documents
    )  # fmt: skip
    assert model.open == 0
    return found, model


async def check_test(
    root: Path,
    files: Files,
    replies: str | Reply | list[str | Reply],
    path: str = "",
    text: str = "",
    error: str | None = None,
) -> None:
    """Writes tests for the first of the files; ``path`` must come to hold ``text``, or it fails like ``error``.

    Nothing is written to the disk, and of a file that is there every row stays.
    """
    some = replies if isinstance(replies, list) else [replies]
    if error is not None:
        with pytest.raises(ModelError, match=error):
            await asked(root, files, *some)
        return
    found, _ = await asked(root, files, *some)
    assert found.path == root / path
    assert found.text == text
    assert found.state == "unrun"
    before = files.get(path)
    assert found.new == (before is None)
    assert all(edit.start == edit.end or not (before or "")[edit.start : edit.end].strip() for edit in found.edits)
    assert files_in(root) == set(files)


def files_in(root: Path) -> set[str]:
    """The paths of all files below a folder."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
