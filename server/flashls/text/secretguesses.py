"""Guesses: secrets of no known format, told by the name they are given and by how random they look.

Both together: of 119 values given to such names in 2.9 million lines of well-known public code, 15 look random, and
all of these are keys or credentials (most of them for tests); none is an identifier, a path or prose.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from math import log2

_NAME = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|"
    r"(?:api|auth|access|secret|private|signing|encryption)[_-]?key)s?"
)
PREFIX = r"[bBfFrRuU]{0,2}"
"""What may stand right before a literal's first quote, as in Python and C++."""

# password: str = "...", key: &'static str = "...", secret: Readonly<string> = "..."
_TYPED = r"(?::\s{0,4}(?:&\s?)?(?:'[a-z]{1,20} )?(?:mut )?\w{1,40}(?:[<\[][^=\"'`]{0,40}[>\]])?\s{0,4})?"
_BARE = r"[A-Za-z0-9+/=_@!^.~%&*#-]"
_QUOTED = r"(?:[^\"'`\s\\]|\\(?![\"'`]))"  # a character of a value in quotes, which may themselves be escaped
_QUOTE = r"\\{0,3}([\"'`])"
# The first 200 characters; TAIL and BARE_TAIL take what else belongs to it.
_VALUE = rf"({_QUOTED}{{10,200}}+)(?=\\{{0,3}}\1|{_QUOTED}|\Z)"
_JOINED = rf"[\"'`]\s{{0,100}}[+.&]\s{{0,100}}{PREFIX}[\"'`]"
_NAMED = rf"(?i){_NAME}\\{{0,3}}[\"']?(?:\]|\[\d{{0,4}}\])?\s{{0,8}}"

TAIL = rf"{_QUOTED}{{0,8192}}+(?:{_JOINED}{_QUOTED}{{1,8192}}+){{0,16}}+"
"""What may still belong to a value in quotes: its rest, and literals that are put together with it."""

BARE_TAIL = rf"{_BARE}{{0,8192}}+"
"""The rest of a bare value."""

ASSIGNED = rf"{_NAMED}{_TYPED}(?:=>|:=|={{1,3}}|:)\s{{0,100}}{PREFIX}{_QUOTE}{_VALUE}"
"""A value in quotes (group 2) that is given to such a name."""

PIECED = rf"{_NAMED}{_TYPED}(?:=>|:=|={{1,3}}|:)\s{{0,100}}{PREFIX}{_QUOTE}({_QUOTED}{{1,9}}+)(?={_JOINED})"
"""A value (group 2) that begins with a short literal to which others are added."""

ALTERNATIVE = (
    rf"(?i){_NAME}\\{{0,3}}[\"']?[\])]{{0,2}}(?:\s[^\"'`;{{}}]{{0,60}}?)?\s{{0,4}}"
    rf"(?:\|\||\?\?|\?:|[\s)\]]or\s|\selse\s|\s:\s)\s{{0,8}}{PREFIX}{_QUOTE}{_VALUE}"
)
"""A value in quotes (group 2) for where there is none of such a name: ``API_KEY || "..."``, ``x ? y : "..."``."""

ATTRIBUTE = rf"(?i){_NAME}[\"']\s{{1,8}}value\s?=\s?([\"'])({_QUOTED}{{10,200}}+)"
"""XML's ``key="Password" value="..."`` (group 2)."""

OPENS = (
    rf"{_NAMED}{_TYPED}(?:=>|:=|={{1,3}}|:)\s{{0,8}}"
    rf"(?:\(|[>|][+-]?\d?|\\|{PREFIX}([\"'`]){_QUOTED}{{1,200}}+\1\s{{0,8}}[+.&\\]?)?\s*$"
)
"""The end of a line that gives such a name a value in the next ones, or only the first part of one."""

EXPORTED = (
    r"(?<![a-z])[A-Z0-9_]{0,60}(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|SECRET|PRIVATE)_?KEY)"
    r"S?=([A-Za-z0-9+/=_@!^.~-]{10,200}+)(?=$|[\s\"'\\A-Za-z0-9+/=_@!^.~-])"
)
"""A bare value (group 1) of an environment variable with such a name."""

DEFAULTED = rf"(?i)\$\{{[A-Z0-9_]{{0,60}}?{_NAME}:?[-=]([A-Za-z0-9+/=_@!^.~-]{{10,200}}+)\}}"
"""The value (group 1) that a shell takes where such a variable has none."""

LINE = (
    rf"(?i){_NAME}[\"']?\s{{0,4}}[:=]\s{{0,100}}({_BARE}{{10,200}}+)(?=[ \t]{{0,8}}(?:\r?$|[,;\\]?\r?$|[ \t]#)|{_BARE})"
)
"""A bare value (group 1) that ends its line, as in YAML and properties; or a very long one."""

ELEMENT = rf"(?i){_NAME}[\"']?>\s{{0,8}}([^<>\s]{{8,200}}+)(?=\s{{0,8}}</|[^<>\s])"
"""The text (group 1) of an XML element with such a name."""

ELEMENT_TAIL = r"[^<>\s]{0,8192}+"

OPTION = rf"(?i)--[a-z-]{{0,40}}?{_NAME}(?:\s{{1,4}}|=)[\"']?({_BARE}{{10,200}}+)"
"""A command's argument (group 1)."""

QUERY = rf"(?i)[?&][\w-]{{0,30}}?(?:{_NAME}|sig|signature|key|sas)=([A-Za-z0-9._~%+/-]{{10,200}}+)"
"""A parameter (group 1) of a URL's query (RFC 3986, section 3.4)."""

PASSED = rf"(?i){_NAME}\\{{0,3}}[\"'`]\s{{0,4}},\s{{0,8}}{PREFIX}{_QUOTE}{_VALUE}"
"""A value in quotes (group 2) right after such a name in quotes: ``put("password", "...")``, ``define``, ``getenv``."""

CALLED = rf"(?i){_NAME}\s{{1,4}}([\"'])({_QUOTED}{{10,200}}+)(?=\1|{_QUOTED})"
"""A value in quotes (group 2) after such a name and a blank, as in Gradle."""

ENV = (
    r"\bENV\s{1,8}[A-Z0-9_]{0,60}(?:PASSWORD|PASSWD|SECRET|TOKEN|(?:API|ACCESS|SECRET|PRIVATE)_?KEY)S?"
    r"\s{1,8}(\S{10,200})"
)
"""A bare value (group 1) of a Dockerfile's older form of ``ENV``."""

UUID = (
    rf"(?i){_NAME}[\"']?\]?\s{{0,8}}{_TYPED}(?:=>|:=|={{1,3}}|:|,)\s{{0,8}}[\"'`]?"
    r"([0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})(?![\w-])"
)
"""A UUID (RFC 9562; group 1) that is given to such a name."""

AUTHORIZATION = (
    r"(?i)authorization\\{0,3}[\"']?\]?\s{0,4}[:=,]\s{0,4}\\{0,3}[\"'`]?\s{0,4}(?:bearer|basic|token|apikey)\s{1,4}"
    r"([A-Za-z0-9+/=_.~-]{8,1024})"
)
"""The credentials (group 1) of a header (RFC 9110, section 11.6.2)."""

UNSCHEMED = (
    r"(?i)(?:authorization\\{0,3}[\"']?\]?\s{0,4}[:=,]\s{0,4}\\{0,3}[\"'`]?\s{0,4}|\bbearer\s{1,4})"
    r"([A-Za-z0-9+/=_.~-]{16,1024})(?![\w(])"
)
"""The same without a scheme; and a token (group 1) after the scheme alone (RFC 6750)."""

USERINFO = r"(?<=://)([A-Za-z0-9_.~-]{16,256})(?=@[A-Za-z0-9])"
"""What stands alone before a URL's host (RFC 3986, section 3.2.1)."""

SLASHED = (
    r"(?i)(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|s?ftp|smtps?)(?:\+\w{1,20})?://[^\s:/@\"'`<>]{0,64}:"
    r"(?!\d{1,5}[/,#?])([^\s\"'`<>\\\]@?]{4,256})(?=@[A-Za-z0-9])"
)
"""A URL's password (group 1) with a ``/`` or ``#`` in it that should be encoded, but often is not."""

_CLIENT = (
    r"(?:mysql(?:dump|admin|import|check|show|slap|pump|binlog|sh|_upgrade)?|"
    r"mariadb(?:-(?:dump|admin|import|check|show|slap|binlog|upgrade|backup))?|sshpass)(?:\.exe)?"
)
_CONTAINER = (
    r"(?:docker|podman)(?=\s)(?![^;|&\"'`]{0,80}\sexec\s)"  # its -p publishes a port; that of exec is a command's
)
_OTHER = r"ort|ass|retty|rint|rotocol|lugin|rofile|roject|refix"  # options that are written with one dash, too
MYSQL = (
    rf"(?m)(?:^|[;|&\"'`])(?:(?!{_CONTAINER})[^;|&\"'`\n])*?(?<![\w.-]){_CLIENT}\s(?:[^|;\"]{{0,200}}?\s)??"
    rf"-p(?!{_OTHER}|(?:[\d.]+:)?\d[\d-]*:\d)([^\s\"'`$<>{{}}]{{6,200}})"
)
"""The password (group 1) of a client's command that takes it right after ``-p``."""

CONNECTION = r"(?i)(?:password|pwd)\s{0,2}=\s{0,2}([^;\s\"'`<>{}$%]{4,200})(?=[;\"'`]|\s*$)"
"""The password (group 1) of a connection string of pairs with semicolons."""

CONNECTED = r"(?i)(?:server|data source|host|user id|uid|user|username|database|initial catalog)\s{0,2}=[^;]{0,200};"
"""What else stands in such a string."""

LIBPQ = r"(?<![\w.$])(?:--)?password=([^\s\"'`;,()&{}$%<>]{4,200})(?=[\s\"'`]|$)"
"""The password (group 1) among libpq's keywords (PostgreSQL, 34.1.1.1)."""

LIBPQ_OTHER = r"(?<![\w.$])(?:host|hostaddr|dbname|user|port)=[^\s,]"

CURL = r"\s(?:-u|--user)[ =]{0,2}[\"']?[^\s:\"'$<{]{1,64}:([^\s\"'$<>{}]{4,200})"
"""The password (group 1) that ``CURLS`` is given."""

CURLS = r"(?<![\w-])curl\s"

DIGIT = r"[0-9]"
"""What every value has that looks random, and few lines of code."""

HINTS = ("passw", "passphrase", "pwd", "secret", "token", "credential", "key")

_STANDS_FOR_ONE = re.compile(
    r"(?i)your[_-]|[_-]here$|place-?holder|[x*]{4}|\.{3}|example|change|dummy|sample|fake|^test|redacted|todo|insert|"
    r"123456|[$<>{}]|%[a-z(]"
)
_TEMPLATE = re.compile(r"[$<>{}]|\.{3}")
_WORDY = 100  # characters
_JOINT = re.compile(_JOINED)
_HASH = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_RUN = re.compile(r"[A-Za-z0-9+/]+")
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|.")
_PIECE_SIZE = (
    2.5  # characters on average; of words and abbreviations they have more than 2.7, of random texts about 1.8
)
_CODE = re.compile(r"[/.:(),\[\];=]|->")
_BITS = 2.8  # of Shannon's entropy a character


def looks_random(value: str) -> bool:
    """Whether a value is no word, name, path or template: digits, capitals and small letters stand in it at random.

    Literals that are put together are read as one. In a long value words say nothing: random text has them, too.
    """
    value = _JOINT.sub("", value)
    if _STANDS_FOR_ONE.search(value[:_WORDY]) or _TEMPLATE.search(value):
        return False
    if _HASH.fullmatch(value) or any(is_mixed(run) for run in _RUN.findall(value)):
        return True
    signs = sum(not char.isalnum() for char in value)
    return _kinds(value) == 3 and signs >= 2 and not _CODE.search(value)


def looks_random_bare(value: str) -> bool:
    """The same where no quotes tell values from names: dashes, dots and underscores then count for nothing."""
    return looks_random(value) and looks_random(re.sub(r"[-_.]", "", value))


def looks_coded(value: str) -> bool:
    """The same, or text of Base64 with a colon in it, as HTTP's Basic authentication has it (RFC 7617)."""
    if looks_random(value):
        return True
    try:
        return b":" in base64.b64decode(value, validate=True) and not _STANDS_FOR_ONE.search(value)
    except ValueError:
        return False


def looks_chosen(password: str) -> bool:
    """Whether it is a password and not the word that stands for one, where its place says that it is either."""
    return not password.isalpha() and not _STANDS_FOR_ONE.search(password) and not re.search(r"\(|\)|\[|\]", password)


def looks_slashed(password: str) -> bool:
    """The same, of one that would end a URL's host and port."""
    return looks_chosen(password) and re.search(r"[/#]", password) is not None


def looks_numbered(password: str) -> bool:
    """The same, with a digit: where an option may be meant."""
    return looks_chosen(password) and re.search(r"\d", password) is not None


def is_many(value: str) -> bool:
    """Whether a UUID is none that somebody made up, as of zeros."""
    return len(set(value)) >= 10 and not value.startswith(("123e4567", "12345678"))


def is_mixed(run: str) -> bool:
    """Whether a run of letters and digits is too chopped up for words: ``PBKDF2WithHmacSHA512`` is not."""
    kinds, size = _kinds(run), len(run)
    digits = sum(map(str.isdigit, run))
    enough = kinds == 3 or (kinds == 2 and size >= 20 and digits >= 3)
    return size >= 10 and enough and size / len(_PIECE.findall(run)) <= _PIECE_SIZE and _entropy(run) >= _BITS


def _kinds(text: str) -> int:
    return sum(any(map(kind, text)) for kind in (str.isdigit, str.isupper, str.islower))


def _entropy(text: str) -> float:
    return -sum(n / len(text) * log2(n / len(text)) for n in Counter(text).values())
