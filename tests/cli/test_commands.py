"""Every command: what it prints for people and for programs, and its exit status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flashls.routes import TASKS
from tests.cli.command_line import CommandLine

AREA = "def area(r):\n    return \n\n\nclass Disc:\n    def size(self):\n        nothing = 1\n"
AT = "a.py:2:12"


def test_complete_prints_what_would_be_inserted(flashls: CommandLine) -> None:
    flashls.file(AREA)
    said = flashls("complete", AT)
    assert (said.status, said.out, said.err) == (0, "3.14 * r * r\n", "")


@pytest.mark.parametrize(
    ("text", "target"),
    [("x = ", "a.py"), ("x = \ny = 1\n", "a.py:1"), ("x =  # so\n", "a.py:1:5"), ("x = \r\n", "a.py:1")],
)
def test_complete_at_the_end_of_a_file_or_line_or_in_one(flashls: CommandLine, text: str, target: str) -> None:
    flashls.file(text)
    assert flashls("complete", target).out.startswith("3.14")


def test_complete_reads_standard_input(flashls: CommandLine) -> None:
    assert flashls("complete", "-", "--language", "python", stdin="x = ").out == "3.14 * r * r\n"
    assert flashls("complete", "-", stdin="x = ").out == "3.14 * r * r\n"
    assert flashls("complete", "--language", "python", "-", "--json", stdin="x = ").json["text"] == "3.14 * r * r"
    assert flashls("complete", "--", "-", stdin="x = ").out == "3.14 * r * r\n"


def test_a_file_may_be_called_like_an_option(flashls: CommandLine) -> None:
    flashls.file("x = ", "-x.py")
    for target in (("./-x.py",), ("--", "-x.py")):
        assert flashls("complete", *target).out == "3.14 * r * r\n"


def test_complete_as_json(flashls: CommandLine) -> None:
    flashls.file(AREA)
    said = flashls("complete", AT, "--json")
    found = said.json
    assert (said.status, found["text"], found["reason"]) == (0, "3.14 * r * r", "ghost")
    assert found["model"] == "scripted/demo"
    assert found["ms"] >= 0


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [("if x", "empty reply", "the model had nothing to say here"), ("boom = ", "error", "the model is out of order")],
)
def test_complete_without_an_answer_says_why(flashls: CommandLine, text: str, reason: str, detail: str) -> None:
    flashls.file(text)
    said = flashls("complete", "a.py")
    assert (said.status, said.out) == (1, "")
    assert reason in said.err
    assert detail in said.err
    as_json = flashls("complete", "a.py", "--json")
    assert (as_json.status, as_json.json["reason"], as_json.json["detail"]) == (1, reason, detail)


def test_a_file_that_no_model_may_see_is_not_sent(flashls: CommandLine) -> None:
    flashls.file("KEY=", ".env")
    for command in ("complete", "explain", "context"):
        said = flashls(command, ".env")
        assert (said.status, said.out.strip()) == (1, "")
        assert "no model may see" in said.err or "kept from all models" in said.err


@pytest.mark.parametrize("target", ["a.py::area", "a.py:1-2", "a.py:2", "a.py", "a.py:2:5", "a.py::Disc.size"], ids=str)
def test_explain_streams_plain_markdown_into_a_pipe(flashls: CommandLine, target: str) -> None:
    flashls.file(AREA.replace("nothing", "a"))
    said = flashls("explain", target)
    assert (said.status, said.out, said.err) == (0, "It *multiplies*.\n", "")


def test_explain_briefly_and_as_json(flashls: CommandLine) -> None:
    flashls.file(AREA)
    said = flashls("explain", "a.py::area", "--brief", "--json")
    assert (said.status, said.json["text"], said.json["reason"]) == (0, "Briefly: *pi*.", "stop")


def test_explain_names_the_model_that_explains(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    said = flashls("explain", "a.py", "--set", "models.explain=scripted/other", "--json")
    assert (said.status, said.json["model"]) == (0, "scripted/other")


def test_explain_that_breaks_off_keeps_what_came(flashls: CommandLine) -> None:
    flashls.file("boom = 1\n")
    said = flashls("explain", "a.py")
    assert (said.status, said.err) == (1, "flashls: the model is out of order\n")
    assert said.out.strip() == "It b"
    flashls.file("nothing = 1\n")
    assert flashls("explain", "a.py").status == 1


def test_context_shows_what_would_be_sent_and_sends_nothing(flashls: CommandLine) -> None:
    flashls.file("import math\n" + AREA + 'password = "hunter2hunter2"\n')
    said = flashls("context", "a.py:3:12")
    assert said.status == 0
    assert "scripted/demo would be sent" in said.out
    assert "return <|cursor|>" in said.out
    found = flashls("context", "a.py:3:12", "--json").json
    assert (found["model"], found["form"], "fim" in found) == ("scripted/demo", "chat", False)
    assert found["parts"][0]["role"] == "system"
    assert found["parts"][-1]["text"].count("<|cursor|>") == 1
    assert found["prefix_tokens"] > 5


def test_context_shows_the_hole_to_a_model_that_fills_it_in(flashls: CommandLine) -> None:
    flashls.file("import math\n" + "f()\n" * 2000 + "go(\t)\nend()\n")
    at = ("context", "a.py:2002:4", "--model", "local/qwen2.5-coder-0.5b")
    said = flashls(*at)
    assert said.status == 0
    assert "would be sent (fill in the middle)" in said.out
    assert "\nf()\ngo(<hole>\t)\nend()\n" in said.out
    assert "\nimport math\n" in said.out
    assert "<|cursor|>" not in said.out
    found = flashls(*at, "--json").json
    assert (found["form"], "parts" in found) == ("fill in the middle", False)
    assert found["fim"]["snippets"] == [{"path": "a.py", "text": "import math"}]
    assert found["fim"]["prefix"].endswith("\nf()\ngo(")
    assert found["fim"]["suffix"] == "\t)\nend()\n"


def test_context_shows_a_placeholder_for_a_secret(flashls: CommandLine) -> None:
    secret = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"
    flashls.file(f'KEY = "{secret}"\nx = \n')
    for arguments in (("context", "a.py:2"), ("context", "a.py:2", "--json")):
        said = flashls(*arguments)
        assert secret not in said.out
        assert "REDACTED_SECRET_1" in said.out


def lines(flashls: CommandLine, *requests: Any) -> list[Any]:
    """The answers of ``context --jsonl``, one for each request."""
    text = "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in requests)
    said = flashls("context", "--jsonl", stdin=text)
    assert (said.status, said.err) == (0, "")
    return [json.loads(line) for line in said.out.splitlines()]


def test_context_answers_line_by_line(flashls: CommandLine) -> None:
    body = "".join(f"    step_{n}({n})\n" for n in range(400))
    flashls.file(f"import math\n\n\ndef run():\n{body}    \n")
    ask = {"repo_root": str(flashls.folder), "path": "a.py", "line": 404, "character": 4, "budget_tokens": 500}
    answers = lines(flashls, ask | {"warmup": True}, ask, ask | {"budget_tokens": 0})
    assert [sorted(answer) for answer in answers] == [["context", "files", "ms"]] * 3
    assert "import math" in answers[1]["context"]
    assert "def run()" in answers[1]["context"]
    assert answers[1]["files"] == ["a.py"]
    assert (answers[2]["context"], answers[2]["files"]) == ("", [])
    assert all(answer["ms"] >= 0 for answer in answers)


def test_context_goes_on_after_a_request_it_cannot_answer(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    ask = {"repo_root": str(flashls.folder), "path": "a.py", "line": 0, "character": 0, "budget_tokens": 100}
    bad = [ask | {"path": "none.py"}, "not json", "5", "{}", ask | {"line": "x"}, ask | {"budget_tokens": None}]
    bad += [ask | {"line": -1}, ask | {"budget_tokens": -5}, ask | {"path": "/etc/hosts"}, ask | {"path": "a\0.py"}]
    bad += [json.dumps(ask).replace('"line": 0', f'"line": {number}') for number in ("1e999", "Infinity", "1" * 5000)]
    bad += ["[" * 200_000, "", '{"repo_root": ' + "[" * 200_000]
    odd: list[dict[str, object]] = [
        {"line": 10_000, "character": 10_000},
        {"line": 0.0},
        {"line": "0"},
        {"budget_tokens": 500.5},
    ]
    odd += [{"warmup": None}, {"warmup": 1}, {"more": []}]
    answers = lines(flashls, *bad, *(ask | each for each in odd))
    assert [bool(answer.get("error")) for answer in answers] == [True] * len(bad) + [False] * len(odd)
    assert "none.py" in answers[0]["error"]


def test_context_for_programs_shows_what_a_model_would_see(flashls: CommandLine) -> None:
    secret = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"
    flashls.file(f'import x from "https://user:{secret[4:]}@example.org/x.js";\n' + "f();\n" * 2000, "a.js")
    flashls.file("KEY=", ".env")
    flashls.file('import math\nx = ""\n', "private.py")
    flashls.file('[paths]\noff = ["/private.py"]\n', ".flashls.toml")
    ask = {"repo_root": str(flashls.folder), "path": "a.js", "line": 2000, "character": 0, "budget_tokens": 500}
    answers = lines(flashls, ask, *(ask | {"path": path, "line": 1} for path in (".env", "private.py")))
    assert "REDACTED_SECRET_1@example.org" in answers[0]["context"]
    assert secret[4:] not in answers[0]["context"]
    for answer in answers[1:]:
        assert (answer["context"], answer["files"]) == ("", [])
        assert "no model may see this file" in answer["error"]


def test_context_for_programs_reads_each_repositorys_settings(flashls: CommandLine) -> None:
    asked = []
    for name, settings in {"a": "", "b": '[paths]\noff = ["*.py"]\n', "c": "[paths]\noff = 5\n"}.items():
        (flashls.folder / name).mkdir()
        flashls.file("import math\n", f"{name}/x.py")
        flashls.file(settings, f"{name}/.flashls.toml")
        root = str(flashls.folder / name)
        asked.append({"repo_root": root, "path": "x.py", "line": 0, "character": 0, "budget_tokens": 100})
    errors = [answer.get("error", "") for answer in lines(flashls, *asked)]
    assert errors[0] == ""
    assert "no model may see this file" in errors[1]
    assert "paths.off" in errors[2]


def test_models_shows_what_is_used_and_what_could_be(flashls: CommandLine) -> None:
    said = flashls("models")
    assert said.status == 0
    assert "scripted/demo" in said.out
    assert "flashls models pull qwen2.5-coder-0.5b" in said.out
    found = flashls("models", "--json").json
    assert found["used"] == dict.fromkeys(TASKS, "scripted/demo")
    assert {row["name"] for row in found["local"]} >= {"local/qwen2.5-coder-0.5b", "local/qwen2.5-coder-1.5b"}
    assert [row["path"] for row in found["local"]] == [None] * len(found["local"])


@pytest.mark.parametrize("name", [(), ("gpt",)])
def test_models_pull_wants_a_name_it_knows(flashls: CommandLine, name: tuple[str, ...]) -> None:
    said = flashls("models", "pull", *name)
    assert said.status == 2
    assert "qwen2.5-coder-0.5b" in said.err


def test_config_shows_values_and_where_they_come_from(flashls: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASHLS_CACHE_SIZE_MB", "7")
    said = flashls("config", "--set", "complete.multiline=false", "--set", "languages.off=go,rust", "--json")
    found = said.json
    assert (said.status, found["file"], found["problems"]) == (0, str(flashls.config), [])
    assert found["settings"]["cache.size_mb"] == {"value": 7, "source": "environment"}
    assert found["settings"]["complete.multiline"] == {"value": False, "source": "flag"}
    assert found["settings"]["languages.off"] == {"value": ["go", "rust"], "source": "flag"}
    assert found["settings"]["models.complete"] == {"value": ["scripted/demo"], "source": "config.toml"}
    assert found["settings"]["complete.enabled"] == {"value": True, "source": "default"}
    shown = {line.split()[0]: line.split()[1:] for line in flashls("config").out.splitlines()[2:]}
    assert shown["cache.size_mb"] == ["7", "environment"]
    assert shown["complete.enabled"] == ["true", "default"]
    assert shown["models.complete"] == ['["scripted/demo"]', "config.toml"]


@pytest.mark.parametrize("scheme", ["", "http://"])
def test_config_shows_no_password_of_an_address(scheme: str, flashls: CommandLine) -> None:
    flashls.config.write_text(
        f'[network]\nproxy = "{scheme}alice:s3cret@proxy.corp:3128"\n'
        f'[providers.own]\nbase_url = "{scheme}bob:s3cret@gw.corp/v1"\n'
    )
    for said in (flashls("config"), flashls("config", "--json")):
        assert "s3cret" not in said.out + said.err
        assert "proxy.corp:3128" in said.out
        assert "gw.corp/v1" in said.out


def test_doctor_says_what_works_and_what_is_missing(flashls: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    said = flashls("doctor")
    assert said.status == 0
    assert "gemini key: none: set $GEMINI_API_KEY" in said.out
    secret = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"
    monkeypatch.setenv("GEMINI_API_KEY", secret)
    flashls.config.write_text("")
    said = flashls("doctor", "--json")
    states = {(finding["what"], finding["state"]) for finding in said.json["findings"]}
    assert {
        ("gemini key", "good"),
        ("complete", "good"),
        ("all else", "good"),
        ("index", "good"),
        ("cache", "good"),
        ("privacy", "note"),
    } <= states
    assert secret not in said.out
    flashls.config.write_text("[complete]\nenabled = 5\n")
    said = flashls("doctor", "--json")
    assert said.status == 1
    assert ("settings", "bad") in {(finding["what"], finding["state"]) for finding in said.json["findings"]}


def test_cache_shows_and_forgets(flashls: CommandLine) -> None:
    said = flashls("cache")
    assert said.status == 0
    assert said.out.startswith("0 replies, ")
    assert flashls("cache", "show", "--json").json["entries"] == 0
    assert "indexes of workspaces, 0.0 MB in " in said.out
    assert flashls("cache", "clear", "--json").json == {"removed": 0, "indexes_removed": 0}


@pytest.mark.parametrize("command", ["", "complete", "context", "explain", "models", "config", "doctor", "cache"])
def test_help_names_every_option_with_a_text(flashls: CommandLine, command: str) -> None:
    said = flashls(*filter(None, [command]), "--help")
    assert said.status == 0
    assert said.out.startswith(f"Usage: flashls {command}".rstrip())
    if command:
        assert "--json" in said.out
        assert "--set" in said.out
