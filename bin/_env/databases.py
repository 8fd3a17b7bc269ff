"""Databases: a template with all dependencies installed, built once, and clones of it."""

import contextlib
import os
import re
import shutil

import cache
from console import say

# what `recouvrement_plus` depends on, and the French chart of accounts; the add-on itself is not in the template
MODULES = ('account', 'account_debit_note', 'portal', 'mail', 'l10n_fr_account')
COMPANY = '''
env.company.write({'name': "Ateliers du Rhône SAS", 'street': "12 quai des Tanneurs", 'zip': '69002', 'city': "Lyon",
                   'email': 'comptabilite@ateliers-du-rhone.example', 'phone': '+33 4 99 00 00 00'})
assert env.company.chart_template == 'fr', env.company.chart_template
assert env.company.currency_id.name == 'EUR', env.company.currency_id.name
'''


def template(shop):
    """The template database of this Odoo, built when missing: French company, fr_FR loaded, no demo data."""
    name = 'recouvrement_template_' + cache.digest(shop.tree.key, MODULES, COMPANY)
    if exists(shop, name):
        return name
    with cache.lock(name):
        if not exists(shop, name):
            _build_template(shop, name)
    return name


def _build_template(shop, name):
    draft = name + '_new'
    drop(shop, draft)
    say("database: building the template (once, under a minute)")
    shop.run_odoo("database: base", 'template-base', 'db', 'init', draft, '--country', 'FR')
    shop.run_odoo(
        f"database: {', '.join(MODULES)}",
        'template-modules',
        '-d',
        draft,
        '-i',
        ','.join(MODULES),
        '--load-language=fr_FR',
        '--stop-after-init',
        '--no-http',
    )
    shop.script("database: French company", draft, COMPANY)
    rename(shop, draft, name)


def rename(shop, old, new):
    """Give a finished database its name: what carries that name is always complete."""
    cache.remove(filestore(new))
    if filestore(old).exists():
        filestore(old).rename(filestore(new))
    shop.server.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def note(shop, name):
    """The remark kept with a database in the server, '' when there is none."""
    rows = shop.server.query(f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'")
    return rows[0] if rows else ''


def set_note(shop, name, text):
    """Keep a remark with a database; here: the content hash of the add-ons that it was updated with."""
    shop.server.query(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")


def filestore(name):
    """The folder of a database's attachments."""
    return cache.path('data', 'filestore', name)


def exists(shop, name):
    """Whether the server has this database."""
    return bool(shop.server.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def clone(shop, source, name):
    """Make the database `name` as a copy of `source`, its attachments included (hard links: they never change)."""
    drop(shop, name)
    with cache.lock('clone-' + source):  # PostgreSQL copies a database for one client at a time
        shop.server.run('createdb', '-T', source, name)
    if filestore(source).exists():
        shutil.copytree(filestore(source), filestore(name), copy_function=os.link)


def drop(shop, name):
    """Delete a database, if it exists, with its attachments; sessions on it are ended."""
    shop.server.run('dropdb', '--if-exists', '--force', name)
    cache.remove(filestore(name))


@contextlib.contextmanager
def scratch(shop, purpose):
    """A clone of the template for the time of the block; its name tells checkout and process."""
    drop_leftovers(shop)
    with copied(shop, template(shop), f"rp_{purpose}_{cache.CHECKOUT_ID}_{os.getpid()}") as name:
        yield name


@contextlib.contextmanager
def copied(shop, source, name):
    """A copy of a database for the time of the block."""
    clone(shop, source, name)
    try:
        yield name
    finally:
        drop(shop, name)


def drop_leftovers(shop):
    """Delete this checkout's scratch databases whose process is gone (killed before it could tidy up)."""
    pattern = re.compile(rf"rp_[a-z]+_{cache.CHECKOUT_ID}_(\d+)([-_]\w+)?")
    for name in shop.server.query("SELECT datname FROM pg_database WHERE datname LIKE 'rp\\_%'"):
        match = pattern.fullmatch(name)
        if match and not os.path.exists(f"/proc/{match.group(1)}"):
            say(f"database: dropping {name}, left by a run that was killed")
            drop(shop, name)
