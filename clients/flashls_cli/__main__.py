"""The command ``flashls``."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Runs the command line. ``serve`` goes straight to the server: an editor waits for it to start."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["serve"]:
        from flashls.__main__ import main as serve

        sys.exit(serve(arguments[1:]))
    from flashls_cli.commands import run

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character that the output's encoding lacks is no reason to end
    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
