"""Installation on a database that already has books, and the way back."""
from odoo.tools import SQL

# In an order in which each may be emptied before what it refers to.
OWN_MODELS = (
    'recouvrement.limitation.event',
    'recouvrement.rate.event', 'recouvrement.rate.proposal', 'recouvrement.concession', 'recouvrement.penalty.line',
    'recouvrement.penalty', 'recouvrement.proceeding.event', 'recouvrement.proceeding.deadline', 'recouvrement.proceeding',
    'recouvrement.mailing', 'recouvrement.signatory', 'recouvrement.clause',
    'recouvrement.reminder.event', 'recouvrement.reminder.line', 'recouvrement.reminder',
    'recouvrement.run.line', 'recouvrement.run',
    'recouvrement.score', 'recouvrement.hold', 'recouvrement.item', 'recouvrement.case',
)


def post_init_hook(env):
    """Create the case and the items of what is already owed, so that the first screen is not empty.

    Nothing is sent: reminders only come from a night, and the scheduled action is installed inactive until a person
    has looked at the plan (see readme/CONFIGURE.md).
    """
    for company in env['res.company'].search([]):
        env['recouvrement.item']._sync(company)
        env['recouvrement.item']._refresh_limitation(company)


def uninstall_hook(env):
    """Empty our own tables, evidence first: what is uninstalled goes, and nothing may hold on to what goes before it."""
    for model in OWN_MODELS:
        env[model].flush_model()
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[model]._table)))
    env.invalidate_all()
