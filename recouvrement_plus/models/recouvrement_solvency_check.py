"""What is looked at before a new customer gets credit: points that the company chooses, done by whom and when."""
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.plan_choice import KNOWN_CUSTOMER


class RecouvrementSolvencyPoint(models.Model):
    _name = 'recouvrement.solvency.point'
    _description = "Point of the solvency check"
    _order = 'sequence, id'
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    help = fields.Char(string="Where to look", translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', index=True, help="Empty: for every company.")
    persons = fields.Boolean(string="Natural persons too", help="Points about registers and accounts are not for consumers.")


class RecouvrementSolvencyCheck(models.Model):
    _name = 'recouvrement.solvency.check'
    _description = "Point checked for a customer"
    _order = 'sequence, id'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    point_id = fields.Many2one('recouvrement.solvency.point', required=True, readonly=True, ondelete='restrict')
    sequence = fields.Integer(related='point_id.sequence', store=True)
    help = fields.Char(related='point_id.help')
    done_on = fields.Date(readonly=True)
    done_by_id = fields.Many2one('res.users', string="Done by", readonly=True)
    note = fields.Char(readonly=True)

    def mark_done(self, note=None):
        """Say that these points were looked at, today, by you. What is done already stays as it was.

        :param note: what was found
        :return: [{id, done_on, checked}]: checked = whether the customer's list is complete
        :raises AccessError: without the officer role or for another company
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        for check in self.sudo().filtered(lambda one: not one.done_on):
            check.write({'done_on': check.company_id._recouvrement_today(), 'done_by_id': self.env.uid,
                         'note': (note or '').strip() or False})
        self.sudo().case_id._note_checked()
        return [{'id': check.id, 'done_on': str(check.done_on), 'checked': bool(check.case_id.solvency_checked_on)}
                for check in self]

    def action_done(self):
        self.mark_done()
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("What was checked stays in the file."))


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    solvency_check_ids = fields.One2many('recouvrement.solvency.check', 'case_id', string="Solvency check", readonly=True)
    solvency_checked_on = fields.Date(string="Checked on", readonly=True, help="Day on which the whole list was done.")
    is_new_customer = fields.Boolean(
        string="New customer", compute='_compute_is_new_customer', search='_search_is_new_customer',
        help="Fewer than three instalments whose outcome is known.")

    @api.depends('score_known_count')
    def _compute_is_new_customer(self):
        for case in self:
            case.is_new_customer = case.score_known_count < KNOWN_CUSTOMER

    def _search_is_new_customer(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return [('score_known_count', '<' if True in value else '>=', KNOWN_CUSTOMER)]

    def start_solvency_check(self):
        """Give these customers the list of points to look at; points they have already are left alone.

        :return: [{case_id, points: number, done: number}]
        :raises AccessError: without the officer role or for another company
        :raises UserError: when the company has no point
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        Point, vals_list = self.env['recouvrement.solvency.point'].sudo(), []
        for company, cases in self.sudo().grouped('company_id').items():
            points = Point.search(Point._check_company_domain(company))
            if not points:
                raise UserError(self.env._("No point to check is set: add some under Configuration / Solvency check."))
            vals_list += [
                {'case_id': case.id, 'point_id': point.id} for case in cases
                for point in points - case.solvency_check_ids.point_id if point.persons or not case.natural_person]
        created = self.env['recouvrement.solvency.check'].sudo().create(vals_list)
        created.case_id.solvency_checked_on = False
        return [{'case_id': case.id, 'points': len(case.solvency_check_ids),
                 'done': len(case.solvency_check_ids.filtered('done_on'))} for case in self]

    def action_start_solvency_check(self):
        self.start_solvency_check()
        return True

    def _note_checked(self):
        """The list is complete on the day of its last point."""
        for case in self:
            done = case.solvency_check_ids.mapped('done_on')
            case.solvency_checked_on = max(done) if done and all(done) else False
