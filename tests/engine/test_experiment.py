"""Experiments: settings and a session go in; the arm, and the engine that completes in it, come out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from flashls.engine.completion.several import suggestions
from flashls.engine.engine import Engine, Route
from flashls.engine.experiment import WrongExperiment, arm_of, arms_of, engine_of
from flashls.engine.session import Session
from flashls.models.scripted import Scripted
from flashls.prompt.templates import shipped
from flashls.settings import Arm, Complete, Experiment, Names, Settings
from flashls.types import Call, Prompt
from tests.engine.check import BUDGET, cursor_in

TWO = {"a": Arm(), "b": Arm(extra=0)}


def engine(arms: dict[str, Arm], name: str = "trial", model: Scripted | None = None) -> Engine:
    settings = Settings(complete=Complete(debounce_ms=0), experiment=Experiment(name=name, arms=arms))
    return Engine(settings, {"complete": Route(model or Scripted(["1"]), "scripted/usual", BUDGET)})


def routed(names: Names) -> Route:
    return Route(Scripted(["2"]), names[0], BUDGET)


def arms(given: dict[str, Arm], folder: Path = Path(), name: str = "trial") -> dict[str, Engine]:
    return arms_of(engine(given, name), routed, folder)


def test_a_session_stays_in_its_arm_and_each_arm_gets_its_share() -> None:
    sessions = [f"{n:08x}" for n in range(3000)]
    first = [arm_of("trial", TWO, session) for session in sessions]
    assert first == [arm_of("trial", dict(reversed(TWO.items())), session) for session in sessions]
    assert all(1400 < n < 1600 for n in Counter(first).values())
    again = [arm_of("other", TWO, session) for session in sessions]
    assert 1400 < sum(a == b for a, b in zip(first, again, strict=True)) < 1600


def test_a_further_arm_moves_no_session_between_the_others() -> None:
    for n in range(500):
        after = arm_of("trial", {**TWO, "c": Arm()}, str(n))
        assert after in ("c", arm_of("trial", TWO, str(n)))


def test_arms_differ_in_what_they_say_and_in_nothing_else() -> None:
    made = arms({"usual": Arm(), "model": Arm(models=("x/y",)), "budget": Arm(prefix=7, extra=0, max_tokens=5)})
    assert {name: each.arm for name, each in made.items()} == {name: f"trial/{name}" for name in made}
    assert {name: each.routes["complete"].name for name, each in made.items()} == {
        "usual": "scripted/usual", "model": "x/y", "budget": "scripted/usual"
    }  # fmt: skip
    assert made["usual"].routes["complete"].budget == made["model"].routes["complete"].budget == BUDGET
    small = made["budget"].routes["complete"].budget
    assert (small.prefix, small.suffix, small.extra) == (7, BUDGET.suffix, 0)
    assert [each.settings.complete.max_tokens for each in made.values()] == [256, 256, 5]


def test_an_arm_can_have_a_prompt_of_its_own(tmp_path: Path) -> None:
    ours = shipped("complete")
    (tmp_path / "terse").mkdir()
    question = ours.questions[""]
    text = f"version: {ours.version}\n# Instructions\n\nBe terse.\n\n# Question\n\n{question}\n"
    for variant, asked in ours.questions.items():
        text += f"\n# Question: {variant}\n\n{asked}\n" if variant else ""
    (tmp_path / "terse" / "complete.md").write_text(text)
    made = arms({"usual": Arm(), "terse": Arm(prompts="terse")}, tmp_path)
    assert made["terse"].templates["complete"].instructions == "Be terse."
    assert made["usual"].templates["complete"] == ours


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        ({}, "trial", "two arms or more"),
        ({"a": Arm()}, "trial", "two arms or more"),
        (TWO, "", "is no name"),
        (TWO, "a b", "is no name"),
        ({"a": Arm(), "b/c": Arm(extra=0)}, "trial", "'b/c' is no name"),
        ({"a": Arm(), "b": Arm()}, "trial", "two arms are the same"),
        ({"a": Arm(), "b": Arm(prompts="none")}, "trial", "the arm b: there is no complete.md in"),
    ],
)
def test_what_is_no_experiment_is_said(given: dict[str, Arm], name: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(WrongExperiment, match=said):
        arms(given, tmp_path, name)


def test_a_broken_prompt_is_a_problem_and_not_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "complete.md").write_text("version: 999\n# Instructions\n\nx\n\n# Question\n\nx\n")
    with pytest.raises(WrongExperiment, match=r"the arm b: .*version 999"):
        arms({"a": Arm(), "b": Arm(prompts=".")}, tmp_path)


def test_without_an_experiment_all_sessions_have_the_same_engine() -> None:
    plain = engine({}, "")
    assert arms_of(plain, routed, Path()) == {}
    assert engine_of(plain, "any") is plain


async def test_the_ledger_is_told_the_arm_with_each_call_and_suggestion() -> None:
    calls: list[Call] = []

    def reply(_prompt: Prompt, call: Call) -> str:
        calls.append(call)
        return f"x + {len(calls)} * y"

    usual = engine(TWO, model=Scripted(reply))
    rows: list[object] = []
    session = Session(record=rows.append)
    whole = replace(usual, arms=arms_of(usual, routed, Path()))
    cursor = await cursor_in(session, "z = ▮\n")
    assert isinstance(await suggestions(whole, session, cursor, explicit=True), tuple)
    session.close_all()
    expected = f"trial/{arm_of('trial', TWO, session.id)}"
    assert [call.arm for call in calls] == [expected] * 3
    assert {row.arm for row in rows if hasattr(row, "arm")} == {expected}
