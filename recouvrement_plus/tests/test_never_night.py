"""Whatever is broken, a night is never lost: bad data costs its own customer or company, and nobody else."""
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import NOW, TODAY, day
from .test_never import NeverCommon


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestNeverANightLost(NeverCommon):

    def _good(self):
        good = self._make_debtor("Good")
        return good, self._make_invoice(day(-20), partner=good)

    def _errors(self, run):
        return run.line_ids.filtered(lambda line: line.kind == 'error')

    def test_a_broken_customer_in_the_score(self):
        good, _invoice = self._good()
        self._make_invoice(day(-20))
        origin = type(self.env['recouvrement.engine'])._scores

        def broken(self, basis, source, partner_ids):
            if len(partner_ids) > 1 or partner_ids == broken.ids:
                raise ValueError("bad data")
            return origin(self, basis, source, partner_ids)
        broken.ids = self.debtor.ids
        with patch.object(self.env.registry['recouvrement.engine'], '_scores', broken):
            run = self._night()
        self.assertEqual(run.state, 'done')
        self.assertTrue(self._reminders(good))
        self.assertIn("bad data", ' '.join(self._errors(run).mapped('message')))

    def test_a_score_that_cannot_be_made_at_all(self):
        """What is owed does not depend on it: the reminders leave, the journal says so."""
        good, _invoice = self._good()
        with patch.object(self.env.registry['recouvrement.engine'], '_score_basis', side_effect=ValueError("no basis")):
            run = self._night()
        self.assertEqual((run.state, bool(self._reminders(good))), ('done', True))
        self.assertIn("no basis", self._errors(run).message)

    def test_a_message_that_cannot_be_looked_after_costs_no_night(self):
        _invoice, reminder = self._queued()
        reminder.sudo().write({'state': 'sending'})
        with patch.object(self.env.registry['recouvrement.reminder'], '_turn_uncertain', side_effect=ValueError("bad")):
            self.env['recouvrement.run'].search([]).sudo().write({'date': day(-100)})
            self._scheduled_night()
        self.assertTrue(self.env['recouvrement.run'].search([('date', '=', TODAY), ('company_id', '=', self.company.id)]))

    def test_a_company_whose_data_is_bad_costs_the_others_nothing(self):
        self._good()
        bad = self.env['res.company'].create({'name': "AAA"})
        self.env.cr.execute("UPDATE res_partner SET tz = 'Mars/Olympus' WHERE id = %s", [bad.partner_id.id])
        self.env.invalidate_all()
        self._scheduled_night(self.company, bad)
        self.assertEqual(self.env['recouvrement.run'].search([('company_id', '=', self.company.id)]).state, 'done')

    def test_a_night_that_cannot_begin_costs_the_others_nothing(self):
        self._good()
        bad = self.env['res.company'].create({'name': "AAA"})
        origin = type(self.env['res.company'])._recouvrement_plan
        broken = lambda company: 1 / 0 if company == bad else origin(company)  # noqa: E731
        with patch.object(self.env.registry['res.company'], '_recouvrement_plan', broken):
            self._scheduled_night(self.company, bad)
        self.assertEqual(self.env['recouvrement.run'].search([('company_id', '=', self.company.id)]).state, 'done')

    def _look_that_fails_for(self, reminder):
        origin = self.env.registry['recouvrement.reminder']._refuse_or_refresh

        def look(one):
            if one == reminder:
                raise ValueError("bad data")
            return origin(one)
        return patch.object(self.env.registry['recouvrement.reminder'], '_refuse_or_refresh', look)

    def test_a_message_that_cannot_be_made_stops_none_in_the_mail_queue(self):
        good, _invoice = self._good()
        self._make_invoice(day(-20))
        self._night()
        bad, fine = self._reminders(), self._reminders(good)
        with self._look_that_fails_for(bad), self.mock_mail_gateway():
            (bad | fine).mail_id.send()
        self.assertEqual((bad.state, bad.reason, fine.state), ('failed', 'mail_failed', 'sent'))
        self.assertIn("bad data", bad.note)

    def test_a_letter_that_cannot_be_made_stops_none_of_those_sent_with_it(self):
        self._fake_pdf()
        self._level(15).channel = 'letter'
        good, _invoice = self._good()
        self._make_invoice(day(-20))
        (good | self.debtor).write({'street': "1 rue Basse", 'city': "Paris"})
        self._night()
        bad, fine = self._reminders(), self._reminders(good)
        with self._look_that_fails_for(bad):
            answer = (bad | fine).send()
        self.assertEqual([row['state'] for row in answer], ['queued', 'sent'])
        self.assertIn("bad data", answer[0]['reason'])

    def test_malformed_data_of_every_kind(self):
        good, _invoice = self._good()
        names = {
            'nameless': {}, 'two': {'email': 'a@b.example, c@d.example'}, 'words': {'email': 'call me'},
            'blank': {'lang': False}, 'accent': {'email': 'é@é.example'}, 'street': {'email': False, 'street': False},
            'zip': {'zip': 'ABCDE'}, 'huge': {}, 'old': {}, 'future': {}, 'quote': {'name': '"><script>{{1/0}}${x}%s %(a)s'},
        }
        partners = {name: self._make_debtor(name) for name in names}
        for name, vals in names.items():
            partners[name].write(vals)
            dues = {'old': ('1900-01-02', '1900-01-01'), 'future': ('9999-12-30', '2026-01-01')}
            due, issued = self._dates(*dues.get(name, (str(day(-20)), str(day(-50)))))
            self._make_invoice(due, 99999999999.99 if name == 'huge' else 100.0, partner=partners[name], issued=issued)
        self._make_entry(100.0, partner=partners['two'])
        no_date = self._make_invoice(day(-20), partner=partners['old'])
        self.env.cr.execute("UPDATE account_move_line SET date_maturity = NULL WHERE move_id = %s", [no_date.id])
        no_one = self._make_entry(50.0)
        self.env.cr.execute("UPDATE account_move_line SET partner_id = NULL WHERE move_id = %s", [no_one.id])
        self.env.cr.execute(
            "UPDATE res_partner SET name = NULL, complete_name = NULL, type = 'invoice' WHERE id = %s", [partners['nameless'].id])
        archived = self._make_debtor("Archived")
        self._make_invoice(day(-20), partner=archived)
        archived.active = False
        self.env.invalidate_all()
        run = self._night()
        self.assertEqual(run.state, 'done')
        self.assertEqual(self._errors(run).mapped('message'), [])
        self.assertTrue(self._reminders(good))
        self.assertFalse(self._reminders(archived))
        for reminder in run.reminder_ids:
            self._send(reminder)
        self.assertFalse(run.reminder_ids.filtered(lambda one: one.state in ('queued', 'sending')).mapped('partner_id.name'))

    def test_rows_made_by_thousands_have_the_company_of_their_case(self):
        """What a row reads from another (a stored related field) is filled in by the bulk writing too."""
        self._good()
        self._sync()
        case = self._case(self.env['res.partner'].search([('name', '=', "Good")]))
        hold = self.env['recouvrement.bulk'].sudo()._insert(
            self.env['recouvrement.hold'].sudo(), [{'case_id': case.id, 'kind': 'snoozed', 'date_from': TODAY}])
        self.env.flush_all()
        self.assertRecordValues(hold, [{'company_id': self.company.id, 'partner_id': case.partner_id.id}])

    def test_a_bare_company(self):
        """No bank account, no e-mail, no plan of its own, no rate of the currency."""
        self._good()
        self.company.partner_id.write({'email': False, 'country_id': False})
        self.bank_journal.bank_account_id = False
        self.company.recouvrement_plan_id = False
        run = self._night()
        self.assertEqual((run.state, self._errors(run).mapped('message')), ('done', []))
        self._send(run.reminder_ids)
        self.assertNotIn('queued', run.reminder_ids.mapped('state'))
