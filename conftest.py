"""For every test layer: a test that skips itself is a failed test, because nobody reads the list of skipped ones."""

import pytest


def _refuse_skip(report):
    if report.skipped and not hasattr(report, 'wasxfail'):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = 'failed'
        report.longrepr = f"{report.nodeid} was skipped, which counts as a failure here: {reason}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    outcome = yield
    _refuse_skip(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report():
    outcome = yield
    _refuse_skip(outcome.get_result())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report):
    """What a subTest names becomes text: from a process of pytest-xdist only plain data can be sent."""
    named = report.context.kwargs if hasattr(report, 'context') else {}
    named.update({name: repr(value) for name, value in named.items() if type(value) not in (str, int, bool)})
