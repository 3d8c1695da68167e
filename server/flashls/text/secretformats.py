"""How secrets look: a table, a row a format of a known service, and last the guesses of ``secretguesses``.

Most patterns are detect-secrets' own, read from the installed package; where a pattern of its is left out, its class
is named in ``REPLACED`` with the reason. The package is imported by the first row whose hint is seen, not before.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Literal

from flashls.text import secretguesses as guesses


@dataclass(frozen=True, slots=True)
class Theirs:
    """A pattern of detect-secrets: the plugin's module and class, and which of its ``denylist``."""

    module: str
    plugin: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class Format:
    """One form of secret.

    ``hints``: lower-case texts, one of which is in every line that holds such a secret. ``gate``: a pattern that is
    found there too, where hints are common words. ``group`` of ``pattern`` holds the secret, or only ``inner`` in it;
    ``tail`` is what may still belong to it, ``check`` has the last word. ``alone``: the sides where no letter or digit
    may stand.
    """

    hints: tuple[str, ...]
    pattern: str | Theirs
    group: int = 0
    gate: str = ""
    inner: str = ""
    tail: str = r"[A-Za-z0-9_-]{0,4096}"
    check: Callable[[str], bool] | None = None
    alone: Literal["", "left", "right", "both"] = ""


REPLACED = {
    "BasicAuthDetector": "finds <password> and ${PASSWORD}, and no password with a sub-delimiter (RFC 3986) in it",
    "NpmDetector": "takes the rest of the line with the token, and time that grows with the line's square",
    "JwtTokenDetector": "leaves the signature, and takes time that grows with the line's square",
    "OpenAIDetector": "knows the form of keys until 2024 only",
    "PrivateKeyDetector": "finds headers, not keys",
    "IPPublicDetector": "an address is no secret",
    "KeywordDetector": "takes any value that is given to a name; a guess here wants a random one",
    "Base64HighEntropyString": "guesses by entropy",
    "HexHighEntropyString": "guesses by entropy",
}
"""Plugins of detect-secrets that are not used, and why."""


@cache
def regex(pattern: str | Theirs) -> re.Pattern[str]:
    """The compiled pattern; the first of ``Theirs`` imports detect-secrets (0.2 s). Raises what its import raises."""
    if isinstance(pattern, str):
        return re.compile(pattern)
    plugin = getattr(import_module(f"detect_secrets.plugins.{pattern.module}"), pattern.plugin)
    found: re.Pattern[str] = plugin.denylist[pattern.index]
    return found


def _random(value: str) -> bool:
    """Whether some run of letters and digits is no word: very long, or of three kinds; see ``sk-spinner-dot-1``."""
    for run in re.findall(r"[A-Za-z0-9]{10,}", value):
        kinds = (str.isdigit, str.isupper, str.islower)
        if len(run) >= 32 or all(any(map(kind, run)) for kind in kinds):
            return True
    return False


def _mixed(value: str) -> bool:
    """Whether there are two digits, capital and small letters: enough to tell a token from an identifier."""
    digits = sum(map(str.isdigit, value))
    return digits >= 2 and any(map(str.isupper, value)) and any(map(str.islower, value))


def _not_hex(value: str) -> bool:
    """Whether it is no hash: forty random characters of base64 are never all hexadecimal."""
    return re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", value) is None


def _lower(value: str) -> bool:
    return value.islower()


def _json_web(value: str) -> bool:
    """Whether the first part is a JOSE header (RFC 7515, section 4): a JSON object with ``alg``."""
    header = value.partition(".")[0]
    try:
        fields = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and "alg" in fields


def _literal(password: str) -> bool:
    """Whether it is a password, not what stands for one: ``<password>``, ``${PASSWORD}``, ``{pw}``, ``%s``, ``***``."""
    return re.fullmatch(_STANDS_FOR_ONE, password) is None


_STANDS_FOR_ONE = r"\$\w+|\$\(.*\)|.*\{.*\}.*|%[a-z]|%\(\w+\)[a-z]|%\w+%|:?\w*\*{2,}\w*|\.{2,}|…|[xX]{3,}"

# The start of a token: after no letter, digit, - or _, unless these belong to an escape (\n, %3D).
_START = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=%[0-9A-F][0-9A-F]))"


def _prefixed(prefix: str, body: str, *hints: str, check: Callable[[str], bool] | None = None) -> Format:
    return Format(hints or (prefix.lower(),), rf"{_START}{prefix}{body}", check=check)


_WORD = r"[A-Za-z0-9_-]"
_ALNUM = r"[A-Za-z0-9]"
_KEYWORDS = ("key", "pwd", "pass", "token")

# fmt: off
FORMATS = (
    # What detect-secrets knows.
    Format(("akc",), Theirs("artifactory", "ArtifactoryDetector"), gate=r"AKC\w{10}", inner=r"\w+", check=_mixed),
    Format(("ap",), Theirs("artifactory", "ArtifactoryDetector", 1), gate=r"AP[\dA-F]\w{18}", inner=r"\w+",
           check=_mixed),
    Format(("akia", "asia", "abia", "acca", "a3t"), Theirs("aws", "AWSKeyDetector"), tail="", alone="both"),
    Format(("aws",), Theirs("aws", "AWSKeyDetector", 1), 1, gate=r"['\"][0-9a-zA-Z/+]{40}['\"]", tail="",
           check=_not_hex),
    Format(("accountkey=",), Theirs("azure_storage_key", "AzureStorageKeyDetector"), inner=r"(?<==).+", tail=""),
    Format(("cloudant", "clou", "cl_", "cl-", "clapi", "clkey", "clp", "cltoken"),
           Theirs("cloudant", "CloudantDetector"), 1, gate=r"[0-9a-fA-F]{64}", alone="both"),
    Format(("cloudant", "clou", "cl_", "cl-", "clapi", "clkey", "clp", "cltoken"),
           Theirs("cloudant", "CloudantDetector", 1), 1, gate=r"[a-z]{24}", check=_lower, alone="both"),
    Format(("cloudant.com",), Theirs("cloudant", "CloudantDetector", 2), 1),
    Format(("cloudant.com",), Theirs("cloudant", "CloudantDetector", 3), 1),
    Format((".",), Theirs("discord", "DiscordBotTokenDetector"), gate=r"\.[\w-]{6}\.[\w-]{27}",
           check=_mixed, alone="left"),
    Format(("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), Theirs("github_token", "GitHubTokenDetector"), check=_random),
    Format(("glpat-", "gldt-", "glft-", "glsoat-", "glrt-"), Theirs("gitlab_token", "GitLabTokenDetector"),
           tail=r"[\w-]{0,64}(?:\.\w{2}\.\w{1,64})?"),
    Format(("gr1348941",), Theirs("gitlab_token", "GitLabTokenDetector", 1)),
    Format(("glcbt-",), Theirs("gitlab_token", "GitLabTokenDetector", 2)),
    Format(("glimt-",), Theirs("gitlab_token", "GitLabTokenDetector", 3)),
    Format(("glptt-",), Theirs("gitlab_token", "GitLabTokenDetector", 4)),
    Format(("glagent-",), Theirs("gitlab_token", "GitLabTokenDetector", 5)),
    Format(("gloas-",), Theirs("gitlab_token", "GitLabTokenDetector", 6)),
    Format(_KEYWORDS, Theirs("ibm_cloud_iam", "IbmCloudIamDetector"), 1, gate=r"(?<![\w-])[\w-]{44}(?![\w-])",
           check=_mixed),
    Format(("secret",), Theirs("ibm_cos_hmac", "IbmCosHmacDetector"), 1, gate=r"[0-9a-fA-F]{48}", alone="both"),
    Format(("-us",), Theirs("mailchimp", "MailchimpDetector"), gate=r"(?<![0-9a-z])[0-9a-z]{32}-us\d", alone="both"),
    Format(("pypi-",), Theirs("pypi_token", "PypiTokenDetector")),
    Format(("pypi-",), Theirs("pypi_token", "PypiTokenDetector", 1)),
    Format(("sg.",), Theirs("sendgrid", "SendGridDetector"), gate=r"SG\.[\w-]{22}\."),
    Format(("xox",), Theirs("slack", "SlackDetector")),
    Format(("hooks.slack.com/services/",), Theirs("slack", "SlackDetector", 1)),
    Format(("softlayer", "sl_", "sl-", "slapi", "slkey", "slp", "sltoken"),
           Theirs("softlayer", "SoftlayerDetector"), 1, gate=r"[a-zA-Z0-9]{64}", alone="both"),
    Format(("api.softlayer.com/soap/",), Theirs("softlayer", "SoftlayerDetector", 1), 1),
    Format(("sq0csp-",), Theirs("square_oauth", "SquareOAuthDetector")),
    Format(("sk_live_", "rk_live_"), Theirs("stripe", "StripeDetector")),
    Format((":",), Theirs("telegram_token", "TelegramBotTokenDetector"), gate=r"\d{8}:[\w-]{35}(?![\w-])", tail="",
           alone="right"),
    Format(("ac",), Theirs("twilio", "TwilioKeyDetector"), gate=r"AC[a-z0-9]{32}", alone="both"),
    Format(("sk",), Theirs("twilio", "TwilioKeyDetector", 1), gate=r"SK[a-z0-9]{32}", alone="both"),
    # What it replaces. RFC 3986, section 3.2.1: user:password@host.
    Format(("://",), r"(?<=://)[^\s:/@\"'`<>]{0,64}:([^\s/\"'`<>?#\\\]]{1,256})@(?!sha256:)", 1, tail="",
           check=_literal),
    Format((":_authtoken",), rf":_authToken\s{{0,4}}=\s{{0,4}}[\"']?({_WORD}{{20,}})", 1),
    Format(("eyj",), rf"{_START}eyJ{_WORD}{{8,}}\.{_WORD}+", tail=rf"{_WORD}{{0,4096}}(?:\.{_WORD}{{1,4096}}){{0,3}}",
           check=_json_web),
    # OpenAI, Anthropic, OpenRouter, DeepSeek and others that write sk-.
    _prefixed("sk-", rf"{_WORD}{{20,}}", check=_random),
    # What it has no pattern for.
    Format(("access",), r"(?i)secret_?access_?key[\"']?\s{0,4}(?:=>|[:=]{1,2}|\s)\s{0,4}[\"']?([A-Za-z0-9/+]{40})"
           r"(?![A-Za-z0-9/+=])", 1, tail="", check=_not_hex),
    _prefixed("AIza", rf"{_WORD}{{35}}", check=_random),
    _prefixed("GOCSPX-", rf"{_WORD}{{20,}}", check=_random),
    _prefixed(r"ya29\.", rf"{_WORD}{{20,}}", "ya29."),
    _prefixed("1//0", rf"{_WORD}{{40,}}"),
    _prefixed("hf_", rf"{_ALNUM}{{30,}}"),
    _prefixed("api_org_", rf"{_ALNUM}{{30,}}"),
    _prefixed("xai-", rf"{_ALNUM}{{60,}}"),
    _prefixed("gsk_", rf"{_ALNUM}{{40,}}"),
    _prefixed("r8_", rf"{_ALNUM}{{32,}}"),
    _prefixed("do[opr]_v1_", r"[a-f0-9]{64}", "doo_v1_", "dop_v1_", "dor_v1_"),
    _prefixed("dapi", r"[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])"),
    _prefixed("github_pat_", r"[A-Za-z0-9_]{40,}", check=_random),
    _prefixed("npm_", rf"{_ALNUM}{{36}}"),
    _prefixed("[rs]k_test_", rf"{_ALNUM}{{20,}}", "sk_test_", "rk_test_"),
    _prefixed("whsec_", r"[A-Za-z0-9+/]{32,}={0,2}"),
    _prefixed(r"xapp-\d-", r"[A-Z0-9]+-\d+-[a-z0-9]+", "xapp-"),
    _prefixed(r"xoxe\.xox[bp]-\d-", rf"{_WORD}{{40,}}", "xoxe."),
    Format(("/api/webhooks/",), rf"discord(?:app)?\.com/api/webhooks/\d{{15,20}}/({_WORD}{{60,}})", 1),
    Format(("sharedaccesskey=",), r"SharedAccessKey=([A-Za-z0-9+/]{43}=)", 1, tail=""),
    _prefixed("sq0atp-", rf"{_WORD}{{22}}"),
    _prefixed("shp(?:at|ca|pa|ss)_", r"[a-fA-F0-9]{32}", "shpat_", "shpca_", "shppa_", "shpss_"),
    _prefixed(r"hv[sb]\.", rf"{_WORD}{{24,}}", "hvs.", "hvb.", check=_random),
    _prefixed("pplx-", rf"{_ALNUM}{{40,}}"),
    _prefixed("nvapi-", rf"{_WORD}{{60,}}"),
    _prefixed("lin_api_", rf"{_ALNUM}{{40}}"),
    _prefixed("gl(?:c|sa)_", r"[A-Za-z0-9+/_]{32,}={0,2}", "glc_", "glsa_", check=_random),
    _prefixed("sbp_", r"[a-f0-9]{40}"),
    _prefixed("ATATT3", r"[A-Za-z0-9_=-]{60,}"),
    _prefixed("AGE-SECRET-KEY-1", r"[0-9A-Z]{58}"),
    _prefixed(r"AQ\.", rf"{_WORD}{{40,}}", "aq.", check=_random),
    *(Format(guesses.HINTS, pattern, 2, gate=guesses.DIGIT, tail=guesses.TAIL, check=guesses.looks_random)
      for pattern in (guesses.ASSIGNED, guesses.PIECED, guesses.ALTERNATIVE, guesses.PASSED, guesses.CALLED,
                      guesses.ATTRIBUTE)),
    *(Format(guesses.HINTS, pattern, 1, gate=guesses.DIGIT, tail=guesses.BARE_TAIL, check=guesses.looks_random_bare)
      for pattern in (guesses.EXPORTED, guesses.DEFAULTED, guesses.LINE)),
    Format(("--",), guesses.OPTION, 1, gate=guesses.DIGIT, tail=guesses.BARE_TAIL, check=guesses.looks_random_bare),
    Format(("?", "&"), guesses.QUERY, 1, gate=guesses.DIGIT, check=guesses.looks_random_bare,
           tail=r"[A-Za-z0-9._~%+/-]{0,8192}"),
    Format(("</",), guesses.ELEMENT, 1, gate=guesses.DIGIT, tail=guesses.ELEMENT_TAIL, check=guesses.looks_random),
    Format(("env ",), guesses.ENV, 1, tail=r"\S{0,8192}", check=guesses.looks_random),
    Format(("://",), guesses.USERINFO, 1, gate=guesses.DIGIT, tail="", check=guesses.looks_random_bare),
    Format(("://",), guesses.SLASHED, 1, tail="", check=guesses.looks_slashed),
    Format(("authorization", "bearer "), guesses.UNSCHEMED, 1, gate=guesses.DIGIT, tail="",
           check=guesses.looks_random_bare),
    Format(("mysql", "mariadb", "sshpass"), guesses.MYSQL, 1, tail="", check=guesses.looks_numbered),
    Format(("-",), guesses.UUID, 1, gate=r"[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", tail="", check=guesses.is_many),
    Format(("authorization",), guesses.AUTHORIZATION, 1, tail="", check=guesses.looks_coded),
    Format(("password", "pwd"), guesses.CONNECTION, 1, gate=guesses.CONNECTED, tail="", check=guesses.looks_chosen),
    Format(("password=",), guesses.LIBPQ, 1, gate=guesses.LIBPQ_OTHER, tail="", check=guesses.looks_chosen),
    Format(("curl",), guesses.CURL, 1, gate=guesses.CURLS, tail="", check=guesses.looks_chosen),
)
# fmt: on
