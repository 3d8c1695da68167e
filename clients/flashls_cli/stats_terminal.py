"""A summary on a terminal: tables, bars and sparklines; in a pipe the same without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flashls_cli.money import shown
from flashls_cli.stats_arms import ABOUT_ARMS, HEADER, Arm, cells
from flashls_cli.stats_summary import BOUNDS, Percentiles, Summary
from flashls_cli.stats_words import ABOUT_FATES, ABOUT_WAYS, cost, counted, milliseconds, share

_SPARKS = "▁▂▃▄▅▆▇█"
_BAR = 24  # columns


def print_summary(out: Console, found: Summary) -> None:
    """Prints a summary, what it has nothing of left out."""
    out.print(Text.assemble((f"{found.first} to {found.last}", "bold"), " (UTC)"))
    for line in _head(found):
        out.print(Text(line), soft_wrap=True)
    if found.speeds:
        out.print(_speeds(found))
    requests, acceptance = found.completions, found.acceptance
    _bars(out, "Where suggestions came from", _named(requests.ways, ABOUT_WAYS), "cyan")
    _bars(out, "Why there was none", requests.silences, "yellow")
    _bars(out, "What became of suggestions", _named(acceptance.fates, ABOUT_FATES), "green")
    _bars(out, "Errors", {f"{name}, {model}": n for name, model, n in found.errors}, "red")
    if found.uses:
        out.print(_uses(found))
    for experiment in dict.fromkeys(arm.experiment for arm in found.arms):
        out.print(_arms(experiment, [arm for arm in found.arms if arm.experiment == experiment]))
        out.print(Text(ABOUT_ARMS), "")
    if len(found.days) > 1 and found.usd:
        most = max(day.usd for day in found.days)
        bars = sparkline([day.usd for day in found.days])
        out.print(Text.assemble(("Cost a day  ", "bold"), (bars, "magenta"), f"  at most {shown(most)}"))


def sparkline(values: Sequence[float]) -> str:
    """A bar for each value, the highest for the greatest; a blank for nothing."""
    most = max(values, default=0) or 1
    return "".join(" " if value <= 0 else _SPARKS[min(int(value / most * 8), 7)] for value in values)


def _head(found: Summary) -> Iterable[str]:
    requests, acceptance = found.completions, found.acceptance
    if requests.requests:
        yield (
            f"{counted(requests.requests, 'request')} for completions, {requests.superseded:,} of them overtaken by"
            f" typing; a suggestion within 50 ms for {share(requests.within['50'])} of the others, within 200 ms for"
            f" {share(requests.within['200'])}, within 500 ms for {share(requests.within['500'])}"
        )
    if acceptance.seen:
        told = f"{acceptance.told:,} by word of the editor, the rest by the text"
        yield (
            f"{counted(acceptance.seen, 'suggestion')} seen (inferred), {acceptance.accepted:,} accepted"
            f" ({share(acceptance.share)}; {told}); {share(acceptance.kept)} of the characters still there after 30 s"
        )
    unpriced = f"; {counted(found.unpriced, 'attempt')} without a known price" if found.unpriced else ""
    each = f", {shown(acceptance.usd_each)} for each accepted completion" if acceptance.usd_each is not None else ""
    yield f"{shown(found.usd)} in all, {shown(found.usd_a_day)} a day{each}{unpriced}"


def _speeds(found: Summary) -> Table:
    table = _table(
        f"Latency, ms (bars: first token, up to {BOUNDS[0]} … over {BOUNDS[-1]})", "task", "model", "replies"
    )
    for what in ("first", "whole"):
        for percentile in ("p50", "p90", "p99"):
            table.add_column(
                f"{what} {percentile}" if percentile == "p50" else percentile, justify="right", no_wrap=True
            )
    table.add_column("", no_wrap=True)
    for speed in found.speeds:
        n = speed.whole.n if speed.whole else 0
        bars = sparkline(speed.first.bars) if speed.first else ""
        table.add_row(speed.task, speed.model, f"{n:,}", *_cells(speed.first), *_cells(speed.whole), Text(bars, "cyan"))
    return table


def _cells(found: Percentiles | None) -> tuple[str, ...]:
    return ("", "", "") if found is None else tuple(milliseconds(ms) for ms in (found.p50, found.p90, found.p99))


def _uses(found: Summary) -> Table:
    table = _table("Tokens and cost", "model", "attempts", "input", "cached", "output", "cost")
    for use in found.uses:
        numbers = (f"{n:,}" for n in (use.attempts, use.input, use.cached, use.output))
        table.add_row(use.model, *numbers, cost(use))
    return table


def _arms(experiment: str, arms: Sequence[Arm]) -> Table:
    table = _table(f"Experiment {experiment}", *HEADER)
    for arm in arms:
        table.add_row(*cells(arm))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in columns:
        words = name in ("task", "model", "arm")
        wraps = name in ("model", *HEADER)
        table.add_column(name, justify="left" if words else "right", overflow="fold", no_wrap=not wraps)
    return table


def _bars(out: Console, title: str, counts: dict[str, int], colour: str) -> None:
    total, most = sum(counts.values()), max(counts.values(), default=0)
    if not total:
        return
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.show_header = False
    for name, n in counts.items():
        bar = "█" * max(round(n / most * _BAR), 1 if n else 0)
        table.add_row(name, f"{n:,}", share(n / total), Text(bar, colour))
    table.columns[1].justify = table.columns[2].justify = "right"
    out.print(table, "")


def _named(counts: dict[str, int], names: dict[str, str]) -> dict[str, int]:
    return {names[key]: n for key, n in counts.items()}
