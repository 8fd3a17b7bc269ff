"""What must never happen on the legal track, tried by a hostile hand: a step that nobody may take, evidence that changes, a
claim against who owes nothing, a date that cannot be, another company's data."""
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, RecouvrementCommon, day
from .test_agreement import PROOF
from .test_bad_debt import BadDebtCommon
from .test_handoff import HandoffCommon
from .test_insolvency import InsolvencyCommon
from .test_proceeding_track import LED, TrackCommon

OFFICERS = ('officer', 'manager', 'legal')


@tagged('post_install', '-at_install')
class TestNeverForeignDocument(TrackCommon):
    """One company's documents and debtors stay its own, whatever id a caller gives."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Elsewhere")['company']
        cls.stranger = cls.env['res.partner'].create({'name': "Secret", 'company_id': cls.other.id})
        cls.secret = cls.env['ir.attachment'].create({
            'name': "secret.pdf", 'raw': b'theirs', 'res_model': 'res.partner', 'res_id': cls.stranger.id,
            'company_id': cls.other.id})

    def _clause(self, attachment, user):
        return self.env['recouvrement.clause'].with_user(user).create({
            'case_id': self._case().id, 'kind': 'acceleration', 'date_accepted': day(-200), 'proof': "Terms",
            'attachment_id': attachment.id})

    def test_a_clause_shows_no_document_that_its_author_may_not_read(self):
        with self.assertRaises(AccessError):
            self._clause(self.secret, self._make_user('legal'))

    def test_the_document_of_a_clause_is_a_copy_that_nobody_changes(self):
        legal = self._make_user('legal')
        own = self.env['ir.attachment'].with_user(legal).create({'name': "terms.pdf", 'raw': b'signed'})
        clause = self._clause(own, legal)
        own.raw = b'forged'
        self.assertEqual(clause.attachment_id.raw, b'signed')
        for change in (lambda one: one.write({'raw': b'forged'}), lambda one: one.unlink()):
            with self.assertRaises(UserError):
                change(clause.attachment_id.with_user(legal))

    def test_nothing_is_recorded_on_a_case_of_another_company(self):
        """Not even with a company of one's own beside the foreign case: it would count in the other company's claims."""
        case = self.env['recouvrement.case'].sudo()._get_or_create(self.other, {self.stranger.id})[self.stranger.id]
        credit = self._credit_line(self._receive(10.0))
        own = {'company_id': self.company.id, 'case_id': case.id}
        for role, model, vals in (
                ('legal', 'recouvrement.clause', {'kind': 'acceleration', 'date_accepted': day(-9), 'proof': "Terms"}),
                ('officer', 'recouvrement.hold', {'kind': 'snoozed', 'date_from': TODAY, 'date_to': day(3)}),
                ('officer', 'recouvrement.solvency.fact', {'kind': 'credit_limit', 'amount': 10.0}),
                ('officer', 'recouvrement.reserve', {'move_line_id': credit.id, 'reason': 'other'})):
            with self.subTest(model=model), self.assertRaises(UserError):
                self.env[model].with_user(self._make_user(role)).create({**own, **vals})
                self.env.flush_all()

    def test_a_write_off_names_no_proceeding_of_another_customer(self):
        other = self._make_debtor("Elsewhere SA")
        self._make_invoice(day(-40), 100.0, partner=other)
        self._sync()
        proceeding = self._open(other)
        with self.assertRaisesRegex(UserError, "another customer"):
            self._case().prepare_write_off(
                'abandoned', {self._items(self.invoice).id: 10.0}, reason="Given up", proceeding_id=proceeding.id)

    def test_the_window_of_a_step_shows_nothing_of_another_company(self):
        proceeding = self._do(self._ripe(), ('hand_to_officer', {'done_on': str(TODAY), **LED}))
        foreign = self._make_user('officer', self.other)
        step = self.env['recouvrement.proceeding.step'].with_user(foreign).with_context(
            default_proceeding_id=proceeding.id, default_action='withdraw')
        with self.assertRaises(AccessError):
            step.default_get(['proceeding_id', 'professional', 'court'])


@tagged('post_install', '-at_install')
class TestNeverChangedEvidence(RecouvrementCommon):
    """A document that proves something is what was given, for ever, whoever asks for another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._make_invoice(day(-20), 1000.0)
        cls._sync()

    def _assert_kept(self, attachment, *users):
        raw = attachment.raw
        for user in users:
            own = attachment.with_user(user)
            elsewhere = {'res_model': 'res.partner', 'res_id': user.partner_id.id}
            for vals in ({'raw': b'forged'}, {'datas': 'eA=='}, {'name': "other.pdf"}, {'public': True}, elsewhere):
                with self.assertRaises(UserError):
                    own.write(vals)
            for delete in (own.unlink, own.sudo()._delete_and_notify):  # the bin of the chatter has elevated rights
                with self.assertRaises(UserError):
                    delete()
        self.env.invalidate_all()
        self.assertEqual(attachment.exists().raw, raw)

    def test_a_signed_agreement(self):
        agreement = self.env['recouvrement.agreement'].browse(self._case().propose_agreement(2, str(day(10)))['id'])
        agreement.sign(str(TODAY), "Mme Blanc", PROOF)
        self._assert_kept(agreement.proof_id, *(self._make_user(role) for role in OFFICERS), self.env.ref('base.user_admin'))

    def test_the_proof_of_a_notice_to_a_guarantor(self):
        clause = self.env['recouvrement.clause'].create({
            'case_id': self._case().id, 'kind': 'guarantee', 'guarantor': "Mme Roux", 'guarantee_kind': 'simple',
            'date_accepted': day(-200), 'proof': "Deed"})
        notice = self.env['recouvrement.guarantee.notice'].create({
            'clause_id': clause.id, 'name': "Yearly information", 'date_due': day(5)})
        notice.mark_given(str(TODAY), PROOF)
        self._assert_kept(notice.attachment_id, self._make_user('legal'), self.env.ref('base.user_admin'))


@tagged('post_install', '-at_install')
class TestNeverWrongDebtor(TrackCommon):
    """Nobody is pursued for what he does not owe: not after a payment, a correction, or a change of customer."""

    def test_no_release_once_the_payment_came_back_unpaid(self):
        proceeding = self._ripe()
        self._pay(self.invoice)
        proceeding.apply_transition('close_paid')
        self._lines(self.invoice).remove_move_reconcile()
        self._sync()
        with self.assertRaisesRegex(UserError, "something is still owed"):
            proceeding.apply_transition('issue_release')

    def test_an_invoice_that_became_another_customers(self):
        proceeding = self._ripe()
        other = self._make_debtor("Right debtor")
        self.invoice.button_draft()
        self.invoice.partner_id = other
        self.invoice.action_post()
        self._sync()
        self.assertEqual(self._items(self.invoice).partner_id, other)
        with self.assertRaisesRegex(UserError, "another customer"):
            proceeding.apply_transition('prepare_order', {'court': "Lyon"})
        proceeding.apply_transition('withdraw', {'reason': "Wrong debtor"})
        self.assertEqual(proceeding.state, 'withdrawn')

    def test_an_invoice_back_in_draft(self):
        proceeding = self._ripe()
        self.invoice.button_draft()
        with self.assertRaises(UserError):
            proceeding.apply_transition('prepare_order', {'court': "Lyon"})
        self._sync()
        with self.assertRaises(UserError):
            proceeding.apply_transition('prepare_order', {'court': "Lyon"})

    def test_an_invoice_credited_or_cancelled(self):
        proceeding = self._ripe()
        self._credit(self.invoice)
        for action, facts in (('prepare_order', {'court': "Lyon"}), ('hand_to_agency', {'done_on': str(TODAY), **LED})):
            with self.assertRaisesRegex(UserError, "nothing overdue"):
                proceeding.apply_transition(action, facts)

    def test_no_step_on_an_ended_proceeding(self):
        proceeding = self._ripe()
        proceeding.apply_transition('withdraw', {'reason': "Error"})
        for action in ('withdraw', 'prepare_order', 'grant_time', 'close_paid', 'send_notice', 'record_receipt'):
            with self.assertRaises(UserError):
                proceeding.apply_transition(action, {})


@tagged('post_install', '-at_install')
class TestNeverImpossibleDay(TrackCommon):
    """Acts follow each other: none is dated before the one that it answers, nor before its time has come."""

    def _refused(self, proceeding, action, words, **facts):
        count = len(proceeding.event_ids)
        with self.assertRaisesRegex(UserError, words):
            proceeding.apply_transition(action, facts)
        self.assertEqual(len(proceeding.event_ids), count)

    def test_a_notice_sent_before_anything_was_due(self):
        proceeding = self._approved()
        self._refused(proceeding, 'send_notice', "nothing overdue", sent_on=str(day(-40)), channel='registered_letter')

    def test_an_act_dated_inside_the_time_given(self):
        """Recorded today, the summons of a day when the debtor still had time is no summons."""
        proceeding = self._ripe()
        self._refused(proceeding, 'assign_refere', "Date given", done_on=str(day(-15)), court="Lyon", professional="Me Martin")

    def test_an_order_granted_before_its_request(self):
        proceeding = self._do(self._ripe(), ('prepare_order', {'court': "Lyon"}), ('file_order', {'done_on': str(day(-5))}))
        self._refused(proceeding, 'record_order', "before", done_on=str(day(-6)))

    def test_an_order_served_before_it_was_granted(self):
        self._refused(self._granted(), 'serve_order', "before", done_on=str(day(-11)), professional="Me Martin")

    def test_an_opposition_before_the_service(self):
        proceeding = self._do(self._granted(), ('serve_order', {'done_on': str(day(-5)), **LED}))
        self._refused(proceeding, 'record_opposition', "before", done_on=str(day(-6)))

    def test_an_order_enforceable_before_the_end_of_the_opposition(self):
        proceeding = self._do(self._granted(), ('serve_order', {'done_on': str(day(-5)), **LED}))
        with freeze_time('2026-04-20 10:00:00'):
            self._refused(proceeding, 'order_final', "Enforceable", done_on='2026-04-01')

    def test_a_judgment_before_the_summons(self):
        proceeding = self._do(self._ripe(), ('assign_refere', {'done_on': str(day(-5)), 'court': "Lyon", **LED}))
        self._refused(proceeding, 'record_judgment', "before", done_on=str(day(-6)), court="Lyon")

    def test_a_seizure_before_its_authorisation_and_notified_before_it(self):
        proceeding = self._do(self._ripe(), ('authorise_seizure', {'done_on': str(day(-5)), 'court': "Lyon"}))
        self._refused(proceeding, 'seize', "before", done_on=str(day(-6)), third_party="Bank", professional="Me Martin")
        self._do(proceeding, ('seize', {'done_on': str(day(-3)), 'third_party': "Bank", **LED}))
        self._refused(proceeding, 'denounce_seizure', "before", done_on=str(day(-4)))

    def test_a_title_served_or_enforced_before_it_exists(self):
        proceeding = self._do(
            self._ripe(), ('assign_refere', {'done_on': str(day(-9)), 'court': "Lyon", **LED}),
            ('record_judgment', {'done_on': str(day(-5)), 'court': "Lyon"}))
        self._refused(proceeding, 'serve_title', "before", done_on=str(day(-6)), professional="Me Martin")
        self._do(proceeding, ('serve_title', {'done_on': str(day(-4)), **LED}))
        self._refused(proceeding, 'enforce', "before", done_on=str(day(-5)), enforcement_act='other', professional="Me Martin")

    def test_talks_end_after_they_began(self):
        proceeding = self._do(self._ripe(), ('open_talks', {'done_on': str(day(-5)), 'talks_kind': 'mediation'}))
        self._refused(proceeding, 'end_talks', "before", done_on=str(day(-6)))

    def test_facts_that_are_no_facts(self):
        proceeding = self._approved()
        good = {'sent_on': str(TODAY), 'channel': 'registered_letter'}
        for facts in ({'notice_days': 10 ** 9}, {'notice_days': -1}, {'notice_days': '8'}, {'cost': 'NaN'}, {'cost': '-1'},
                      {'cost': 'Infinity'}, {'cost': '1e400'}, {'sent_on': '2026-02-30'}, {'sent_on': 20260316},
                      {'channel': 'pigeon'}, {'document': {'filename': 'a.pdf', 'datas': '***'}}, {'document': "x"},
                      {'next_on': '0000-00-00'}):
            with self.subTest(facts=facts), self.assertRaises(UserError):
                proceeding.apply_transition('send_notice', {**good, **facts})
        self.assertEqual(proceeding.state, 'notice_approved')


@tagged('post_install', '-at_install')
class TestNeverInItsOwnName(HandoffCommon):
    """Who collects for others has no claim of its own: the creditor alone goes to court or declares."""

    def setUp(self):
        super().setUp()
        creditor = self.env['res.partner'].create({'name': "Scierie du Lac", 'is_company': True})
        self.company.write({'recouvrement_creditor_id': creditor.id, 'recouvrement_creditor_mandate': "M-7 of 2026-01-02",
                            'recouvrement_third_party': True})

    def test_an_agency_goes_to_no_court(self):
        proceeding = self._ripe()
        for action, facts in (
                ('prepare_order', {'court': "Lyon"}),
                ('assign_refere', {'done_on': str(TODAY), 'court': "Lyon", **LED}),
                ('assign', {'done_on': str(TODAY), 'court': "Lyon", **LED}),
                ('authorise_seizure', {'done_on': str(TODAY), 'court': "Lyon"}),
                ('send_small_claims', {'done_on': str(TODAY), **LED})):
            with self.assertRaisesRegex(UserError, "counsel"):
                proceeding.apply_transition(action, facts)

    def test_an_agency_declares_no_claim(self):
        record = self.env['recouvrement.insolvency'].browse(self.env['recouvrement.insolvency'].record(
            self._case().id, day(-5), 'liquidation', "Lyon", source="Letter", holder_id=self.agency.id)['id'])
        with self.assertRaisesRegex(UserError, "counsel"):
            record.apply_transition('prepare_declaration')

    def test_a_file_with_a_name_that_no_xml_holds_is_made_all_the_same(self):
        self.company.recouvrement_third_party = False
        self.debtor.write({'name': "Bois\x0b & Fils <é>", 'street': "1 rue\x02"})
        self._identify(self.debtor)
        _proceeding, answer = self._handed()
        self._schema('handoff-1.xsd')
        self.assertIn('handoff.xml', self._zip(answer))


@tagged('post_install', '-at_install')
class TestNeverMoreThanDeclared(InsolvencyCommon):

    def test_no_more_is_admitted_than_was_declared(self):
        record = self._record()
        self._declared(record)
        with self.assertRaisesRegex(UserError, "declared"):
            record.apply_transition('admit_claim_in_part', {
                'received_on': str(TODAY), 'amount': str(record.amount_declared + 1), 'reason': "Judge"})

    def test_answers_come_after_the_declaration(self):
        record = self._record()
        self._declared(record, sent=day(-3))
        for action in ('contest_claim', 'record_declaration_receipt', 'reject_claim'):
            facts = {'received_on': str(day(-4)), **({} if 'record' in action else {'reason': "Too high"})}
            with self.assertRaisesRegex(UserError, "before"):
                record.apply_transition(action, facts)

    def test_a_liquidation_that_becomes_a_simplified_one_keeps_its_day(self):
        """Irrecoverable since the judgment of liquidation, not since the change of its form."""
        record = self._record(judgment=-30)
        record.apply_transition('convert', {'done_on': str(day(-5)), 'kind': 'liquidation_simplifiee'})
        self.assertEqual(record._bad_debt_ground()[1], day(-30))

    def test_an_office_holder_that_is_none(self):
        record = self._record()
        for value in ("abc", "1.5", [1], {}):
            with self.assertRaises(UserError):
                record.apply_transition('name_holder', {'done_on': str(TODAY), 'holder_id': value or "x"})

    def test_an_announcement_about_somebody_else_is_not_used_up(self):
        other = self._make_debtor("Another")
        self._make_invoice(day(-60), partner=other)
        self._sync()
        notice = self.env['recouvrement.bodacc'].sudo().create({
            'case_id': self._case(other).id, 'company_id': self.company.id, 'siren': '552100554', 'reference': "A1",
            'date_published': TODAY, 'type': 'announcement', 'event': 'opening', 'origin': "File"})
        record = self._record()
        step = self.env['recouvrement.insolvency.step'].create({
            'insolvency_id': record.id, 'bodacc_id': notice.id, 'action': 'record_step', 'done_on': TODAY, 'reason': "Call"})
        with self.assertRaises(UserError):
            step.action_apply()
        self.assertEqual(notice.state, 'proposed')


@tagged('post_install', '-at_install')
class TestNeverWrongPromise(RecouvrementCommon):
    """Time is given for what is owed, in amounts and on days that can be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._make_invoice(day(-20), 1000.0)
        cls.foreign = cls._make_invoice(day(-20), 50.0, partner=cls._make_debtor("Another"))
        cls._sync()
        cls.case = cls._case()

    def test_an_agreement_signed_before_the_debt_existed(self):
        agreement = self.env['recouvrement.agreement'].browse(self.case.propose_agreement(2, str(day(10)))['id'])
        with self.assertRaisesRegex(UserError, "before"):
            agreement.sign(str(day(-60)), "Mme Blanc", PROOF)
        self.assertEqual(agreement.state, 'draft')

    def test_amounts_and_days_that_cannot_be(self):
        strange = self._items(self.foreign).ids
        for call in (
                lambda: self.case.promise_to_pay(str(day(2)), amount='nan'), lambda: self.case.promise_to_pay(str(day(2)), 'inf'),
                lambda: self.case.promise_to_pay(str(day(2)), -1), lambda: self.case.promise_to_pay(str(day(2)), 1000.01),
                lambda: self.case.promise_to_pay(str(day(-1))), lambda: self.case.promise_to_pay('soon'),
                lambda: self.case.promise_to_pay(str(day(2)), item_ids=strange),
                lambda: self.case.propose_agreement(2, str(day(5)), down_payment='nan'),
                lambda: self.case.propose_agreement(2, str(day(5)), down_payment='inf'),
                lambda: self.case.propose_agreement('x', str(day(5))), lambda: self.case.propose_agreement(10 ** 9, str(day(5))),
                lambda: self.case.propose_agreement(0, str(day(5))), lambda: self.case.propose_agreement(2, '9999-12-31'),
                lambda: self.case.propose_agreement(2, str(day(5)), item_ids=strange),
                lambda: self.invoice.recouvrement_dispute('price', float('nan')),
                lambda: self.invoice.recouvrement_dispute('price', float('inf')),
                lambda: self.invoice.recouvrement_dispute('price', -5.0)):
            with self.subTest(call=call.__code__.co_consts), self.assertRaises(UserError):
                call()

    def test_a_currency_without_decimals(self):
        yen = self.env.ref('base.JPY')
        yen.active = True
        partner = self._make_debtor("Tokyo")
        self._make_invoice(day(-20), 1000.0, partner=partner, currency_id=yen.id)
        self._sync()
        result = self._case(partner).propose_agreement(3, str(day(10)))
        self.assertEqual([line['amount'] for line in result['lines']], ['333', '333', '334'])

    def test_paid_early_in_two_parts_it_is_kept(self):
        agreement = self.env['recouvrement.agreement'].browse(self.case.propose_agreement(2, str(day(10)))['id'])
        agreement.sign(str(TODAY), "Mme Blanc", PROOF)
        self._pay(self.invoice, 300.0)
        self._pay(self.invoice, 700.0)
        self.env['recouvrement.agreement'].sudo()._settle(self.company, day(1))
        self.assertEqual(agreement.state, 'kept')

    def test_one_bad_concession_stops_no_other(self):
        case = self._case(self.foreign.partner_id)
        (self.case | case).offer_concession(5)
        self._pay(self.invoice)
        self._pay(self.foreign)
        kept = type(self.env['recouvrement.concession'])._is_kept

        def broken(concession, as_of, known):
            if concession.case_id == self.case:
                raise ValueError("bad data")
            return kept(concession, as_of, known)

        with patch.object(self.env.registry['recouvrement.concession'], '_is_kept', broken), mute_logger('odoo.addons'):
            errors = self.env['recouvrement.concession'].sudo()._settle(self.company, TODAY)
        self.assertEqual(list(errors), [self.case.partner_id.id])
        self.assertEqual((self.case.concession_ids.state, case.concession_ids.state), ('running', 'kept'))


@tagged('post_install', '-at_install')
class TestNeverWrongBooks(BadDebtCommon):

    def test_written_off_taken_back_and_written_off_again(self):
        invoice = self._taxed()
        debt = self._write_off(invoice)
        debt.post()
        debt.cancel("Too early")
        again = self._write_off(invoice)
        again.post()
        self.assertEqual((self._balance('411'), again.amount, again.vat_recovered), (0.0, 1200.0, 200.0))
        self.assertEqual(self._balance('44571'), 0.0)

    def test_paid_after_the_loss_the_money_is_a_credit_and_the_score_unmoved(self):
        invoice = self._taxed()
        self._write_off(invoice).post()
        payment = self._receive(1200.0)
        self._sync()
        self.assertEqual(self._balance('411'), -1200.0)
        self.assertFalse(self._credit_line(payment).reconciled)
        self.assertEqual(self._items(invoice).state, 'closed')

    def test_three_parts_of_an_odd_invoice_lose_no_cent(self):
        invoice = self._taxed(net=33.37)
        total = invoice.amount_total
        for part in (13.35, 13.34, round(total - 26.69, 2)):
            self._write_off(invoice, part).post()
        debts = self._case().bad_debt_ids
        self.assertAlmostEqual(sum(debts.mapped('vat_recovered')), 6.67, 2)
        self.assertEqual((self._balance('411'), self._balance('44571')), (0.0, 0.0))

    def test_a_tax_lock_date_moves_no_vat_into_a_closed_return(self):
        invoice = self._taxed()
        debt = self._write_off(invoice, date=str(day(-10)), event_date=day(-20))
        self.company.tax_lock_date = day(-5)
        with self.assertRaises(UserError):
            debt.post()

    def test_a_tax_lock_date_is_named_when_preparing(self):
        invoice = self._taxed()
        self.company.tax_lock_date = day(-5)
        with self.assertRaisesRegex(UserError, "locked"):
            self._write_off(invoice, date=str(day(-10)), event_date=day(-20))

    def test_a_hard_lock_date(self):
        invoice = self._taxed()
        self.company.hard_lock_date = day(-5)
        with self.assertRaisesRegex(UserError, "locked"):
            self._case().prepare_doubtful(self._items(invoice).ids, date=str(day(-10)))

    def test_zero_rate_and_exempt_lines_recover_nothing(self):
        invoice = self._taxed(tax=self.on_debits.copy({'name': "0%", 'amount': 0}))
        debt = self._write_off(invoice)
        debt.post()
        self.assertEqual((debt.amount, debt.net, debt.vat_recovered), (1000.0, 1000.0, 0.0))

    def test_a_loss_dated_before_the_invoice(self):
        invoice = self._taxed()
        with self.assertRaises(UserError):
            self._write_off(invoice, date=str(day(-200)), event_date=day(-210))

    def test_amounts_that_are_none(self):
        item = self._items(self._taxed())
        for value in ('NaN', 'Infinity', '-1', '0', '1200.01', 'abc', None):
            with self.subTest(value=value), self.assertRaises(UserError):
                self._case().prepare_write_off('abandoned', {item.id: value}, reason="Test")
        for percent in ('NaN', 'x', -1, 101, None):
            with self.subTest(percent=percent), self.assertRaises(UserError):
                self._case().prepare_provision({item.id: percent})
