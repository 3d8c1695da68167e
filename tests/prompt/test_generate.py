"""That the examples for generated code are answers of the kind that is asked for."""

from __future__ import annotations

import json

from flashls.models.structured import extracted
from flashls.prompt.generate import CODE
from flashls.prompt.templates import shipped


def test_the_examples_answers_fit_the_schema() -> None:
    for question, answer in shipped("generate").examples:
        assert extracted(answer, CODE) == json.loads(answer)
        assert ("<|start|>" in question.split("</file>")[0]) != ("<|cursor|>" in question.split("</file>")[0])
