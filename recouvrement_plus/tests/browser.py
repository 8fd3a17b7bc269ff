"""What every test in a browser needs: French, and a colleague who works in it."""
from odoo.fields import Command
from odoo.tests import new_test_user


class FrenchBrowser:

    @classmethod
    def _make_browser_user(cls, login, *groups):
        """A user of the company whose screens are in French."""
        cls.env['res.lang']._activate_lang('fr_FR')
        user = new_test_user(cls.env, login=login, groups=','.join(groups), lang='fr_FR', company_id=cls.env.company.id,
                             company_ids=[Command.set(cls.env.company.ids)])
        if 'odoobot_state' in user._fields:
            # the assistant's greeting starts requests of its own, which the end of a short tour would cut
            user.odoobot_state = 'disabled'
        return user
