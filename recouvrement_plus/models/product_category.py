from odoo import fields, models

from .res_company import SECTORS


class ProductCategory(models.Model):
    _inherit = 'product.category'

    recouvrement_sector = fields.Selection(
        [('general', "General rule"), *SECTORS], string="Sector with its own payment terms",
        help="C. com. art. L441-11, for what is sold and bought in this category and those below it. "
             "Empty: that of the parent category, then of the company.")

    def _recouvrement_sector(self):
        """Sector code stated on the category or the nearest one above; '' when none is."""
        category = self.sudo()
        while category and not category.recouvrement_sector:
            category = category.parent_id
        return category.recouvrement_sector or ''
