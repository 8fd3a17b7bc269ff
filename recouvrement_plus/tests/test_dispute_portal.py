"""A customer contests an invoice on its portal page: his own, once, up to what is unpaid; nothing of ours is shown to him."""
import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import NOW, TODAY, RecouvrementCommon, day

WORDS = "Two boards were broken"
SECRET = "Bad payer says the director"


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestDisputePortal(RecouvrementCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls._portal_user('buyer', cls.debtor)
        cls.stranger = cls._portal_user('stranger', cls._make_debtor("Stranger"))
        cls.invoice = cls._make_invoice(day(-20), 1000.0)
        cls._sync()

    @classmethod
    def _portal_user(cls, login, customer, company=None):
        company = company or cls.company
        contact = cls.env['res.partner'].create({'name': login, 'email': f'{login}@client.example', 'parent_id': customer.id})
        return new_test_user(cls.env, login=login, groups='base.group_portal', partner_id=contact.id, lang='en_US',
                             company_id=company.id, company_ids=[(6, 0, company.ids)])

    def _page(self, invoice=None, token=None):
        invoice = invoice or self.invoice
        answer = self.url_open(f'/my/invoices/{invoice.id}' + (f'?access_token={token}' if token else ''))
        return answer.text if answer.url.startswith(f'{self.base_url()}/my/invoices/{invoice.id}') else ''

    def _post(self, step, invoice=None, files=None, csrf=True, **data):
        token = re.search(r'csrf_token: "(\w+)"', self.url_open('/my').text)
        if csrf:
            data['csrf_token'] = token.group(1)
        return self.url_open(f'/my/invoices/{(invoice or self.invoice).id}/{step}', data=data, files=files)

    def _contest(self, invoice=None, **data):
        return self._post('contest', invoice, **{'reason': 'quality', 'amount': '', 'note': WORDS, **data})

    def _disputes(self, invoice=None):
        return self.env['recouvrement.dispute'].search([('move_id', '=', (invoice or self.invoice).id)])

    # === WHAT HE MAY DO === #

    def test_a_part_is_contested_with_a_document(self):
        """300 of 1,000: held, with a task for the collector, and the rest is still reminded."""
        officer = self._make_user('officer')
        self._case().user_id = officer
        self.authenticate('buyer', 'buyer')
        self.assertIn("I contest this invoice", self._page())
        answer = self._contest(amount="300,00", files=[('documents', ('photo.jpg', b'photo', 'image/jpeg'))])
        self.assertEqual(answer.status_code, 200)
        self.assertIn("We have recorded that you contest this invoice", answer.text)
        dispute = self._disputes()
        self.assertRecordValues(dispute, [{
            'amount': 300.0, 'whole': False, 'reason': 'quality', 'note': WORDS, 'origin': 'portal', 'user_id': officer.id,
            'contact_id': self.buyer.partner_id.id, 'state': 'open', 'partner_id': self.debtor.id}])
        self.assertEqual(dispute.activity_ids.user_id, officer)
        self.assertEqual(self.env['ir.attachment'].search(
            [('res_model', '=', dispute._name), ('res_id', '=', dispute.id)]).raw, b'photo')
        self.assertNotIn(self.buyer.partner_id, dispute.message_partner_ids, "our words would reach him")
        self.assertEqual(self._simulate()['amount_due'], '700.00')

    def test_a_document_is_evidence_that_no_officer_deletes(self):
        """A manager takes away what was attached by mistake while the dispute is open; then nobody changes anything."""
        officer, manager = self._make_user('officer', login='officer'), self._make_user('manager')
        self.authenticate('buyer', 'buyer')
        self._contest(files=[('documents', (name, b'photo', 'image/jpeg')) for name in ('mistake.jpg', 'photo.jpg')])
        dispute = self._disputes()
        mistake, photo = self.env['ir.attachment'].search(
            [('res_model', '=', dispute._name), ('res_id', '=', dispute.id)], order='name')
        for change in (lambda one: one.unlink(), lambda one: one.write({'raw': b'other'}), lambda one: one.write({'res_id': 0}),
                       lambda one: one.sudo()._delete_and_notify()):
            with self.assertRaisesRegex(AccessError, "belongs to a dispute"):
                change(photo.with_user(officer))
        self.authenticate('officer', 'officer')
        with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
            self.make_jsonrpc_request('/mail/attachment/delete', {'attachment_id': photo.id})
        mistake.with_user(manager).unlink()
        dispute.with_user(officer).resolve('settled', "New boards were sent")
        for user in (officer, manager):
            with self.assertRaisesRegex(UserError, "kept as evidence"):
                photo.with_user(user).unlink()
        self.assertEqual((photo.exists().raw, mistake.exists()), (b'photo', self.env['ir.attachment']))

    def test_an_empty_amount_is_all_that_is_unpaid(self):
        self._pay(self.invoice, 400.0)
        self.authenticate('buyer', 'buyer')
        self._contest()
        self.assertEqual((self._disputes().amount, self._disputes().whole), (600.0, True))
        self.assertEqual(self._disputes().user_id, self._case()._collector(), "somebody of ours, never the customer")
        self.assertNotIn("I contest this invoice", self._page())

    def test_a_new_invoice_may_be_contested_before_any_night(self):
        invoice = self._make_invoice(day(10), 50.0)
        self.authenticate('buyer', 'buyer')
        self.assertIn("I contest this invoice", self._page(invoice))
        self._contest(invoice)
        self.assertEqual(self._disputes(invoice).amount, 50.0)

    # === WHAT IS REFUSED === #

    def test_what_is_refused_is_said_on_the_page(self):
        self.authenticate('buyer', 'buyer')
        for data, words in (({'amount': '1000,01'}, "can be disputed"), ({'amount': '-5'}, "above 0"),
                            ({'amount': 'nan'}, "above 0"), ({'reason': 'sulking'}, "Choose the reason"),
                            ({'note': ' '}, "in a few words")):
            with self.subTest(data=data):
                answer = self._contest(**data)
                self.assertEqual(answer.status_code, 422)
                self.assertIn(words, answer.text)
        self.assertFalse(self._disputes())

    def test_the_same_dispute_twice(self):
        self.authenticate('buyer', 'buyer')
        self._contest(amount='10')
        self.assertIn("for this reason already", self._contest(amount='10').text)
        self._contest(amount='20', reason='price')
        self.assertEqual(sorted(self._disputes().mapped('amount')), [10.0, 20.0])
        self._disputes().filtered(lambda one: one.reason == 'price').resolve('unfounded', "Signed order")
        self.assertIn("answered this already", self._contest(amount='20', reason='price').text)

    def test_a_settled_invoice(self):
        self._pay(self.invoice)
        self.authenticate('buyer', 'buyer')
        self.assertNotIn("I contest this invoice", self._page())
        self.assertIn("can be disputed", self._contest().text)
        self.assertIn("Nothing is owed", self._post('paid', day=str(TODAY)).text)
        self.assertFalse(self._disputes())

    @mute_logger('odoo.http')
    def test_another_customer_is_refused(self):
        """With the link too: whoever has it may read the page, as core has it, and state nothing."""
        token = self.invoice._portal_ensure_token()
        self.authenticate('stranger', 'stranger')
        self.assertFalse(self._page())
        self.assertNotIn("I contest this invoice", self._page(token=token))
        for step, data in (('contest', {'reason': 'price', 'note': WORDS}), ('paid', {'day': str(TODAY)})):
            self.assertEqual(self._post(step, **data).status_code, 403)
            self.assertEqual(self._post(step, access_token=token, **data).status_code, 403)
        self.assertFalse(self._disputes() or self._case().hold_ids)

    @mute_logger('odoo.http')
    def test_a_user_of_another_company_of_ours(self):
        """Without the link core does not show the invoice; with it, it is his customer's invoice."""
        other = self.setup_other_company()['company']
        self._portal_user('elsewhere', self.debtor, other)
        self.authenticate('elsewhere', 'elsewhere')
        self.assertEqual(self._contest().status_code, 403)
        self.assertFalse(self._disputes())

    @mute_logger('odoo.http')
    def test_nobody_without_a_login_and_nothing_without_the_token_of_the_form(self):
        token = self.invoice._portal_ensure_token()
        self.authenticate(None, None)
        self.assertNotIn("I contest this invoice", self._page(token=token))
        answer = self._post('contest', csrf=False, reason='price', note=WORDS, access_token=token)
        self.assertNotIn("We have recorded", answer.text)
        self.authenticate('buyer', 'buyer')
        self.assertEqual(self._post('contest', csrf=False, reason='price', note=WORDS).status_code, 400)
        self.assertFalse(self._disputes())

    @mute_logger('odoo.http')
    def test_a_credit_note_is_not_contested(self):
        note = self._credit(self.invoice, 100.0, match=False)
        self.authenticate('buyer', 'buyer')
        self.assertNotIn("I contest", self._page(note))
        self.assertEqual(self._contest(note).status_code, 403)

    # === WHAT HE SEES === #

    def test_nothing_of_ours_is_shown(self):
        """He reads what he contests; neither our notes, nor score, nor case."""
        self.invoice.recouvrement_dispute('price', 100.0, note=SECRET)
        self._case().message_post(body=SECRET)
        self._disputes().message_post(body=SECRET)
        self.authenticate('buyer', 'buyer')
        page = self._page()
        self.assertIn("What you contest", page)
        self.assertNotIn(SECRET, page)
        for name in ('recouvrement.dispute', 'recouvrement.case', 'recouvrement.hold', 'recouvrement.item', 'recouvrement.score'):
            with self.subTest(model=name), self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
                self.env[name].with_user(self.buyer).search([])

    # === I HAVE PAID === #

    def test_an_announced_payment_holds_this_invoice_for_the_days_of_grace(self):
        other = self._make_invoice(day(-10), 50.0)
        self._sync()
        self.authenticate('buyer', 'buyer')
        self.assertIn("your payment has left", self._post('paid', day=str(day(-1))).text)
        hold = self._case().hold_ids
        self.assertRecordValues(hold, [{
            'kind': 'announced', 'item_id': self._items(self.invoice).id, 'date_from': TODAY, 'proposed': True,
            'date_to': day(self.company.recouvrement_grace_days)}])
        self.assertEqual(self._reasons()[self.invoice.name], ('hold', 'announced'))
        self.assertEqual(self._reasons()[other.name][0], 'remind')
        self.assertEqual(self._case().activity_ids.date_deadline, day(self.company.recouvrement_grace_days + 1))
        self.assertIn("announced this payment already", self._post('paid', day=str(TODAY)).text)
        self.assertEqual(self._case().hold_ids, hold)

    def test_a_payment_to_come_is_not_announced(self):
        self.authenticate('buyer', 'buyer')
        for text in (str(day(1)), '1999-01-01', '', 'tomorrow'):
            with self.subTest(text=text):
                self.assertEqual(self._post('paid', day=text).status_code, 422)
        self.assertFalse(self._case().hold_ids)

    def _say_paid(self, offset):
        """What the portal does on a day, as the customer."""
        with freeze_time(f'{day(offset)} 10:00:00'):
            self.invoice.with_user(self.buyer).sudo()._recouvrement_say_paid(str(day(offset)))

    def test_announced_again_without_money_gives_no_new_days_and_tells_the_collector(self):
        self._say_paid(0)
        hold = self._case().hold_ids
        for offset in (6, 12, 18):
            self._say_paid(offset)
        self.assertEqual(self._case().hold_ids, hold)
        task = self._case().activity_ids
        self.assertEqual((len(task), task.date_deadline), (1, day(18)))
        self.assertIn("no money has come", task.summary)
        with freeze_time(f'{day(18)} 10:00:00'):
            self.assertEqual(self._simulate(day(18))['decision'], 'remind')

    def test_after_a_part_was_paid_the_rest_may_be_announced(self):
        self._say_paid(0)
        self._pay(self.invoice, 400.0, on=day(2))
        self._say_paid(8)
        self.assertEqual(sorted(self._case().hold_ids.mapped('date_from')), [day(0), day(8)])
