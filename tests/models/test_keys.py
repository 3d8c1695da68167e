"""Keys as requests carry them."""

from __future__ import annotations

import pytest

from flashls.models.keys import Key, usable
from flashls.models.seam import NoKey, Unauthorized


@pytest.mark.parametrize(
    ("key", "needed", "used"),
    [("k", True, "k"), (" k\n", True, "k"), (lambda: "k", True, "k"), ("", False, ""), (lambda: None, False, "")],
)
def test_usable(key: Key, needed: bool, used: str) -> None:
    assert usable(key, "Work", "$WORK_KEY", needed) == used


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("", r"no key for Work: set \$WORK_KEY"),
        (lambda: None, r"no key for Work: set \$WORK_KEY"),
        ("secret\nkey", r"a character no key has: check \$WORK_KEY"),
        ("sécret", r"a character no key has: check \$WORK_KEY"),
    ],
)
def test_unusable(key: Key, told: str) -> None:
    with pytest.raises(Unauthorized, match=told) as caught:
        usable(key, "Work", "$WORK_KEY")
    assert "cret" not in str(caught.value)
    assert isinstance(caught.value, NoKey) == told.startswith("no key")
