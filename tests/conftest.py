"""What all tests share."""

import os
from collections.abc import Generator

import pytest

pytest.register_assert_rewrite("tests.engine.check")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must run (``$FLASHLS_RUN_ALL``, set by ``.ci/run``), a test that is skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("FLASHLS_RUN_ALL"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and nothing may be here: {report.longreprtext}"
    return report
