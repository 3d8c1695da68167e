"""A summary as one HTML page that holds all it needs: style and plots in place, no script, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from math import floor, log10

from flashls_cli.money import shown
from flashls_cli.stats_arms import ABOUT_ARMS, HEADER, cells
from flashls_cli.stats_plots import bars, columns, shares, spans
from flashls_cli.stats_summary import BOUNDS, Percentiles, Summary
from flashls_cli.stats_words import ABOUT_FATES, ABOUT_WAYS, cost, counted, milliseconds, share


def page(found: Summary, at: float) -> str:
    """The page; ``at`` is when it was made, in seconds since 1970."""
    made = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
    body = "".join(_sections(found)) or "<p>The ledger holds nothing of these days.</p>"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>flashls, {found.first} to {found.last}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>flashls</h1><p class=quiet>{found.first} to {found.last} (UTC), from the ledger on this machine;"
        f" made {made}</p>{body}</main></body></html>\n"
    )


def _sections(found: Summary) -> Iterator[str]:
    if found.is_empty:
        return
    yield _tiles(found)
    yield from _latency(found)
    yield from _completions(found)
    yield from _days(found)
    yield from _models(found)
    yield from _experiments(found)


def _tiles(found: Summary) -> str:
    requests, acceptance = found.completions, found.acceptance
    each = "" if acceptance.usd_each is None else f"{shown(acceptance.usd_each)} for each accepted completion"
    tiles = [
        ("requests for completions", f"{requests.requests:,}", f"{requests.superseded:,} overtaken by typing"),
        ("with a suggestion within 200 ms", share(requests.within["200"]), "of those not overtaken"),
        (
            "accepted", share(acceptance.share),
            f"{acceptance.accepted:,} of {acceptance.seen:,} seen (inferred)",
        ),
        ("still there after 30 s", share(acceptance.kept), "of the characters accepted or typed"),
        ("cost", shown(found.usd), each or f"{shown(found.usd_a_day)} a day"),
    ]  # fmt: skip
    cells = (
        f"<div><b>{escape(n)}</b><span>{escape(what)}</span><i>{escape(more)}</i></div>" for what, n, more in tiles
    )
    return f'<section class="tiles">{"".join(cells)}</section>'


def _latency(found: Summary) -> Iterator[str]:
    if not found.speeds:
        return
    firsts = [(f"{s.task}, {s.model}", (s.first.p50, s.first.p90, s.first.p99)) for s in found.speeds if s.first]
    wholes = [(f"{s.task}, {s.model}", (s.whole.p50, s.whole.p90, s.whole.p99)) for s in found.speeds if s.whole]
    yield "<section><h2>Latency</h2>"
    yield "<p class=quiet>A dot at the median, a line to the 90th percentile, a thin one to the 99th.</p>"
    yield _figure("To the first token", spans(firsts, "Latency to the first token by task and model"))
    yield _figure("To the end of the reply", spans(wholes, "Latency of whole replies by task and model"))
    most = found.speeds[0]
    if most.first:
        names = [*(f"≤ {bound} ms" for bound in BOUNDS), f"> {BOUNDS[-1]} ms"]
        title = f"First tokens of {most.model}, {most.task}"
        plot = columns(names, [("one", most.first.bars)], lambda n: f"{n:,.0f}", title)
        yield _figure(title, plot)
    rows = [
        (s.task, s.model, f"{s.whole.n if s.whole else 0:,}", *_cells(s.first), *_cells(s.whole)) for s in found.speeds
    ]
    header = ("task", "model", "replies", "first p50", "p90", "p99", "whole p50", "p90", "p99")
    yield _table("The numbers, ms", header, rows, 2) + "</section>"


def _completions(found: Summary) -> Iterator[str]:
    requests, fates = found.completions, found.acceptance.fates
    if not (requests.suggested or requests.silences or any(fates.values())):
        return
    yield "<section><h2>Completions</h2>"
    if requests.suggested:
        named = [(ABOUT_WAYS[way], n) for way, n in requests.ways.items()]
        yield _figure("Where suggestions came from", bars(named, "one", "Where suggestions came from"))
    if requests.silences:
        yield _figure("Why there was none", bars([*requests.silences.items()], "two", "Reasons for no suggestion"))
    if any(fates.values()):
        named = [(ABOUT_FATES[fate], n) for fate, n in fates.items()]
        yield _figure("What became of suggestions", bars(named, "three", "What became of suggestions"))
        names, days = [day.day[5:] for day in found.days], found.days
        plot = columns(
            names, [("pale", [day.seen for day in days]), ("three", [day.accepted for day in days])],
            lambda n: f"{n:,.0f}", "Suggestions seen and accepted, day by day",
        )  # fmt: skip
        yield _figure("Seen (pale) and accepted, day by day", plot)
    yield "</section>"


def _days(found: Summary) -> Iterator[str]:
    names = [day.day[5:] for day in found.days]
    yield "<section><h2>Cost</h2>"
    if found.usd:
        plot = columns(names, [("one", [day.usd for day in found.days])], _dollars, "Cost, day by day")
        yield _figure("Day by day", plot)
    yield f"<p>{shown(found.usd)} in all, {shown(found.usd_a_day)} a day"
    yield f"; {counted(found.unpriced, 'attempt')} without a known price.</p>" if found.unpriced else ".</p>"
    rows = [(u.model, *(f"{n:,}" for n in (u.attempts, u.input, u.cached, u.output)), cost(u)) for u in found.uses]
    yield _table("Tokens", ("model", "attempts", "input", "of these cached", "output", "cost"), rows, 1) + "</section>"


def _models(found: Summary) -> Iterator[str]:
    if found.errors:
        named = [(f"{name}, {model}", n) for name, model, n in found.errors]
        yield f"<section><h2>Errors</h2>{_figure('', bars(named, 'two', 'Errors by kind and model'))}</section>"


def _experiments(found: Summary) -> Iterator[str]:
    for experiment in dict.fromkeys(arm.experiment for arm in found.arms):
        arms = [arm for arm in found.arms if arm.experiment == experiment]
        yield f"<section><h2>Experiment {escape(experiment)}</h2>"
        known = [(arm.name, arm.share) for arm in arms if arm.share]
        if known:
            yield _figure("Accepted, of what was seen", shares(known, f"Acceptance in the arms of {experiment}"))
        yield _table("The arms", HEADER, [[cell.replace(" (", "\n(") for cell in cells(arm)] for arm in arms], 1)
        yield f"<p class=quiet>{escape(ABOUT_ARMS)}</p></section>"


def _dollars(usd: float) -> str:
    """An amount in two digits that count."""
    return f"US$ {usd:.{max(0, 1 - floor(log10(usd)))}f}" if usd else "0"


def _figure(title: str, plot: str) -> str:
    caption = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    return f"<figure>{caption}{plot}</figure>"


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> str:
    """A table whose first columns, ``words`` of them, are text; the others are numbers."""

    def row(cells: Sequence[str], tag: str) -> str:
        kinds = ("" if number < words else " class=n" for number in range(len(cells)))
        return "".join(f"<{tag}{kind}>{escape(cell)}</{tag}>" for cell, kind in zip(cells, kinds, strict=True))

    lines = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in rows)
    return (
        f"<h3>{escape(title)}</h3><div class=wide><table><thead><tr>{row(header, 'th')}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )


def _cells(found: Percentiles | None) -> tuple[str, ...]:
    return ("", "", "") if found is None else tuple(milliseconds(ms) for ms in (found.p50, found.p90, found.p99))


_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --card: #f6f7f9; --ink: #1c2128; --quiet: #5b6472; --line: #d8dde4;
  --one: #2563c9; --two: #b4690e; --three: #1f7a4d; --pale: #b9d8c8; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171c; --card: #1d2128; --ink: #e4e8ee; --quiet: #9aa4b2;
  --line: #343b46; --one: #6ea3ff; --two: #e2a24a; --three: #55c08a; --pale: #2c4a3b; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 800px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { margin: 0; font-size: 28px; }
h2 { margin: 40px 0 4px; font-size: 20px; } h3 { margin: 20px 0 4px; font-size: 15px; }
.quiet, i { color: var(--quiet); font-style: normal; } p { margin: 4px 0; } .wide + p { margin-top: 10px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin-top: 24px; }
.tiles div { background: var(--card); border-radius: 8px; padding: 12px 14px; display: flex; flex-direction: column; }
.tiles b { font-size: 20px; white-space: nowrap; font-variant-numeric: tabular-nums; } .tiles i { font-size: 13px; }
figure { margin: 16px 0; overflow-x: auto; } figcaption { font-weight: 600; margin-bottom: 4px; }
svg { width: 100%; min-width: 520px; height: auto; display: block; }
.axis { font-size: 11px; fill: var(--quiet); } .label { font-size: 12px; fill: var(--ink); }
.grid { stroke: var(--line); } .one { fill: var(--one); } .two { fill: var(--two); } .three { fill: var(--three); }
.pale { fill: var(--pale); } .dot { fill: var(--one); } .near { stroke: var(--one); stroke-width: 5; opacity: .55; }
.far { stroke: var(--one); stroke-width: 2; opacity: .45; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); font-size: 13px; }
th { color: var(--quiet); font-weight: 600; } .n { text-align: right; padding-right: 0; padding-left: 12px; }
td.n { white-space: pre; }
"""
