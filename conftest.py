"""For every test layer: a test that skips itself is a failed test, because nobody reads the list of skipped ones."""

import os
import shutil
from pathlib import Path
from unittest import mock

import pytest


@pytest.fixture(scope='session', autouse=True)
def _own_attachments(request):
    """Each process of the odoo layer has a folder of attachments of its own.

    pytest-odoo lets them share one, but Odoo clears it after each class of what its own database does not know: the files
    that the other process has just written.
    """
    worker = os.getenv('PYTEST_XDIST_WORKER')
    if not worker or not request.config.pluginmanager.hasplugin('pytest_odoo'):
        yield
        return
    from odoo.tools import config
    shared = Path(config.filestore(''))
    own = shared.with_name(f'{shared.name}-{worker}')
    if shared.exists():
        shutil.copytree(shared, own, copy_function=os.link, dirs_exist_ok=True)
    with mock.patch.object(config, 'filestore', return_value=str(own)):
        yield
    shutil.rmtree(own, ignore_errors=True)


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
