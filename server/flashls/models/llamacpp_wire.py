"""What llama.cpp's own routes say while they stream: ``/completion`` and ``/infill``.

The reference is the README of its server: https://github.com/ggml-org/llama.cpp/tree/master/tools/server.
"""

from __future__ import annotations

import msgspec

from flashls.types import EndReason, Usage


class _Timings(msgspec.Struct, frozen=True):
    cache_n: int = 0
    prompt_n: int = 0
    predicted_n: int = 0


class Chunk(msgspec.Struct, frozen=True):
    """One event: some text, news of the prompt's reading, or the end with its counts."""

    content: str = ""
    stop: bool = False
    stop_type: str = ""
    timings: _Timings | None = None
    error: msgspec.Raw | None = None

    def reason(self) -> EndReason:
        """Why the reply ends, in the event with ``stop``."""
        return "length" if self.stop_type == "limit" else "stop"

    def usage(self) -> Usage:
        """What llama.cpp counted; estimated as nothing if it did not say."""
        if self.timings is None:
            return Usage(estimated=True)
        counted = self.timings
        return Usage(input=counted.cache_n + counted.prompt_n, cached=counted.cache_n, output=counted.predicted_n)
