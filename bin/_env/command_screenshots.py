"""bin/screenshots: the pictures of docs/images, in French, from the demo database.

usage: bin/screenshots [NAME …]

Takes every picture, or those named (cases, case, reminder …: bin/_env/screens/shots.py lists them). The demo database
(bin/demo --no-serve makes it) is copied first: what is clicked and sent for a picture stays in the copy.
"""

import contextlib
import os
import sys

import cache
import command_demo
import databases
import system_packages
import workshop
from command_test import served
from console import Failure, say

FOLDER = cache.CHECKOUT / 'docs' / 'images'
SCRIPT = cache.CHECKOUT / 'bin' / '_env' / 'screens' / 'shoot.py'


def main(arguments):
    """Take the pictures; returns 1 when one failed."""
    if arguments and arguments[0] in ('-h', '--help'):
        sys.stdout.write(__doc__)
        return 0
    demo = os.environ.get('RECOUVREMENT_DB', 'recouvrement_demo')
    system_packages.need('browser', 'letters', 'pages')
    with (
        workshop.open_workshop() as shop,
        _copy(shop, demo) as database,
        command_demo.mail_folder(shop, database) as mail,
        served(shop, database, *mail.options) as url,
    ):
        FOLDER.mkdir(parents=True, exist_ok=True)
        say(f"screenshots: {FOLDER}")
        command = [shop.python, SCRIPT, url, database, FOLDER, mail.folder, *arguments]
        return workshop.run_in_front(command, cwd=cache.CHECKOUT)


@contextlib.contextmanager
def _copy(shop, demo):
    """A copy of the demo database for the time of the block."""
    if not databases.exists(shop, demo):
        raise Failure(f"there is no database {demo}: make it with bin/demo --no-serve")
    databases.drop_leftovers(shop)
    name = f"rp_shots_{cache.CHECKOUT_ID}_{os.getpid()}"
    databases.clone(shop, demo, name)
    try:
        yield name
    finally:
        databases.drop(shop, name)
        cache.remove(cache.path('demo-mail', name))
