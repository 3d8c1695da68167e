"""Where imports of Java lead."""

from __future__ import annotations

import pytest

from tests.context.resolve.leading import lead

JAVA = {
    "src/main/java/org/acme/Shape.java": (
        "package org.acme;\n"
        "public interface Shape { double AREA = 1; static Shape of() { return null; } class Builder { } }\n"
    ),
    "src/main/java/org/acme/Circle.java": "package org.acme;\npublic class Circle implements Shape { }\n",
    "src/main/java/org/acme/util/Texts.java": (
        "package org.acme.util;\npublic class Texts { public static String trim(String s) { return s; } }\n"
    ),
}


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("import org.acme.Circle;", ["src/main/java/org/acme/Circle.java:Circle"]),
        ("import org.acme.Shape.Builder;", ["src/main/java/org/acme/Shape.java:Shape.Builder"]),
        ("import static org.acme.util.Texts.trim;", ["src/main/java/org/acme/util/Texts.java:Texts.trim"]),
        ("import static org.acme.util.Texts.*;", ["src/main/java/org/acme/util/Texts.java"]),
        ("import org.acme.util.*;", ["src/main/java/org/acme/util/Texts.java"]),
        ("import java.util.List;", []),
    ],
)
def test_java(text: str, leads: list[str]) -> None:
    assert lead(JAVA, "src/test/java/org/other/A.java", f"package org.other;\n{text}\nclass A {{}}\n") == leads
