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


INHERITED = {
    "app/src/p/U.java": (
        "package p;\nimport q.Far;\npublic class U<T extends Far> extends Base<T> implements Far.Near, Other {\n"
        "  public static int c() { return 1; }\n  public class In { public class Two {} }\n}\n"
    ),
    "lib/src/p/Base.java": (
        "package p;\npublic class Base<T> { public static void inherited() {} public static class Nest {} }\n"
        "class Second {}\n"
    ),
    "lib/src/q/Far.java": "package q;\npublic interface Far { int FAR = 1; interface Near { int NEAR = 2; } }\n",
    "kt/src/p/Tools.kt": "package p\n\nfun make(): Int = 1\n\nclass Tool {\n    fun turn() {}\n}\n",
    "kt/src/p/Loop.java": "package p;\npublic class Loop extends Loop2 {}\n",
    "kt/src/p/Loop2.java": "package p;\npublic class Loop2 extends Loop {}\n",
}


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("import static p.U.c;", ["app/src/p/U.java:U.c"]),
        ("import static p.U.inherited;", ["lib/src/p/Base.java:Base.inherited"]),
        ("import static p.U.NEAR;", ["lib/src/q/Far.java:Far.Near.NEAR"]),
        ("import p.U.Nest;", ["lib/src/p/Base.java:Base.Nest"]),
        ("import p.U.In.Two;", ["app/src/p/U.java:U.In.Two"]),
        ("import static p.U.*;", ["app/src/p/U.java", "lib/src/p/Base.java", "lib/src/q/Far.java"]),
        ("import p.Second;", ["lib/src/p/Base.java:Second"]),
        ("import p.Tool;", ["kt/src/p/Tools.kt:Tool"]),
        ("import static p.ToolsKt.make;", ["kt/src/p/Tools.kt:make"]),
        ("import p.ToolsKt;", ["kt/src/p/Tools.kt"]),
        ("import static p.Loop.none;", ["kt/src/p/Loop.java"]),
        ("import p.Missing;\nimport p.q.*;\nimport java.util.*;", []),
    ],
)
def test_java_members_inherited_and_nested(text: str, leads: list[str]) -> None:
    assert lead(INHERITED, "m/M.java", f"package m;\n{text}\nclass M {{}}\n") == leads


@pytest.mark.parametrize(
    ("path", "text", "leads"),
    [
        ("m.kt", "package m\nimport p.make\nimport p.Tool as T", ["kt/src/p/Tools.kt:make", "kt/src/p/Tools.kt:Tool"]),
        ("m.kt", "import q.Far.Near", ["lib/src/q/Far.java:Far.Near"]),
        ("m.kt", "import q.*\nimport kotlin.math.max", ["lib/src/q/Far.java"]),
        (
            "m.scala",
            "import p.{Tool => T, Base}\nimport q._",
            ["kt/src/p/Tools.kt:Tool", "lib/src/p/Base.java:Base", "lib/src/q/Far.java"],
        ),
    ],
)
def test_kotlin_and_scala(path: str, text: str, leads: list[str]) -> None:
    assert lead(INHERITED, path, text) == leads
