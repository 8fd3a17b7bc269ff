"""Installation on a database that already has books."""


def post_init_hook(env):
    """Create the case and the items of what is already owed, so that the first screen is not empty.

    Nothing is sent: reminders only come from a night, and the scheduled action is installed inactive until a person
    has looked at the plan (see readme/CONFIGURE.md).
    """
    for company in env['res.company'].search([]):
        env['recouvrement.item']._sync(company)
