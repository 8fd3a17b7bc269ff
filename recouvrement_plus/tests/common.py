"""A French company on a frozen Monday, and the verbs that the tests are written in."""
from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.mail.tests.common import MockEmail
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user

from .companies import FrenchCompany

NOW = '2026-03-16 10:00:00'
TODAY = date(2026, 3, 16)
GROUPS = {
    'officer': 'recouvrement_plus.recouvrement_plus_group_officer',
    'manager': 'recouvrement_plus.recouvrement_plus_group_manager',
    'legal': 'recouvrement_plus.recouvrement_plus_group_legal',
    'billing': 'account.group_account_invoice',
    'internal': 'base.group_user',
    'portal': 'base.group_portal',
}
LEVELS = (('Before', -7), ('First', 3), ('Second', 15), ('Firm', 30))


def day(offset):
    """A date so many days after the frozen today (before it when negative)."""
    return TODAY + timedelta(days=offset)


@freeze_time(NOW)
class RecouvrementCommon(FrenchCompany, MockEmail):
    """The company has the plan -7, +3, +15, +30 by e-mail and +45 formal notice, without interval between contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(GROUPS['manager']) + cls.env.ref(GROUPS['legal'])
        cls.company = cls.env.company
        cls.company.partner_id.write({'tz': False, 'email': 'compta@atelier.example'})
        # Nights of these tests fall on any day; what is about the calendar switches it on.
        cls.env['recouvrement.quiet.period'].search([]).active = False
        cls.company.recouvrement_identity_required = False  # asked by the tests that are about it
        cls.eur = cls.env.ref('base.EUR')
        cls.template = cls._make_template("Reminder")
        cls.plan = cls._make_plan(LEVELS)
        cls.notice_level = cls.env['recouvrement.plan.level'].create({
            'plan_id': cls.plan.id, 'name': "Notice", 'days': 45, 'channel': 'letter', 'tone': 'last',
            'automatic': False, 'formal_notice': True, 'needs_statement': True, 'template_id': cls.template.id})
        cls.company.recouvrement_plan_id = cls.plan
        cls.bank_journal = cls.company_data['default_journal_bank']
        cls.receivable = cls.company_data['default_account_receivable']
        cls.debtor = cls._make_debtor("Menuiserie Blanc")

    # === SETTINGS === #

    @classmethod
    def _make_template(cls, name, body="<p>Dear customer</p>"):
        return cls.env['mail.template'].sudo().create({
            'name': name, 'model_id': cls.env['ir.model']._get_id('recouvrement.reminder'), 'subject': name, 'body_html': body})

    @classmethod
    def _make_plan(cls, levels, company=None, **vals):
        """A plan of automatic e-mails: `levels` are (name, days), in any order."""
        return cls.env['recouvrement.plan'].create({
            'name': "Plan", 'min_interval_days': 0, 'predue_scope': 'everyone',
            'company_id': company.id if company else False, **vals,
            'level_ids': [Command.create({'name': name, 'days': days, 'template_id': cls.template.id}) for name, days in levels]})

    @classmethod
    def _level(cls, days, plan=None):
        return (plan or cls.plan).level_ids.filtered(lambda level: level.days == days)

    @classmethod
    def _make_user(cls, role, company=None, login=None):
        company = company or cls.company
        return new_test_user(
            cls.env, login=login or f'{role}_{company.id}', groups=GROUPS[role], company_id=company.id,
            company_ids=[Command.set(company.ids)])

    @classmethod
    def _allow_replay(cls, allowed=True):
        cls.env['ir.config_parameter'].sudo().set_param('recouvrement_plus.allow_replay', '1' if allowed else False)

    # === PEOPLE AND PAPERS === #

    @classmethod
    def _make_debtor(cls, name="Debtor", regime='b2b', **vals):
        return cls.env['res.partner'].create({
            'name': name, 'is_company': True, 'email': f"{name.lower().replace(' ', '.')}@client.example",
            'recouvrement_regime': regime, 'lang': 'en_US', **vals})

    @classmethod
    def _make_invoice(cls, due=None, amount=1000.0, partner=None, issued=None, instalments=None, post=True, **vals):
        """A customer invoice without tax, due on `due`; or in equal `instalments`, due on these dates."""
        dues = instalments or [due]
        issued = issued or min(dues) - timedelta(days=30)
        if instalments:
            vals['invoice_payment_term_id'] = cls._make_term(issued, instalments).id
        else:
            vals |= {'invoice_payment_term_id': False, 'invoice_date_due': due}
        return cls._create_invoice_one_line(
            price_unit=amount, tax_ids=[Command.clear()], name="Work", invoice_date=issued, post=post,
            partner_id=(partner or cls.debtor).id, **vals)

    @classmethod
    def _make_term(cls, issued, dues):
        share = round(100 / len(dues), 6)
        shares = [share] * (len(dues) - 1) + [100 - share * (len(dues) - 1)]
        return cls.env['account.payment.term'].create({'name': "Instalments", 'line_ids': [
            Command.create({'value': 'percent', 'value_amount': part, 'delay_type': 'days_after',
                            'nb_days': (due - issued).days}) for due, part in zip(dues, shares, strict=True)]})

    @classmethod
    def _make_entry(cls, amount, account=None, partner=None, on=None, due=None, journal=None, **vals):
        """A posted journal entry that debits the customer (credits it when `amount` is negative)."""
        line = {'partner_id': (partner or cls.debtor).id, 'account_id': (account or cls.receivable).id,
                'debit': max(amount, 0.0), 'credit': max(-amount, 0.0), 'name': "Entry"}
        if due:
            line['date_maturity'] = due
        other = {'account_id': cls.company_data['default_account_revenue'].id, 'name': "Other side",
                 'debit': max(-amount, 0.0), 'credit': max(amount, 0.0)}
        move = cls.env['account.move'].create({
            'move_type': 'entry', 'date': on or TODAY,
            'journal_id': (journal or cls.company_data['default_journal_misc']).id,
            'line_ids': [Command.create(line), Command.create(other)], **vals})
        move.action_post()
        return move

    @classmethod
    def _pay(cls, invoice, amount=None, on=None, line=None):
        """Money in the bank on a day, matched with the invoice (its oldest instalment first, or `line`)."""
        lines = line or cls._lines(invoice)
        amount = lines_total(lines) if amount is None else amount
        payment = cls._receive(amount, invoice.partner_id, on, invoice.currency_id)
        (cls._credit_line(payment) + lines).reconcile()
        return payment

    @classmethod
    def _receive(cls, amount, partner=None, on=None, currency=None):
        """Money in the bank on a day, matched with nothing."""
        payment = cls.env['account.payment'].create({
            'amount': amount, 'date': on or TODAY, 'payment_type': 'inbound', 'partner_type': 'customer',
            'partner_id': (partner or cls.debtor).id, 'currency_id': (currency or cls.eur).id,
            'journal_id': cls.bank_journal.id, 'payment_method_line_id': cls.inbound_payment_method_line.id})
        payment.action_post()
        return payment

    @classmethod
    def _reject(cls, payment):
        """The bank gives a payment back: its invoices are owed again, as the night sees it."""
        payment.action_draft()
        payment.action_cancel()
        cls._sync()

    @classmethod
    def _pay_without_entry(cls, invoice, amount=None, on=None):
        """Register a payment as a database with bank reconciliation does: no journal entry until the statement comes."""
        vals = {'payment_date': on or TODAY, 'journal_id': cls.bank_journal.id,
                'payment_method_line_id': cls._method_without_account().id}
        if amount is not None:
            vals['amount'] = amount
        with cls._bank_reconciliation():
            payment = cls._register_payment(invoice, **vals)
        assert not payment.move_id, "the payment was meant to have no entry"
        return payment

    @classmethod
    def _pay_on_account_without_entry(cls, amount, on=None):
        """The same, from the customer's own page: it names no invoice."""
        with cls._bank_reconciliation():
            payment = cls.env['account.payment'].create({
                'amount': amount, 'date': on or TODAY, 'payment_type': 'inbound', 'partner_type': 'customer',
                'partner_id': cls.debtor.id, 'journal_id': cls.bank_journal.id,
                'payment_method_line_id': cls._method_without_account().id})
            payment.action_post()
        assert not payment.move_id, "the payment was meant to have no entry"
        return payment

    @classmethod
    def _method_without_account(cls):
        line = cls.inbound_payment_method_line.copy({'name': "Transfer"})
        line.payment_account_id = False
        return line

    @classmethod
    def _bank_reconciliation(cls):
        """Core asks this method whether an accounting module with bank reconciliation is installed."""
        return patch.object(cls.env.registry['account.move'], '_get_invoice_in_payment_state', lambda self: 'in_payment')

    @classmethod
    def _credit(cls, invoice, amount=None, on=None, match=True):
        """A credit note of the invoice on a day, matched with it or left open."""
        note = cls._create_invoice_one_line(
            move_type='out_refund', price_unit=invoice.amount_total if amount is None else amount, name="Credit",
            tax_ids=[Command.clear()], invoice_date=on or TODAY, partner_id=invoice.partner_id.id,
            currency_id=invoice.currency_id.id, invoice_payment_term_id=False, post=True)
        if match:
            (cls._lines(note) + cls._lines(invoice)).reconcile()
        return note

    @classmethod
    def _lines(cls, move):
        """Receivable lines of a move, oldest due date first."""
        lines = move.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        return lines.sorted(lambda line: (line.date_maturity or line.date, line.id))

    @classmethod
    def _credit_line(cls, payment):
        return cls._lines(payment.move_id)

    @classmethod
    def _bank(cls, amount, invoice, on=None):
        """A bank statement line matched directly with the invoice."""
        return cls.pay_with_statement_line(invoice, cls.bank_journal.id, on or TODAY, amount)

    # === COLLECTING === #

    @classmethod
    def _sync(cls, partner=None, company=None, as_of=None):
        cls.env['recouvrement.item']._sync(company or cls.company, partner, as_of)

    @classmethod
    def _scheduled_night(cls, *companies):
        """What the scheduled action does when the night is switched on in these companies (in the current one)."""
        for company in companies or (cls.company,):
            company.recouvrement_night = True
        cls.env['recouvrement.run']._cron_run_night()

    @classmethod
    def _night(cls, as_of=TODAY, company=None):
        """Execute a night and return its run; a past one is a replay."""
        if as_of < TODAY:
            cls._allow_replay()
        result = cls.env['recouvrement.run'].execute(as_of, (company or cls.company).id)
        return cls.env['recouvrement.run'].browse(result['run_id'])

    def _fake_pdf(self):
        """Letters without wkhtmltopdf, for tests that are not about the document."""
        self.patch(self.env.registry['recouvrement.letter'], '_pdf', lambda *args, **kwargs: b'%PDF-1.4 test')
        self.patch(self.env.registry['recouvrement.letter'], '_printed', lambda *args: {})

    def _send(self, reminders):
        """Send through Odoo's own mail sending, to a mail server that accepts everything."""
        with self.mock_mail_gateway():
            return reminders.send()

    @classmethod
    def _simulate(cls, as_of=TODAY, partner=None):
        """The row of one customer, {} when there is none."""
        rows = cls.env['recouvrement.run'].simulate(as_of, cls.company.id)
        return next((row for row in rows if row['partner_id'] == (partner or cls.debtor).id), {})

    @classmethod
    def _items(cls, invoice):
        return cls.env['recouvrement.item'].search([('move_id', '=', invoice.id)], order='rank')

    @classmethod
    def _case(cls, partner=None, company=None):
        return cls.env['recouvrement.case'].search([
            ('partner_id', '=', (partner or cls.debtor).id), ('company_id', '=', (company or cls.company).id)])

    @classmethod
    def _reminders(cls, partner=None, **filters):
        domain = [('case_id.partner_id', '=', (partner or cls.debtor).id)]
        domain += [(name, '=', value) for name, value in filters.items()]
        return cls.env['recouvrement.reminder'].search(domain, order='id')

    @classmethod
    def _hold(cls, kind, partner=None, item=None, date_from=TODAY, date_to=False):
        case = item.case_id if item else cls._case(partner)
        # the hold of a judgment is made by its record, with elevated rights
        return cls.env(su=kind == 'insolvency')['recouvrement.hold'].create({
            'case_id': case.id, 'item_id': item.id if item else False, 'kind': kind, 'date_from': date_from, 'date_to': date_to,
            'user_id': cls.env.uid}).with_env(cls.env)

    @classmethod
    def _reasons(cls, as_of=TODAY, partner=None):
        """{invoice number: (decision, reason)} of the instalments of a customer."""
        row = cls._simulate(as_of, partner)
        return {item['move_name']: (item['decision'], item['reason']) for item in row.get('items', ())}

    @classmethod
    def _dates(cls, *texts):
        return [fields.Date.to_date(text) for text in texts]


def lines_total(lines):
    return sum(lines.mapped('amount_residual_currency'))
