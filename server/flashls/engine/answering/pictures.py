"""Pictures: what may go with a question."""

from __future__ import annotations

from flashls.models.seam import Refused
from flashls.types import Image

_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_MOST_PICTURE = 10_000_000


def picture(data: bytes) -> Image:
    """A picture by what it begins with. Raises Refused for what is none, or is too large."""
    mime = next((kind for start, kind in _PICTURES.items() if data.startswith(start)), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        mime = "image/webp"
    if not mime:
        raise Refused("This is no picture that models take: give a PNG, JPEG, GIF or WebP file.")
    if len(data) > _MOST_PICTURE:
        raise Refused("This picture is larger than 10 MB: give a smaller one.")
    return Image(mime, data)
