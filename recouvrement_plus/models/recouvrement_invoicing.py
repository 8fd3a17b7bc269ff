"""Before an invoice leaves: what is missing for it to be paid on time, on the draft and as a list of customers."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..engine import invoice_checks

OFFICER = 'recouvrement_plus.recouvrement_plus_group_officer'
BATCH = 2000
# A payment run further away would grant a delay.
RUN_DAYS = 10


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    invoicing_gaps = fields.Char(
        readonly=True, index='btree_not_null', help="Codes of what is missing for the next invoice, as of the last look.")
    invoicing_gap_text = fields.Char(string="Missing for the next invoice", compute='_compute_invoicing_gap_text')
    payment_run_date = fields.Date(string="Next payment run", compute='_compute_payment_run_date')
    invoice_portal = fields.Char(related='partner_id.recouvrement_invoice_portal', readonly=False)
    order_required = fields.Boolean(related='partner_id.recouvrement_order_required', readonly=False)
    payment_days = fields.Char(related='partner_id.recouvrement_payment_days', readonly=False)
    payment_means = fields.Selection(related='partner_id.recouvrement_payment_means', readonly=False)

    @api.depends('invoicing_gaps')
    @api.depends_context('lang')
    def _compute_invoicing_gap_text(self):
        labels = self.env['account.move']._recouvrement_gap_labels()
        for case in self:
            case.invoicing_gap_text = ", ".join(labels[code] for code in (case.invoicing_gaps or '').split(',') if code)

    @api.depends('partner_id.recouvrement_payment_days')
    def _compute_payment_run_date(self):
        for case in self:
            case.payment_run_date = case.partner_id._recouvrement_payment_run(case.company_id._recouvrement_today())

    def check_invoicing(self):
        """What is missing for the next invoice of each customer, and note it for the list.

        :return: [{case_id, gaps: [codes]}]
        :raises AccessError: without the officer role or for another company
        """
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        for company, cases in self.sudo().grouped('company_id').items():
            cases._refresh_gaps(company, cases)
        return [{'case_id': case.id, 'gaps': [code for code in (case.invoicing_gaps or '').split(',') if code]} for case in self]

    def action_check_invoicing(self):
        self.check_invoicing()
        return True

    @api.model
    def _refresh_gaps(self, company, cases=None):
        """Note the gaps of each customer, written where they changed."""
        cases = self.search([('company_id', '=', company.id)]) if cases is None else cases
        for start in range(0, len(cases), BATCH):
            batch, updates = cases[start:start + BATCH], []
            facts = self.env['account.move']._recouvrement_invoicing_facts(batch.partner_id, company)
            for case in batch:
                codes = ",".join(invoice_checks.gaps(invoice_checks.InvoicingFacts(**facts[case.partner_id.id]))) or None
                if codes != (case.invoicing_gaps or None):
                    updates.append((case.id, codes))
            self.env['recouvrement.bulk']._update(self, ['invoicing_gaps'], updates)

    def action_sync(self):
        result = super().action_sync()
        self.check_invoicing()
        return result


class AccountMove(models.Model):
    _inherit = 'account.move'

    recouvrement_invoiced_late = fields.Boolean(
        string="Invoiced late", compute='_compute_recouvrement_invoiced_late', search='_search_recouvrement_invoiced_late',
        groups=OFFICER, help="Dated later than the day after the delivery (24 hours): the due date starts later by as much.")

    # === LATE AFTER DELIVERY === #

    @api.depends('delivery_date', 'invoice_date', 'move_type')
    def _compute_recouvrement_invoiced_late(self):
        for move in self:
            days = move._recouvrement_days_since_delivery()
            move.recouvrement_invoiced_late = days is not None and days > invoice_checks.LATEST_DAYS

    def _recouvrement_days_since_delivery(self):
        """From delivery to the invoice's date (to today while it has none); None if periodic or without delivery."""
        if self.move_type != 'out_invoice' or not self.delivery_date or self.sudo().recouvrement_periodic:
            return None
        return ((self.invoice_date or self.company_id._recouvrement_today()) - self.delivery_date).days

    def _search_recouvrement_invoiced_late(self, operator, value):
        if operator != 'in':
            return NotImplemented
        found = SQL(
            """(SELECT id FROM account_move WHERE move_type = 'out_invoice' AND recouvrement_periodic IS NOT TRUE
                  AND invoice_date > delivery_date + %s)""", invoice_checks.LATEST_DAYS)
        return [('id', 'in' if True in value else 'not in', found)]

    # === CHECK === #

    def recouvrement_invoicing_check(self):
        """What is missing for a customer invoice to be paid on time.

        :return: [codes], see engine/invoice_checks.py
        :raises AccessError: without the officer role or for another company
        :raises UserError: for anything but one customer invoice with a customer
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        if self.move_type != 'out_invoice' or not self.partner_id:
            raise UserError(self.env._("The invoicing check is for one customer invoice with its customer."))
        return list(self.sudo()._recouvrement_gaps())

    def _recouvrement_gaps(self):
        partner = self.commercial_partner_id
        facts = self._recouvrement_invoicing_facts(partner, self.company_id)[partner.id]
        facts |= {'order_number': self.ref or '', 'days_since_delivery': self._recouvrement_days_since_delivery()}
        own = self.partner_id
        if own != partner and own.email and not facts['email']:
            facts['email'] = own.email
        return invoice_checks.gaps(invoice_checks.InvoicingFacts(**facts))

    @api.model
    def _recouvrement_invoicing_facts(self, partners, company):
        """{customer id: keywords of `InvoicingFacts`}, in a fixed number of queries."""
        people = self.env['res.partner'].search(
            ['&', ('parent_id', 'in', partners.ids), '|', ('type', '=', 'invoice'),
             ('recouvrement_role', 'in', ('accounting', 'reminder'))]).grouped('parent_id')
        signed = self._recouvrement_signed_terms(partners, company)
        return {partner.id: {
            'natural_person': partner.recouvrement_natural_person, 'public': partner.recouvrement_regime == 'public',
            'contact': bool(people.get(partner)),
            'email': next((one.email for one in (*people.get(partner, ()), partner) if one.email), ''),
            'portal': bool(partner.recouvrement_invoice_portal),
            'address': self._recouvrement_has_address(partner, people.get(partner, ())),
            'identifier': bool(partner.company_registry or partner.vat), 'terms': partner.id in signed,
            'order_required': partner.recouvrement_order_required} for partner in partners}

    @api.model
    def _recouvrement_has_address(self, partner, people):
        return any(one.street and one.zip and one.city for one in (partner, *(one for one in people if one.type == 'invoice')))

    @api.model
    def _recouvrement_signed_terms(self, partners, company):
        """Customers whose terms of sale are signed and on file, today."""
        Fact = self.env['recouvrement.solvency.fact'].sudo()
        return set(Fact.search([
            ('partner_id', 'in', partners.ids), ('company_id', '=', company.id), ('kind', '=', 'terms'),
            *Fact._state_domain('running', company._recouvrement_today())]).partner_id.ids)

    # === WORDS === #

    @api.model
    def _recouvrement_gap_labels(self):
        return {
            'no_contact': self.env._("nobody named for invoices"), 'no_email': self.env._("no e-mail"),
            'invalid_email': self.env._("e-mail that cannot be right"), 'no_address': self.env._("billing address incomplete"),
            'no_order_number': self.env._("order number missing (the customer requires it)"),
            'no_terms': self.env._("terms of sale not signed or not on file"),
            'no_identifier': self.env._("no SIREN nor VAT number"),
            'invoiced_late': self.env._("invoiced more than 24 h after the delivery")}

    def _get_alerts(self):
        """On the draft: what will delay the payment of this invoice and can still be put right."""
        alerts = super()._get_alerts()
        if self.state != 'draft' or self.move_type != 'out_invoice' or not self.partner_id or not self.env.user.has_group(OFFICER):
            return alerts
        move = self.sudo()
        labels, found = self._recouvrement_gap_labels(), move._recouvrement_gaps()
        if found:
            alerts['recouvrement_invoicing'] = {
                'level': 'warning' if 'no_order_number' in found else 'info',
                'message': self.env._("This invoice may be paid late for reasons that can still be put right: %(gaps)s.",
                                      gaps=", ".join(labels[code] for code in found)),
                'action_text': self.env._("Open the customer"),
                'action': self.commercial_partner_id._get_records_action(),
            }
        return alerts


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    def _payment_habits(self):
        """Sentences of the message about how this customer handles invoices: portal, order numbers, payment run."""
        self.ensure_one()
        partner, texts = self.case_id.partner_id, []
        if partner.recouvrement_invoice_portal:
            texts.append(self.env._("Our invoices were deposited on %(portal)s.", portal=partner.recouvrement_invoice_portal))
        orders = sorted({line.move_line_id.move_id.ref for line in self.line_ids
                         if line.move_line_id.move_id.ref}) if partner.recouvrement_order_required else []
        if orders:
            texts.append(self.env._("Your order numbers: %(orders)s.", orders=", ".join(orders)))
        run = partner._recouvrement_payment_run(self.date)
        if run and not self.level_id.formal_notice and (run - self.date).days <= RUN_DAYS:
            texts.append(self.env._("Please include them in your payment run of %(day)s.", day=format_date(self.env, run)))
        return texts
