"""flashls models: what is in use, whether it answers, and keys in the keyring."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flashls.keys import logins
from flashls.routes import TASKS
from flashls_cli.models_state import State
from tests.cli.command_line import CommandLine
from tests.e2e.editor import home, scripted

KEYRING = Path(__file__).parent / "keyring_in_a_file.py"
SECRET = "sk-" + "ant-api03-0123456789abcdef"


def test_the_models_in_use_are_shown_with_price_window_and_state(flashls: CommandLine) -> None:
    flashls.config.write_text(
        '[models]\ncomplete = ["ours/tiny", "gemini/gemini-3.5-flash-lite"]\n'
        'explain = ["gemini/gemini-3.5-flash-lite"]\n'
        '[providers.ours]\nbase_url = "http://127.0.0.1:9"\n'
    )
    listed = {model["name"]: model for model in flashls("models", "--json").json["models"]}
    ours, gemini = listed["ours/tiny"], listed["gemini/gemini-3.5-flash-lite"]
    assert (ours["tasks"], ours["usd_per_million_tokens"]) == (["complete"], {"input": 0, "output": 0})
    assert (gemini["tasks"], gemini["usd_per_million_tokens"]) == (
        list(TASKS),
        {"input": 0.3, "output": 2.5},
    )
    assert gemini["window"] >= 1_000_000
    assert not ours["reachable"]
    assert "127.0.0.1" in ours["trouble"]
    assert "GEMINI_API_KEY" in gemini["trouble"]
    shown = flashls("models")
    assert "0.3 / 2.5" in shown.out
    assert "everything" in shown.out
    assert "free" in shown.out


def test_what_counts_against_a_budget_is_told_with_the_models(flashls: CommandLine) -> None:
    assert flashls("models", "--json").json["budget"] == []
    ceiling = ("--set", "budget.daily_usd=0.5")
    said = "The daily budget of $0.50 ([budget] daily_usd): $0.00 are spent or reserved"
    assert flashls("models", "--json", *ceiling).json["budget"] == [said]
    assert said in flashls("models", *ceiling).out


def test_a_retired_model_is_told_with_the_one_in_its_place(flashls: CommandLine) -> None:
    said = flashls("models", "--set", "models.complete=gemini/gemini-2.0-flash")
    assert "gemini-2.0-flash was shut down on 1 June 2026: gemini-3.5-flash-lite answers in its place" in said.err


def test_a_model_that_is_to_go_is_told_with_the_day() -> None:
    state = State("a/b", ("complete",), None, 1000, "There is no key: set $A_KEY", date(2099, 12, 1))
    assert state.said == "There is no key: set $A_KEY; its vendor shuts it down on 2099-12-01"
    assert replace(state, trouble="", until=None).said == "reachable"


def test_each_model_is_asked_for_a_word(flashls: CommandLine) -> None:
    said = flashls("models", "test")
    assert said.status == 0
    assert "✓ scripted/demo: first text after" in said.out
    assert "free" in said.out
    (answer,) = flashls("models", "test", "scripted/demo", "--json").json["models"]
    assert (answer["ok"], answer["cost_usd"]) == (True, 0)


def test_a_model_that_is_out_is_told_as_such(flashls: CommandLine) -> None:
    flashls.config.write_text('[models]\ncomplete = ["ours/x"]\n[providers.ours]\nbase_url = "http://127.0.0.1:9"\n')
    said = flashls("models", "test", "ours/x")
    assert said.status == 1
    assert "✗ ours/x: " in said.out
    assert "127.0.0.1" in said.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("test", "gemini/none"), "gemini/none is not in use; there are scripted/demo"),
        (("login",), "whose key? There are gemini, openai, anthropic, xroute, scripted"),
        (("login", "nobody"), "whose key?"),
        (("logout", "nobody"), "whose key?"),
        (("login", "openai"), "no key was given: nothing is changed"),
    ],
)
def test_what_cannot_be_done_says_what_can(flashls: CommandLine, arguments: tuple[str, ...], says: str) -> None:
    said = flashls("models", *arguments)
    assert said.status == 2
    assert says in said.err


@pytest.mark.parametrize("key", ["has space", "grüße", "tab\tbed"])
def test_no_key_at_all_is_kept_of_what_cannot_be_one(flashls: CommandLine, key: str) -> None:
    said = flashls("models", "login", "openai", stdin=key)
    assert (said.status, said.err) == (2, "flashls: that holds a character no key has: nothing is changed\n")


def ran(folder: Path, environ: dict[str, str], *command: str, stdin: str = "") -> tuple[int, str]:
    """A command's exit status and all it said, which is never a key."""
    flashls = str(Path(sys.executable).with_name("flashls"))
    done = subprocess.run(
        [flashls, *command], env=environ, cwd=folder, input=stdin, capture_output=True, timeout=60, text=True
    )
    assert SECRET not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def test_where_there_is_no_keyring_the_variable_to_set_is_named(tmp_path: Path) -> None:
    environ = home(tmp_path, "") | {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    status, said = ran(tmp_path, environ, "models", "login", "openai", stdin=SECRET)
    assert status == 1
    assert said.endswith("there is none on this system; set the environment variable instead ($OPENAI_API_KEY)\n")


def test_a_key_goes_into_the_keyring_is_used_and_goes_out_again(tmp_path: Path) -> None:
    environ = home(tmp_path, scripted(tmp_path, [{"text": "x"}])) | {
        "PYTHON_KEYRING_BACKEND": "keyring_in_a_file.Keyring",
        "PYTHONPATH": str(KEYRING.parent),
        "KEYRING_FILE": str(tmp_path / "ring"),
    }

    data = Path(environ["FLASHLS_DATA"])
    assert ran(tmp_path, environ, "models", "login", "anthropic", stdin=SECRET + "\n")[0] == 0
    assert SECRET in (tmp_path / "ring").read_text()
    assert logins(data) == ("anthropic",)
    use = ("--set", "models.complete=anthropic/claude-haiku-5-5")
    assert "anthropic key: is set" in ran(tmp_path, environ, "doctor", *use)[1]
    assert ran(tmp_path, environ, "models", "logout", "anthropic")[0] == 0
    assert SECRET not in (tmp_path / "ring").read_text()
    assert "anthropic key: none: set $ANTHROPIC_API_KEY" in ran(tmp_path, environ, "doctor", *use)[1]
    for file in (f for f in data.rglob("*") if f.is_file()):
        assert SECRET.encode() not in file.read_bytes()
