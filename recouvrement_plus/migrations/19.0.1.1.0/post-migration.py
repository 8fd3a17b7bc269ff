"""The switch of the nightly run is one of each company; a branch has the settings of its root."""
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The companies that had nights keep them; the branches take the settings of their root."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env['res.company']._recouvrement_keep_nights()
    env['res.company']._recouvrement_align_branches()
