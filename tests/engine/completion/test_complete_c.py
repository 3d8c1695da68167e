"""Ghost text in C: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("int main(void) {\n    memcpy(dst, ▮, n);\n}\n", "src + offset", "src + offset"),
    "end of line": ("int main(void) {\n    size_t n = ▮\n}\n", "strlen(name);\n    return 0;", "strlen(name);"),
    "empty body": ("int max(int a, int b)\n{\n    ▮\n}\n", "return a > b ? a : b;\n}", "return a > b ? a : b;"),
    "right after the brace": (
        "int max(int a, int b) {▮\n}\n",
        "\n    return a > b ? a : b;\n}",
        "\n    return a > b ? a : b;",
    ),
    "right after the brace, nothing below": (
        "int max(int a, int b) {▮",
        "\n    return a > b ? a : b;\n}\n\nint min(int a, int b) {\n    return a < b ? a : b;\n}\n",
        "\n    return a > b ? a : b;\n}",
    ),
    "inside a string": (
        'int main(void) {\n    fprintf(stderr, "cannot open ▮", path);\n}\n',
        '%s\\n", path);',
        "%s\\n",
    ),
    "inside a comment": (
        "/* Frees the list and ▮ */\nvoid list_free(struct list *l);\n",
        "all of its nodes. */\nvoid list_free(struct list *l);",
        "all of its nodes.",
    ),
    "inside a line comment": (
        "// Returns the larger ▮\nint max(int a, int b);\n",
        "of two numbers.\nint max(int a, int b);",
        "of two numbers.",
    ),
    "before a closing bracket": ("int main(void) {\n    free(▮);\n}\n", "node->data);", "node->data"),
    "repeats the rest of the line": (
        "int main(void) {\n    for (▮; i++) {\n        sum += xs[i];\n    }\n}\n",
        "int i = 0; i < n; i++) {",
        "int i = 0; i < n",
    ),
    "repeats the lines below": (
        "int sum(const int *xs, size_t n) {\n    int total = 0;\n    ▮\n    return total;\n}\n",
        "for (size_t i = 0; i < n; i++) {\n        total += xs[i];\n    }\n    return total;\n}",
        "for (size_t i = 0; i < n; i++) {\n        total += xs[i];\n    }",
    ),
    "goes on with the next function": (
        "void push(struct stack *s, int x) {\n    ▮\n}\n\nint main(void) {\n}\n",
        "s->items[s->n++] = x;\n}\n\nint pop(struct stack *s) {\n    return s->items[--s->n];\n}",
        "s->items[s->n++] = x;",
    ),
    "fenced": ("int main(void) {\n    char *p = ▮\n}\n", "```c\nmalloc(n + 1);\n```", "malloc(n + 1);"),
    "fenced after an introduction": (
        "int max(int a, int b) {\n    ▮\n}\n",
        "Here is the body:\n\n```c\nreturn a > b ? a : b;\n```\n",
        "return a > b ? a : b;",
    ),
    "fence never closed": (
        "int max(int a, int b) {\n    ▮\n}\n",
        "```c\nreturn a > b ? a : b;",
        "return a > b ? a : b;",
    ),
    "emoji before the cursor": ('int main(void) {\n    printf("⚙️ %s\\n", ▮);\n}\n', "name);", "name"),
    "accents and CJK before the cursor": ('int main(void) {\n    set("größe", "世界", ▮);\n}\n', "42);", "42"),
    "header": ("#include <stdio.h>\n#include ▮\n", "<string.h>\n#include <stdlib.h>", "<string.h>"),
    "header in angle brackets": ("#include <▮>\n", "stdlib.h>", "stdlib.h"),
    "macro": ("#define MAX(a, b) ▮\n", "((a) > (b) ? (a) : (b))\n#define MIN(a, b)", "((a) > (b) ? (a) : (b))"),
    "include guard": ("#ifndef LIST_H\n▮\n", "#define LIST_H\n", "#define LIST_H"),
    "conditional code in a body": (
        "void f(void) {\n    ▮\n}\n",
        "#ifdef DEBUG\n    log_all();\n#endif\n    run();\n}",
        "#ifdef DEBUG\n    log_all();\n#endif\n    run();",
    ),
    "fields of a struct": (
        "struct node {\n    int value;\n    ▮\n};\n",
        "struct node *next;\n    struct node *prev;\n};",
        "struct node *next;\n    struct node *prev;",
    ),
    "struct, nothing below": (
        "struct node {▮",
        "\n    int value;\n    struct node *next;\n};\n\nvoid f(void);\n",
        "\n    int value;\n    struct node *next;\n};",
    ),
    "case of a switch": (
        "int f(int c) {\n    switch (c) {\n    case 'a':\n"
        "        ▮\n    case 'b':\n        return 2;\n    }\n    return 0;\n}\n",
        "return 1;\n    case 'b':\n        return 2;",
        "return 1;",
    ),
    "jump to a label": (
        "int f(void) {\n    int rc = -1;\n    ▮\n}\n",
        "if (!open_all())\n        goto out;\n    rc = 0;\nout:\n    close_all();\n    return rc;\n}",
        "if (!open_all())\n        goto out;\n    rc = 0;\nout:\n    close_all();\n    return rc;",
    ),
    "designated initializer": (
        "static const struct ops ops = {\n    .open = my_open,\n    ▮\n};\n",
        ".read = my_read,\n    .close = my_close,\n};",
        ".read = my_read,\n    .close = my_close,",
    ),
    "brace in a row of its own": (
        "int main(void) {\n    ▮\n}\n",
        "while (next(&it))\n    {\n        print(it);\n    }\n    return 0;\n}",
        "while (next(&it))\n    {\n        print(it);\n    }\n    return 0;",
    ),
    "initializer of several rows": (
        "static const int xs[] = ▮\n",
        "{\n    1, 2,\n    3, 4,\n};\nint n;",
        "{\n    1, 2,\n    3, 4,\n};",
    ),
    "header, braces below": ("▮\n{\n    return 0;\n}\n", "int main(void)\n{\n    return 0;\n}", "int main(void)"),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("int x = ▮\n", "", "empty reply"),
    "refusal": ("int main(void) {\n    ▮\n}\n", "I cannot assist with that request.", "refusal"),
    "only the closing brace": ("int main(void) {\n    run();\n    ▮\n}\n", "}", "empty reply"),
    "only the closing bracket": ("int main(void) {\n    run(▮);\n}\n", ");", "empty reply"),
    "the line below": ("int main(void) {\n    ▮\n    return 0;\n}\n", "return 0;\n}", "empty reply"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="c")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="c")
