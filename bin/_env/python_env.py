"""The virtual environment, built from `requirements.lock`."""

import subprocess
import sys

import cache
import system_packages
from console import Failure, run_logged, say

LOCK = cache.CHECKOUT / 'requirements.lock'


def ensure():
    """The folder of the virtual environment for this lock file and this Python, built when missing."""
    key = cache.digest(LOCK, sys.version)
    folder = cache.path(f"venv-{key}")
    cache.once('venv', key, folder, _build)
    return folder


def python(folder):
    """The interpreter of the environment."""
    return str(folder / 'bin' / 'python')


def keep_compiled():
    """Variables with which Python keeps what it compiles, whatever the caller's say, and outside the checkout."""
    return {'PYTHONPYCACHEPREFIX': str(cache.path('pycache')), 'PYTHONDONTWRITEBYTECODE': ''}


def _build(folder):
    system_packages.need('venv')
    say(f"python: new environment in {folder}")
    made = subprocess.run(
        [sys.executable, '-m', 'venv', '--clear', folder], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise Failure(f"the virtual environment could not be made: {made.stdout}{made.stderr}")
    run_logged(
        "python: packages of requirements.lock",
        [
            python(folder),
            '-m',
            'pip',
            'install',
            '--no-input',
            '--disable-pip-version-check',
            '--root-user-action=ignore',
            '-r',
            LOCK,
        ],
        cache.log('pip'),
        watch=folder / 'lib',
    )
