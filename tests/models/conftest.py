"""What tests of models share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.models.gateways import serving


@pytest.fixture(scope="session")
def gateway_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real gateway in front of a real model; started once for all the tests that ask through it."""
    with serving(tmp_path_factory.mktemp("gateway")) as url:
        yield url
