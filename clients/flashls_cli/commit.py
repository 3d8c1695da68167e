"""flashls commit: the message for what is staged."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path

from flashls.app import App
from flashls.context.borrowed import NoHistory
from flashls.context.history import staged, subjects
from flashls.engine.reviewing.commit import Message, message
from flashls.engine.visible import sees
from flashls.models.seam import ModelError, NotFound
from flashls.models.spent import usd_of
from flashls_cli.common import Common, opened_app, print_json, told_as_json
from flashls_cli.progress import waiting
from flashls_cli.trouble import Trouble
from flashls_cli.workspace import root_of


def commit(
    *,
    write: Path | None = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Print a message for what is staged, in the style of the repository's last commits.

    Parameters
    ----------
    write:
        A file to put the message into, before what is there: for git's hook prepare-commit-msg.
    """
    with told_as_json(common, subject="", body=""):
        found, usd = asyncio.run(_commit(common))
    if write is not None:
        _put(write, found.text)
    if common.json:
        print_json({"subject": found.subject, "body": found.body, "model": found.end.model, "cost_usd": usd})
    elif write is None:
        sys.stdout.write(found.text)
    return 0


async def _commit(common: Common) -> tuple[Message, float | None]:
    root = root_of(Path.cwd())
    async with opened_app(common, root) as app:
        try:
            with waiting("writing the message"):
                found = await _message(app, root)
        except NoHistory as error:
            raise Trouble(str(error)) from None
        except ModelError as error:
            raise Trouble(str(error), status=2 if isinstance(error, NotFound) else 1) from None
        return found, usd_of([found.end], app.settings.providers)


async def _message(app: App, root: Path) -> Message:
    visible = partial(sees, str(root), app.settings.paths.off)
    changes = await asyncio.to_thread(staged, root, visible)
    return await message(app.engine, changes, await asyncio.to_thread(subjects, root))


def _put(path: Path, text: str) -> None:
    try:
        old = path.read_text("utf-8", "replace") if path.exists() else ""
        path.write_text(text + old, "utf-8")
    except OSError as error:
        raise Trouble(f"{path}: {(error.strerror or str(error)).lower()}") from None
