"""Asking for penalties by hand: on a customer's case, or on chosen invoices."""
from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError

# No debt is claimed at once that is older: the longest period runs from the due date (C. com. art. L110-4).
CLAIMED_YEARS = 5


class RecouvrementPenalty(models.Model):
    _inherit = 'recouvrement.penalty'

    @api.model
    def _claim_by_hand(self, company, case, moves, as_of):
        """Freeze what is not claimed yet on these invoices; refuse what cannot be computed rather than leave it out.

        :raises UserError: a day to come, an unclassified customer, an unknown rate
        """
        if as_of > company._recouvrement_today():
            raise UserError(self.env._("Penalties of days to come cannot be claimed."))
        statements = self.env['recouvrement.engine']._statements(moves, as_of) if moves else {}
        for move in moves:
            if not hasattr(statements[move.id], 'slices'):
                raise UserError(move._recouvrement_refusal_text(statements[move.id]))
        return self._claim(case, moves, as_of, {})

    def _results(self):
        """What the public methods answer: plain data."""
        return [{
            'id': claim.id, 'name': claim.name, 'state': claim.state, 'currency': claim.currency_id.name,
            'amount': claim.currency_id._recouvrement_text(claim.amount_total),
            'move_id': claim.move_id.id, 'move_name': claim.move_id.name or '',
            'reversal_id': claim.move_id.reversal_move_ids[:1].id,
        } for claim in self.sudo()]


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    def claim(self, as_of):
        """Claim the late-payment penalties of these customers up to a date: figures are frozen, nothing is sent or billed.

        Every invoice that was or is late counts, those paid since too, unless it is time-barred even by the arguable date
        of the debtor's regime (five years; consumers two; public bodies four from the next 1 January): those are claimed one
        by one.
        Called twice it claims once.

        :param as_of: date or 'YYYY-MM-DD', today at the latest
        :return: [{id, name, state, currency, amount, move_id, move_name, reversal_id}], one for each currency
        :raises AccessError: without the officer role or for another company
        :raises UserError: for an unclassified customer or an unknown rate
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        day = self.env['recouvrement.run']._parse_date(as_of)
        Penalty = self.env['recouvrement.penalty'].sudo()
        claims = Penalty
        for case in self.sudo():
            claims |= Penalty._claim_by_hand(case.company_id, case, case._late_invoices(day), day)
        return claims._results()

    def action_claim(self):
        """Claim up to today, and show the claims of the customer."""
        self.ensure_one()
        self.claim(self.company_id._recouvrement_today())
        action = self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_penalty_action')
        return action | {'domain': [('case_id', '=', self.id)]}

    def _late_invoices(self, as_of):
        """Customer invoices that were due before a date and not paid in time, penalty documents left out."""
        lines = self.env['account.move.line'].search([
            ('company_id', '=', self.company_id.id), ('parent_state', '=', 'posted'),
            ('move_id.move_type', '=', 'out_invoice'), ('move_id.recouvrement_penalty_id', '=', False),
            ('move_id.commercial_partner_id', '=', self.partner_id.id), ('account_id.recouvrement_role', '=', 'collect'),
            ('date_maturity', '<', as_of)])
        reductions = self.env['recouvrement.ledger']._reductions(lines.ids, as_of)
        late = lines.filtered(lambda line: not line.reconciled or any(
            day > line.date_maturity for day, _amount, _kind, _move in reductions.get(line.id, ())))
        answers = self.env['recouvrement.engine']._limitations(self.company_id, late.ids)
        return late.filtered(lambda line: not self._is_time_barred(line, answers.get(line.id), as_of)).move_id

    @api.model
    def _is_time_barred(self, line, answer, as_of):
        """Whether an instalment cannot be sued on any more, whatever may be argued, recorded interruptions included.

        What cannot be told, of an unclassified debtor for example, is barred after the general period.
        """
        if not hasattr(answer, 'arguable'):
            return line.date_maturity <= as_of - relativedelta(years=CLAIMED_YEARS)
        return bool(answer.arguable.expiry) and answer.arguable.expiry < as_of


class AccountMove(models.Model):
    _inherit = 'account.move'

    def recouvrement_claim(self, as_of):
        """Claim the late-payment penalties of these invoices up to a date, as `recouvrement.case.claim` does.

        :param as_of: date or 'YYYY-MM-DD', today at the latest
        :return: [{id, name, state, currency, amount, move_id, move_name, reversal_id}], one for each customer and currency
        :raises UserError: for anything but posted customer invoices, an unclassified customer, an unknown rate
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        day = self.env['recouvrement.run']._parse_date(as_of)
        claims = self.env['recouvrement.penalty'].sudo()
        for company, moves in self.sudo().grouped('company_id').items():
            for move in moves:
                move._recouvrement_check_penalised()
            cases = self.env['recouvrement.case'].sudo()._get_or_create(company, set(moves.commercial_partner_id.ids))
            for partner, invoices in moves.grouped('commercial_partner_id').items():
                claims |= claims._claim_by_hand(company, cases[partner.id], invoices, day)
        return claims._results()
