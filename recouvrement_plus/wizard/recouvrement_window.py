from odoo import api, models


class RecouvrementWindow(models.AbstractModel):
    """What every window has in common: it is about records that its person may read.

    Its computed fields look at these records with elevated rights, and the client names them. So each record that is put in
    a window, saved or not yet, is checked for its person: one of another company is refused before anything of it is shown.
    """

    _name = 'recouvrement.window'
    _description = "Window of a person"

    @api.model_create_multi
    def create(self, vals_list):
        windows = super().create(vals_list)
        given = {name for vals in vals_list for name in vals}
        windows._check_shown([name for name, field in self._fields.items() if name in given or field.store and not field.compute])
        return windows

    def write(self, vals):
        result = super().write(vals)
        self._check_shown(vals)
        return result

    def _update_cache(self, values, validate=True):  # pylint: disable=missing-return
        """Records that a form has chosen and not saved."""
        super()._update_cache(values, validate)
        self._check_shown(values)

    def _check_shown(self, names):
        """:raises AccessError: when one of these fields leads to a record that the person may not read"""
        if self.env.su:
            return
        for name in names:
            field = self._fields[name]
            if field.relational and name not in models.MAGIC_COLUMNS:
                self.sudo().mapped(name)._origin.with_env(self.env).check_access('read')
