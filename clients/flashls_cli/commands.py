"""The table of commands. Each is one module, loaded when it is called."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from flashls import __version__
from flashls_cli.trouble import INTERRUPTED, Trouble

_HELP = """\
A fast language model for your editor and your terminal.

A TARGET is `path`, `path:LINE`, `path:LINE:COL`, `path:LINE-LINE`, `path::Symbol.name`, or `-` for standard input
(with `--language`). Lines and columns count from 1, as editors show them.
"""
_EPILOGUE = "Exit status: 0 done, 1 nothing found or the model could not answer, 2 wrong usage or settings."

app = App(
    name="flashls",
    help=_HELP,
    help_epilogue=_EPILOGUE,
    help_format="markdown",
    version=__version__,
    result_action="return_value",
)
_HELP_OF = {
    "complete": "Print the completion at a TARGET.",
    "explain": "Explain the code at a TARGET, or what an error means.",
    "fix": """\
Mend the code at a TARGET: the problems that its tools find there, those given, or what a model finds wrong.

Shows the changes as a diff, which `git apply` and `patch -p1` take, and on standard error what was checked.""",
    "doc": "Write doc comments for the code at a TARGET.",
    "test": """\
Write tests for the code at a TARGET.

They are run, in a copy of the workspace, where `[trust] roots` names its folder; those that fail are mended once, and
not written if they fail still.""",
    "generate": "Write code at a TARGET, by an instruction or a comment.",
    "review": "Review code: whole files, pieces of them, or what was changed.",
    "ask": "Ask a question about the workspace.",
    "commit": """\
Print a message for what is staged, in the style of the repository's last commits.

Nothing is committed. To commit with it: `flashls commit | git commit --edit --file=-`""",
    "context": "Show exactly what a completion at a TARGET would send, and why.",
    "models": "Show the models in use, or fetch the weights of a small one.",
    "config": "Show the settings in force, each with its source.",
    "stats": "Show latencies, acceptance, errors, tokens and cost, also by the arms of an experiment.",
    "doctor": "Check the installation, or tell why no completion came.",
    "cache": "Show what is kept on disk, or forget it.",
    "serve": "Speak LSP to an editor.",
}
_EPILOGUE_OF = {
    "review": "Exit status: 0 nothing was found that is as grave as --fail-on says, 1 something was, or a file could "
    "not be reviewed, 2 wrong usage or settings."
}
for _name, _help in _HELP_OF.items():
    app.command(
        f"flashls_cli.{_name}:{_name}", name=_name, help=_help, help_epilogue=_EPILOGUE_OF.get(_name, _EPILOGUE)
    )
app.register_install_completion_command(add_to_startup=False)


def run(arguments: Sequence[str]) -> int:
    """Runs one command line; the exit status. Nothing a user can do wrong shows a traceback."""
    try:
        status = app(_ordered(arguments), exit_on_error=False, print_error=True)
        sys.stdout.flush()
    except CycloptsError:
        return 2
    except Trouble as trouble:
        sys.stderr.write(f"flashls: {trouble}\n")
        return trouble.status
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`flashls explain … | head`): what is left in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status if isinstance(status, int) else 0


def _ordered(arguments: Sequence[str]) -> list[str]:
    """The arguments with a lone ``-`` behind ``--``: elsewhere it would be taken for an option without a name.

    One that is what ``--error`` is to be read from stays with it.
    """
    if "-" not in arguments or "--" in arguments:
        return list(arguments)
    rest, targets = list[str](), list[str]()
    for argument in arguments:
        if argument == "-" and rest[-1:] == ["--error"]:
            rest[-1] = "--error=-"
        else:
            (targets if argument == "-" else rest).append(argument)
    return [*rest, "--", *targets[:1]] if targets else rest
