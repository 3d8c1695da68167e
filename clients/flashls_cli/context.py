"""flashls context: what a model would be shown, and why."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import Parameter

from flashls_cli.common import Common
from flashls_cli.trouble import Trouble


def context(
    target: str | None = None,
    /,
    *,
    jsonl: Annotated[bool, Parameter(negative="")] = False,
    count: bool = True,
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Show exactly what a completion at a TARGET would send, where each piece is from, and why it is there.

    Parameters
    ----------
    target:
        The place, as path:LINE:COL, path:LINE, path, or - for standard input.
    jsonl:
        Read requests {"repo_root", "path", "line", "character", "budget_tokens"} from standard input, one a line
        (0-based, UTF-16), and answer each with {"context", "files", "ms"}.
    count:
        Whether the provider counts the tokens, where it can; it is sent the prompt for that, as for a completion.
    language:
        The LSP language id, where the path does not tell it.
    """
    # What shows a place to people needs the whole app, which takes 0.4 s to load; what answers programs does not.
    if jsonl:
        from flashls_cli.context_lines import serve

        return asyncio.run(serve(common))
    if target is None:
        raise Trouble("which place? For example: flashls context src/main.py:10:5")
    from flashls_cli.context_shown import show

    return asyncio.run(show(target, count, language, common))
