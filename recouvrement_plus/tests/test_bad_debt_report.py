"""Doubtful and bad debts at the closing, in words, and who may do what."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..engine import bad_debts
from .common import TODAY, day
from .test_bad_debt import BadDebtCommon


@tagged('post_install', '-at_install')
class TestBadDebtReport(BadDebtCommon):

    def test_closing_report_agrees_with_the_books_on_each_date(self):
        first, second = self._taxed(), self._taxed(day(-200))
        self._doubtful(first, second, date=day(-20))
        self._prepared(self._case().prepare_provision({self._items(second).id: 50}, day(-20))).post()
        self._write_off(first).post()
        Debt = self.env['recouvrement.bad.debt']
        before, now = Debt.closing_report(day(-10)), Debt.closing_report(TODAY)
        self.assertEqual(before['totals'], {
            'doubtful': '2400.00', 'provision': '500.00', 'loss': '0.00', 'vat_recovered': '0.00', 'vat_cancelled': '0.00'})
        self.assertEqual(now['totals'], {
            'doubtful': '1200.00', 'provision': '500.00', 'loss': '1000.00', 'vat_recovered': '200.00', 'vat_cancelled': '0.00'})
        for report in (before, now):
            self.assertEqual(set(report['differences'].values()), {'0.00'})
        self.assertEqual([row['invoice'] for row in now['doubtful']], [second.name])
        self.assertEqual([(row['invoice'], row['document']) for row in now['losses']], [(first.name, 'missing')])

    def test_a_reversal_of_later_leaves_the_past_closing_as_it_was(self):
        debt = self._doubtful(self._taxed(), date=day(-20))
        debt.cancel("Mistake")
        Debt = self.env['recouvrement.bad.debt']
        self.assertEqual(Debt.closing_report(day(-10))['totals']['doubtful'], '1200.00')
        self.assertEqual(Debt.closing_report(TODAY)['totals']['doubtful'], '0.00')
        self.assertEqual(Debt.closing_report(day(-10))['differences']['doubtful'], '0.00')

    def test_what_others_book_shows_as_a_difference(self):
        self._make_entry(100.0, account=self.company._recouvrement_bad_debt_account('doubtful'))
        self.assertEqual(self.env['recouvrement.bad.debt'].closing_report(TODAY)['differences']['doubtful'], '100.00')

    def test_paid_since_is_to_be_brought_back(self):
        invoice = self._taxed()
        self._doubtful(invoice)
        self._pay(invoice, 300.0)
        row = self.env['recouvrement.bad.debt'].closing_report(TODAY)['doubtful'][0]
        self.assertEqual((row['owed'], row['doubtful'], row['to_return']), ('900.00', '1200.00', '300.00'))

    def test_workbook_and_screen(self):
        self._doubtful(self._taxed())
        result = self.env['recouvrement.bad.debt'].export_xlsx(TODAY)
        self.assertTrue(result['filename'].endswith('.xlsx'))
        self.assertTrue(result['content'].startswith('UEsD'), "a zip")
        wizard = self.env['recouvrement.bad.debt.closing'].create({})
        self.assertIn("Menuiserie Blanc", wizard.html)
        self.assertEqual(wizard.action_export()['type'], 'ir.actions.act_url')

    def test_corrective_invoice_has_the_words_of_the_law_once(self):
        pages = []
        self.patch(self.env.registry['recouvrement.letter'], '_print', lambda letter, docs: pages.extend(docs) or b'%PDF-1.4')
        invoice = self._taxed()
        debt = self._write_off(invoice)
        with self.assertRaisesRegex(UserError, "posted write-off"):
            debt.make_corrective_invoices()
        debt.post()
        result = debt.make_corrective_invoices()
        mention = ("Facture demeurée impayée pour la somme de 1\u202f000,00\xa0€ (prix net) et 200,00\xa0€ (TVA correspondante) "
                   "qui ne peut faire l'objet d'une déduction (art. 272 du CGI)")
        self.assertEqual(result[0]['mention'].replace('\xa0', ' ').replace('\u202f', ' '),
                         mention.replace('\xa0', ' ').replace('\u202f', ' '))
        self.assertEqual(len(pages), 1)
        for text in (invoice.name, "(TVA correspondante)", "art. 272 du CGI", self.debtor.name):
            self.assertIn(text, pages[0])
        self.assertEqual(debt.make_corrective_invoices()[0]['attachment_id'], result[0]['attachment_id'])
        self.assertEqual(len(pages), 1, "rendered once")


@tagged('post_install', '-at_install')
class TestIrrecoverableProceeding(BadDebtCommon):

    def test_a_proceeding_that_ends_irrecoverable_proposes_the_write_off(self):
        item = self._items(self._taxed())
        proceeding = self.env['recouvrement.proceeding'].sudo().create({
            'case_id': self._case().id, 'company_id': self.company.id, 'item_ids': [Command.set(item.ids)],
            'state': 'enforcement'}).with_env(self.env)
        proceeding.apply_transition('close_irrecoverable', {'done_on': TODAY, 'reason': "Nothing to seize"})
        self.assertEqual(proceeding.state, 'irrecoverable')
        self.assertIn("Irrecoverable: prepare the write-off", self._case().activity_ids.mapped('summary'))
        proposed = proceeding.propose_write_off()
        self.assertEqual((proposed['state'], proposed['ground'], proposed['amount']), ('preview', 'enforcement', '1200.00'))
        action = proceeding.action_prepare_write_off()
        step = self.env['recouvrement.bad.debt.step'].with_context(**action['context']).create({'reason': "Report of the officer"})
        debt = self.env['recouvrement.bad.debt'].browse(step.action_prepare()['res_id'])
        self.assertEqual((debt.proceeding_id, debt.amount, debt.state), (proceeding, 1200.0, 'draft'))


@tagged('post_install', '-at_install')
class TestBadDebtCodes(BadDebtCommon):

    def test_grounds_and_warnings_are_those_of_the_engine(self):
        Debt = self.env['recouvrement.bad.debt']
        self.assertEqual([code for code, _label in Debt._fields['ground'].selection], list(bad_debts.GROUNDS))
        for code in bad_debts.WARNINGS:
            self.assertTrue(Debt._warning_sentences([code]))


@tagged('post_install', '-at_install')
class TestBadDebtAccess(BadDebtCommon):

    def _as(self, user, record):
        return record.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def test_managers_prepare_accountants_post(self):
        item = self._items(self._taxed())
        officer, manager = self._make_user('officer'), self._make_user('manager')
        accountant = new_test_user(
            self.env, 'accountant', groups='account.group_account_user,account.group_account_invoice',
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)])
        case = self._case()
        for prepare in (lambda who: self._as(who, case).prepare_doubtful(item.ids),
                        lambda who: self._as(who, case).prepare_provision({item.id: 50}),
                        lambda who: self._as(who, case).prepare_write_off('abandoned', {item.id: 5}, reason="x")):
            with self.assertRaises(AccessError):
                prepare(officer)
        self.assertTrue(self._as(officer, case).propose_provision())
        debt = self._prepared(self._as(manager, case).prepare_doubtful(item.ids))
        self.assertEqual(debt.user_id, manager)
        with self.assertRaises(AccessError):
            self._as(manager, debt).post()
        with self.assertRaises(AccessError):
            self._as(manager, debt.move_id).action_post()
        with self.assertRaises(AccessError):
            self._as(accountant, debt).post()
        self._as(accountant, debt.move_id).action_post()
        self.assertEqual((debt.state, item.hold_reason), ('posted', 'doubtful'))
        with self.assertRaises(AccessError):
            self._as(manager, debt).cancel("Because")
        with self.assertRaises(AccessError):
            self._as(officer, debt).cancel("Because")

    def test_another_company_and_evidence(self):
        item = self._items(self._taxed())
        debt = self._prepared(self._case().prepare_doubtful(item.ids))
        other = self.setup_other_company()['company']
        stranger = new_test_user(self.env, 'stranger', groups='recouvrement_plus.recouvrement_plus_group_manager',
                                 company_id=other.id, company_ids=[Command.set(other.ids)])
        foreign = debt.with_user(stranger).with_context(allowed_company_ids=other.ids)
        for call in (lambda: foreign.cancel("x"), lambda: foreign.post(), lambda: foreign.read(['amount']),
                     lambda: foreign.line_ids.read(['amount'])):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                call()
        manager = self._make_user('manager')
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
            self._as(manager, debt).write({'reason': "x"})
        with self.assertRaises(UserError):
            debt.unlink()

    def test_the_case_tells_what_happened(self):
        invoice = self._taxed()
        debt = self._doubtful(invoice)
        debt.cancel("Mistake")
        bodies = " ".join(self._case().message_ids.mapped('body'))
        for words in ("prepared", "posted", "cancelled"):
            self.assertIn(words, bodies)

    def test_the_window_shows_the_entry_and_prepares_it(self):
        invoice = self._taxed(day(-200))
        step = self.env['recouvrement.bad.debt.step'].create({'case_id': self._case().id, 'kind': 'provision'})
        self.assertEqual((step.line_ids.percent, step.line_ids.item_id), (50.0, self._items(invoice)))
        self.assertIn("681740", step.preview_html)
        step.write({'kind': 'write_off', 'ground': 'certificate', 'event_date': TODAY, 'proof': 'UERG', 'proof_name': "c.pdf"})
        self.assertIn("654400", step.preview_html)
        debt = self.env['recouvrement.bad.debt'].browse(step.action_prepare()['res_id'])
        self.assertEqual((debt.kind, debt.state, debt.certificate_id.name), ('write_off', 'draft', "c.pdf"))
