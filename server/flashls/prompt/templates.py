"""Templates: what models are told, as Markdown files that anybody can read and a user can override.

A template is one file of ``templates/``. Its first line is ``version: N``; then come sections, each under a heading::

    # Instructions            what the model is told first; for the system's turn
    # Example: what it shows  two fenced blocks: what is asked, and the answer to it; any number of such sections
    # Question                what is asked; ``# Question: brief`` and the like are variants of it

Placeholders such as ``{file}`` stand in instructions and questions; in examples braces mean nothing. A heading within
a fence is none. A user's file of the same name, in ``prompts/`` beside their ``config.toml``, takes a template's place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from flashls.types import Text

_VERSION = re.compile(r"version: *(\d+)")
_HEADING = re.compile(r"# (Instructions|Example|Question)(?:: *(.*?))? *")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_MOST_BYTES = 64 * 1024


class BrokenTemplate(ValueError):
    """A file is no template, or not one for this version of flashls; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a task's model is told. ``examples`` are pairs of question and answer; ``questions`` are by variant."""

    name: str
    version: int
    instructions: str
    examples: tuple[tuple[str, str], ...]
    questions: Mapping[str, str] = field(hash=False)

    def parts(self, variant: str = "", **values: str) -> tuple[Text, ...]:
        """A prompt's parts: instructions, examples, then the question, with each placeholder's value.

        All but the question are ``stable``. A value is put in as it is: braces in it mean nothing. Raises KeyError
        for a placeholder without value, and for a variant that there is not.
        """
        question = self.question(variant, **values)
        turns = ((("user", asked), ("model", answer)) for asked, answer in self.examples)
        return (
            Text("system", _filled(self.instructions, values), stable=True),
            *(Text("user" if role == "user" else "model", text, stable=True) for turn in turns for role, text in turn),
            question,
        )

    def question(self, variant: str = "", **values: str) -> Text:
        """The last of the ``parts``, the only one that is not the same for many prompts."""
        return Text("user", _filled(self.questions[variant], values))


@dataclass(frozen=True, slots=True)
class Templates:
    """All templates; ``overrides`` are the user's own, by name; ``notices`` say which of those are not used and why."""

    overrides: Mapping[str, Template] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Template:
        """The user's own template of that name, else ours. Raises KeyError if there is none."""
        return self.overrides.get(name) or shipped(name)


def templates_in(folder: Path | None) -> Templates:
    """The templates with the user's own from a folder; None, or a folder that is not there, for ours alone.

    A file that cannot be used has its notice, and ours is used. Only a folder beside the user's ``config.toml`` may be
    given: what a workspace brings along must not tell models what to do.
    """
    found, notices = dict[str, Template](), list[str]()
    for path in sorted(folder.glob("*.md")) if folder is not None and folder.is_dir() else ():
        try:
            found[path.stem] = _override(path)
        except BrokenTemplate as broken:
            notices.append(f"{path}: {broken}; the prompt that flashls ships is used")
    return Templates(found, tuple(notices))


@cache
def shipped(name: str) -> Template:
    """The template of that name that flashls brings along. Raises KeyError if there is none."""
    file = files("flashls.prompt") / "templates" / f"{name}.md"
    if not file.is_file():
        raise KeyError(f"there is no prompt {name!r}; there are {', '.join(names())}")
    return parsed_template(name, file.read_text("utf-8"))


@cache
def names() -> tuple[str, ...]:
    """The names of all templates."""
    folder = files("flashls.prompt") / "templates"
    return tuple(sorted(file.name.removesuffix(".md") for file in folder.iterdir() if file.name.endswith(".md")))


def parsed_template(name: str, text: str) -> Template:
    """The template that a file's text stands for. Raises BrokenTemplate."""
    first, *rows = text.replace("\r\n", "\n").split("\n")
    version = _VERSION.fullmatch(first.strip())
    if version is None:
        raise BrokenTemplate("the first line is not of the form `version: 1`")
    instructions, examples, questions = list[str](), list[tuple[str, str]](), dict[str, str]()
    for kind, title, body in _sections(rows):
        if kind == "Instructions":
            instructions.append("\n".join(body).strip())
        elif kind == "Example":
            examples.append(_example(title, body))
        elif title in questions:
            raise BrokenTemplate(f"there are two sections `# Question{title and ': ' + title}`")
        else:
            questions[title] = "\n".join(body).strip()
    if len(instructions) != 1 or not questions:
        raise BrokenTemplate("it needs one section `# Instructions`, and `# Question`")
    return Template(name, int(version[1]), instructions[0], tuple(examples), questions)


def _override(path: Path) -> Template:
    """The user's own template, if it can stand in for ours of that name. Raises BrokenTemplate."""
    if path.stem not in names():
        raise BrokenTemplate(f"there is no prompt of that name; there are {', '.join(names())}")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BrokenTemplate("it is longer than 64 KB")
        own, ours = parsed_template(path.stem, path.read_text("utf-8")), shipped(path.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenTemplate(f"it cannot be read ({type(error).__name__})") from None
    if own.version != ours.version:
        raise BrokenTemplate(
            f"it is made from version {own.version} of this prompt, and flashls has version {ours.version}: "
            f"compare it with that one, then write `version: {ours.version}`"
        )
    for variant, question in ours.questions.items():
        wanted, got = _placeholders(question), _placeholders(own.questions.get(variant, ""))
        if wanted != got:
            section = f"`# Question{variant and ': ' + variant}`"
            raise BrokenTemplate(f"{section} needs exactly the placeholders {_listed(wanted)}")
    if not (allowed := _placeholders(ours.instructions)) >= _placeholders(own.instructions):
        raise BrokenTemplate(f"`# Instructions` may have the placeholders {_listed(allowed)} only")
    return own


def _sections(rows: list[str]) -> list[tuple[str, str, list[str]]]:
    """Each section's kind, title and rows. A heading of another form, or text before the first, is broken."""
    sections, fence = list[tuple[str, str, list[str]]](), ""
    for row in rows:
        heading = None if fence else _HEADING.fullmatch(row)
        if heading is not None:
            sections.append((heading[1], heading[2] or "", []))
            continue
        if row.startswith("# ") and not fence:
            raise BrokenTemplate(f"there is no section {row!r}; there are `# Instructions`, `# Example`, `# Question`")
        if row.strip() and not sections:
            raise BrokenTemplate("there is text before the first section")
        fence = _fence_after(row, fence)
        if sections:
            sections[-1][2].append(row)
    if fence:
        raise BrokenTemplate(f"a block that {fence} opens is never closed")
    return sections


def _fence_after(row: str, fence: str) -> str:
    """The fence that is open after a row, given the one before it; "" for none."""
    if fence:
        return "" if row.rstrip() == fence else fence
    opening = _FENCE.match(row)
    return opening[1] if opening else ""


def _example(title: str, body: list[str]) -> tuple[str, str]:
    blocks, fence = list[list[str]](), ""
    for row in body:
        before, fence = fence, _fence_after(row, fence)
        if before and fence:
            blocks[-1].append(row)
        elif fence:
            blocks.append([])
    if len(blocks) != 2:
        raise BrokenTemplate(f"the example {title!r} needs two fenced blocks: what is asked, and the answer")
    return "\n".join(blocks[0]), "\n".join(blocks[1])


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _listed(some: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(some)) or "none"
