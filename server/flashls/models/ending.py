"""Ending: what a provider's word for the end of a reply means."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flashls.models.seam import Overloaded
from flashls.types import EndReason


def ending(word: str, meanings: Mapping[str, EndReason]) -> EndReason:
    """Why a reply ended, from the ``word`` on the wire; ``meanings`` has its words in lower case.

    Raises ``Overloaded`` for any other word: the server was interrupted, say, and what came is not what the model
    wanted to say. Taken for a whole reply, it would be kept for weeks.
    """
    found = meanings.get(word.lower())
    if found is None:
        told = f" ({word})" if re.fullmatch(r"[\w-]{1,40}", word) else ""
        raise Overloaded(f"The provider broke its reply off{told}: try again, or choose another model")
    return found
