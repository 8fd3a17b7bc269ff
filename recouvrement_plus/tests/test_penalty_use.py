"""Penalties as leverage: what each level says of them, by customer, and the concession that lapses by itself."""
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY, day
from .test_penalty import PenaltyCommon


class UseCommon(PenaltyCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls._level(30)
        cls.template.body_html = '<div><t t-out="object.items_table"/></div>'

    def _sent(self, use, partner=None, case_use=False):
        """The firm reminder of an invoice 33 days late, sent, with this use of penalties."""
        self.firm.penalty_use = use
        self._make_invoice(day(-33), 1000.0, partner=partner)
        self._sync()
        self._case(partner).penalty_use = case_use
        self._night()
        reminder = self._reminders(partner)
        self.assertEqual(self._send(reminder)[0]['state'], 'sent')
        return reminder

    def _claims(self, partner=None):
        return self._case(partner).penalty_ids


@tagged('post_install', '-at_install')
class TestPenaltyUse(UseCommon):

    def test_the_default_mentions_from_the_firm_tone_and_claims_from_the_notice(self):
        levels = {'courteous': 'none', 'neutral': 'none', 'firm': 'mention', 'last': 'mention'}
        for number, (tone, use) in enumerate(levels.items()):
            level = self.env['recouvrement.plan.level'].create({
                'plan_id': self.plan.id, 'name': tone, 'tone': tone, 'days': 100 + number})
            with self.subTest(tone=tone):
                self.assertEqual(level.penalty_use, use)
        self.assertEqual(self.notice_level.penalty_use, 'claim')
        level.penalty_use = 'bill'
        self.assertEqual(level.penalty_use, 'bill', "a choice")

    def test_none_and_mention_show_no_amount_and_claim_nothing(self):
        for number, use in enumerate(('none', 'mention')):
            partner = self._make_debtor(f"Customer {number}")
            reminder = self._sent(use, partner)
            with self.subTest(use=use):
                self.assertNotIn("Total with penalties", reminder.body_html)
                self.assertFalse(self._claims(partner))
                self.assertEqual(reminder.penalty_use, use)

    def test_a_message_that_leaves_days_after_it_was_prepared_is_dated_with_its_figures(self):
        """Approved five days later: interest, end of the interest and date of the letter are those of the day it leaves."""
        self._fake_pdf()
        self.firm.write({'penalty_use': 'amount', 'automatic': False})
        by_post = self._make_debtor("By post", email=False, street="3 rue du Port", city="Nantes")
        for partner in (self.debtor, by_post):
            self._make_invoice(day(-33), 1000.0, partner=partner)
        self._night()
        reminders = self._reminders() + self._reminders(by_post)
        self.assertEqual(reminders.mapped('channel'), ['email', 'letter'])
        before = reminders[0].interest
        with freeze_time(day(5)):
            reminders.approve()
            self._send(reminders)
            letter = self.env['ir.qweb']._render('recouvrement_plus.report_reminder_document', {
                'reminder': reminders[1], 'lang': 'en_US'})
        self.assertEqual(reminders.mapped('state'), ['sent', 'sent'])
        self.assertGreater(reminders[0].interest, before)
        for reminder in reminders:
            self.assertIn('03/21/2026', reminder.body_html)
            self.assertNotIn('03/16/2026', reminder.body_html)
        self.assertIn("21 March 2026", letter)
        with freeze_time(day(9)):
            self.assertIn('03/21/2026', reminders[0].items_table, "what has left stays as it left")
            reminders[0].withdraw("Mistake", correct=True)
            correction = self.env['mail.mail'].search([('subject', 'ilike', "disregard")])
        self.assertIn('03/21/2026', correction.body_html)

    def test_amount_is_shown_and_not_claimed(self):
        reminder = self._sent('amount')
        self.assertIn("Total with penalties", reminder.body_html)
        self.assertIn("40.00", reminder.body_html)
        self.assertIn(f'{reminder.interest:.2f}', reminder.body_html)
        self.assertFalse(self._claims())

    def test_claim_freezes_what_the_message_shows(self):
        reminder = self._sent('claim')
        claim = self._claims()
        self.assertEqual((claim.state, claim.interest, claim.indemnity), ('claimed', reminder.interest, reminder.indemnity))
        self.assertFalse(claim.move_id)

    def test_bill_prepares_a_draft_for_a_person(self):
        self._sent('bill')
        claim = self._claims()
        self.assertEqual((claim.state, claim.move_id.state), ('claimed', 'draft'))
        self.assertIn(claim.name, self._case().activity_ids.mapped('summary')[-1])
        claim.bill()
        self.assertEqual((claim.state, len(claim.document_ids)), ('billed', 1))

    def test_a_missing_account_does_not_stop_the_message(self):
        self.env.ref(f'account.{self.company.id}_pcg_7631').sudo().unlink()
        reminder = self._sent('bill')
        self.assertEqual((reminder.state, self._claims().state), ('sent', 'claimed'))
        self.assertIn("No account to book on", self._case().activity_ids.mapped('summary')[-1])

    def test_the_case_decides_where_the_plan_uses_penalties(self):
        first, second, third = (self._make_debtor(f"Customer {number}") for number in range(3))
        self.assertNotIn("Total with penalties", self._sent('claim', first, 'none').body_html)
        self.assertFalse(self._claims(first))
        self.assertIn("Total with penalties", self._sent('mention', second, 'amount').body_html)
        self.assertNotIn("Total with penalties", self._sent('none', third, 'claim').body_html)

    def test_consumers_read_of_no_penalty(self):
        person = self._make_debtor("Mme Petit", regime='b2c')
        reminder = self._sent('claim', person, 'claim')
        self.assertEqual(reminder.penalty_use, 'none')
        self.assertNotIn("penalties", reminder.body_html)
        self.assertFalse(self._claims(person))

    def test_the_texts_of_the_plan_obey(self):
        template = self.env.ref('recouvrement_plus.mail_template_firm')
        self.firm.template_id = template
        self.assertIn("L441-10", self._sent('mention').body_html)
        other = self._make_debtor("Other")
        self.assertNotIn("L441-10", self._sent('none', other).body_html)
        town = self._make_debtor("Commune", regime='public')
        self.assertIn("L2192-13", self._sent('mention', town).body_html)

    def test_the_formal_notice_obeys(self):
        self.patch(self.env.registry['ir.actions.report'], '_render_qweb_pdf', lambda *args, **kwargs: (b'%PDF-1.4', 'pdf'))
        expected = {self._make_debtor(use, street="1 rue", city="Lyon", zip="69001"): (use, shown)
                    for use, shown in (('claim', True), ('mention', False), ('none', False))}
        for partner, (use, _shown) in expected.items():
            self._make_invoice(day(-50), 1000.0, partner=partner)
            self._sync()
            self._case(partner).penalty_use = use
        self._night()
        for partner, (use, shown) in expected.items():
            notice = self._reminders(partner)
            with self.subTest(use=use):
                self.assertEqual(bool(notice._notice_rows()[0]['interest']), shown)
                self.assertEqual('L441-10' in notice.preview_html, use != 'none')
                notice.approve()
                notice.send()
                self.assertEqual(notice.state, 'sent')
                self.assertEqual(bool(self._case(partner).proceeding_ids._statement_rows()[0]['interest']), shown)
                self.assertEqual(bool(self._claims(partner)), shown)


@tagged('post_install', '-at_install')
class TestConcession(UseCommon):

    def _offered(self, **vals):
        invoice = self._make_invoice(day(-60), 1000.0, **vals)
        self._sync()
        return invoice, self.env['recouvrement.concession'].browse(
            self._case(invoice.commercial_partner_id).offer_concession()[0]['concession_id'])

    def _settle(self, on):
        with freeze_time(f'{on} 10:00:00'):
            self.env['recouvrement.concession'].sudo()._settle(self.company, on)

    def test_one_click(self):
        _invoice, concession = self._offered()
        case = self._case()
        result = case.offer_concession(3)
        self.assertEqual(result, [{
            'case_id': case.id, 'concession_id': concession.id, 'date_to': fields.Date.to_string(day(8)), 'state': 'running'}])
        self.assertEqual((concession.user_id, case.concession_date_to), (self.env.user, day(8)))

    def test_principal_paid_in_time_drops_the_penalties(self):
        invoice, concession = self._offered()
        earlier = self.env['recouvrement.penalty'].browse(invoice.recouvrement_claim(day(-10))[0]['id'])
        self._pay(invoice, on=day(8))
        self._settle(day(9))
        self.assertEqual((concession.state, earlier.state), ('kept', 'waived'))
        claims = self._case().penalty_ids
        self.assertEqual(set(claims.mapped('state')), {'waived'})
        self.assertEqual(claims.waived_by_id, self.env.user)
        self.assertIn("Concession", earlier.waive_reason)
        with freeze_time(f'{day(20)} 10:00:00'):
            self.assertEqual(invoice.recouvrement_claim(day(20)), [], "what was given up is not claimed")

    def test_it_lapses_by_itself(self):
        for paid_on in (day(9), None):
            partner = self._make_debtor(str(paid_on))
            invoice, concession = self._offered(partner=partner)
            if paid_on:
                self._pay(invoice, on=paid_on)
            self._settle(day(10))
            with freeze_time(f'{day(10)} 10:00:00'):
                concession.invalidate_recordset()
                self.assertEqual(concession.state, 'lapsed')
                self.assertFalse(self._case(partner).concession_date_to)
                self.assertTrue(invoice.recouvrement_claim(day(10)))

    def test_a_part_of_the_principal_is_not_enough(self):
        invoice, concession = self._offered()
        self._pay(invoice, 999.0, on=day(2))
        self._settle(day(9))
        self.assertFalse(concession.date_kept)

    def test_a_payment_booked_late_counts_for_its_day(self):
        invoice, concession = self._offered()
        self._settle(day(9))
        self._pay(invoice, on=day(7))
        self._settle(day(15))
        self.assertTrue(concession.date_kept)

    def test_the_night_settles(self):
        invoice, concession = self._offered()
        self._pay(invoice, on=TODAY)
        self._night()
        self.assertEqual(concession.state, 'kept')

    def test_nothing_is_billed_while_it_runs(self):
        invoice, _concession = self._offered()
        claim = self.env['recouvrement.penalty'].browse(invoice.recouvrement_claim(TODAY)[0]['id'])
        with self.assertRaisesRegex(UserError, "concession runs"):
            claim.bill()
        with freeze_time(f'{day(9)} 10:00:00'):
            claim.bill()
        self.assertEqual(claim.state, 'billed')

    def test_messages_say_so_while_it_runs(self):
        self._make_invoice(day(-40), 10.0)
        self._sync()
        self._case().offer_concession()
        self.assertIn("we drop the late-payment penalties", self._sent('mention').body_html)

    def test_it_does_not_exist_for_public_bodies(self):
        town = self._make_debtor("Commune", regime='public')
        with self.assertRaisesRegex(UserError, "L2192-14"):
            self._offered(partner=town)
        nobody = self._make_debtor("Inconnu", regime=False)
        with self.assertRaisesRegex(UserError, "not classified"):
            self._offered(partner=nobody)

    def test_who_turns_out_to_be_public_is_not_let_off(self):
        invoice, concession = self._offered()
        self.debtor.recouvrement_regime = 'public'
        self._pay(invoice, on=day(2))
        self._settle(day(3))
        self.assertFalse(concession.date_kept)
        self.assertFalse(self._case().penalty_ids)

    def test_there_must_be_something_to_wait_for(self):
        self._make_invoice(day(10))
        self._sync()
        with self.assertRaisesRegex(UserError, "no overdue principal"):
            self._case().offer_concession()
        for days in (0, -1, 'x'):
            with self.assertRaisesRegex(UserError, "1 or more"):
                self._case().offer_concession(days)

    def test_a_manager_offers(self):
        self._make_invoice(day(-60))
        self._sync()
        with self.assertRaises(AccessError):
            self._case().with_user(self._make_user('officer')).offer_concession()
