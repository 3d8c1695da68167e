"""``python -m flashls``: the language server alone; the command ``flashls serve`` is this."""

from __future__ import annotations

import logging
import os
import sys

USAGE = "usage: flashls serve [--stdio | --tcp HOST:PORT]"


def main(arguments: list[str]) -> int:
    """Serves until the client is done; the exit status. Settings come from files, environment and the editor."""
    logging.basicConfig(stream=sys.stderr, level=os.environ.get("FLASHLS_LOG", "WARNING").upper())
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it logs whole messages: code and settings
    from flashls.lsp.serve import serve_stdio, serve_tcp

    match [argument for argument in arguments if argument != "serve"]:
        case [] | ["--stdio"]:
            return serve_stdio()
        case ["--tcp", address] if address.rpartition(":")[2].isdigit():
            host, _, port = address.rpartition(":")
            return serve_tcp(host or "127.0.0.1", int(port))
        case ["-h" | "--help"]:
            sys.stdout.write(USAGE + "\n")
            return 0
    sys.stderr.write(USAGE + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
