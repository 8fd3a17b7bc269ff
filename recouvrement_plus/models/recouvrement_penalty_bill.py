"""Billing a claim: one document for each claim, in a journal of its own, without tax, listing the invoices."""
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# Public bodies pay interest and indemnity within this time (CCP art. R2192-36).
PUBLIC_PAYMENT_DAYS = 45


class RecouvrementPenalty(models.Model):
    _inherit = 'recouvrement.penalty'

    def bill(self, date=None):
        """Bill claims: a draft document for each, then posted. Called twice it bills once.

        :param date: date of the documents, or 'YYYY-MM-DD'; today when left out. In a locked period the entry takes the
            first open day, as any invoice does
        :return: [{id, name, state, currency, amount, move_id, move_name, reversal_id}]
        :raises AccessError: for an officer: a manager bills
        :raises UserError: when a claim was waived or cancelled, or no income account is known
        """
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        day = self.env['recouvrement.run']._parse_date(date) if date else None
        for claim in self.sudo():
            claim._check_billable()
            if claim.state == 'claimed':
                claim._prepare_document(day).action_post()
        return self._results()

    def _check_billable(self):
        if self.state in ('waived', 'cancelled'):
            labels = dict(self._fields['state']._description_selection(self.env))
            raise UserError(self.env._("%(claim)s is not billed: %(state)s.", claim=self.name, state=labels[self.state]))
        concession = self.case_id._running_concession()
        if self.state == 'claimed' and concession:
            raise UserError(self.env._(
                "A concession runs until %(day)s: the penalties are dropped if the principal is paid by then.",
                day=format_date(self.env, concession.date_to)))
        if self.currency_id.compare_amounts(self.amount_total, 0.0) <= 0:
            raise UserError(self.env._("%(claim)s has nothing to bill.", claim=self.name))

    def _prepare_document(self, day=None):
        """The draft document of the claim, made once: the row is locked, and the link to the claim is unique."""
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(['document_ids', 'move_id', 'state'])
        if self._document():
            return self._document()
        day = day or self.company_id._recouvrement_today()
        localized = self.with_company(self.company_id).with_context(lang=self.partner_id.lang or self.env.lang)
        return localized.env['account.move'].create(localized._document_vals(day))

    def _document_vals(self, day):
        invoices = self.line_ids.move_id
        single = invoices if len(invoices) == 1 else invoices.browse()
        wait = PUBLIC_PAYMENT_DAYS if self.partner_id.recouvrement_regime == 'public' else 0
        return {
            'move_type': 'out_invoice', 'recouvrement_penalty_id': self.id, 'company_id': self.company_id.id,
            'journal_id': self.company_id._recouvrement_penalty_journal().id, 'currency_id': self.currency_id.id,
            'partner_id': (single.partner_id or self.partner_id).id, 'invoice_date': day,
            'invoice_payment_term_id': False, 'invoice_date_due': fields.Date.add(day, days=wait), 'fiscal_position_id': False,
            'ref': ", ".join([self.name, *invoices.mapped('name')])[:200], 'invoice_origin': self.name, 'no_followup': False,
            # as a debit note of its invoice; a debit note of a debit note does not exist in core
            'debit_origin_id': single.id if not single.debit_origin_id else False,
            'invoice_line_ids': [fields.Command.create(vals | {'tax_ids': [fields.Command.clear()]})
                                 for vals in self._document_lines()],
        }

    def _document_lines(self):
        """For each invoice one line of interest, one of indemnity and one for each cost: they name the invoice."""
        result = []
        for invoice, lines in self.line_ids.sorted(lambda line: (line.date_from or line.penalty_id.date, line.id)).grouped(
                'move_id').items():
            interest, indemnity = sum(lines.mapped('interest')), sum(lines.mapped('indemnity'))
            name = invoice.name or ''
            if not self.currency_id.is_zero(interest):
                result.append(self._document_line('interest', interest, self._interest_text(name, lines)))
            if not self.currency_id.is_zero(indemnity):
                result.append(self._document_line('indemnity', indemnity, self.env._(
                    "Fixed indemnity for collection costs, invoice %(invoice)s", invoice=name)))
            result += [self._document_line('indemnity', line.cost, self.env._(
                "Additional collection costs, on proof: %(nature)s (invoice %(invoice)s)", nature=line.name, invoice=name))
                for line in lines if not self.currency_id.is_zero(line.cost)]
        return result

    def _document_line(self, kind, amount, text):
        return {
            'name': text, 'quantity': 1.0, 'price_unit': amount, 'discount': 0.0, 'product_id': False,
            'account_id': self.company_id._recouvrement_penalty_account(kind).id}

    def _interest_text(self, name, lines):
        slices = lines.filtered('date_from')
        return self.env._(
            "Late-payment penalties on invoice %(invoice)s, from %(first)s to %(last)s", invoice=name,
            first=format_date(self.env, min(slices.mapped('date_from'))),
            last=format_date(self.env, max(slices.mapped('date_to'))))

    def _end(self, vals):
        """Waive or cancel: the state first, so that the document's own changes no longer move it, then the document."""
        self.ensure_one()
        self.lock_for_update()
        document = self._document()
        self.write(vals)
        if not document:
            return
        if document.state == 'posted':
            if document.payment_state != 'reversed':
                self._reverse(document)
        elif document.posted_before:
            document.button_cancel()
        else:
            document.unlink()

    def _reverse(self, document):
        """A credit note of today, matched with the document; money received for it becomes a credit of the customer."""
        today = self.company_id._recouvrement_today()
        document.with_company(self.company_id)._reverse_moves([{
            'ref': self.env._("Cancels %(document)s", document=document.name), 'invoice_date': today,
            'recouvrement_penalty_id': self.id, 'invoice_payment_term_id': False,
        }], cancel=True)
