"""Installation on a database that already has books, and the way back."""
import psycopg2

from odoo.tools import SQL, mute_logger


def post_init_hook(env):
    """Create the case and the items of what is already owed, so that the first screen is not empty.

    Nothing is sent: reminders only come from a night, and the scheduled action is installed inactive until a person
    has looked at the plan (see readme/CONFIGURE.md). The scores are made in the background.
    """
    for company in env['res.company'].search([]):
        env['recouvrement.item']._sync(company)
        env['recouvrement.item']._refresh_limitation(company)
    env.ref('recouvrement_plus.ir_cron_recouvrement_score_first')._trigger()


def uninstall_hook(env):
    """Empty our own tables, whatever refers to what: evidence goes with what is uninstalled, and holds nothing back."""
    names = sorted(
        name for name, model in env.registry.items()
        if name.startswith('recouvrement.') and model._auto and not model._abstract)
    env.flush_all()
    while names:
        left = [name for name in names if not _emptied(env, name)]
        if len(left) == len(names):
            raise ValueError(f"these tables hold each other: {', '.join(left)}")
        names = left
    env.invalidate_all()


def _emptied(env, name):
    """Whether a table could be emptied: not while another one still refers to it."""
    try:
        with mute_logger('odoo.sql_db'), env.cr.savepoint(flush=False):
            env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[name]._table)))
    except psycopg2.IntegrityError:  # a foreign key, restrict or not
        return False
    return True
