"""Pictures of terminals: what tmux says is on the screen, as SVG."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.ansi import AnsiDecoder
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from tests.editors.neovim.session import ROOT

SCREENSHOTS = ROOT / "build/screenshots/terminal"

_THEME = TerminalTheme(
    (250, 250, 250), (40, 44, 52),
    [(40, 44, 52), (200, 50, 45), (55, 125, 55), (150, 105, 0), (50, 95, 190), (150, 50, 150), (0, 120, 130),
     (130, 135, 145)],
    [(100, 105, 115), (220, 80, 75), (80, 150, 80), (180, 130, 20), (80, 125, 220), (175, 80, 175), (20, 145, 155),
     (215, 218, 222)],
)  # fmt: skip
# Rich's own, but for the frame and the font, which that fetches from elsewhere.
_FORMAT = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; font-variant-east-asian: full-width }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def leave_picture(name: str, screen: str, cursor: tuple[int, int]) -> Path:
    """Writes ``build/screenshots/terminal/NAME.svg``; ``screen`` is what ``tmux capture-pane -e`` gives of a pane.

    ``cursor`` is the column and row it is at.
    """
    rows = [*AnsiDecoder().decode(screen)]
    rows[cursor[1]].pad_right(max(0, cursor[0] + 1 - len(rows[cursor[1]])))
    rows[cursor[1]].stylize("reverse", cursor[0], cursor[0] + 1)
    console = Console(
        width=max(row.cell_len for row in rows), record=True, file=io.StringIO(), force_terminal=True,
        color_system="truecolor", legacy_windows=False,
    )  # fmt: skip
    for row in rows:
        console.print(row, no_wrap=True, overflow="crop")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.svg"
    console.save_svg(str(path), title="", theme=_THEME, code_format=_FORMAT, unique_id=re.sub(r"\W", "-", name))
    return path
