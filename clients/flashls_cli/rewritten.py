"""Rewritten: a file's text before and after, as a diff that ``git apply`` reads, or written in place of what it was."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flashls.engine.anchors import Replacement, applied
from flashls.types import Lines
from flashls_cli.patch import patch
from flashls_cli.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Rewritten:
    """``before`` is None for a file that is to be made, ``path`` None for standard input."""

    path: Path | None
    before: str | None
    after: str

    @property
    def diff(self) -> str:
        """A unified diff, by the path from the current folder; "" if nothing changes."""
        name = _shown(self.path)
        diff = patch(name, self.before or "", self.after)
        return diff.replace(f"--- a/{name}\n", "--- /dev/null\n", 1) if self.before is None else diff

    def write(self) -> None:
        """Puts the file in place of what it was, all of it or nothing.

        Raises Trouble if it is no longer what was read, is not UTF-8, exists though it is to be made, or cannot be
        written.
        """
        assert self.path is not None
        try:
            self._require_same()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(self.path, self.after.encode("utf-8", "surrogatepass"), new=self.before is None)
        except FileExistsError:
            raise Trouble(f"{self.path}: it exists already, and is not overwritten", status=1) from None
        except OSError as error:
            raise Trouble(f"{self.path}: {(error.strerror or str(error)).lower()}") from None

    def _require_same(self) -> None:
        assert self.path is not None
        if self.before is not None and self.path.read_bytes() != self.before.encode("utf-8", "surrogatepass"):
            raise Trouble(f"{self.path}: it has changed meanwhile, or is not UTF-8: nothing was written", status=1)


def rewritten(path: Path | None, lines: Lines, edits: Sequence[Replacement]) -> Rewritten:
    """What edits make of a document."""
    return Rewritten(path, applied(lines, ()), applied(lines, edits))


def _shown(path: Path | None) -> str:
    if path is None:
        return "stdin"
    with suppress(ValueError):
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    return path.as_posix().lstrip("/")


def _replace(path: Path, data: bytes, new: bool) -> None:
    """Through a link to what it points at; the file's rights stay as they are."""
    if new:
        with path.open("xb") as file:
            file.write(data)
        return
    path = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(path.stat().st_mode & 0o7777)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
