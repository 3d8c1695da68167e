"""Which parts of a private key's block are found: in files, quoted, commented, escaped, joined, and cut by a window."""

from __future__ import annotations

import base64
import random
import string

import pytest

from flashls.text.keyblocks import in_key_block, key_blocks, key_spans

BASE64 = string.ascii_letters + string.digits + "+/"


def drawn(length: int, seed: int = 0) -> str:
    pick = random.Random(seed * 1000 + length).choice
    return pick(string.ascii_letters) + "".join(pick(BASE64) for _ in range(length - 1))


def head(kind: str = "PRIVATE KEY") -> str:
    return "-----BEG" + f"IN {kind}-----"


def foot(kind: str = "PRIVATE KEY") -> str:
    return "-----E" + f"ND {kind}-----"


A, B, C, LAST = drawn(64, 1), drawn(64, 2), drawn(64, 3), drawn(9, 4) + "+/=="
BODY = f"{A}\n{B}\n{C}\n{LAST}"
ESCAPED = BODY.replace("\n", "\\n")

FOUND = {
    "pem": (f"{head()}\n{BODY}\n{foot()}\n", [BODY]),
    "pem, crlf": (f"{head()}\r\n{BODY}\r\n{foot()}\r\n", [BODY]),
    "rsa": (f"{head('RSA PRIVATE KEY')}\n{BODY}\n{foot('RSA PRIVATE KEY')}", [BODY]),
    "ec": (f"{head('EC PRIVATE KEY')}\n{BODY}\n{foot('EC PRIVATE KEY')}", [BODY]),
    "dsa": (f"{head('DSA PRIVATE KEY')}\n{BODY}\n{foot('DSA PRIVATE KEY')}", [BODY]),
    "encrypted": (f"{head('ENCRYPTED PRIVATE KEY')}\n{BODY}\n{foot('ENCRYPTED PRIVATE KEY')}", [BODY]),
    "openssh": (f"{head('OPENSSH PRIVATE KEY')}\n{BODY}\n{foot('OPENSSH PRIVATE KEY')}", [BODY]),
    "ssh2": (
        "---- BEG"
        + f'IN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "me"\n{BODY}\n---- E'
        + "ND SSH2 ENCRYPTED PRIVATE KEY ----",
        [BODY],
    ),
    "pgp": (
        f"{head('PGP PRIVATE KEY BLOCK')}\nVersion: GnuPG v2\n\n{BODY}\n=aBcD\n{foot('PGP PRIVATE KEY BLOCK')}",
        [f"{BODY}\n=aBcD"],
    ),
    "old encryption": (
        f"{head('RSA PRIVATE KEY')}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF\n\n{BODY}\n"
        f"{foot('RSA PRIVATE KEY')}",
        [BODY],
    ),
    "old encryption, on one line": (
        f"{head('RSA PRIVATE KEY')} Proc-Type: 4,ENCRYPTED DEK-Info: AES-128-CBC,0123456789ABCDEF {A} {B} {foot()}",
        [f"{A} {B}"],
    ),
    "putty": (
        f"PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: me\nPublic-Lines: 1\n{C}\nPrivate-Lines: 2\n{A}\n"
        f"{B}\nPrivate-MAC: 0123456789abcdef0123456789abcdef01234567\n",
        [f"{A}\n{B}"],
    ),
    "indented in YAML": (f"key: |\n  {head()}\n  {A}\n  {B}\n  {LAST}\n  {foot()}\n", [f"{A}\n  {B}\n  {LAST}"]),
    "commented with #": (f"# {head()}\n# {A}\n# {B}\n# {foot()}\n", [f"{A}\n# {B}"]),
    "commented with //": (f"// {head()}\n// {A}\n// {B}\n// {foot()}\n", [f"{A}\n// {B}"]),
    "commented with *": (f"/* {head()}\n * {A}\n * {B}\n * {foot()} */\n", [f"{A}\n * {B}"]),
    "quoted in mail": (f"> {head()}\n> {A}\n> {B}\n> {foot()}\n", [f"{A}\n> {B}"]),
    "added in a diff": (f"+{head()}\n+{A}\n+{B}\n+{foot()}\n", [f"+{A}\n+{B}"]),
    "removed in a diff": (f"-{head()}\n-{A}\n-{B}\n-{foot()}\n", [f"{A}\n-{B}"]),
    "one literal": (f'KEY = "{head()}\\n{ESCAPED}\\n{foot()}\\n"', [ESCAPED]),
    "json": (
        f'{{"private_key": "{head()}\\n{ESCAPED}\\n{foot()}\\n", "id": 1}}',
        [ESCAPED],
    ),
    "escaped twice": (
        f'"{{\\"key\\": \\"{head()}\\\\n{A}\\\\n{B}\\\\n{foot()}\\\\n\\"}}"',
        [f"{A}\\\\n{B}"],
    ),
    "triple quotes": (f'KEY = """{head()}\n{BODY}\n{foot()}"""', [BODY]),
    "literals side by side": (
        f'KEY = (\n    b"{head()}\\n"\n    b"{A}\\n"\n    b"{B}\\n"\n    b"{LAST}\\n"\n    b"{foot()}\\n"\n)',
        [A, B, LAST],
    ),
    "literals with +": (f"key = '{head()}\\n' +\n  '{A}\\n' +\n  '{B}\\n' +\n  '{foot()}'", [A, B]),
    "array": (f'["{head()}", "{A}", "{B}", "{LAST}", "{foot()}"].join("\\n")', [A, B, LAST]),
    "flat": (f"KEY={head()} {A} {B} {foot()}", [f"{A} {B}"]),
    "without line ends": (f"KEY={head()}{A}{B}{foot()}", [f"{A}{B}"]),
    "two blocks": (f"{head()}\n{A}\n{foot()}\ntext\n{head()}\n{B}\n{foot()}", [A, B]),
    # cut by a window's edge
    "no foot": (f"{head()}\n{A}\n{B}\n{C}", [f"{A}\n{B}\n{C}"]),
    "no foot, cut in a line": (f"{head()}\n{A}\n{B[:7]}", [f"{A}\n{B[:7]}"]),
    "no foot, in a literal": (f'KEY = "{head()}\\n{A}\\n{B[:30]}', [f"{A}\\n{B[:30]}"]),
    "no foot, code follows": (f'KEY = """{head()}\n{A}\n{B}\n"""\n\ndef f():\n    return KEY\n', [f"{A}\n{B}"]),
    "no head": (f"{B}\n{C}\n{LAST}\n{foot()}\nrest = 1\n", [f"{B}\n{C}\n{LAST}"]),
    "no head, cut in a line": (f"{A[50:]}\n{B}\n{foot()}\n", [f"{A[50:]}\n{B}"]),
    "no head, in a literal": (f'{A[50:]}\\n{B}\\n{LAST}\\n{foot()}\\n"', [f"{A[50:]}\\n{B}\\n{LAST}"]),
    "no head, half of it": (f"IVATE KEY-----\n{A}\n{B}\n{foot()}\n", [f"{A}\n{B}"]),
    "a cursor inside": (
        f"{head()}\n{A}\n{B[:40]}<|cursor|>{B[40:]}\n{C}\n{foot()}\n",
        [f"{A}\n{B[:40]}", f"{B[40:]}\n{C}"],
    ),
    "a foot, then a block": (f"{A}\n{foot()}\n{head()}\n{B}\n{foot()}\n", [A, B]),
}

# What stands before and behind each of a block's lines, and what between them.
FORMS = {
    "lua": ("-- ", "", "\n"),
    "lisp": (";; ", "", "\n"),
    "tex": ("% ", "", "\n"),
    "rust": ("/// ", "", "\n"),
    "c, no blank": ("//", "", "\n"),
    "basic": ("REM ", "", "\n"),
    "basic, one literal a line": ('  "', '" & vbCrLf & _', "\n"),
    "python": ('key += "', '\\n"', "\n"),
    "java": ('  text.append("', '\\n");', "\n"),
    "c": ('  fputs("', '\\n", file);', "\r\n"),
    "shell": ('echo "', '" >> key.pem', "\n"),
    "php": ("  '", "' . PHP_EOL .", "\n"),
    "yaml": ("  - ", "", "\n"),
    "a comment taken out": ("-    // ", "", "\n"),
    "a table": ("| ", " |", "\n"),
    "html": ("", "<br>", ""),
    "html, by number": ("", "&#10;", ""),
    "a form": ("", "%0A", ""),
    "json": ("", "\\u000a", ""),
}


def written(lines: list[str], form: str) -> str:
    lead, trail, between = FORMS[form]
    return between.join(f"{lead}{line}{trail}" for line in lines)


def left_of(text: str, spans: list[tuple[int, int]]) -> str:
    return "".join(letter for at, letter in enumerate(text) if not any(start <= at < end for start, end in spans))


WIDE = [drawn(64, seed) for seed in range(10, 22)]
SHORT = drawn(17, 22)


@pytest.mark.parametrize("first", [None, 5], ids=["head", "no head"])
@pytest.mark.parametrize("last", [None, 8], ids=["foot", "no foot"])
@pytest.mark.parametrize("form", FORMS)
def test_whatever_stands_around_its_rows_a_key_is_found(form: str, first: int | None, last: int | None) -> None:
    whole = [head("RSA PRIVATE KEY"), *WIDE, SHORT, foot("RSA PRIVATE KEY")]
    text = f"import x\n{written(whole, form)}\nx.use(1)\n" if not first else written(whole[first:last], form)
    text = text[: text.index(WIDE[7])] if last and not first else text
    left = left_of(text, key_spans(text))
    assert not any(row[at : at + 12] in left for row in (*WIDE, SHORT[:12]) for at in range(len(row) - 11))
    assert ("import x" in left) == (not first)


@pytest.mark.parametrize("cut", [1, 9, 30])
@pytest.mark.parametrize("form", FORMS)
def test_a_text_that_ends_in_a_key_is_known_to(form: str, cut: int) -> None:
    whole = written([head(), *WIDE, SHORT, foot()], form)
    row = whole.index(WIDE[4])
    assert in_key_block(f"x = 1\n{whole[: row + cut]}")
    assert in_key_block(f"x = 1\n{whole[:row]}")
    assert in_key_block(f"x = 1\n{whole[: whole.index(WIDE[0])]}")
    assert not in_key_block(f"x = 1\n{whole}\nx = ")


def test_numbered_rows_are_found() -> None:
    whole = [head(), *WIDE, SHORT, foot()]
    text = "\n".join(f"{number:4d}| {line}" for number, line in enumerate(whole, 5))
    left = left_of(text, key_spans(text))
    assert not any(row in left for row in (*WIDE, SHORT))
    assert left.count("| ") == len(whole)


# --- keys that are base64 of a block, as Kubernetes keeps them --------------------------------------------------------


def coded(kind: str, seed: int) -> str:
    block = "\n".join([head(kind), *(drawn(64, seed + row) for row in range(12)), SHORT, foot(kind)])
    return base64.b64encode(f"{block}\n".encode()).decode()


def wrapped(text: str, width: int, lead: str) -> str:
    return "".join(f"{lead}{text[at : at + width]}\n" for at in range(0, len(text), width))


KEY, CERTIFICATE = coded("EC PRIVATE KEY", 30), coded("CERTIFICATE", 50)


@pytest.mark.parametrize(
    "text",
    [
        f"  tls.crt: {CERTIFICATE}\n  tls.key: {KEY}\ntype: kubernetes.io/tls\n",
        f'{{"tls.crt": "{CERTIFICATE}", "tls.key": "{KEY}", "type": "Opaque"}}',
        f"  tls.key: |\n{wrapped(KEY, 76, '    ')}  tls.crt: {CERTIFICATE}\n",
        f"  tls.key: >-\r\n{wrapped(KEY, 64, '      ')}type: Opaque\n",
        wrapped(coded("EC PRIVATE KEY", 30)[: 76 * 9], 76, ""),
        "KEY = (\n" + "".join(f'    "{row}"\n' for row in wrapped(KEY, 76, "").split()) + ")\n",
    ],
    ids=["yaml", "json", "folded", "crlf", "a last row as long as the others", "literals"],
)
def test_a_key_within_base64_is_found(text: str) -> None:
    left = left_of(text, key_spans(text))
    assert not any(row[:40] in left or row[-9:] in left for row in wrapped(KEY, 64, "").split()[:8])
    assert not any(row in left for row in wrapped(KEY, 76, "").split()[:12])
    assert all(word in left for word in ("tls.crt", "type", CERTIFICATE) if word in text)


@pytest.mark.parametrize(
    ("before", "inside"),
    [
        (f"  tls.key: {KEY[:300]}", True),
        (f"  tls.key: {KEY}\n  tls", False),
        (f"  tls.key: {KEY}\n", False),
        (f"  tls.key: |\n{wrapped(KEY[: 76 * 4], 76, '    ')}", True),
        (f"  tls.key: |\n{wrapped(KEY[: 76 * 4], 76, '    ')}    ", True),
        (f"  tls.key: |\n{wrapped(KEY[: 76 * 4 + 9], 76, '    ')}", False),
        (f"  tls.crt: {CERTIFICATE}", False),
    ],
)
def test_whether_a_text_ends_inside_base64_of_a_key(before: str, inside: bool) -> None:
    assert in_key_block(before) == inside


STAYS = {
    "a reader of keys": f'if line == "{head()}":\n    inside = True\nelif line == "{foot()}":\n    inside = False\n',
    "a writer of keys": f'return "{head()}\\n" + body + "\\n{foot()}\\n"',
    "a template": f'f"{head()}\\n{{body}}\\n{foot()}"',
    "a constant": f'HEADER = "{head()}"\nFOOTER = "{foot()}"\n\ndef encode(key: bytes) -> str:\n    return ""\n',
    "a list": f'MARKS = ["{head("RSA PRIVATE KEY")}", "{head("EC PRIVATE KEY")}", "{foot()}"]\n',
    "a placeholder": f"{head()}\n...\n{foot()}\n",
    "another placeholder": f"{head()}\nYOUR KEY HERE\n{foot()}\n",
    "an empty block": f"{head()}\n{foot()}\n",
    "a certificate": f"-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----\n",
    "a public key": f"-----BEGIN PUBLIC KEY-----\n{BODY}\n-----END PUBLIC KEY-----\n",
    "base64 alone": f"{BODY}\n",
    "a parser": (
        f'BEGIN = "{head()}"\nspecification = new PKCS8EncodedKeySpecification(decodedKeyBytesOfTheFile2);\n'
        f'// see org/bouncycastle/openssl/PEMParser2ForPrivateKeys\nEND = "{foot()}"\n'
    ),
    "a certificate behind a header": (
        f'HEAD = "{head()}"\n-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----\n'
    ),
    "a digest far behind": f'HEAD = "{head()}"\n{"x = 1" + chr(10)}' + "y = z\n" * 100 + f'd = "{A}"\n',
    "base64 of a certificate": f"  tls.crt: {CERTIFICATE}\n  ca.crt: {CERTIFICATE}\n",
    "a test": f'assert text.startswith("{head()}") and text.endswith("{foot()}")',
    "prose": f"A file that starts with {head()} is a private key, and must not be\npublished anywhere.",
}


@pytest.mark.parametrize(("text", "found"), FOUND.values(), ids=FOUND)
def test_the_key_is_found_and_the_rest_stays(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in key_blocks(text)] == found


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_code_about_keys_stays(text: str) -> None:
    assert [text[start:end] for start, end in key_blocks(text)] == []


@pytest.mark.parametrize("cut", range(0, 300, 7))
def test_wherever_a_window_cuts_a_key_little_of_it_is_left(cut: int) -> None:
    """Fewer than 20 characters: a piece that short, alone, cannot be told from a word."""
    text = f"{head()}\n{BODY}\n{foot()}\n"
    for part in (text[:cut], text[cut:]):
        spans = key_blocks(part)
        left = left_of(part, spans)
        if head() in part or foot() in part:
            assert all(len(run) < 20 for run in left.replace("-", " ").split()), left


MATERIAL = "\n".join(["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"] * 100)
BLOCK = f"-----BEGIN {'PRIVATE'} KEY-----\n{MATERIAL}\n-----END {'PRIVATE'} KEY-----\n"


@pytest.mark.parametrize(
    ("before", "inside"),
    [
        ("", False),
        ("x = 1\n", False),
        (f"x = '''{BLOCK[:40]}", True),
        (BLOCK[: BLOCK.index("MII")], True),
        (BLOCK[:3000], True),
        (BLOCK[: BLOCK.index("\n", 2000)], True),
        (BLOCK[: BLOCK.index("\n", 2000) + 1], True),
        (BLOCK, False),
        (f"{BLOCK}x = 1", False),
        (f"# starts with -----BEGIN {'PRIVATE'} KEY-----\nx = 1\n", False),
        (f"{BLOCK}{BLOCK[:500]}", True),
    ],
)
def test_whether_a_text_ends_inside_a_key(before: str, inside: bool) -> None:
    assert in_key_block(before) == inside
