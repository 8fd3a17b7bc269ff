"""Why a customer, an instalment or an invoice is held, as of the last look: on the screens, in the filters, as tasks."""
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.types import HOLD_REASONS
from .recouvrement_engine import HOLD_SELECTION

# Holds that a person can undo: the task it takes.
TASKS = {
    'probable_receipt': 'recouvrement_plus.mail_activity_type_match',
    'net_credit': 'recouvrement_plus.mail_activity_type_match',
    'no_contact': 'recouvrement_plus.mail_activity_type_address',
}


class RecouvrementItem(models.Model):
    _inherit = 'recouvrement.item'

    held_reason = fields.Selection(
        HOLD_SELECTION, string="Held", readonly=True, help="Why nothing was asked for this instalment at the last look.")


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    held_reason = fields.Selection(
        HOLD_SELECTION, string="Held because", readonly=True,
        help="Why nothing leaves to this customer, as of the last night or of the last hold recorded.")

    @api.model
    def _follow_up_held(self, company, outlooks):
        """Store why these customers and instalments are held, and open or close the tasks that it takes. Set-based."""
        self._store_held(outlooks)
        self._task_held(company, outlooks)

    @api.model
    def _store_held(self, outlooks):
        cases, items, were = {}, {}, {}
        for outlook in outlooks:
            decision = outlook.decision
            if outlook.case:
                reason, other = decision.reason if decision.decision == 'hold' else None, cases.get(outlook.case_id)
                cases[outlook.case_id] = min(reason, other, key=HOLD_REASONS.index) if reason and other else reason or other
                were[outlook.case_id] = outlook.case.held_reason
            for item in decision.items:
                followed = outlook.items.get(item.key)
                reason = item.reason if item.decision == 'hold' else None
                if followed and followed.held_reason != reason:
                    items[followed.id] = reason
        cases = {case: reason for case, reason in cases.items() if reason != were[case]}
        if cases or items:
            self._write_held(cases, items)

    @api.model
    def _write_held(self, cases, items):
        """Write {case id: reason} and {item id: reason} in one statement."""
        models = [self.env['recouvrement.case'], self.env['recouvrement.item']]
        for model in models:
            model.flush_model(['held_reason'])
        self.env.cr.execute(SQL(
            "WITH cases AS (%s) %s", *[self._held_sql(model, said) for model, said in zip(models, (cases, items), strict=True)]))
        for model in models:
            model.invalidate_model(['held_reason'])
        self.env['account.move'].invalidate_model(['recouvrement_held_reason'])

    @api.model
    def _held_sql(self, model, reasons):
        """Statement that writes {id: reason}."""
        return SQL(
            """
            UPDATE %(table)s AS held SET held_reason = said.reason
              FROM UNNEST(%(ids)s::int[], %(reasons)s::varchar[]) AS said (id, reason)
             WHERE held.id = said.id AND held.held_reason IS DISTINCT FROM said.reason
            """, table=SQL.identifier(model._table), ids=list(reasons), reasons=list(reasons.values()))

    def _refresh_held(self):
        """Look again at these customers only, after a hold was recorded or lifted."""
        for company, cases in self.sudo().grouped('company_id').items():
            today = company._recouvrement_today()
            self._store_held(self.env['recouvrement.engine']._decide(company, today, cases.partner_id.ids))

    # === TASKS === #

    @api.model
    def _task_held(self, company, outlooks):
        """One open task for each customer whose hold a person can undo; closed by itself when the hold is gone."""
        data = self.env['ir.model.data']
        kinds = {reason: data._xmlid_to_res_id(xmlid, raise_if_not_found=True) for reason, xmlid in TASKS.items()}
        wanted = {}
        for outlook in outlooks:
            if outlook.case_id:
                wanted.setdefault(outlook.case_id, set()).update(kinds[reason] for reason in self._reasons(outlook) & set(TASKS))
        open_tasks = self.env['mail.activity'].search_fetch(
            [('res_model', '=', self._name), ('res_id', 'in', list(wanted)),
             ('activity_type_id', 'in', list(kinds.values()))], ['res_id', 'activity_type_id'])
        known = {(task.res_id, task.activity_type_id.id) for task in open_tasks}
        cases = {outlook.case_id: outlook.case for outlook in outlooks if outlook.case_id}
        self._open_tasks(company, [
            (cases[case], kind) for case, some in wanted.items() for kind in some if (case, kind) not in known])
        done = open_tasks.filtered(lambda task: task.activity_type_id.id not in wanted[task.res_id])
        done.action_feedback(feedback=self.env._("No longer needed"))

    @api.model
    def _reasons(self, outlook):
        decision = outlook.decision
        return {item.reason for item in decision.items if item.decision == 'hold'} | (
            {decision.reason} if decision.decision == 'hold' else set())

    @api.model
    def _open_tasks(self, company, missing):
        """Create tasks in one batch, without an e-mail for each; their age is that of the hold.

        :param missing: (FollowedCase, id of the kind of task)
        """
        if not missing:
            return
        users = self._who_gets_tasks(company, {case.id: case.user_id for case, _kind in missing})
        self.env['mail.activity']._recouvrement_open([{
            'activity_type_id': kind, 'res_id': case.id, 'res_name': case.name, 'user_id': users[case.id],
            'date_deadline': company._recouvrement_today(),
        } for case, kind in missing])


class RecouvrementHold(models.Model):
    _inherit = 'recouvrement.hold'

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds.case_id._refresh_held()
        return holds

    def write(self, vals):
        result = super().write(vals)
        if {'date_to', 'date_from', 'kind', 'item_id'} & set(vals):
            self.case_id._refresh_held()
        return result


class AccountMove(models.Model):
    _inherit = 'account.move'

    recouvrement_held_reason = fields.Selection(
        HOLD_SELECTION, string="Reminders held because", compute='_compute_recouvrement_held_reason',
        search='_search_recouvrement_held_reason', groups='recouvrement_plus.recouvrement_plus_group_officer')

    @api.depends('recouvrement_item_ids.held_reason', 'recouvrement_item_ids.state', 'no_followup', 'state', 'amount_residual')
    def _compute_recouvrement_held_reason(self):
        """What was paid since the last look is held no longer."""
        for move in self:
            owed = move.recouvrement_item_ids.filtered(
                lambda item: item.held_reason and item.state == 'open' and not item.sudo().move_line_id.reconciled)
            reasons = owed.mapped('held_reason')
            excluded = move.no_followup and move.state == 'posted' and move.amount_residual
            move.recouvrement_held_reason = min(reasons, key=HOLD_REASONS.index, default=False) or (
                'no_followup' if excluded else False)

    def _search_recouvrement_held_reason(self, operator, value):
        if operator != 'in':
            return NotImplemented
        wanted = [reason for reason in value if reason]
        owed = Domain('state', '=', 'open') & Domain('move_line_id', 'not any', [('reconciled', '=', True)])
        domain = Domain('recouvrement_item_ids', 'any', owed & Domain('held_reason', 'in', wanted))
        if 'no_followup' in wanted:
            domain |= Domain('state', '=', 'posted') & Domain('line_ids', 'any', [
                ('no_followup', '=', True), ('account_type', '=', 'asset_receivable'), ('amount_residual', '!=', 0)])
        if False in value:
            domain |= Domain('recouvrement_item_ids', 'not any', owed & Domain('held_reason', '!=', False))
        return domain
