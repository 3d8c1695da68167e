"""Wait: how long a server asks to be left alone, in whatever way it says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

_UNIT = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def wait_asked(
    headers: Mapping[str, str], message: str, details: Iterable[Mapping[str, Any]], clock: Callable[[], float]
) -> float | None:
    """Seconds to wait: by google.rpc.RetryInfo, then by the message's own words, then by the headers; None if unsaid.

    ``headers`` have names in lower case; ``message`` and ``details`` are those of the error body. ``clock`` gives
    seconds since 1970.
    """
    delays = [str(detail.get("retryDelay", "")) for detail in details]
    said = re.search(r"(?:retry|try again) in ((?:[\d.]+(?:ms|s|m|h))+)", message)
    delays += [said[1]] if said else []
    delays += [f"{headers['retry-after-ms']}ms"] if "retry-after-ms" in headers else []
    delays += [f"{headers[name]}s" for name in ("retry-after", "llm_provider-retry-after") if name in headers]
    found = next((seconds for delay in delays if (seconds := _seconds(delay)) is not None), None)
    return _until(headers, clock) if found is None else found


def _until(headers: Mapping[str, str], clock: Callable[[], float]) -> float | None:
    """Seconds to a date in Retry-After (RFC 9110, section 10.2.3).

    By the server's own clock where it tells it: ours may be wrong.
    """
    then, now = (_instant(headers.get(name, "")) for name in ("retry-after", "date"))
    return None if then is None else max(0.0, then - (clock() if now is None else now))


def _instant(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _seconds(delay: str) -> float | None:
    """``"56s"``, ``"900ms"``, ``"1h2m3.5s"`` in seconds."""
    if not re.fullmatch(r"(\d+(\.\d+)?(ms|s|m|h))+", delay):
        return None
    return sum(float(number) * _UNIT[unit] for number, unit in re.findall(r"([\d.]+)(ms|s|m|h)", delay))
