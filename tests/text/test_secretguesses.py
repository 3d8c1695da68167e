"""Secrets told by their name and their looks, in many ways to write them, and what only looks like them.

Fakes are drawn by a fixed seed, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import random
import string

import pytest

from flashls.text.secretguesses import looks_random
from flashls.text.secrets import find_in_file, find_secrets
from tests.text.test_secrets import FOUND, LOOK_ALIKES

ALNUM = string.ascii_letters + string.digits
HEX = string.digits + "abcdef"


def drawn(length: int, seed: int, alphabet: str = ALNUM) -> str:
    """Random characters, of three kinds where the alphabet has them, beginning and ending with a letter."""
    kinds = [k for k in (str.isdigit, str.isupper, str.islower) if any(map(k, alphabet))]
    for attempt in range(1000):
        pick = random.Random(f"{seed} {attempt} {length} {alphabet}").choice
        found = "".join(pick(alphabet) for _ in range(length))
        ends = found[0].isalpha() and found[-1].isalpha()
        if ends and all(sum(map(k, found)) >= 2 for k in kinds):
            return found
    raise AssertionError("no such text")


PLACES = {
    "python": 'password = "{}"',
    "python, annotated": 'api_key: str = "{}"',
    "python, in a class": "    self.secret_key = '{}'",
    "python, a dictionary": 'config["client_secret"] = "{}"',
    "python, an argument": 'connect(host, password="{}", timeout=3)',
    "python, bytes": "SIGNING_KEY = b'{}'",
    "python, compared": 'if token == "{}":',
    "javascript": "const authToken = '{}';",
    "javascript, a field": "  apiKey: `{}`,",
    "json": '  "access_token": "{}",',
    "json, camel case": '{{"clientSecret":"{}"}}',
    "yaml, quoted": "  db_password: '{}'",
    "toml": 'secret = "{}"',
    "ini": "[db]\npasswd = '{}'",
    "go": 'apiToken := "{}"',
    "go, a constant": 'const ClientSecret = "{}"',
    "java": 'private static final String API_KEY = "{}";',
    "kotlin": 'val encryptionKey = "{}"',
    "rust": 'let secret: &str; secret = "{}";',
    "ruby": "Config.api_key = '{}'",
    "ruby, a hash": ":password => '{}',",
    "php": "$config['private_key'] = '{}';",
    "c": 'const char *wifi_password = "{}";',
    "shell": "export DB_PASSWORD={}",
    "shell, quoted": 'APP_SECRET="{}"',
    "dockerfile": "ENV SESSION_SECRET={}",
    "compose": "      - POSTGRES_PASSWORD={}",
    "command line": "docker run -e API_TOKEN={} image",
    "a diff": '+    password = "{}"',
    "a comment": '# old passphrase: "{}"',
}
VALUES = {
    "12 letters and digits": drawn(12, 1),
    "24 letters and digits": drawn(24, 2),
    "hexadecimal": drawn(40, 3, HEX),
    "base64": drawn(43, 4) + "=",
}
ASSIGNED = [
    (f"{place}, {value}", PLACES[place], VALUES[value])
    for n, place in enumerate(PLACES)
    for value in (list(VALUES)[n % 4], list(VALUES)[(n + 1) % 4])
    if not (place == "kotlin" and value == "hexadecimal")
]

R = drawn(26, 11)
ELSEWHERE = {
    "javascript, or": ('const key = process.env.API_KEY || "{}";', R),
    "javascript, if none": ("const key = process.env['API_KEY'] ?? '{}'", R),
    "python, or": ('key = os.environ.get("API_KEY") or "{}"', R),
    "php, or": ("$token = getenv('TOKEN') ?: '{}';", R),
    "a choice": ('token = debug ? none : "{}"', R),
    "python, a choice": ('token = given if given else "{}"', R),
    "shell, a default": ("url=https://x/${{API_TOKEN:-{}}}/y", R),
    "json in a literal": ('"{{\\"password\\": \\"{}\\"}}"', R),
    "json in a literal, among others": ('body = "{{\\"a\\":1,\\"api_key\\":\\"{}\\",\\"b\\":2}}"', R),
    "c, an array": ('char password[] = "{}";', R),
    "c, an array of a length": ('static const char secret[32] = "{}";', R),
    "app.config": ('<add key="Password" value="{}"/>', R),
    "xml, an attribute": ('<property name="db.password" value="{}" />', R),
    "android": ('<string name="api_key">{}</string>', R),
    "an option": ("deploy --password {} --now", R),
    "an option with =": ("deploy --api-token={} --now", R),
    "an option, quoted": ("deploy --client-secret '{}' x", R),
    "mysql": ("mysql -u root -p{} shop", "hunter27"),
    "mysqldump": ("mysqldump --single-transaction -p{} shop > x.sql", "w0nder-wall"),
    "mysql, a path": ("sudo /usr/bin/mysql -uroot -p{}", "hunter27"),
    "mysql, all digits but one": ("mysqladmin -p{} status", "3306_test"),
    "mysql, behind another command": ("cd x && mysql -uroot -p{} shop", "hunter27"),
    "mysql, quoted": ("sh -c 'mysql -uroot -p{} shop'", "hunter27"),
    "mysql in a container": ("docker exec -it db mysql -uroot -p{} shop", "hunter27"),
    "mysql, far behind in a row": ("echo {}; mysql -uroot -p{{}} shop".format("word " * 600), "hunter27"),
    "mysql.exe": ("mysql.exe -uroot -p{} shop", "hunter27"),
    "mariadb": ("mariadb -u root -p{} shop", "hunter27"),
    "mariadb-dump": ("mariadb-dump --opt -p{} shop", "hunter27"),
    "sshpass": ("sshpass -p{} ssh me@host", "w0nder-wall"),
    "a URL's token": ("git clone https://{}@github.com/x/y.git", R),
    "a query": ('curl "https://x.example/y?access_token={}"', R),
    "a query, among others": ("get('https://x.example/y?a=1&apikey={}&b=2')", R),
    "a signature": ("https://a.blob.example/c?sv=2020&sig={}", drawn(43, 12) + "%3D"),
    "a URL's password with #": ("postgres://bob:{}@host/x", "aB3#" + R),
    "a URL's password with /": ('"redis://:{}@host:6379/0"', "p4/ss-word"),
    "a header without a scheme": ("Authorization: {}", R),
    "a header without a scheme, in code": ('headers = {{"Authorization": "{}"}}', R),
    "a scheme without a header": ('send("Bearer {}")', R),
    "put together": ('token = "{}"', f'{R[:13]}" + "{R[13:]}'),
    "put together of three": ("$secret = '{}';", f"{R[:6]}' . '{R[6:15]}' . '{R[15:]}"),
    "a prefix first": ('api_key = "{}"', f'ab" + "{R}'),
    "gemini": ('x = "{}"', "A" + "Q.Ab8" + drawn(44, 13)),
    "python, a formatted literal": ('api_key = f"{}"', R),
    "python, a raw one": ("api_key = rf'{}'", R),
    "python, a formatted one behind or": ('key = os.environ.get("API_KEY") or f"{}"', R),
    "python, a formatted default": ('os.getenv("API_TOKEN", F"{}")', R),
    "python, formatted ones put together": ('token = f"{}"', f'{R[:13]}" + f"{R[13:]}'),
    "the next line, a formatted literal": ('token = (\n    f"{}"\n)', R),
    "several lines, formatted": ('token = f"{}"', f'{R[:6]}" +\n    F"{R[6:]}'),
    "the next line, javascript": ('const authToken =\n  "{}";', R),
    "the next line, python": ('token = (\n    "{}"\n)', R),
    "the next line, crlf": ('token = (\r\n    "{}"\r\n)\r\n', R),
    "the next line, yaml": ("password: >-\n  {}\nuser: x\n", R),
    "the next line, yaml's other": ("db:\n  secret: |\n    {}\n", R),
    "the next line, shell": ("export API_TOKEN=\\\n{}\n", R),
    "several lines": ('token = (\n    "{}"\n)', f'{R[:13]}"\n    "{R[13:]}'),
    "several lines with +": ('String apiKey = "{}";', f'{R[:13]}" +\n        "{R[13:]}'),
    "several lines, + first": ("var secret = '{}'\n", f"{R[:13]}'\n  + '{R[13:]}"),
    "carriage returns": ("password: {}\ruser: x\r", R),
    "201 characters": ('password = "{}"', drawn(201, 14)),
    "300 characters, bare": ("api_key: {}", drawn(300, 15)),
    "300 characters, exported": ("export API_TOKEN={}", drawn(300, 16)),
    "1,600 characters, json": ('  "private_key": "{}",', drawn(1600, 17, ALNUM + "+/")),
    "5,000 characters": ("const secret = '{}';", drawn(5000, 18, ALNUM + "+/")),
    "5,000 characters, bare": ("private_key: {}", drawn(5000, 19, ALNUM + "+/")),
    "2,000 characters, xml": ("<privateKey>{}</privateKey>", drawn(2000, 20, ALNUM + "+/")),
    "unfinished": ('password = "{}', R),
}

NAMED = ["password", "secret", "token", "api_key"]
HARMLESS = [
    "changeme", "change-me-please", "correct horse battery staple", "swordfish", "password", "password123", "hunter2",
    "your-password-here", "YOUR_API_KEY_GOES_HERE", "<your token>", "${SECRET_TOKEN}", "{{ vault.secret }}",
    "%(token)s",
    "{token}", "$TOKEN", "xxxxxxxxxxxxxxxx", "****************", "...", "example-token-1234", "test-api-key-0001",
    "dummy_secret_value", "fake-token-for-tests", "sample_api_key_123", "placeholder", "TODO: rotate", "redacted",
    "none", "null", "undefined", "Bearer", "basic", "oauth2", "application/json", "text/plain; charset=utf-8",
    "https://example.com/oauth/token", "/var/run/secrets/token", "secrets/prod/db", "./config/keys.json", "~/.ssh/id",
    "user.settings.password", "settings.SECRET_KEY", "process.env.API_KEY", "os.environ['TOKEN']", "get_password()",
    "password_reset_token", "csrf-token", "x-api-key", "X-Amz-Security-Token", "accessTokenExpirationMinutes",
    "PASSWORD_HASH_ALGORITHM", "TokenKind::Identifier", "SyntaxKind.StringLiteral", "com.example.security.Token",
    "org.springframework.security", "react-native-keychain", "token-2024-01-15", "v1.2.3-beta.4",
    "2024-01-15T10:00:00Z",
    "192.168.0.1:8080", "en-US-x-private", "utf-8-sig", "ISO-8859-15", "sha256-of-the-password", "AES-256-GCM-SIV",
    "RS256withRSAandMGF1", "HmacSHA256", "PBKDF2WithHmacSHA512", "argon2id", "Must be 8 characters", "Enter password:",
    "Wrong password, 3 tries left", "The token has expired", "Passwort", "contraseña", "пароль", "密码", "mot-de-passe",
    "[A-Za-z0-9]{12,}", "^(?=.*[A-Z]).{8,}$", "%d tokens left", "token_%s", "abc", "abcdefghijkl", "aaaaaaaaaaaaaaaa",
    "1234567890123456", "00000000-0000-0000-0000-000000000000", "AbstractTokenFactory", "TokenStreamRewriteEngine",
    "getElementById", "passwordTextField1", "label_password_2", "PasswordInputV2", "db2-password", "oauth2_token_url",
]  # fmt: skip
LOOKS_LIKE = [
    *(f'{NAMED[n % 4]} = "{value}"' for n, value in enumerate(HARMLESS)),
    'tokens = ["if", "else", "while", "return", "identifier"]',
    "token = tokens[index].kind",
    "password = getpass.getpass()",
    "secret = hmac.new(key, message, hashlib.sha256).hexdigest()",
    'TOKEN_RE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")',
    "apiKey: process.env.API_KEY,",
    "PASSWORD=$(cat /run/secrets/db)",
    "API_KEY=$API_KEY",
    "SECRET_KEY=${SECRET_KEY:-development}",
    "MAX_TOKENS=1024000000",
    'max_tokens: int = "4096"',
    f'commit = "{drawn(40, 9, HEX)}"',
    f'checksum: "{drawn(64, 8, HEX)}"',
    f'token_sha256 = "{drawn(64, 7, HEX)}"',
    f'build_id = "{drawn(20, 6)}"',
    f'etag: "{drawn(24, 5)}"',
    f'"version": "{drawn(16, 4)}"',
    "const key = process.env.API_KEY || process.env.OTHER_API_KEY_2;",
    "const key = process.env.API_KEY ?? 'development-key-1';",
    'token = first ? "Identifier2Token" : "StringLiteral3Token"',
    "url=${API_TOKEN:-development-token-01}",
    '"{\\"password\\": \\"correct horse 1\\"}"',
    'char token_name[32] = "identifier_token_2";',
    '<add key="PasswordMinimum" value="12characters-or-more"/>',
    '<string name="password_hint_2">At-least-8-characters</string>',
    "deploy --password-file /run/secrets/deploy2 --token-url https://x.example/oauth2",
    "deploy --password $DEPLOY_PASSWORD2 --now",
    "mysql -u root -p shop < dump2.sql",
    "mysql -u root -p$MYSQL_PASSWORD1 shop",
    "mysql --port=3306 --protocol=tcp2 -port 3306",
    f'api_key = f"{R}{{suffix}}"',
    f"token = f'{{prefix}}-{R}'",
    f'api_key = f"{{settings.keys[{R}]}}"',
    'api_key = f"development-key-1"',
    "docker run --name mysql -p3306:3306 -d mysql:8",
    "docker run --name mysql -p127.0.0.1:3306:3306 mysql:8",
    "docker run --name mysql -p3306-3307:3306-3307 mysql:8",
    "docker run --name mysql -publish-all-2 mysql:8",
    "podman run --name mariadb -p0.0.0.0:13306:3306/tcp mariadb:11",
    "docker compose run mysql -project-2",
    "mysql -p3306:3306",
    "mysql service -p127.0.0.1:3306:3306",
    "mysql service -p8080:80/tcp",
    "mysqldump --opt -pretty-print-2",
    "mysqladmin -protocol=tcp2 -plugin-dir2 status",
    "mysql_port = 1 -p3306_test",
    "mysqld -p3306_test",
    "my-mysql -p3306_test",
    "mysql-client -p3306_test",
    "db.mysql -p3306_test",
    "git clone https://github-actions-bot@github.com/x/y.git",
    "https://x.example/y?page_token=2&key=name",
    "https://x.example/search?key=documentation-page-2&sig=none",
    "http://localhost:3000/@fs/node_modules/x@1.2.3",
    "https://unpkg.com:443/react@18.2.0/umd/react.production.min.js",
    "redis://localhost:6379/0?tag=a@b",
    "amqp://user:[pass/word]@host",
    "Authorization: AWS4-HMAC-SHA256 Credential=x",
    "Authorization: string | undefined2",
    "the scheme Bearer authentication2 is used",
    'token = "identifier" + "2" + "name"',
    'password = "user-" + name + "-2024"',
    'const tokenName =\n  "AccessTokenForService2";\n',
    'tokens = (\n    "identifier_1",\n    "string_literal_2",\n)',
    "password:\n  description: at least 8 characters\n",
    "secret: >-\n  the-name-of-the-secret-2\n",
    "token =\n    lexer.next_token_of_kind(TokenKind.Identifier2)\n",
    f'if token:\n    digest = "{drawn(40, 9, HEX)}"\n',
    f'credentials = load()\nchecksum =\n  "{drawn(64, 8, HEX)}"\n',
]


@pytest.mark.parametrize(("place", "secret"), [row[1:] for row in ASSIGNED], ids=[row[0] for row in ASSIGNED])
def test_a_random_value_of_a_telling_name_is_found(place: str, secret: str) -> None:
    text = place.format(secret)
    assert [text[start:end] for start, end in find_secrets(text)] == [secret]


@pytest.mark.parametrize(("place", "secret"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_secret_is_found_where_else_people_write_them(place: str, secret: str) -> None:
    text = place.format(secret)
    assert [text[start:end] for start, end in find_secrets(text)] == [secret]
    assert [text[start:end] for start, end in find_in_file(text)] == [secret]


@pytest.mark.parametrize("rows", range(12, 20))
def test_a_value_in_the_next_line_is_found_in_a_long_text(rows: int) -> None:
    """Long texts are looked at in parts."""
    text = (
        "value = compute(something, with_, many, arguments)\n" * rows + f'token = (\n    "{R}"\n)\n' + "x = y\n" * 400
    )
    assert [text[start:end] for start, end in find_secrets(text)] == [R]


@pytest.mark.parametrize("before", [0, 2030, 2037, 2038, 2039, 2040, 2048, 5000])
def test_a_value_below_a_line_of_any_length_is_found(before: int) -> None:
    """The end of such a line says that its value is in the next one."""
    text = "x;" * (before // 2) + " " * (before % 2) + f'token = (\n    "{R}"\n)\n'
    assert [text[start:end] for start, end in find_secrets(text)] == [R]
    assert [text[start:end] for start, end in find_in_file(text)] == [R]


@pytest.mark.parametrize("line", LOOKS_LIKE)
def test_what_is_no_secret_stays(line: str) -> None:
    assert [line[start:end] for start, end in find_secrets(line)] == []


def test_the_corpora_are_large_enough() -> None:
    fakes = {row[1].format(row[2]) for row in (*FOUND, *ASSIGNED)} | {
        place.format(secret) for place, secret in ELSEWHERE.values()
    }
    assert len(fakes) >= 350
    assert len({*LOOK_ALIKES, *LOOKS_LIKE}) >= 250


@pytest.mark.parametrize("size", [10, 12, 16, 20, 32, 64])
def test_most_random_texts_look_random(size: int) -> None:
    """A generator of passwords gives few that look like a word; the short ones are hard to tell."""
    pick = random.Random(size).choice
    seen = sum(looks_random("".join(pick(ALNUM) for _ in range(size))) for _ in range(500))
    assert seen >= {10: 350, 12: 390, 16: 410}.get(size, 450)
