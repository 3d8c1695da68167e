"""flashls serve: the language server. ``__main__`` runs it without this module; here it is for the help text."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flashls.__main__ import main


def serve(*, stdio: Annotated[bool, Parameter(negative="")] = True, tcp: str | None = None) -> int:  # noqa: ARG001
    """Speak LSP to an editor.

    Parameters
    ----------
    stdio:
        Over standard input and output; the default.
    tcp:
        Over a port instead, as HOST:PORT; for debugging.
    """
    return main(["--tcp", tcp] if tcp else ["--stdio"])
