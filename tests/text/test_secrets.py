"""What is found in a line: a table of fakes in real formats, and a table of what only looks like them.

No fake is written out, so that no scanner takes this file for a leak: each is a prefix in two parts and characters
drawn by a fixed seed.
"""

from __future__ import annotations

import base64
import json
import random
import string
import subprocess
import sys
from collections.abc import Callable

import pytest

from flashls.text.secrets import find_secrets

UPPER = string.ascii_uppercase + string.digits
LOWER = string.ascii_lowercase + string.digits
ALNUM = string.ascii_letters + string.digits
WORD = ALNUM + "_-"
BASE64 = ALNUM + "+/"
HEX = string.digits + "abcdef"


def drawn(alphabet: str, length: int, seed: str) -> str:
    """Letters and digits at both ends, so that no mark is mistaken for what stands around it."""
    pick = random.Random(seed + alphabet + str(length)).choice
    inside = "".join(pick(alphabet) for _ in range(length))
    ends = "".join(letter for letter in alphabet if letter.isalnum())
    return pick(ends) + inside[1:-1] + pick(ends)


def jwt(seed: str, header: dict[str, str], payload: object) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, payload)]
    return ".".join([*parts, drawn(WORD, 43, seed)])


# A prefix in two parts, what follows it, how many; a name for the row.
TOKENS = [
    ("aws key", "AK", "IA", UPPER, 16),
    ("aws session key", "AS", "IA", UPPER, 16),
    ("aws bearer", "AB", "IA", UPPER, 16),
    ("artifactory", "AK", "C", ALNUM, 70),
    ("discord bot", "MT", "k4", ALNUM, 21),
    ("github personal", "gh", "p_", ALNUM, 36),
    ("github oauth", "gh", "o_", ALNUM, 36),
    ("github user", "gh", "u_", ALNUM, 36),
    ("github server", "gh", "s_", ALNUM, 36),
    ("github refresh", "gh", "r_", ALNUM, 76),
    ("github fine-grained", "github_", "pat_", ALNUM, 82),
    ("gitlab personal", "gl", "pat-", WORD, 20),
    ("gitlab deploy", "gl", "dt-", WORD, 20),
    ("gitlab runner", "gl", "rt-", WORD, 20),
    ("gitlab feed", "gl", "ft-", WORD, 20),
    ("gitlab app", "gl", "soat-", WORD, 20),
    ("gitlab registration", "GR13", "48941", WORD, 20),
    ("gitlab ci", "gl", "cbt-64_", WORD, 20),
    ("gitlab mail", "gl", "imt-", LOWER, 25),
    ("gitlab trigger", "gl", "ptt-", HEX, 40),
    ("gitlab agent", "gl", "agent-", WORD, 50),
    ("gitlab oauth", "gl", "oas-", HEX, 64),
    ("mailchimp", "", "", HEX, 32),
    ("pypi", "py", "pi-AgEIcHlwaS5vcmc", WORD, 150),
    ("test pypi", "py", "pi-AgENdGVzdC5weXBpLm9yZw", WORD, 150),
    ("sendgrid", "S", "G.", WORD, 22),
    ("slack bot", "xo", "xb-263594206564-2343594206574-", ALNUM, 24),
    ("slack user", "xo", "xp-1233594206564-2343594206574-", LOWER, 32),
    ("slack app", "xa", "pp-1-A012ABCDEFG-3456789012345-", HEX, 64),
    ("slack rotated", "xo", "xe.xoxp-1-", ALNUM, 160),
    ("square secret", "sq0", "csp-", WORD, 43),
    ("square token", "sq0", "atp-", WORD, 22),
    ("stripe live", "sk_", "live_", ALNUM, 24),
    ("stripe live, long", "sk_", "live_", ALNUM, 99),
    ("stripe restricted", "rk_", "live_", ALNUM, 24),
    ("stripe test", "sk_", "test_", ALNUM, 24),
    ("stripe webhook", "wh", "sec_", ALNUM, 32),
    ("telegram", "", "", ALNUM, 0),
    ("twilio account", "A", "C", HEX, 32),
    ("twilio key", "S", "K", HEX, 32),
    ("google api", "AI", "za", WORD, 35),
    ("google api, usual start", "AI", "zaSy", WORD, 33),
    ("google oauth secret", "GO", "CSPX-", WORD, 28),
    ("google access", "ya", "29.", WORD, 150),
    ("google refresh", "1/", "/0", WORD, 60),
    ("openai legacy", "s", "k-", ALNUM, 48),
    ("openai project", "s", "k-proj-", WORD, 156),
    ("openai service account", "s", "k-svcacct-", WORD, 156),
    ("openai admin", "s", "k-admin-", WORD, 156),
    ("anthropic api", "s", "k-ant-api03-", WORD, 95),
    ("anthropic admin", "s", "k-ant-admin01-", WORD, 95),
    ("anthropic oauth", "s", "k-ant-oat01-", WORD, 95),
    ("openrouter", "s", "k-or-v1-", HEX, 64),
    ("deepseek", "s", "k-", HEX, 32),
    ("hugging face", "h", "f_", ALNUM, 34),
    ("hugging face, letters", "h", "f_", string.ascii_letters, 34),
    ("hugging face organisation", "api", "_org_", ALNUM, 34),
    ("xai", "x", "ai-", ALNUM, 80),
    ("groq", "g", "sk_", ALNUM, 52),
    ("replicate", "r", "8_", ALNUM, 37),
    ("digitalocean", "do", "p_v1_", HEX, 64),
    ("digitalocean oauth", "do", "o_v1_", HEX, 64),
    ("databricks", "da", "pi", HEX, 32),
    ("npm", "np", "m_", ALNUM, 36),
    ("shopify", "sh", "pat_", HEX, 32),
    ("vault", "hv", "s.", WORD, 95),
    ("perplexity", "pp", "lx-", ALNUM, 48),
    ("nvidia", "nv", "api-", WORD, 64),
    ("linear", "lin", "_api_", ALNUM, 40),
    ("grafana", "gl", "sa_", ALNUM, 41),
    ("supabase", "sb", "p_", HEX, 40),
    ("atlassian", "AT", "ATT3", ALNUM, 180),
    ("age", "AGE-SECRET", "-KEY-1", UPPER, 58),
]
ENDINGS: dict[str, Callable[[], str]] = {
    "discord bot": lambda: "." + drawn(WORD, 6, "d") + "." + drawn(WORD, 27, "e"),
    "sendgrid": lambda: "." + drawn(WORD, 43, "s"),
    "mailchimp": lambda: "-us12",
    "telegram": lambda: "8107251" + "934:AA" + drawn(WORD, 33, "t"),
    "databricks": lambda: "-2",
}


def token(name: str, number: int = 0) -> str:
    """One of such tokens; those of other numbers are others."""
    _, left, right, alphabet, length = next(row for row in TOKENS if row[0] == name)
    body = drawn(alphabet, length, name + "#" * number) if length else ""
    return left + right + body + ENDINGS.get(name, str)()


PLACES = {
    "quoted": 'key = "{}"',
    "env": "API_KEY={}",
    "yaml": "  api_token: {}  # rotate in May",
    "escape": r'text = "first\n{}\tlast"',
    "call": "client = Client('{}', timeout=3)",
    "header": 'curl -H "Authorization: Bearer {}" https://example.com/v1',
}

# A line with the secret for {}: what shows that it is one stands beside it.
IN_CONTEXT = [
    ("aws secret, quoted", 'aws_secret_access_key = "{}"', drawn(BASE64, 40, "a")),
    ("aws secret, other name", "aws_session_token_key: '{}'", drawn(BASE64, 40, "b")),
    ("aws secret, env", "AWS_SECRET_ACCESS_KEY={}", drawn(BASE64, 40, "c")),
    ("aws secret, json", '"SecretAccessKey": "{}",', drawn(BASE64, 40, "d")),
    ("aws secret, yaml", "secret_access_key: {}", drawn(BASE64, 40, "e")),
    ("azure storage", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=x",
     drawn(BASE64, 86, "f") + "=="),
    ("azure bus", "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey={}", drawn(BASE64, 43, "g") + "="),
    ("cloudant password", 'cloudant_password = "{}"', drawn(HEX, 64, "h")),
    ("cloudant key", "cl_apikey='{}'", drawn(string.ascii_lowercase, 24, "i")),
    ("cloudant url", "https://user:{}@user.cloudant.com", drawn(HEX, 64, "j")),
    ("ibm iam", 'ibm_cloud_iam_key = "{}"', drawn(WORD, 44, "k")),
    ("ibm key", "api_key = '{}'", drawn(WORD, 44, "l")),
    ("ibm storage", 'cos_secret_access_key = "{}"', drawn(HEX, 48, "m")),
    ("ibm storage, plain", "secret_key: {}", drawn(HEX, 48, "n")),
    ("softlayer", 'softlayer_api_key = "{}"', drawn(LOWER, 64, "o")),
    ("softlayer url", "http://api.softlayer.com/soap/v3/{}", drawn(LOWER, 64, "p")),
    ("slack webhook", 'url = "{}"', "https://hooks." + "slack.com/services/T1A2/B3C4/" + drawn(ALNUM, 24, "q")),
    ("discord webhook", '"https://discord.com/api/webhooks/123456789012345678/{}"', drawn(WORD, 68, "r")),
    ("telegram url", "https://api.telegram.org/bot{}/getMe", "8107251" + "934:AA" + drawn(WORD, 33, "s")),
    ("npmrc", "//registry.example.com/:_authToken={}", "np" + "m_" + drawn(ALNUM, 36, "t")),
    ("npmrc uuid", "//registry.example.com/:_authToken={}", "12345678-1a2b-4c3d-8e9f-1234567890ab"),
    ("jwt", 'Cookie: session={}', jwt("u", {"alg": "HS256", "typ": "JWT"}, {"sub": "1", "name": "A"})),
    ("jwt in code", 'token = "{}"', jwt("v", {"typ": "JWT", "alg": "RS256", "kid": "x"}, {"exp": 1})),
    ("jwt, encrypted", "auth: {}", jwt("w", {"alg": "RSA-OAEP", "enc": "A256GCM"}, "x" * 30)),
    ("postgres", 'url = "postgres://user:{}@host/db"', "hunter2"),
    ("postgresql driver", 'dsn = "postgresql+psycopg://app:{}@10.0.0.5:5432/app?sslmode=require"', "s3cr3t-Pa55"),
    ("mysql", "DATABASE_URL=mysql://root:{}@127.0.0.1:3306/shop", "toor99"),
    ("mongodb", "mongodb+srv://svc:{}@cluster0.abcde.mongodb.net/?retryWrites=true", "Zk3!x(9),$=;"),
    ("redis", 'redis.from_url("redis://:{}@localhost:6379/0")', "p4ssw0rd"),
    ("amqp", "amqps://guest:{}@mq.example.com/vhost", "Rabbit%2FHole%40"),
    ("https", "git clone https://bot:{}@github.com/org/repo.git", "ab12cd34ef56"),
    ("at sign in the password", "ftp://me:{}@example.com/f.txt", "p@ss:w0rd"),
    ("template user", "postgres://${{USER}}:{}@host/db", "realone"),
    ("jdbc", 'jdbc = "jdbc:postgresql://u:{}@db/x"', "jd8c-word"),
    ("yaml, bare", "  password: {}", "S3cr3tPassw0rdQ9x7"),
    ("yaml, bare, a comment", "db_password: {}  # the old one", "uV7kQz29LmX4"),
    ("properties", "spring.datasource.password={}", "rT5wKq81NbZ3"),
    ("properties, blanks", "db.secret = {}", "Gy6hJp30CvM8xd"),
    ("ini", "api-key: {}", "Xw4eRt61YuB7"),
    ("xml", "<password>{}</password>", "Lk3jHg82FdS5"),
    ("xml, a name", '<ns:apiKey>{}</ns:apiKey>', "Zx9cVb74NmQ2"),
    ("maven", "    <passphrase>{}</passphrase>", "Po8iUy53TrE6"),
    ("bearer", "Authorization: Bearer {}", "Qa1wSe24RfT7gh"),
    ("bearer, code", 'headers["Authorization"] = "Bearer {}"', "Mn5bVc86XzL3kj"),
    ("bearer, json", '{{"Authorization": "Bearer {}"}}', "Tg7yHu39JiK4ol"),
    ("basic", "Authorization: Basic {}", base64.b64encode(b"alice:open-sesame").decode()),
    ("basic, code", "headers = {{'Authorization': 'Basic {}'}}", base64.b64encode(b"bob:letmein99").decode()),
    ("ado.net", '"Server=db;Database=x;User Id=sa;Password={};"', "hunt3r2!"),
    ("odbc", "DRIVER=x;SERVER=db;UID=sa;PWD={}", "w0nder-wall"),
    ("libpq", 'connect("host=localhost dbname=x user=me password={}")', "hunter27"),
    ("libpq, others behind it", "'user=me password={} host=db'", "p4ssword"),
    ("curl", "curl -u me:{} https://example.com/x", "hunter28"),
    ("curl, long", "curl -sS --user 'me:{}' https://example.com/x", "let-me-in"),
    ("docker env", "ENV API_TOKEN {}", "Vb6nMq15WeR9"),
    ("php define", "define('DB_PASSWORD', '{}');", "Hj2kLz48XcV7"),
    ("java put", 'map.put("password","{}");', "Nf3dSa97PoI6"),
    ("getenv with a default", 'os.getenv("API_TOKEN", "{}")', "Ui5yTr20EwQ8"),
    ("rust", 'const API_KEY: &str = "{}";', "Kc4vBn63MlP1"),
    ("rust, static", "const API_KEY: &'static str = \"{}\";", "Dx8sZa41QwE5"),
    ("typescript", 'const secret: Readonly<string> = "{}";', "Wr9tYu57IoP2"),
    ("gradle", "    password '{}'", "Jm1nHb38GvF6"),
    ("ruby", 'password "{}"', "Oe2rDc79XsZ4"),
    ("uuid", 'api_key = "{}"', "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
    ("uuid, bare", "client_secret: {}", "f47ac10b-58cc-4372-a567-0e02b2c3d479"),
    ("uuid, upper case", "API_TOKEN={}", "9B2E4C17-3D5F-4A68-8E10-2C7D9F3B6A54"),
]  # fmt: skip

FOUND = [
    *((f"{name}, {place}", PLACES[place], token(name, step))
      for number, (name, *_) in enumerate(TOKENS)
      for step, place in enumerate(list(PLACES)[(number + 2 * step) % 6] for step in range(3))
      if (name, place) != ("artifactory", "escape")),
    *IN_CONTEXT,
]  # fmt: skip

SHA1 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
UUID = "123e4567-e89b-42d3-a456-426614174000"

LOOK_ALIKES = [
    # hashes and identities
    f"commit {SHA1}",
    f'REV = "{SHA1}"',
    f'aws_build_key = "{SHA1}"',
    f"token_sha = '{SHA1}'",
    f"20231201:{SHA1}",
    f"12345678:{SHA1[:34]}",
    f'digest = "sha256:{SHA256}"',
    f"FROM python:3.12@sha256:{SHA256}",
    f"image: docker://alpine:3.18@sha256:{SHA256}",
    f"{SHA256}  dist/flash-1.0.tar.gz",
    f'hash = "{SHA256.upper()}"',
    f'"integrity": "sha512-{drawn(BASE64, 86, "1")}=="',
    f'"integrity": "sha384-{drawn(BASE64, 64, "2")}"',
    f"h1:{drawn(BASE64, 43, '3')}=",
    f"github.com/x/y v1.2.3/go.mod h1:{drawn(BASE64, 43, '4')}=",
    f'checksum = "{SHA256}"',
    f'id = "{UUID}"',
    f"key: {UUID}",
    f"session_key = uuid.UUID('{UUID}')",
    'md5 = "d41d8cd98f00b204e9800998ecf8427e"',
    'etag: W/"33a64df551425fcc55e4d42a148795d9f25f89d4"',
    f"+Subproject commit {SHA1}",
    "0x" + "deadbeef" * 8,
    f"private_key_id: {SHA1}",
    # base64 that is no key
    f'PNG = "iVBORw0KGgo{drawn(BASE64, 180, "5")}"',
    f"data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP{drawn(BASE64, 60, '6')}",
    f"//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjoz{drawn(ALNUM, 120, '7')}",
    f'blob = b64decode("{drawn(BASE64, 300, "8")}==")',
    'state = "eyJwYWdlIjoxfQ"',
    'cursor = "eyJwYWdlIjoxLCJzaXplIjoyMH0.eyJhIjoxfQ.c2ln"',
    f'nonce = "{drawn(WORD, 22, "9")}"',
    f"sig = '{drawn(BASE64, 88, '10')}'",
    # prefixes in ordinary names and prose
    ".sk-circle-fade-dot-animation-delay-container { color: red }",
    '<div class="sk-folding-cube sk-cube-parent-element-container"></div>',
    ".sk-fading-circle .sk-circle12:before {",
    "sk-internationalization-of-the-user-interface",
    'id="sk-container-id-1" class="sk-top-container"',
    "task-runner-for-background-processing-queue-workers",
    "risk-assessment-document-for-the-quarter-2024-final-v2",
    "disk-usage-analyzer-with-a-very-long-package-name-1",
    "Google keys start with AIza and have 39 characters.",
    "the prefix AIza is followed by thirty-five more",
    "if key.startswith('AIza'): return 'google'",
    "if token.startswith(('ghp_', 'gho_', 'github_pat_')):",
    "PREFIXES = ['sk-ant-', 'sk-proj-', 'hf_', 'gsk_', 'r8_', 'xai-', 'dapi', 'dop_v1_']",
    "const isKey = /^sk-[A-Za-z0-9]{48}$/.test(value)",
    "pattern = re.compile(r'AKIA[0-9A-Z]{16}')",
    "re.compile(r'ghp_[A-Za-z0-9_]{36}')",
    "def hf_hub_download_with_a_long_name_and_more(repo_id): ...",
    "from transformers.utils import hf_argparser, hf_internal_testing",
    "r8_unorm_texture_format_for_shadow_maps = 1",
    "ghs_value_of_the_previous_run_is_kept_for_now_ok = 3",
    "gsk_test_fixture_for_groq_client_that_is_long_enough_to_see = 1",
    "github_pat_is_the_prefix_of_fine_grained_tokens_at_github = True",
    "npm_config_registry_and_other_settings_of_the_client=1",
    "dapi = DatabaseApi()",
    "xai-explainability-toolkit-for-machine-learning-models",
    "class APBaseController(Base): pass",
    "x = APCAccountManagerWithLongName ",
    " APDataServiceProviderFactory ",
    "ACCESSIBILITY_AND_CATALOG_IDS = 1",
    "SKIP_SLOW_TESTS_IN_CONTINUOUS_INTEGRATION = True",
    "ACTION_ACCOUNT_SETTINGS_UPDATED_SUCCESSFULLY",
    "SG.component.factory.build_registry_for_everything()",
    "ModuleNotFoundErrorHandler.config.default_notification_channel_identifier",
    "MyNotificationService.client.sendNotificationToEveryone(now)",
    "whsec_ is the prefix of webhook secrets",
    "glpat-short",
    "xoxb-your-token",
    "asia_pacific_region_name_for_deployment = 'x'",
    "ABIASEDESTIMATORISNOTUSEDHERE",
    "hvs.component_registry",
    "AGE-SECRET-KEY-1 is how they start",
    "SharedAccessKeyName=RootManageSharedAccessKey",
    "AccountKey=<your account key>",
    # placeholders
    'api_key = "your-api-key-here"',
    'OPENAI_API_KEY="sk-your-openai-api-key-goes-here"',
    "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "ANTHROPIC_API_KEY=sk-ant-api03-your-key-here",
    "GEMINI_API_KEY=AIza...",
    'key = "AIzaSyYOUR_API_KEY_GOES_RIGHT_HERE_PLEASE"',
    "GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "GITHUB_TOKEN=ghp_your_token_goes_here_replace_it_with_yours",
    "HF_TOKEN=hf_your_token",
    "HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    'aws_access_key_id = "AKIA****************"',
    "AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY}",
    'aws_secret_access_key = os.environ["AWS_SECRET_ACCESS_KEY"]',
    "SLACK_TOKEN=xoxb-...",
    "//registry.example.org/:_authToken=${NPM_TOKEN}",
    "Authorization: Bearer $TOKEN",
    'headers = {"Authorization": f"Bearer {token}"}',
    'password = "changeme"',
    "password: str = Field(min_length=8)",
    'secret = get_secret("projects/my-project/secrets/api-key/versions/latest")',
    "api_key = settings.provider.credentials.api_key_for_completion",
    'token = "CONSTANT_NAME_OF_EXACTLY_FORTY_FOUR_LETTERS_"',
    "key: some-very-long-kebab-case-name-of-44-characters",
    "clPassword = getCloudantCredentialsFromTheVault()",
    # what configuration says without a secret
    "password: string",
    "password: str",
    "password?: string;",
    "password: Optional[str] = None",
    "password: &'static str,",
    "secret: Readonly<string>;",
    "password: ${PASSWORD}",
    "password: ${DB_PASSWORD:-changeme}",
    "password: {{ db_password }}",
    "password: <%= ENV['DB_PASSWORD'] %>",
    "password: !vault |",
    "password: *default_password",
    "password: env(DB_PASSWORD_V2)",
    "password: secretRef-database-1",
    "password: null",
    "password: true",
    "password: changeme123",
    "password = data[0][1]",
    "password = generatePassword1()",
    "password = self._password2",
    "token: token_type_2",
    "token: TokenKind.Identifier2",
    "secretName: database-credentials-v2",
    "secret: my-app-secret-2024",
    "api_key: YOUR_API_KEY_123456",
    "db.password=${db.password}",
    "db.password=@db.password@",
    "db.password=%DB_PASSWORD_1%",
    "spring.datasource.password=#{vault.password1}",
    "max_tokens: 1048576000",
    "tokens: 12345678901234",
    "token: 2024-01-15T10:00:00Z",
    "<password>${env.PASSWORD}</password>",
    "<password>password</password>",
    "<password>{{password}}</password>",
    "<password></password>",
    "<token>TokenStream2</token>",
    "<Secret>SecretComponent1</Secret>",
    "<label for='p'>Password</label>",
    "Authorization: Bearer <token>",
    "Authorization: Bearer ${TOKEN}",
    "Authorization: Bearer {token}",
    "Authorization: Bearer YOUR_TOKEN_HERE_123",
    "Authorization: Basic <credentials>",
    "Authorization: Basic realm",
    "headers.Authorization = `Bearer ${token}`",
    'headers["Authorization"] = "Bearer " + token1',
    "'Authorization': 'Basic ' + btoa(user + ':' + password)",
    "Authorization: Bearer mytoken",
    "Authorization: token authorization",
    '"Server=db;User Id=sa;Password={0};"',
    '"Server=db;User Id=sa;Password=<password>;"',
    '"Server=db;User Id=sa;Password=" + password1 + ";"',
    '"Server=db;User Id=sa;Password=$(PASSWORD);"',
    '"Server=db;User Id=sa;Password=%PASSWORD%;"',
    '"Server=db;User Id=sa;Password=yourpassword;"',
    "Server=db;User Id=sa;Password=********;",
    'f"host={host} dbname={name} user={user} password={password}"',
    '"host=%s user=%s password=%s"',
    "connect(host=host, user=user, password=password1)",
    "connect(host=h1, user=u1, password=passwords[1])",
    "psql host=$HOST user=$USER password=$PASSWORD1",
    '"host=localhost dbname=test user=postgres password=postgres"',
    "user=alice password=prompt",
    "curl -u user:password https://example.com",
    "curl -u $USER:$PASSWORD https://example.com",
    "curl -u <user>:<password> https://example.com",
    'curl -u "$USER:$(cat pw1)" https://example.com',
    "curl -u ${USER}:${PASSWORD1} https://example.com",
    "curl --user-agent 'x:abc123' https://example.com",
    "curl https://example.com:8443/x1",
    "ENV API_TOKEN $API_TOKEN",
    "ENV API_TOKEN changeme",
    "ENV TOKENIZERS_PARALLELISM false",
    "ENV SECRET_KEY_FILE /run/secrets/key1",
    "define('DB_PASSWORD', getenv('DB_PASSWORD'));",
    "define('DB_PASSWORD', 'your_password_here');",
    "define('DB_PASSWORD', 'password');",
    'map.put("password", password1);',
    'map.put("password", "password-field-1");',
    'os.getenv("API_TOKEN", "")',
    'os.getenv("API_TOKEN")',
    'System.getenv("API_TOKEN_V2")',
    'os.environ.get("API_TOKEN", "development")',
    '("token", "TokenStreamV2Reader")',
    'const API_KEY: &str = env!("API_KEY_1");',
    'const secret: Readonly<string> = "placeholder1";',
    "password 'changeme1234'",
    "password System.getenv('PASSWORD1')",
    "password findProperty('password1')",
    "Enter your password 'twice please'",
    'api_key = "00000000-0000-0000-0000-000000000000"',
    f'token_id = "{UUID}"',
    f"api_key_id: {UUID}",
    f'secret_arn = "secret-{UUID}"',
    f'api_key = "{UUID}"',
    f"password_reset_url: /reset/{UUID}",
    f'uuid = "{UUID.upper()}"',
    # URLs
    "https://example.com/path?x=1#frag",
    "http://localhost:8080/user@example.com",
    "https://example.com:8443?next=a@b.com",
    "https://example.com:8443#a@b.com",
    "ssh://git@github.com:22/org/repo.git",
    "git@github.com:org/repo.git",
    "git+ssh://git@github.com/org/repo.git@v1.2",
    "https://user@example.com/",
    "postgres://localhost:5432/db",
    "postgres://user@localhost/db",
    "postgres://user:<password>@host/db",
    "postgres://user:${PASSWORD}@host/db",
    "postgres://user:$PASSWORD@host/db",
    "postgres://user:$(cat pw)@host/db",
    "postgres://user:{password}@host/db",
    'f"postgres://{user}:{password}@{host}/{name}"',
    '"postgres://%s:%s@%s/%s" % (user, password, host, name)',
    "postgres://user:%(password)s@host/db",
    "postgres://user:{{ db_password }}@host/db",
    "postgres://user:#{password}@host/db",
    "postgres://user:[PASSWORD]@host/db",
    "postgres://user:***@host/db",
    "postgres://user:xxxx@host/db",
    "postgres://user:...@host/db",
    "postgres://user:%PGPASSWORD%@host/db",
    "postgres://user:your-password@host/db",
    '"postgres://" + user + ":" + password + "@" + host',
    "mongodb://h1:27017,h2:27017/db",
    "see http://a.example:80 and mail b@c.example",
    r'"http://localhost:3000\nmail me@example.com"',
    "npm install https://registry.example:4873/@scope/pkg",
    '<a href="http://x.example:81">a@b</a>',
]


@pytest.mark.parametrize(("place", "secret"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_the_secret_is_found_and_nothing_else(place: str, secret: str) -> None:
    line = place.format(secret)
    assert [line[start:end] for start, end in find_secrets(line)] == [secret]


@pytest.mark.parametrize("line", LOOK_ALIKES)
def test_what_only_looks_like_one_stays(line: str) -> None:
    assert [line[start:end] for start, end in find_secrets(line)] == []


def test_the_tables_are_large_enough() -> None:
    assert len({row[2] for row in FOUND}) >= 200
    assert len(set(LOOK_ALIKES)) >= 200


def test_several_in_a_text_are_found_where_they_are() -> None:
    one, two = token("aws key"), token("github personal")
    text = f"a = '{one}', '{two}'\r\n\n# {two} {one}\n"
    assert [text[start:end] for start, end in find_secrets(text)] == [one, two, two, one]


# --- long lines: patterns' worst cases, with a secret behind them ----------------------------------------------------

MEGABYTE = 1 << 20
ADVERSARIAL = [
    "a", "-", "_", "eyJ", "eyJa.", "AIza", "AIza" + "b" * 34 + " ", "sk-", "sk-a-", "://", "://a:", "://a:b", "://a@",
    "//a/:_authToken=", ":_authToken=  ", "aws key ", "aws" + " " * 20, "key" + " " * 60, "token = ", "ibm_cloud_",
    "MTk4" + "a" * 21 + ".", ".aaaaaa." + "b" * 26, "12345678:", "0" * 32 + "-us", "AC" + "a" * 31, "xoxb-1-", "SG.",
    "glagent-", "hf_" + "a" * 29 + " ", "secret_access_key    ", "-----BEGIN PRIVATE KEY-----",
    "password: ", "password=", "host=x;password=", "user=x password=a1", "curl ", "curl -u ", "curl -u a:",
    "<password>",
    "token ", '"token", ', "ENV A_TOKEN ", "ENV ", "authorization: ", "authorization: basic ", "secret: &'static ",
    "secret: a<", "password: a1", "token=" + "ab1c" * 40, "api_key: 7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "token = (\n", "API_KEY || ", "LS0tLS1CRUdJTi", "-- " + "aB3/" * 16 + "\n",
    "-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\\n" + "A" * 64, "A" * 64 + "\\n", "Private-Lines: 1 ",
    "-----BEGIN RSA PRIVATE KEY-----\\nProc-Type: 4", '"A" + ', "\\n" * 8,
]  # fmt: skip


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_a_secret_at_the_end_of_a_hostile_megabyte_is_found(piece: str) -> None:
    """Patterns whose time grows with the square of the line would take hours here."""
    secret = token("anthropic api")
    text = piece * (MEGABYTE // len(piece)) + " " + secret
    assert any(text[start:end] == secret for start, end in find_secrets(text))


@pytest.mark.parametrize("before", [0, 1, 1500, 1536, 1537, 2000, 2040, 2047, 2048, 3000, 5000])
@pytest.mark.parametrize("name", ["openai project", "github personal", "aws key", "atlassian"])
def test_a_secret_anywhere_in_a_long_line_is_found_whole(before: int, name: str) -> None:
    secret = token(name)
    line = "x " * (before // 2) + " " * (before % 2) + f"'{secret}'" + " y" * 3000
    assert [line[start:end] for start, end in find_secrets(line)] == [secret]


def test_ordinary_code_needs_no_detect_secrets() -> None:
    script = (
        "import sys\n"
        "from flashls.text.secrets import find_secrets, warm\n"
        "from pathlib import Path\n"
        "import flashls.types\n"
        "assert find_secrets(Path(flashls.types.__file__).read_text()) == ()\n"
        "before = 'detect_secrets' in sys.modules\n"
        "warm()\n"
        "print(before, 'detect_secrets' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
