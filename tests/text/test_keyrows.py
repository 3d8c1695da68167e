"""Rows of a private key without its head and foot, as a diff or a window may show them, and what only looks so."""

from __future__ import annotations

import string

import pytest

from flashls.text.keyrows import bare_rows
from flashls.text.secrets import find_secrets
from tests.text.test_secretguesses import ALNUM, HEX, drawn

ROWS = [drawn(64, seed, ALNUM + "+/") for seed in range(20, 24)]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(ROWS),
        "@@ -3,3 +3,3 @@\n " + ROWS[0] + "\n-" + ROWS[1] + "\n+" + ROWS[2] + "\n " + ROWS[3],
        "".join(f'    "{row}\\n"\n' for row in ROWS),
        "".join(f"# {row}\r\n" for row in ROWS),
        "x = 1\n\n" + "\n".join(drawn(70, seed) for seed in range(30, 34)),
        "\n".join(drawn(48, seed) for seed in range(40, 44)),
        "".join(f'"{drawn(60, seed)}" +\n' for seed in range(50, 54)).replace(" +", ","),
        "\n".join(drawn(72, seed) for seed in range(60, 64)),
    ],
    ids=["bare", "diff", "quoted", "comment", "openssh", "short rows", "rows of a literal", "long rows"],
)
def test_rows_of_a_key_are_found_without_its_head(text: str) -> None:
    spans = find_secrets(text)
    left = text
    for start, end in reversed(spans):
        left = left[:start] + left[end:]
    assert len(spans) >= 1
    assert not any(
        part in left for row in text.split("\n") for part in [row.strip(' "\\n+-#,')[8:40]] if len(part) > 20
    )


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN CERTIFICATE-----\n" + "\n".join(ROWS) + "\n-----END CERTIFICATE-----\n",
        "\n".join(ROWS) + "\n-----END CERTIFICATE-----\n",
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + "\n".join(ROWS) + "\n-----END PGP PUBLIC KEY BLOCK-----\n",
        '"-----BEGIN PUBLIC KEY-----\\n"\n' + "".join(f'"{row}\\n"\n' for row in ROWS),
        ROWS[0],
        f"{ROWS[0]}\n\n{ROWS[1]}",
        "\n".join(drawn(64, seed, HEX) for seed in range(5)),
        "\n".join(drawn(76, seed) for seed in range(5)),
        "\n".join(drawn(length, length) for length in (50, 55, 60)),
        "\n".join(f"src/main/java/org/example/deeply/nested/HandlerNumber{n}" for n in range(10, 14)),
        "\n".join(string.ascii_lowercase * 2 + string.ascii_lowercase[:12] for _ in range(5)),
    ],
    ids=[
        "certificate",
        "its end",
        "pgp",
        "quoted",
        "one row",
        "two apart",
        "hashes",
        "mime",
        "lengths",
        "paths",
        "letters",
    ],
)
def test_rows_that_are_public_or_something_else_stay(text: str) -> None:
    assert find_secrets(text) == ()


@pytest.mark.parametrize(
    ("lead", "trail"),
    [
        ("// ", ""), ("//", ""), ("-- ", ""), ("; ", ""), ("/// ", ""), ("REM ", ""), ("  - ", ""), ("-    // ", ""),
        ("| ", " |"), ('key += "', '\\n"'), ('  text.append("', '\\n");'), ('echo "', '" >> f'),
        ("  '", "' . PHP_EOL ."), ('"', '" & vbCrLf & _'), ("+", ""), ('    fputs("', '\\n", file);'), ("", "<br>"),
    ],
)  # fmt: skip
def test_rows_are_found_whatever_stands_around_them(lead: str, trail: str) -> None:
    """With what a window's edges have left of the first and of the last one."""
    text = "\n".join(f"{lead}{row}{trail}" for row in ROWS)[len(lead) + 40 : -len(trail) - 40]
    assert [text[start:end] for start, end in bare_rows(text)] == [ROWS[0][40:], *ROWS[1:-1], ROWS[-1][:-40]]


@pytest.mark.parametrize("between", ["\\n", "\\r\\n", "&#10;", "%0A", "<br>", " ", "\\u000a"])
def test_rows_in_one_line_are_found(between: str) -> None:
    text = f'{{"key": "{between.join(ROWS)}{between}'
    assert not any(row in "".join(text[end:] for _, end in bare_rows(text)[-1:]) for row in ROWS)
    assert [text[start:end][-64:] for start, end in bare_rows(text)] == ROWS


def test_a_row_that_is_longer_among_others_is_found() -> None:
    text = f" {ROWS[0]}\n-{ROWS[1]}\n+{ROWS[1][:9]}x{ROWS[1][9:]}\n {ROWS[2]}"
    assert len(bare_rows(text)) == 4


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f'"{name}.js": "sha384-{row}",' for name, row in zip("abcd", ROWS, strict=True)),
        f"{ROWS[0]}\n{'x' * 70}{ROWS[1]}\n",
        f'a = "{ROWS[0]}"\nfirst = second\nb = "{ROWS[1]}"\n',
        f"const certificate = `MIIDCTCCAfGgAwIB{ROWS[0][16:]}\n{ROWS[1]}\n{ROWS[2]}\n`",
        f'expect(parse("{ROWS[0]}")).toBe(\n  "{ROWS[0]}")\n',
        "\n".join(f"https://example.com/{row}_{row}" for row in ROWS),
    ],
    ids=["integrity", "no run", "lines between", "a certificate", "one row twice", "names"],
)
def test_runs_that_are_no_rows_of_one_key_stay(text: str) -> None:
    assert bare_rows(text) == []
