"""Seal and unseal: what a prompt holds instead of secrets, and that they come back."""

from __future__ import annotations

import ast
import random
import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flashls
from flashls.prompt.seal import seal, unseal
from flashls.types import Draft, Fim, Image, Prompt, Snippet, Text

ALNUM = string.ascii_letters + string.digits


def drawn(length: int, seed: int, alphabet: str = ALNUM) -> str:
    pick = random.Random(seed).choice
    return "".join(pick(alphabet) for _ in range(length))


GITHUB = "gh" + "p_" + drawn(36, 1)
OTHER = "gh" + "p_" + drawn(36, 2)
ANTHROPIC = "s" + "k-ant-api03-" + drawn(95, 3)
AWS = "AK" + "IA" + drawn(16, 4, string.ascii_uppercase + string.digits)
GOOGLE = "AI" + "za" + drawn(35, 5)
PEM_BODY = "\n".join(drawn(64, seed) for seed in (6, 7, 8))
PEM = "-----BEG" + f"IN PRIVATE KEY-----\n{PEM_BODY}\n-----E" + "ND PRIVATE KEY-----"
SECRETS = [GITHUB, OTHER, ANTHROPIC, AWS, GOOGLE]


def sealed(text: str) -> str:
    part = seal(Draft((Text("user", text),))).parts[0]
    assert isinstance(part, Text)
    return part.text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("no secret here\n", "no secret here\n"),
        ("", ""),
        (f'key = "{GITHUB}"  # mine', 'key = "REDACTED_SECRET_1"  # mine'),
        (f"a('{GITHUB}', '{GITHUB}')", "a('REDACTED_SECRET_1', 'REDACTED_SECRET_1')"),
        (f"{OTHER}\n{GITHUB}\n{OTHER}", "REDACTED_SECRET_1\nREDACTED_SECRET_2\nREDACTED_SECRET_1"),
        ("postgres://me:hunter2@db/x", "postgres://me:REDACTED_SECRET_1@db/x"),
        (f'K = """{PEM}"""', 'K = """' + PEM.replace(PEM_BODY, "REDACTED_SECRET_1") + '"""'),
        (f"REDACTED_SECRET_1 = '{AWS}'", "REDACTED_SECRET_1 = 'REDACTED_SECRET_2'"),
        (f"'{AWS}' '{GOOGLE}' REDACTED_SECRET_2", "'REDACTED_SECRET_1' 'REDACTED_SECRET_3' REDACTED_SECRET_2"),
    ],
)
def test_a_placeholder_stands_for_a_secret(text: str, after: str) -> None:
    assert sealed(text) == after


def test_every_text_of_a_draft_is_sealed_with_the_same_names() -> None:
    prompt = seal(
        Draft(
            (
                Text("system", "You complete code.", stable=True),
                Text("user", f"x = '{GITHUB}'"),
                Image("image/png", b"p"),
            ),
            fim=Fim(
                (Snippet(f"/keys/{OTHER}/a.py", f"y = '{GITHUB}'", "similar", 0.5, f"uses {ANTHROPIC}"),),
                f"a = '{AWS}'\n",
                f"\nb = '{GOOGLE}'",
            ),
            stop=("END", f"'{GITHUB}'"),
        )
    )
    assert prompt.parts == (
        Text("system", "You complete code.", stable=True),
        Text("user", "x = 'REDACTED_SECRET_1'"),
        Image("image/png", b"p"),
    )
    assert prompt.fim is not None
    assert prompt.fim.extra == (
        Snippet("/keys/REDACTED_SECRET_2/a.py", "y = 'REDACTED_SECRET_1'", "similar", 0.5, "uses REDACTED_SECRET_3"),
    )
    assert (prompt.fim.prefix, prompt.fim.suffix) == ("a = 'REDACTED_SECRET_4'\n", "\nb = 'REDACTED_SECRET_5'")
    assert prompt.stop == ("END", "'REDACTED_SECRET_1'")
    assert prompt.redactions == {
        f"REDACTED_SECRET_{number}": secret for number, secret in enumerate([GITHUB, OTHER, ANTHROPIC, AWS, GOOGLE], 1)
    }


def test_a_secret_told_by_its_place_is_found_in_others() -> None:
    secret = drawn(40, 11)
    assert sealed(f'aws_secret_key = "{secret}"\nprint({secret})') == (
        'aws_secret_key = "REDACTED_SECRET_1"\nprint(REDACTED_SECRET_1)'
    )
    assert sealed("postgres://me:pass@db\ndef pass_through(): pass").endswith("def pass_through(): pass")


def test_what_is_no_text_stays() -> None:
    draft = Draft(
        (Text("user", "q"),), stop=("x",), max_tokens=7, schema={"type": "object"}, thinking="low",
        cached_content="cachedContents/1", sample=3,
    )  # fmt: skip
    prompt = seal(draft)
    assert prompt == Prompt(**{name: getattr(draft, name) for name in Draft.__slots__})


def test_neither_digest_nor_repr_knows_the_secret() -> None:
    one, other = (seal(Draft((Text("user", f"key = '{secret}'"),))) for secret in (GITHUB, OTHER))
    assert one.digest == other.digest
    assert GITHUB not in repr(one)
    assert GITHUB not in str(one)


def test_a_prompt_is_not_sealed_twice() -> None:
    prompt = seal(Draft((Text("user", GITHUB),)))
    assert seal(prompt) is prompt


# A secret that the cursor stands in: what a prefix and a suffix hold of it, and the words around the cursor.
@pytest.mark.parametrize("cut", [1, 3, 5, 10, 20, 30, 38])
@pytest.mark.parametrize("secret", [AWS, GITHUB, GOOGLE, ANTHROPIC])
def test_a_secret_around_the_cursor_is_found(secret: str, cut: int) -> None:
    cut = min(cut, len(secret) - 2)
    prefix, suffix = f'import x\nkey = "{secret[:cut]}', f'{secret[cut:]}"  # the key\nx.use(key)\n'
    prompt = seal(Draft((Text("user", f"<file>\n{prefix}<|cursor|>{suffix}</file>"),), fim=Fim((), prefix, suffix)))
    assert prompt.fim is not None
    part = prompt.parts[0]
    assert isinstance(part, Text)
    for text in (part.text, prompt.fim.prefix, prompt.fim.suffix):
        assert secret[:cut] not in text or cut < 3
        assert secret[cut:] not in text
    assert prompt.fim.prefix.startswith('import x\nkey = "REDACTED_SECRET_')
    assert prompt.fim.suffix.endswith('"  # the key\nx.use(key)\n')
    assert unseal(prompt.fim.prefix, prompt) == prefix
    assert unseal(prompt.fim.suffix, prompt) == suffix
    assert unseal(part.text, prompt) == f"<file>\n{prefix}<|cursor|>{suffix}</file>"


@pytest.mark.parametrize("cut", [5, 20, 30])
@pytest.mark.parametrize("secret", [AWS, GITHUB, GOOGLE, ANTHROPIC])
def test_a_secret_around_the_cursor_is_found_in_words_alone(secret: str, cut: int) -> None:
    cut = min(cut, len(secret) - 9)
    example = Text("user", "<file>\nx = '<|cursor|>'\n</file>", stable=True)
    shown = f'<file>\nkey = "{secret[:cut]}<|cursor|>{secret[cut:]}"  # the key\nx.use(key)\n</file>'
    prompt = seal(Draft((example, Text("user", shown))))
    part = prompt.parts[1]
    assert isinstance(part, Text)
    assert secret[:cut] not in part.text
    assert secret[cut:] not in part.text
    assert unseal(part.text, prompt) == shown
    assert prompt.parts[0] == example


@pytest.mark.parametrize("cut", [1, 10, 20, 39])
@pytest.mark.parametrize(
    "row",
    [
        'pair = ("{other}", "{cut}")',
        'pair = ("{cut}", "{other}")',
        'triple = ("{other}", "{cut}", "{other}")',
        'twice = ("{whole}", "{cut}")',
        'twice = ("{cut}", "{whole}", "{other}")',
        'url = "postgres://me:hunter2@db/x?key={cut}"',
        'pair = ("{other}7", "{cut}7")',
    ],
)
def test_of_several_secrets_in_a_line_the_one_around_the_cursor_is_found_too(row: str, cut: int) -> None:
    given = row.replace("{cut}", "<|cursor|>").format(other=OTHER, whole=GITHUB)
    before, _, after = given.partition("<|cursor|>")
    prefix, suffix = f"import x\n{before}{GITHUB[:cut]}", f"{GITHUB[cut:]}{after}\nx.use()\n"
    whole = f"{before}{GITHUB}{after}"
    extra = (Snippet("a.py", f"{whole}\n{whole} {whole}", "similar", 0.5, "is alike"),)
    shown = f"{prefix}<|cursor|>{suffix}"
    prompt = seal(Draft((Text("user", shown),), fim=Fim(extra, prefix, suffix)))
    assert prompt.fim is not None
    part = prompt.parts[0]
    assert isinstance(part, Text)
    for text in (part.text, prompt.fim.prefix, prompt.fim.suffix, prompt.fim.extra[0].text):
        assert not any(piece in text for secret in (GITHUB, OTHER) for piece in (secret[6:18], secret[24:36]))
    assert unseal(part.text, prompt) == shown
    assert unseal(prompt.fim.extra[0].text, prompt) == extra[0].text


def test_a_key_block_around_the_cursor_is_found() -> None:
    prefix, suffix = f"K = '''{PEM[:130]}", f"{PEM[130:]}'''\n"
    prompt = seal(Draft((Text("user", f"{prefix}<|cursor|>{suffix}"),), fim=Fim((), prefix, suffix)))
    assert not any(line in str(prompt) for line in PEM_BODY.split("\n"))


@pytest.mark.parametrize("cut", [70, 95, 100, 129, 130, 150])
@pytest.mark.parametrize("lead", ["", "    ", "# ", "// ", "-- ", '"'])
def test_rows_of_a_key_around_the_cursor_are_found_without_its_head_and_foot(lead: str, cut: int) -> None:
    text = "\n".join(lead + row for row in PEM_BODY.split("\n"))
    extra = (Snippet("a.py", f"x = 1\n{text[:cut]}", "similar", 0.5, "is alike"),)
    prompt = seal(Draft((), fim=Fim(extra, text[:cut], text[cut:])))
    assert prompt.fim is not None
    for shown in (prompt.fim.prefix, prompt.fim.suffix, prompt.fim.extra[0].text):
        assert not any(row[at : at + 24] in shown for row in PEM_BODY.split("\n") for at in (0, 20, 40))
    assert unseal(prompt.fim.prefix, prompt) == text[:cut]
    assert unseal(prompt.fim.suffix, prompt) == text[cut:]


@pytest.mark.parametrize(
    ("reply", "after"),
    [
        ("use('REDACTED_SECRET_1')", f"use('{GITHUB}')"),
        ("REDACTED_SECRET_1REDACTED_SECRET_2", f"{GITHUB}{OTHER}"),
        ("REDACTED_SECRET_10 REDACTED_SECRET_3", "REDACTED_SECRET_10 REDACTED_SECRET_3"),
        ("nothing", "nothing"),
    ],
)
def test_a_reply_gets_the_secrets_back(reply: str, after: str) -> None:
    assert unseal(reply, seal(Draft((Text("user", f"{GITHUB} {OTHER}"),)))) == after


texts = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(SECRETS),
        st.sampled_from(
            [PEM, PEM_BODY, PEM[:100], PEM[-100:], "\\n", "\n", '"', "'", " = ", "://u:", "@", "REDACTED_SECRET_1"]
        ),
        st.sampled_from(["AccountKey=", drawn(86, 9) + "==", "7", "aws_key='", drawn(40, 10), "eyJ", "<|cursor|>"]),
    ),
    max_size=12,
).map("".join)


@settings(deadline=None)  # the first one may import detect-secrets
@given(st.lists(texts, min_size=1, max_size=3), texts, texts)
def test_sealing_and_unsealing_gives_the_text_back(parts: list[str], prefix: str, suffix: str) -> None:
    draft = Draft(tuple(Text("user", part) for part in parts), fim=Fim((), prefix, suffix))
    prompt = seal(draft)
    assert [unseal(part.text, prompt) for part in prompt.parts if isinstance(part, Text)] == parts
    assert prompt.fim is not None
    assert (unseal(prompt.fim.prefix, prompt), unseal(prompt.fim.suffix, prompt)) == (prefix, suffix)


@settings(deadline=None)  # the first one may import detect-secrets
@given(texts, st.sampled_from(SECRETS), st.sampled_from(["''", '""', "``", "  ", "()", "\n\n"]), texts)
def test_a_sealed_text_holds_no_secret(before: str, secret: str, quotes: str, after: str) -> None:
    quoted = f"{quotes[0]}{secret}{quotes[1]}"
    assert quoted not in sealed(f"{before}\n{quoted}\n{after}")


@settings(deadline=None)  # the first one may import detect-secrets
@given(texts)
def test_sealing_a_sealed_text_changes_nothing(text: str) -> None:
    once = sealed(text)
    assert sealed(once) == once


def test_only_seal_makes_prompts() -> None:
    """A Prompt that something else makes, or changes, may hold secrets."""
    package = Path(flashls.__file__).parent
    makers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and _makes_a_prompt(node)
    }
    assert makers == {"prompt/seal.py"}


def _makes_a_prompt(call: ast.Call) -> bool:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    changed = call.args[0] if called in ("replace", "__replace__") and call.args else None
    return called == "Prompt" or (isinstance(changed, ast.Name) and "prompt" in changed.id.lower())


@pytest.mark.parametrize(
    ("code", "makes"),
    [("Prompt(parts)", True), ("types.Prompt(x)", True), ("replace(prompt, stop=())", True), ("seal(draft)", False),
     ("replace(draft, stop=())", False), ("text.replace('a', 'b')", False)],
)  # fmt: skip
def test_the_search_for_makers_finds_them(code: str, makes: bool) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    assert _makes_a_prompt(call) is makes


def test_changing_a_draft_is_how_to_ask_again() -> None:
    draft = Draft((Text("user", GITHUB),))
    assert seal(replace(draft, sample=1)).redactions == seal(draft).redactions


def test_in_a_conversation_each_secret_keeps_its_placeholder() -> None:
    """Also where the reply in between names them in another order, and a new secret comes up."""
    draft = Draft((Text("user", f"first = '{GITHUB}'\nsecond = '{OTHER}'"),))
    once = seal(draft)
    reply = "REDACTED_SECRET_2 then REDACTED_SECRET_1"
    again = seal(replace(draft, parts=(*draft.parts, Text("model", reply), Text("user", f"and '{GOOGLE}'"))), once)
    assert [part.text for part in again.parts if isinstance(part, Text)] == [
        "first = 'REDACTED_SECRET_1'\nsecond = 'REDACTED_SECRET_2'",
        reply,
        "and 'REDACTED_SECRET_3'",
    ]
    assert unseal(reply, again) == f"{OTHER} then {GITHUB}"
    assert again.redactions["REDACTED_SECRET_3"] == GOOGLE


def test_a_placeholder_of_the_conversation_is_given_to_no_other_secret() -> None:
    first = seal(Draft((Text("user", f"REDACTED_SECRET_2 {GITHUB} {OTHER}"),)))
    second = seal(Draft((Text("user", f"{GITHUB} {OTHER} {ANTHROPIC}"),)), first)
    assert len(set(second.redactions)) == 3
    assert unseal(second.parts[0].text, second) == f"{GITHUB} {OTHER} {ANTHROPIC}"  # type: ignore[union-attr]
