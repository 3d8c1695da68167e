"""``python -m flashls``: the language server alone; the command ``flashls serve`` is this."""

from __future__ import annotations

import logging
import os
import sys

USAGE = "usage: flashls serve [--stdio | --tcp HOST:PORT]"


def main(arguments: list[str]) -> int:
    """Serves until the client is done; the exit status. Settings come from files, environment and the editor."""
    _log_to_stderr(os.environ.get("FLASHLS_LOG", "").upper() or "WARNING")
    from flashls.lsp.serve import serve_stdio, serve_tcp

    match [argument for argument in arguments if argument != "serve"]:
        case [] | ["--stdio"]:
            return serve_stdio()
        case ["--tcp", address] if address.rpartition(":")[2].isdigit() and int(address.rpartition(":")[2]) < 65_536:
            host, _, port = address.rpartition(":")
            return serve_tcp(host or "127.0.0.1", int(port))
        case ["-h" | "--help"]:
            sys.stdout.write(USAGE + "\n")
            return 0
    sys.stderr.write(USAGE + "\n")
    return 2


def _log_to_stderr(level: str) -> None:
    known = logging.getLevelNamesMapping()
    logging.basicConfig(stream=sys.stderr, level=known.get(level, logging.WARNING))
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it logs whole messages: code and settings
    if level not in known:
        logging.getLogger("flashls").warning("FLASHLS_LOG=%s is no log level; there are %s", level, ", ".join(known))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
