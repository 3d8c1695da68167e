"""What a request took, where nobody says."""

import pytest

from flashls.models.estimate import estimated
from flashls.types import Fim, Image, Prompt, Snippet, Text, Usage

_HOLE = Fim((Snippet("a.py", "x" * 6, "similar", 1.0, "open"),), "y" * 16, "z" * 4)


@pytest.mark.parametrize(
    ("prompt", "written", "per_token", "tokens"),
    [
        (Prompt((Text("system", "s" * 8), Text("user", "u" * 12))), 32, 4.0, (5, 8)),
        (Prompt((Text("user", "u" * 16),)), 8, 3.2, (5, 2)),
        (Prompt((), _HOLE), 10, 2.0, (15, 5)),
        (Prompt((Text("user", "u" * 60),), _HOLE), 0, 2.0, (30, 0)),
        (Prompt((Text("user", "what?"), Image("image/png", b"x" * 9000))), 0, 1.0, (5, 0)),
        (Prompt(()), 0, 3.2, (0, 0)),
    ],
)
def test_estimated(prompt: Prompt, written: int, per_token: float, tokens: tuple[int, int]) -> None:
    assert estimated(prompt, written, per_token) == Usage(input=tokens[0], output=tokens[1], estimated=True)
