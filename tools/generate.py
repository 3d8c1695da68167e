"""Writes the files that are made from the code: the settings and command references, the settings in the VS Code
extension's manifest, and the catalog of models.

``--check`` writes nothing and fails when one of them is not what the code says.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec

from flashls.index.ignores import ALWAYS_HIDDEN
from flashls.settings import Arm, Provider, Section, Settings
from flashls.sources import right_of, variables
from flashls_cli.commands import app

ROOT = Path(__file__).resolve().parent.parent


def main(check: bool) -> int:
    """Writes or checks every generated file; the exit status."""
    manifest = ROOT / "editors" / "vscode" / "package.json"
    pages = {
        ROOT / "docs" / "settings.md": settings_page(),
        ROOT / "docs" / "commands.md": commands_page(),
        manifest: vscode_manifest(manifest.read_text("utf-8")),
    }
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if check:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not what the code says: run `make docs`\n")
        else:
            path.write_text(pages[path], "utf-8")
    catalog = [sys.executable, str(ROOT / "tools" / "catalog.py"), *(["--check"] if check else [])]
    status = subprocess.run(catalog, check=False).returncode
    return 1 if status or (check and stale) else 0


def settings_page() -> str:
    """The reference of all settings, as Markdown."""
    of = {key: variable for variable, key in variables()}
    parts = [_INTRODUCTION]
    for field in msgspec.structs.fields(Settings):
        if field.name == "providers":
            parts.append(_section("providers.NAME", Provider, {}))
        else:
            parts.append(_section(field.name, type(getattr(Settings(), field.name)), of))
        if field.name == "experiment":
            parts.append(_section("experiment.arms.NAME", Arm, {}))
    return "\n".join(parts)


def commands_page() -> str:
    """The reference of all commands, as Markdown."""
    return app.generate_docs(output_format="markdown").rstrip() + "\n"


def vscode_manifest(now: str) -> str:
    """The VS Code extension's package.json: as it is, but with all settings that an editor may set.

    The first group of settings is the extension's own and stays. VS Code's descriptions are Markdown.
    """
    manifest = json.loads(now)
    own = manifest["contributes"]["configuration"][0]
    sections = [field.name for field in msgspec.structs.fields(Settings) if field.name != "providers"]
    groups = [group for section in sections if (group := _group(section))]
    manifest["contributes"]["configuration"] = [own, *groups]
    all_names = [name for group in (own, *groups) for name in group["properties"]]
    restricted = [name for name in all_names if name not in _UNTRUSTED]
    manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = restricted
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


# What counts of the settings of a folder that is not trusted: it only hides.
_UNTRUSTED = ("flashls.paths.off",)


def _group(section: str) -> dict[str, Any] | None:
    """A section's settings as VS Code has them, None where an editor may set none of them."""
    table = type(getattr(Settings(), section))
    _, found = msgspec.json.schema_components([table])
    keys = {f"{section}.{name}": schema for name, schema in found[table.__name__]["properties"].items()}
    may = {key: schema for key, schema in keys.items() if right_of("editor", key) != "no"}
    properties = {f"flashls.{key}": _property(key, schema, at) for at, (key, schema) in enumerate(may.items())}
    return {"title": section.capitalize(), "properties": properties} if properties else None


def _property(key: str, schema: dict[str, Any], order: int) -> dict[str, Any]:
    limits = {name: value for name, value in schema.items() if name not in ("description", "title")}
    right = right_of("editor", key)
    told = f"{schema['description']} {_WHO.get(key) or _WHO.get(key.partition('.')[0]) or _WHO.get(right, '')}".strip()
    return {"order": order, **limits, "markdownDescription": told}


_WHO = {
    "lowers": "Can only lower what your own `config.toml` says.",
    "narrows": "Can only take away from what your own `config.toml` says.",
    "complete.debounce_ms": "Not below a number in your own `config.toml`.",
    "languages.off": "Adds to what your own `config.toml` says.",
    "paths.off": "Adds to what your own `config.toml` says.",
    "models": "Those that your own `config.toml` names for this task or for completions, or flashls by itself.",
}


def _section(name: str, table: type[Section], variable_of: dict[str, str]) -> str:
    about = inspect.cleandoc(table.__doc__ or "").replace("``", "`")
    header = "| setting | default | meaning | environment | editor | workspace |"
    rows = [f"## `[{name}]`\n\n{about}\n", header, "|---|---|---|---|---|---|"]
    defaults = table()
    for field in msgspec.structs.fields(table):
        key = f"{name}.{field.name}"
        meaning = " ".join(
            [m.description for m in get_args(field.type) if isinstance(m, msgspec.Meta) and m.description]
            + [_range(m) for m in get_args(field.type) if isinstance(m, msgspec.Meta)]
        ).strip()
        default = msgspec.json.encode(getattr(defaults, field.name)).decode()
        variable = f"`${variable_of[key]}`" if key in variable_of else ""
        right = right_of("editor", key)
        editor = _EDITOR.get(key) or _EDITOR.get(name, "yes" if right == "sets" else right)
        workspace = right_of("workspace", key)
        rows.append(f"| `{field.name}` | `{default}` | {meaning} | {variable} | {editor} | {workspace} |")
    if name == "paths":
        rows.append(_WITHIN)
        rows.append(f"\nAlways hidden, in any case: {', '.join(f'`{pattern}`' for pattern in ALWAYS_HIDDEN)}.")
    return "\n".join(rows) + "\n"


_EDITOR = {
    "complete.debounce_ms": "not below your number",
    "languages": "adds",
    "models": "those of your config.toml for it",
    "paths": "adds",
}


_WITHIN = """
What the `.flashls.toml` of a folder inside the workspace hides, or of one above it in the repository, is hidden here
too; one that cannot be read hides all that is in its folder."""


def _range(meta: msgspec.Meta) -> str:
    low = meta.ge if meta.ge is not None else meta.gt
    return f"From {low} to {meta.le}." if meta.le is not None else ""


_INTRODUCTION = """\
# Settings

<!-- Written by tools/generate.py: do not edit. -->

Later wins: defaults; your `config.toml` (`flashls config` says where it is, `$FLASHLS_CONFIG` chooses another); the
environment; `--set section.key=value` on the command line; the editor. A workspace's `.flashls.toml` comes last and
can only narrow: switch off, hide more, ask for less. Lists in the environment are separated by commas.

What chooses an endpoint is read from your own `config.toml` only, because an editor's settings can come with a
workspace. For the same reason an editor switches nothing on that your own settings switch off, and chooses for a task
only among the models that these name for it or for completions, and those of theirs that run on this machine. Where
they say nothing of a task, it may choose among all that they name, but not for completions; where they name none at
all, among those that flashls would choose by itself. Keys are never settings: they come from the environment
(`$GEMINI_API_KEY` or `$GOOGLE_API_KEY`) or from the editor's secret store.
"""


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
