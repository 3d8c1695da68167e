"""The language table: one row a language, and the grammars behind the rows, loaded on first use."""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from importlib import resources
from pathlib import PurePath

import tree_sitter

PLAIN = "plaintext"

_RUBY = (
    r"^\s*(def|class|module|if|unless|while|until|case|for|begin|else|elsif|when|in|rescue|ensure)\b"
    r"|\b(do|begin)(\s*\|[^|]*\|)?$|=\s*(if|unless|case)\b"
)
_LUA = r"\b(then|do|else|repeat)$|\bfunction\b[^()]*\([^()]*\)$"
_JULIA = r"^\s*(function|macro|if|elseif|else|for|while|mutable struct|struct|module|begin|let|try|catch)\b|\bdo\b"
_FORTRAN = r"(?i)^\s*(program|module|subroutine|function|do|if\b.*\bthen|else|select|interface|type)\b"
_CLASS = "class _ {\n"
_XML = ("<!--", "-->")


@dataclass(frozen=True, slots=True)
class Language:
    """A row of the table.

    ``ids`` are LSP language ids, the usual one first; ``suffixes`` and ``filenames`` (lower case) tell a path's
    language. ``module`` and ``function`` give the grammar. ``opens`` is found in a line, without its trailing comment
    and white space, that opens a block; ``closes`` are words that end one. ``indented``: blocks are by indentation
    and nothing closes them. ``queries`` names its file in ``queries``; rows may share one. ``preamble`` is what a
    piece from the middle of a file needs before it to be read as code, ``method_frame`` what a method needs.
    """

    name: str
    ids: tuple[str, ...]
    suffixes: tuple[str, ...]
    module: str
    function: str = "language"
    filenames: tuple[str, ...] = ()
    line_comment: str | None = "//"
    block_comment: tuple[str, str] | None = ("/*", "*/")
    opens: str = r"\{$"
    closes: tuple[str, ...] = ()
    indented: bool = False
    queries: str = ""
    preamble: str = ""
    method_frame: str = ""


def language_of(language_id: str) -> Language | None:
    """The row of an LSP language id (in any case), None when there is none."""
    return _by("ids").get(language_id.lower())


def language_id_of(path: str | PurePath) -> str:
    """The LSP language id of a path, by its file name or its suffix; "plaintext" when neither is known."""
    plain = isinstance(path, str) and "\\" not in path  # a PurePath takes 10 µs to make
    name = (str(path).rstrip("/").rpartition("/")[2] if plain else PurePath(path).name).lower()
    dot = name.rfind(".")
    row = _by("filenames").get(name) or (_by("suffixes").get(name[dot:]) if 0 < dot < len(name) - 1 else None)
    return row.ids[0] if row else PLAIN


@functools.cache
def grammar(language: Language | None) -> tree_sitter.Language | None:
    """The language's grammar; None (plain text) without a language or when its wheel is missing or does not fit."""
    if language is None:
        return None
    try:
        module = importlib.import_module(language.module)
        return tree_sitter.Language(getattr(module, language.function)())
    except (ImportError, AttributeError, ValueError):
        return None


@functools.cache
def query(language: Language | None, capture: str) -> tree_sitter.Query | None:
    """The paragraphs of the language's query file with a capture that starts with ``capture``; None without a file.

    Made once; that takes up to 30 ms, for the library works out which tokens can follow in every state of the grammar.
    """
    known = grammar(language)
    if language is None or known is None or not language.queries:
        return None
    source = resources.files(__package__).joinpath("queries", f"{language.queries}.scm").read_text("utf-8")
    wanted = [paragraph for paragraph in source.split("\n\n") if f" @{capture}" in paragraph]
    return tree_sitter.Query(known, "\n".join(wanted))


LANGUAGES: tuple[Language, ...] = (
    Language(
        "python", ("python",), (".py", ".pyi", ".pyw"), "tree_sitter_python",
        line_comment="#", block_comment=None, opens=r":$", indented=True, queries="python",
    ),
    Language(
        "javascript", ("javascript", "javascriptreact"), (".js", ".mjs", ".cjs", ".jsx"), "tree_sitter_javascript",
        queries="javascript", method_frame=_CLASS,
    ),
    Language(
        "typescript", ("typescript",), (".ts", ".mts", ".cts"), "tree_sitter_typescript", "language_typescript",
        queries="typescript", method_frame=_CLASS,
    ),
    Language(
        "tsx", ("typescriptreact", "tsx"), (".tsx",), "tree_sitter_typescript", "language_tsx",
        queries="typescript", method_frame=_CLASS,
    ),
    Language("go", ("go",), (".go",), "tree_sitter_go", opens=r"\{$|\b(case\b.*|default):$", queries="go"),
    Language("rust", ("rust",), (".rs",), "tree_sitter_rust", queries="rust"),
    Language("java", ("java",), (".java",), "tree_sitter_java", queries="java", method_frame=_CLASS),
    Language("c", ("c",), (".c", ".h"), "tree_sitter_c", queries="c"),
    Language(
        "cpp", ("cpp", "c++", "cuda-cpp"), (".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx", ".cu", ".inl", ".ipp"),
        "tree_sitter_cpp", queries="cpp",
    ),
    Language(
        "csharp", ("csharp", "c_sharp", "cs"), (".cs", ".csx"), "tree_sitter_c_sharp",
        queries="csharp", method_frame=_CLASS,
    ),
    Language(
        "ruby", ("ruby",), (".rb", ".rake", ".gemspec", ".ru"), "tree_sitter_ruby",
        filenames=("gemfile", "rakefile", "guardfile", "podfile", "vagrantfile"),
        line_comment="#", block_comment=("=begin", "=end"), opens=_RUBY, closes=("end",), queries="ruby",
    ),
    Language(
        "php", ("php",), (".php", ".phtml"), "tree_sitter_php", "language_php",
        queries="php", preamble="<?php ", method_frame=_CLASS,
    ),
    Language(
        "bash", ("shellscript", "bash", "sh", "zsh"), (".sh", ".bash", ".zsh", ".ksh"), "tree_sitter_bash",
        filenames=(".bashrc", ".bash_profile", ".zshrc", ".profile"),
        line_comment="#", block_comment=None, opens=r"(\b(then|do|else|in)|\{)$", closes=("fi", "done", "esac"),
    ),
    Language("html", ("html",), (".html", ".htm", ".xhtml"), "tree_sitter_html", line_comment=None, block_comment=_XML),
    Language("css", ("css", "scss", "less"), (".css", ".scss", ".less"), "tree_sitter_css", line_comment=None),
    Language("json", ("json", "jsonc"), (".json", ".jsonc", ".webmanifest"), "tree_sitter_json"),
    Language(
        "yaml", ("yaml",), (".yaml", ".yml"), "tree_sitter_yaml",
        line_comment="#", block_comment=None, opens=r":$|^\s*-$", indented=True,
    ),
    Language(
        "toml", ("toml",), (".toml",), "tree_sitter_toml",
        filenames=("cargo.lock", "poetry.lock", "uv.lock", "pipfile"), line_comment="#", block_comment=None,
    ),
    Language("sql", ("sql",), (".sql", ".ddl", ".dml"), "tree_sitter_sql", line_comment="--"),
    Language(
        "lua", ("lua",), (".lua",), "tree_sitter_lua",
        line_comment="--", block_comment=("--[[", "]]"), opens=_LUA + r"|\{$", closes=("end", "until"),
    ),
    Language("kotlin", ("kotlin",), (".kt", ".kts"), "tree_sitter_kotlin", opens=r"\{$|->$"),
    Language("scala", ("scala",), (".scala", ".sc", ".sbt"), "tree_sitter_scala", opens=r"\{$|=>$"),
    Language("swift", ("swift",), (".swift",), "tree_sitter_swift"),
    Language(
        "markdown", ("markdown",), (".md", ".markdown"), "tree_sitter_markdown",
        line_comment=None, block_comment=_XML,
    ),
    Language(
        "elixir", ("elixir",), (".ex", ".exs"), "tree_sitter_elixir",
        line_comment="#", block_comment=None, opens=r"\b(do|else|fn)$|->$", closes=("end",),
    ),
    Language(
        "haskell", ("haskell",), (".hs",), "tree_sitter_haskell",
        line_comment="--", block_comment=("{-", "-}"), opens=r"\b(where|do|of|let)$|=$|->$", indented=True,
    ),
    Language(
        "ocaml", ("ocaml",), (".ml",), "tree_sitter_ocaml", "language_ocaml",
        line_comment=None, block_comment=("(*", "*)"), opens=r"(=|->|\b(begin|struct|sig|then|else|do|in))$",
        closes=("end", "done"),
    ),
    Language("zig", ("zig",), (".zig", ".zon"), "tree_sitter_zig", block_comment=None),
    Language(
        "julia", ("julia",), (".jl",), "tree_sitter_julia",
        line_comment="#", block_comment=("#=", "=#"), opens=_JULIA, closes=("end",),
    ),
    Language(
        "xml", ("xml", "xsl"), (".xml", ".xsd", ".xsl", ".svg", ".plist", ".csproj"), "tree_sitter_xml", "language_xml",
        line_comment=None, block_comment=_XML,
    ),
    Language(
        "powershell", ("powershell",), (".ps1", ".psm1", ".psd1"), "tree_sitter_powershell",
        line_comment="#", block_comment=("<#", "#>"),
    ),
    Language("objc", ("objective-c", "objc"), (".m", ".mm"), "tree_sitter_objc"),
    Language(
        "groovy", ("groovy",), (".groovy", ".gradle", ".gvy"), "tree_sitter_groovy", filenames=("jenkinsfile",),
    ),
    Language(
        "fortran", ("fortran", "fortran-modern", "fortranfreeform"), (".f90", ".f95", ".f03", ".f08"),
        "tree_sitter_fortran", line_comment="!", block_comment=None, opens=_FORTRAN, closes=("end",),
    ),
    Language(
        "regex", ("regex",), (".regex",), "tree_sitter_regex", line_comment=None, block_comment=None, opens=r"(?!)",
    ),
)  # fmt: skip


@functools.cache
def _by(field: str) -> dict[str, Language]:
    return {key: row for row in LANGUAGES for key in getattr(row, field)}
