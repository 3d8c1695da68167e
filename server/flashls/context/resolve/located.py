"""Located: where an import leads."""

from __future__ import annotations

import msgspec


class Located(msgspec.Struct, frozen=True, gc=False):
    """Where an import leads: ``files``, and which ``name`` of theirs is meant; "" for all that they offer.

    ``container``: the dotted path of the type whose members are meant, for static and nested imports.
    """

    files: tuple[str, ...] = ()
    name: str = ""
    container: str = ""


NOWHERE = Located()
