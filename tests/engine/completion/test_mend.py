"""Code that would break what is around: a chain of ``#if``, a string, a comment; cut to what fits, or not shown."""

from __future__ import annotations

import pytest

from tests.engine.check import check_complete

CHAIN = '#if defined(A)\n# include "a.h"\n#elif defined(B▮)\n# include "b.h"\n#else\n# include "c.h"\n#endif\n'

GHOSTS: dict[str, tuple[str, str, str, str]] = {
    "a branch of a chain": (
        "c",
        "#if defined(A)\nint a;\n#elif defined(B)\n▮\n#else\nint c;\n#endif\n",
        "int b;\n#else\nint c;",
        "int b;",
    ),
    "a condition of a chain": ("c", CHAIN, "IG)\n# include", "IG"),
    "the end of a chain": (
        "c",
        "#if defined(A)\nint a;\n#else\nint b;\n▮",
        "#endif\n",
        "#endif",
    ),
    "a quote in a string": ("cpp", 'void f() {\n  log("{} threads, {} ▮messages", 1, 2);\n}\n', 'new ".', "new "),
    "a header's name": ("c", "#include <std▮.h>\nint x;\n", "io.h>\n#include <string", "io"),
    "an apostrophe in a string": ("cpp", 'void f() {\n  log("it ▮ done");\n}\n', "isn't", "isn't"),
    "a joint of strings": ("cpp", 'char *a[] = {\n  "one " NAME▮ "two",\n  "three"\n};\n', "_AND", "_AND"),
}

SILENCES: dict[str, tuple[str, str, str, str]] = {
    "the end of a chain that goes on": ("c", CHAIN.replace("(B▮)", "▮ned(B)"), "#endif", "syntax"),
    "a branch amid a row": ("c", CHAIN, "#elif defined(C)", "syntax"),
    "within what opens a comment": ("c", "/▮/ A comment\nint x;\n", "))", "syntax"),
    "the end of a comment, of two parts": ("c", "/*\n *▮ See below\n */\nint x;\n", "/ int", "syntax"),
}


@pytest.mark.parametrize(("language", "text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_what_fits_is_shown(language: str, text: str, reply: str, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language=language, explicit=True)


@pytest.mark.parametrize(("language", "text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_what_breaks_something_is_not(language: str, text: str, reply: str, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language=language, explicit=True)
