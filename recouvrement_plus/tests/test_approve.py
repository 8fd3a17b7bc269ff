"""A draft is looked at again when it is approved."""
from odoo.tests import tagged

from .common import RecouvrementCommon, day


@tagged('post_install', '-at_install')
class TestApprove(RecouvrementCommon):
    """Several drafts approved at once: one that cannot be does not hold up the others."""

    def setUp(self):
        super().setUp()
        self.paid, self.good = self._make_debtor("Payé SARL"), self._make_debtor("Bon SARL")
        self.invoice = self._make_invoice(day(-60), partner=self.paid)
        self._make_invoice(day(-60), partner=self.good)
        self._night()
        self.drafts = self._reminders(self.paid) + self._reminders(self.good)

    def test_what_was_paid_since_is_withdrawn_and_the_other_approved(self):
        self._pay(self.invoice)
        results = {result['id']: (result['state'], result['reason']) for result in self.drafts.approve()}
        self.assertEqual(results, {
            self._reminders(self.paid).id: ('withdrawn', 'paid'), self._reminders(self.good).id: ('approved', '')})

    def test_one_that_cannot_be_approved_stays_a_draft_with_words(self):
        self._reminders(self.paid).sudo().level_id.template_id = False
        self._reminders(self.good).sudo().level_id = self.notice_level.copy({'days': 46, 'template_id': self.template.id})
        results = {result['id']: result['state'] for result in self.drafts.approve()}
        self.assertEqual(results, {self._reminders(self.paid).id: 'draft', self._reminders(self.good).id: 'approved'})
