"""The generated ledger keeps its promises before Odoo sees it."""

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..demo import cast, ledger, names

AS_OF = date(2026, 3, 17)
RESERVED = re.compile(r'^[a-z0-9.-]+@(example\.(com|org|net)|[a-z0-9-]+\.example)$')


@tagged('post_install', '-at_install')
class TestDemoLedger(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = ledger.generate(AS_OF)
        cls.whole = cls.ledger + cast.cast_ledger(AS_OF)
        cls.due = {
            (document.key, rank): instalment.due
            for document in cls.whole.documents
            for rank, instalment in enumerate(document.instalments)
        }

    def test_same_day_same_ledger(self):
        self.assertEqual(ledger.generate(AS_OF), self.ledger)

    def test_a_customer_does_not_change_with_the_size(self):
        small = ledger.generate(AS_OF, size=20)
        of_small = {customer.code for customer in small.customers}
        self.assertEqual(small.customers, self.ledger.customers[:20])
        self.assertEqual(small.documents, tuple(d for d in self.ledger.documents if d.customer in of_small))

    def test_everything_moves_with_the_date(self):
        later = ledger.generate(AS_OF + timedelta(days=7))
        self.assertEqual([d.key for d in later.documents], [d.key for d in self.ledger.documents])

    def test_nothing_happens_after_the_day(self):
        self.assertLessEqual(max(document.date for document in self.whole.documents), AS_OF)
        self.assertLessEqual(max(payment.date for payment in self.whole.payments), AS_OF)
        oldest = min(document.date for document in self.ledger.documents)
        self.assertGreater((AS_OF - oldest).days, 700)

    def test_size_and_variety(self):
        self.assertEqual(len(self.ledger.customers), 300)
        invoices = [document for document in self.ledger.documents if document.kind == 'invoice']
        self.assertTrue(2700 <= len(invoices) <= 3300, len(invoices))
        regimes = Counter(customer.regime for customer in self.ledger.customers)
        self.assertGreater(regimes['b2b'], 200)
        for regime in ('b2c', 'public', ''):
            self.assertGreaterEqual(regimes[regime], 3, regime)
        self.assertEqual({customer.currency for customer in self.ledger.customers}, {'EUR', 'CHF'})
        self.assertEqual({d.term for d in invoices}, {'net30', 'net45', 'net60', 'halves', 'thirds'})

    def test_open_share_and_every_stage(self):
        open_keys = {key for key, _rank in self.ledger.open_amounts()}
        invoices = [document for document in self.ledger.documents if document.kind == 'invoice']
        self.assertTrue(0.08 <= len(open_keys) / len(invoices) <= 0.15, len(open_keys) / len(invoices))
        days = [(AS_OF - self.due[key]).days for key in self.ledger.open_amounts()]
        for low, high in ((-90, -8), (-7, -1), (3, 14), (15, 29), (30, 44), (45, 400)):
            count = sum(low <= late <= high for late in days)
            self.assertGreaterEqual(count, 5, f"{low} to {high} days late")

    def test_no_instalment_is_paid_twice(self):
        self.assertGreater(min(self.whole.open_amounts().values()), 0)
        for source in (*self.whole.payments, *self.whole.documents):
            self.assertLessEqual(
                sum(part.amount for part in source.allocations), getattr(source, 'amount', None) or source.total
            )

    def test_credit_notes_of_both_kinds_and_partial_payments(self):
        notes = [document for document in self.ledger.documents if document.kind == 'credit_note']
        self.assertTrue(any(note.allocations for note in notes))
        self.assertTrue(any(not note.allocations for note in notes))
        times = Counter((part.document, part.rank) for payment in self.ledger.payments for part in payment.allocations)
        self.assertGreater(max(times.values()), 1)
        self.assertTrue(any(len(payment.allocations) > 1 for payment in self.ledger.payments))

    def test_amounts_are_exact_to_the_cent(self):
        cent = Decimal('0.01')
        for document in self.whole.documents:
            self.assertEqual(document.vat % cent, 0, document.key)
            self.assertEqual(sum(part.amount for part in document.instalments), document.total, document.key)
            self.assertFalse([part for part in document.instalments if part.amount % cent], document.key)

    def test_nobody_can_be_reached(self):
        for customer in self.whole.customers:
            if customer.email:
                self.assertRegex(customer.email, RESERVED)
            self.assertRegex(customer.phone, r'^\+33 1 99 00 \d\d \d\d$')

    def test_sirets_pass_the_luhn_check(self):
        sirets = [customer.siret for customer in self.whole.customers if customer.siret]
        self.assertEqual(len(sirets), len(set(sirets)))
        for siret in sirets:
            self.assertEqual(len(siret), 14)
            self.assertEqual(names.luhn_digit(siret[:8]), siret[8])
            self.assertEqual(names.luhn_digit(siret[:13]), siret[13])

    def test_profiles_can_be_told_apart(self):
        """The mean delay of each way of paying comes in the order in which it is meant."""
        paid = {
            (part.document, part.rank): payment.date for payment in self.ledger.payments for part in payment.allocations
        }
        profile = {customer.code: customer.profile for customer in self.ledger.customers}
        delays = {}
        for (key, rank), day in paid.items():
            delays.setdefault(profile[key.split('-')[0]], []).append((day - self.due[key, rank]).days)
        mean = {name: sum(days) / len(days) for name, days in delays.items()}
        self.assertLess(mean['early'], mean['prompt'])
        self.assertLess(mean['prompt'], mean['careless'])
        self.assertLess(mean['careless'], mean['late'])
        self.assertLess(mean['late'], mean['chronic'])
