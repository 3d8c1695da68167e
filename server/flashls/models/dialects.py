"""Dialects: the forms of prompt that models were trained on to fill in the middle, as rows of a table.

A dialect's special tokens are part of the prompt's text, so no other text may spell one: see ``spelling``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from flashls.models.spelling import broken, plain
from flashls.types import Fim

CHAT = "chat"
_PLAIN_FILE = "#{path}\n{text}\n"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one family of models is shown a hole.

    ``patterns`` are of the ids it belongs to, ``unless`` of those among them that cannot do it. ``hole`` is the prompt
    for one file, ``file`` what stands before it for each other file, ``own`` what then opens the file with the hole;
    ``inside``: the other files belong to the prefix. ``special`` finds the family's special tokens. ``stop``: what
    ends a reply, at most four, the likeliest first; the model's own end of text is the server's business.
    """

    name: str
    patterns: tuple[str, ...]
    hole: str
    special: re.Pattern[str] = field(repr=False)
    stop: tuple[str, ...]
    file: str = _PLAIN_FILE
    own: str = ""
    inside: bool = False
    unless: tuple[str, ...] = ()

    def render(self, fim: Fim) -> str:
        """The prompt: the other files, then the hole, with special tokens nowhere but where they belong."""
        files = self._files(fim)
        before, within = ("", files) if self.inside else (files, "")
        hole = self.hole.format(prefix=within + self.plain(fim.prefix), suffix=self.plain(fim.suffix))
        return before + hole

    def sides(self, fim: Fim) -> tuple[str, str]:
        """What stands before the hole and after it, for a server that knows the form itself; other files are before."""
        files = "".join(_PLAIN_FILE.format(path=s.path, text=s.text.rstrip()) for s in fim.extra)
        return self.plain(files + fim.prefix), self.plain(fim.suffix)

    def plain(self, text: str) -> str:
        """The text with every special token that it spells broken up."""
        return plain(text, self.special)

    def broken(self, fim: Fim) -> Mapping[str, str]:
        """The special tokens that the texts spell, by what ``plain`` makes of them: for ``PutBack``."""
        return broken(_texts(fim), self.special)

    def _files(self, fim: Fim) -> str:
        files = [self.file.format(path=self.plain(s.path), text=self.plain(s.text.rstrip())) for s in fim.extra]
        return "".join([*files, self.own]) if files else ""


def dialect_of(model_id: str, named: str = "") -> Dialect | None:
    """The dialect of a model: the one that the settings name, else the one its id tells; None: ask in words.

    ``model_id`` is without its provider: ``qwen2.5-coder:7b``, ``Qwen/Qwen2.5-Coder-7B``. Raises ValueError for a
    name that is not in the table.
    """
    if named == CHAT:
        return None
    if named:
        found = next((row for row in DIALECTS if row.name == named), None)
        if found is None:
            names = ", ".join([*(row.name for row in DIALECTS), CHAT])
            raise ValueError(f"There is no dialect {named!r}: there are {names}")
        return found
    name = model_id.lower()
    return next((row for row in DIALECTS if _any(name, row.patterns) and not _any(name, row.unless)), None)


def ends(stop: Iterable[str], fim: Fim) -> list[str]:
    """Stop strings for the reply to a hole, where a server takes any number of them.

    After the hole a model tuned for chat closes a fence that nobody opened, and explains itself at length.
    """
    fenced = _FENCE in fim.prefix or _FENCE in fim.suffix
    return list(dict.fromkeys([*(each for each in stop if each), *(() if fenced else (f"\n{_FENCE}",))]))


_FENCE = "```"
_PIPED = re.compile(r"<\|[a-z_]+\|>")
# The vocabularies of bigcode/starcoder and bigcode/starcoder2, tokenizer_config.json.
_BIGCODE = re.compile(
    r"<(?:\|(?:endoftext|end_of_text|start_of_role|end_of_role|tool_call)\||(?:fim|gh|issue|jupyter|commit|pr)_[a-z_]+"
    r"|pr|file_?name|file_sep|repo_?name|empty_output|code_to_intermediate|intermediate_to_code"
    r"|NAME|EMAIL|KEY|PASSWORD)>"
)
_MISTRAL = re.compile(
    r"</?s>|<unk>|\[(?:/?(?:INST|AVAILABLE_TOOLS|TOOL_RESULTS|SYSTEM_PROMPT|THINK)"
    r"|PREFIX|MIDDLE|SUFFIX|TOOL_CALLS|TOOL_CONTENT|ARGS|CALL_ID|IMG|IMG_BREAK|IMG_END)\]"
)
_NEVER = re.compile(r"(?!)")
_FIM = ("fim_prefix", "fim_suffix", "fim_middle")
_PIPED_HOLE = "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>"
_PIPED_STOP = tuple(f"<|{name}|>" for name in _FIM)
_PLAIN_HOLE = "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>"
_PLAIN_STOP = tuple(f"<{name}>" for name in _FIM)

DIALECTS = (
    # StarCoder2: arXiv 2402.19173, section 5.1. The path of the file with the hole stands behind <fim_prefix>.
    Dialect(
        "starcoder2",
        ("*starcoder2*", "*starcoder-2*"),
        _PLAIN_HOLE,
        _BIGCODE,
        ("<file_sep>", *_PLAIN_STOP),
        file="<file_sep>{path}\n{text}\n",
        own="<file_sep>",
    ),
    # Qwen2.5-Coder: arXiv 2409.12186, section 3.2; Qwen3-Coder's README has the same tokens.
    Dialect(
        "qwen",
        ("*qwen*coder*",),
        _PIPED_HOLE,
        _PIPED,
        ("<|file_sep|>", *_PIPED_STOP),
        file="<|file_sep|>{path}\n{text}\n",
        own="<|file_sep|>\n",
    ),
    # StarCoder: arXiv 2305.06161; Stable Code has its tokens, and CodeQwen those of the hole.
    Dialect(
        "starcoder",
        ("*starcoder*", "*stable-code*"),
        _PLAIN_HOLE,
        _BIGCODE,
        ("<filename>", *_PLAIN_STOP),
        file="<filename>{path}\n{text}\n",
    ),
    Dialect("codeqwen", ("*codeqwen*",), _PLAIN_HOLE, _BIGCODE, _PLAIN_STOP, inside=True),
    # Code Llama: arXiv 2308.12950, section 2.3: the 34B models and those for Python were not trained to infill.
    Dialect(
        "codellama",
        ("*codellama*", "*code-llama*"),
        "<PRE> {prefix} <SUF>{suffix} <MID>",
        re.compile(r"</?s>|<unk>|<(?:PRE|SUF|MID|EOT|FILL_ME)>"),
        ("<PRE>", "<SUF>", "<MID>"),
        inside=True,
        unless=("*python*", "*34b*"),
    ),
    # DeepSeek-Coder: arXiv 2401.14196, section 3.1.2; files as in the README's repository level completion.
    Dialect(
        "deepseek",
        ("*deepseek*coder*",),
        "<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",
        re.compile(r"<｜[^｜<>\n]+｜>|<\|EOT\|>"),
        ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
        inside=True,
    ),
    # Codestral: mistral-common's encode_fim, suffix first; files as Continue sends them.
    Dialect(
        "codestral",
        ("*codestral*",),
        "[SUFFIX]{suffix}[PREFIX]{prefix}",
        _MISTRAL,
        ("+++++ ", "[PREFIX]", "[SUFFIX]"),
        file="+++++ {path}\n{text}\n\n",
        inside=True,
        unless=("*mamba*",),
    ),
    # Granite 4: IBM's prompt engineering guide for it. Granite Code and 3.3: arXiv 2405.04324, StarCoder's tokens.
    Dialect("granite4", ("*granite-4*", "*granite4*"), _PIPED_HOLE, _PIPED, _PIPED_STOP, inside=True),
    Dialect(
        "granite",
        ("*granite*code*", "*granite*3.3*"),
        _PLAIN_HOLE,
        _BIGCODE,
        ("<filename>", *_PLAIN_STOP),
        file="<filename>{path}\n{text}\n",
    ),
    # CodeGemma: arXiv 2406.11409; the models tuned for instructions were not trained to infill.
    Dialect(
        "codegemma",
        ("*codegemma*",),
        _PIPED_HOLE,
        re.compile(_PIPED.pattern + r"|<(?:bos|eos|pad|unk|mask|(?:start|end)_of_turn|unused\d+)>"),
        ("<|file_separator|>", *_PIPED_STOP),
        file="{path}\n{text}\n<|file_separator|>",
        unless=("*-it", "*-it-*", "*instruct*"),
    ),
    # A server that takes what stands after the hole by itself and knows its model's form.
    Dialect("suffix", (), "{prefix}", _NEVER, (), inside=True),
)
SUFFIX = DIALECTS[-1]


def _any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _texts(fim: Fim) -> Iterator[str]:
    yield from (fim.prefix, fim.suffix)
    for snippet in fim.extra:
        yield from (snippet.path, snippet.text)
