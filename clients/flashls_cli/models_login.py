"""flashls models login and logout: keys in the system's keyring."""

from __future__ import annotations

import os
import sys
from getpass import getpass

from flashls.keys import VARIABLES, KeyringTrouble, log_in, log_out
from flashls.sources import data_path, load
from flashls_cli.common import Common, flags_of, print_json
from flashls_cli.trouble import Trouble

_LONGEST = 4096


def login(provider: str | None, common: Common) -> int:
    """Asks for a provider's key, or reads it from a pipe, and puts it into the keyring. Raises Trouble."""
    name = _provider(provider, common)
    key = _key(name)
    try:
        log_in(name, key, data_path(os.environ))
    except (KeyringTrouble, OSError) as error:
        variable = "".join(f" (${each})" for each in VARIABLES.get(name, ())[:1])
        raise Trouble(f"{error}{variable}", status=1) from None
    return _said(common, name, "kept", f"the key for {name} is in the system's keyring: flashls models test tries it")


def logout(provider: str | None, common: Common) -> int:
    """Takes a provider's key out of the keyring. Raises Trouble."""
    name = _provider(provider, common)
    try:
        had = log_out(name, data_path(os.environ))
    except (KeyringTrouble, OSError) as error:
        raise Trouble(str(error), status=1) from None
    text = f"the key for {name} is forgotten" if had else f"the keyring holds no key for {name}"
    return _said(common, name, "forgotten" if had else "none", text)


def _provider(provider: str | None, common: Common) -> str:
    loaded = load(os.environ, flags_of(common))
    if loaded.problems:
        raise Trouble("\nflashls: ".join(loaded.problems))
    names = [*VARIABLES, *(name for name in loaded.settings.providers if name not in VARIABLES)]
    if provider not in names:
        raise Trouble(f"whose key? There are {', '.join(names)}; for example: flashls models login {names[0]}")
    return provider


def _key(provider: str) -> str:
    """The key as typed, unseen, or as piped in. Raises Trouble for what is no key."""
    try:
        text = getpass(f"Key for {provider} (it is not shown): ") if sys.stdin.isatty() else sys.stdin.read(_LONGEST)
    except EOFError:
        text = ""
    key = text.strip()
    if not key:
        raise Trouble("no key was given: nothing is changed")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise Trouble("that holds a character no key has: nothing is changed")
    return key


def _said(common: Common, provider: str, state: str, text: str) -> int:
    if common.json:
        print_json({"provider": provider, "key": state})
    else:
        sys.stdout.write(text + "\n")
    return 0
