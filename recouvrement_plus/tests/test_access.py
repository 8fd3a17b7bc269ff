"""Who may do what: six roles by every model, two companies, and the evidence nobody rewrites. Methods: `test_access_methods`."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from .common import GROUPS, TODAY, RecouvrementCommon, day

OFFICERS = ('officer', 'manager', 'legal')
# What each role may do besides reading; all three read everything.
WRITE = {
    'officer': {'recouvrement.case': 'w', 'recouvrement.hold': 'wc', 'recouvrement.dispute': 'wc'},
    'manager': {'recouvrement.case': 'w', 'recouvrement.hold': 'wc', 'recouvrement.dispute': 'wc', 'recouvrement.plan': 'wcu',
                'recouvrement.plan.level': 'wcu', 'recouvrement.rate': 'wc', 'recouvrement.rate.proposal': 'c',
                'recouvrement.signatory': 'wc'},
    'legal': {'recouvrement.case': 'w', 'recouvrement.hold': 'wc', 'recouvrement.dispute': 'wc', 'recouvrement.clause': 'wc',
              'recouvrement.guarantee.notice': 'wc'},
}
for _role in WRITE.values():
    _role['recouvrement.reserve'] = 'wc'
    _role['recouvrement.solvency.fact'] = 'c'
WRITE['manager'] |= {'recouvrement.solvency.point': 'wcu', 'recouvrement.segment': 'wcu', 'recouvrement.quiet.period': 'wcu'}
WRITE['manager'] |= {'recouvrement.call.script': 'wcu', 'recouvrement.call.objection': 'wcu'}
PROOF = {'filename': "proof.pdf", 'datas': 'UERG'}
OPERATIONS = {'w': 'write', 'c': 'create', 'u': 'unlink'}


class AccessCommon(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sudo = cls.env(su=True)
        cls.users_of = {role: cls._make_user(role) for role in GROUPS}
        cls._make_messages()
        cls._make_shared()
        cls._make_proceeding(sudo)
        cls._make_rates(sudo)
        cls._make_clauses(sudo)
        cls._make_facts()
        cls._make_insolvency(sudo)
        cls._make_answers(sudo)
        cls._make_solvency(sudo)
        cls.env.flush_all()

    @classmethod
    def _make_messages(cls):
        cls.invoice = cls._make_invoice(day(-50), 1000.0)
        other = cls._make_debtor("Other")
        cls.queued_invoice = cls._make_invoice(day(-20), partner=other)
        cls._night()
        cls.case = cls._case()
        cls.notice = cls._reminders()
        cls.queued = cls._reminders(other)
        cls.queued_case = cls._case(other)
        cls.hold = cls._hold('snoozed', date_from=day(-30), date_to=day(-20))
        cls.queued.sudo()._log_event('call', "Test")

    @classmethod
    def _make_shared(cls):
        """What is shared down the tree or apart from messages has records too."""
        cls.env['recouvrement.segment'].create({'name': "Here", 'plan_id': cls.plan.id, 'company_id': cls.company.id})
        cls.env['recouvrement.quiet.period'].create({
            'name': "Here", 'company_id': cls.company.id, 'date_from': day(-400), 'date_to': day(-399)})
        spare = cls._make_debtor("Spare")
        cls._make_invoice(day(-1), partner=spare)
        credit = cls._receive(1.0, spare)
        cls._sync()
        cls.env['recouvrement.reserve'].create({
            'case_id': cls._case(spare).id, 'move_line_id': cls._credit_line(credit).id, 'reason': 'other'})

    @classmethod
    def _make_proceeding(cls, sudo):
        cls.penalty = sudo['recouvrement.penalty']._claim(cls.case.sudo(), cls.invoice.sudo(), TODAY, {}).with_env(cls.env)
        cls.proceeding = sudo['recouvrement.proceeding'].create({
            'case_id': cls.case.id, 'company_id': cls.company.id, 'item_ids': [(6, 0, cls._items(cls.invoice).ids)],
        }).with_env(cls.env)
        sudo['recouvrement.proceeding.event'].create({
            'proceeding_id': cls.proceeding.id, 'company_id': cls.company.id, 'action': 'withdraw', 'state_from': 'draft',
            'state_to': 'draft', 'user_id': cls.env.uid})
        cls.mailing = sudo['recouvrement.mailing'].create({'company_id': cls.company.id, 'date': TODAY})
        cls.deadline = sudo['recouvrement.proceeding.deadline'].create({
            'proceeding_id': cls.proceeding.id, 'company_id': cls.company.id, 'code': 'next_step', 'date': TODAY})

    @classmethod
    def _make_rates(cls, sudo):
        cls.rate = cls.env['recouvrement.rate'].search([('confirmed', '=', False)], limit=1)
        cls.proposal = cls.env['recouvrement.rate.proposal'].create({
            'code': cls.rate.code, 'date_from': cls.rate.date_from, 'date_to': cls.rate.date_to, 'percent': 9, 'source': "Test"})
        cls.rate_event = sudo['recouvrement.rate']._log('changed', rate_id=cls.rate.id, changes={'percent': ['2.40', '2.50']})
        sudo['ir.config_parameter'].set_param('recouvrement_plus.rate_address', '')  # asked, it answers without the network

    @classmethod
    def _make_clauses(cls, sudo):
        sudo['recouvrement.concession'].create({
            'case_id': cls.case.id, 'date': day(-30), 'date_to': day(-22), 'user_id': cls.env.uid})
        cls.clause = sudo['recouvrement.clause'].create({
            'case_id': cls.case.id, 'kind': 'acceleration', 'date_accepted': day(-200), 'proof': "Signed terms"})
        cls.guarantee = sudo['recouvrement.clause'].create({
            'case_id': cls.case.id, 'kind': 'guarantee', 'guarantor': "Mme Roux", 'date_accepted': day(-200), 'proof': "Deed"})
        cls.guarantee_notice = sudo['recouvrement.guarantee.notice'].create({
            'clause_id': cls.guarantee.id, 'name': "Yearly information", 'date_due': day(15)})
        cls.signatory = sudo['recouvrement.signatory'].create({
            'name': "Anne Roy", 'capacity': "Manager", 'company_id': cls.company.id})

    @classmethod
    def _make_facts(cls):
        """A dispute, what a judge said, what may move a limitation."""
        cls.disputed = cls._make_invoice(day(-5), 50.0, partner=cls._make_debtor("Disputing"))
        cls.dispute = cls.env['recouvrement.dispute'].create({'move_id': cls.disputed.id, 'reason': 'price', 'amount': 10.0})
        cls.proof = {'filename': 'f.pdf', 'datas': 'UERG'}
        cls.fact = cls.env['recouvrement.interest.fact'].browse(cls.env['recouvrement.interest.fact'].record(
            cls.disputed.ids, 'decision', TODAY, cls.proof)['id'])
        given = cls.invoice.recouvrement_propose_limitation_event('acknowledgement', TODAY, {'proof': PROOF})
        cls.limitation_event = cls.env['recouvrement.limitation.event'].browse(given['id'])
        cls.mediation = cls.limitation_event.browse(
            cls.invoice.recouvrement_propose_limitation_event('mediation', TODAY, {'proof': PROOF})['id'])
        cls.mediation.record()

    @classmethod
    def _make_insolvency(cls, sudo):
        twin = cls._make_debtor("Insolvent")
        cls._make_invoice(day(-60), partner=twin)
        cls._sync(twin)
        cls.insolvent_case = cls._case(twin)
        cls.insolvency = cls.env['recouvrement.insolvency'].browse(cls.env['recouvrement.insolvency'].record(
            cls.insolvent_case.id, day(-30), 'redressement', "Lyon", source="Letter")['id'])
        sudo['recouvrement.insolvency.line'].create({
            'insolvency_id': cls.insolvency.id, 'company_id': cls.company.id, 'name': "F1", 'date_issued': TODAY,
            'date_maturity': TODAY})
        cls.bodacc = sudo['recouvrement.bodacc'].create({
            'case_id': cls.insolvent_case.id, 'company_id': cls.company.id, 'siren': '552100554', 'reference': "A2026001",
            'date_published': TODAY, 'type': 'announcement', 'event': 'other', 'origin': "File"})
        sudo['ir.config_parameter'].set_param('recouvrement_plus.bodacc_address', '')

    @classmethod
    def _make_answers(cls, sudo):
        """What the customer promised and signed, what was given up."""
        cls.case.promise_to_pay(TODAY)
        cls.case.log_call('informed')
        sudo['recouvrement.score.weights']._ask(cls.company.sudo())
        cls.case.propose_agreement(2, day(10))
        given = cls.queued_case.prepare_doubtful(cls._items(cls.queued_invoice).ids)
        cls.bad_debt = cls.env['recouvrement.bad.debt'].browse(given['id'])
        cls.env['recouvrement.promise'].sudo().search([]).hold_ids.date_to = day(-1)  # the other methods find it unheld

    @classmethod
    def _make_solvency(cls, sudo):
        cls.solvency_fact = cls.env['recouvrement.solvency.fact'].create({
            'case_id': cls.case.id, 'kind': 'credit_limit', 'date': TODAY, 'amount': 5000.0})
        sudo['recouvrement.solvency.point'].create({'name': "Here", 'company_id': cls.company.id})
        cls.case.start_solvency_check()
        cls.check = cls.case.solvency_check_ids[:1]
        cls.suggestion = sudo['recouvrement.suggestion'].create({
            'case_id': cls.case.id, 'kind': 'prevention_call', 'date': TODAY, 'days': 5, 'reasons': [['next_due', '5']],
            'signature': "x"}).with_env(cls.env)
        cls.refusable = sudo['recouvrement.suggestion'].create({
            'case_id': cls.case.id, 'kind': 'direct_debit', 'date': TODAY, 'reasons': [['next_due', '5']],
            'signature': "y"}).with_env(cls.env)
        # Answered in its own test; the others find the score uncontested.
        cls.contest = sudo['recouvrement.score.contest'].create({
            'case_id': cls.case.id, 'date': TODAY, 'user_id': cls.env.uid, 'text': "Wrong"}).with_env(cls.env)

    def setUp(self):
        super().setUp()
        self._fake_pdf()
        self._make_handoff()

    def _make_handoff(self):
        """A file handed over, what came back, and a line of the journal of personal data."""
        sudo = self.env(su=True)
        self.agency = sudo['res.partner'].create({'name': "Agency"})
        document = sudo['ir.attachment'].create({'name': "f.zip", 'raw': b'PK'})
        values = {'company_id': self.company.id, 'user_id': self.env.uid, 'sha256': 'x', 'attachment_id': document.id}
        handoff = sudo['recouvrement.handoff'].create({
            **values, 'kind': 'agency', 'professional_id': self.agency.id, 'date': TODAY,
            'proceeding_ids': [(6, 0, self.proceeding.ids)]})
        back = sudo['recouvrement.handoff.return'].create({**values, 'professional_id': self.agency.id, 'name': "r.csv"})
        self.reported = sudo['recouvrement.handoff.line'].create({
            'handoff_id': handoff.id, 'return_id': back.id, 'proceeding_id': self.proceeding.id, 'kind': 'receipt', 'amount': 5.0,
            'company_id': self.company.id, 'date': TODAY, 'currency_id': self.eur.id, 'digest': 'x', 'state': 'proposed',
        }).with_env(self.env)
        self.paper = sudo['recouvrement.proceeding.paper']._keep(
            self.proceeding.sudo(), 'file', 'x', TODAY, 'f.zip', b'PK').with_env(self.env)
        self.privacy_log = sudo['recouvrement.privacy.log'].create({
            'company_id': self.company.id, 'kind': 'access', 'user_id': self.env.uid}).with_env(self.env)
        self.handoff = handoff.with_env(self.env)
        self.person = sudo['res.partner'].create({'name': "Jeanne", 'is_company': False})
        sudo['recouvrement.case'].create({'partner_id': self.person.id, 'company_id': self.company.id})


@tagged('post_install', '-at_install')
class TestAccessModels(AccessCommon):

    def _models(self):
        return [name for name, model in self.env.registry.items()
                if name.startswith('recouvrement.') and not model._abstract and not model._transient]

    def test_six_roles_by_every_model(self):
        for name in self._models():
            for role, user in self.users_of.items():
                model = self.env[name].with_user(user)
                granted = {operation for operation in ('read', 'write', 'create', 'unlink') if model.has_access(operation)}
                expected = {'read'} if role in OFFICERS else set()
                expected |= {OPERATIONS[letter] for letter in WRITE.get(role, {}).get(name, '')}
                with self.subTest(model=name, role=role):
                    self.assertEqual(granted, expected)

    def test_records_of_another_company_are_not_seen(self):
        other = self.setup_other_company(name="Second company")['company']
        stranger = self._make_user('manager', other)
        for name in self._models():
            if 'company_id' not in self.env[name]._fields or name.startswith('recouvrement.plan'):
                continue
            records = self.env[name].sudo().with_context(active_test=False).search([('company_id', '=', self.company.id)])
            with self.subTest(model=name):
                self.assertTrue(records or name in ('recouvrement.run.line',), "nothing to hide: the test proves nothing")
                self.assertFalse(self.env[name].with_user(stranger).search([('id', 'in', records.ids)]))
                if records:
                    with self.assertRaises(AccessError):
                        records[0].with_user(stranger).read(['company_id'])

    def test_evidence_is_written_by_nobody(self):
        """Officers, managers and jurists act through public methods; a direct write is refused, whatever the context."""
        evidence = {
            self._items(self.invoice): {'level_days': 0}, self.notice: {'state': 'sent'},
            self.notice.with_context(active_test=False).line_ids: {'amount_residual': 1.0},
            self.penalty: {'state': 'waived'}, self.penalty.line_ids: {'interest': 0.0}, self.proceeding: {'state': 'paid'},
            self.proceeding.event_ids: {'action': 'withdraw'}, self.deadline: {'state': 'closed'}, self.mailing: {'date': TODAY},
            self.handoff: {'commission_percent': 0.0}, self.reported: {'state': 'accepted'}, self.paper: {'key': 'y'},
            self.handoff.line_ids.return_id: {'name': "x"},
            self.case.call_ids: {'note': "Other words"},
            self.limitation_event: {'state': 'recorded', 'date': TODAY}, self.case.score_ids: {'score': 1.0},
            self.env['recouvrement.outcome'].search([('partner_id', '=', self.debtor.id)]): {'settled': TODAY},
            self.env['recouvrement.score.weights'].search([]): {'trusted': False}, self.notice.run_id: {
                'state': 'running'},
        }
        for records, vals in evidence.items():
            self.assertTrue(records, vals)
            for role in OFFICERS:
                records = records.with_user(self.users_of[role])
                with self.subTest(model=records._name, role=role):
                    for context in ({}, {'active_test': False, 'install_mode': True, 'tracking_disable': True}):
                        with self.assertRaises(AccessError):
                            records.with_context(**context).write(vals)
                    with self.assertRaises(AccessError):
                        records.unlink()
                    with self.assertRaises(AccessError):
                        records.create(vals)

    def test_evidence_is_not_written_through_the_case(self):
        commands = {
            'item_ids': (1, self._items(self.invoice).id, {'level_days': 0}), 'reminder_ids': (
                1, self.notice.id, {'state': 'sent'}),
            'penalty_ids': (1, self.penalty.id, {'state': 'waived'}), 'proceeding_ids': (1, self.proceeding.id, {'state': 'paid'}),
            'score_ids': (2, self.case.score_ids[:1].id, 0)}
        for role in OFFICERS:
            case = self.case.with_user(self.users_of[role])
            for name, command in commands.items():
                with self.subTest(role=role, field=name), self.assertRaises(AccessError):
                    case.write({name: [command]})

    def test_lesson_66_what_a_customer_owes_is_the_same_for_everyone(self):
        """An officer without any right of accounting reads the figures that the manager reads."""
        names = ('amount_open', 'amount_overdue', 'amount_credit', 'days_late_max')
        figures = []
        for role in OFFICERS:
            self.env.invalidate_all()
            figures.append([self.case.with_user(self.users_of[role])[name] for name in names])
        self.assertTrue(figures[0][1])
        self.assertEqual(figures, [figures[0]] * len(OFFICERS))

    def test_a_person_steers_the_case_and_does_not_rewrite_it(self):
        """Plan and collector are choices; score, grade, stage and customer are what the nights found."""
        for role in OFFICERS:
            case = self.case.with_user(self.users_of[role])
            case.write({'plan_id': self.plan.id, 'user_id': self.users_of[role].id})
            for vals in ({'score': 1.0}, {'grade': 'A'}, {'probability_late': 0.0}, {'state': 'closed'}, {'priority': 0.0},
                         {'partner_id': self.env.user.partner_id.id}, {'company_id': self.company.id}):
                with self.subTest(role=role, vals=vals), self.assertRaises(AccessError):
                    case.write(vals)

    def test_nothing_that_the_nights_find_on_a_case_is_written_by_hand(self):
        """Every stored field that the screens show and do not edit, by whatever client."""
        fields = self.case._fields
        found = [name for name, field in fields.items()
                 if field.store and field.readonly and field.type != 'one2many' and not field.related and name not in MAGIC_COLUMNS]
        self.assertIn('held_reason', found)
        for name in found:
            with self.subTest(field=name), self.assertRaises(UserError):
                self.case.with_user(self.users_of['manager']).write({name: False})

    def test_a_judgment_is_not_typed_as_a_hold(self):
        """It would hold in every company (decision 015), with nothing to prove it."""
        for role in OFFICERS:
            case = self.case.with_user(self.users_of[role])
            vals = {'case_id': case.id, 'kind': 'insolvency', 'date_from': TODAY}
            with self.subTest(role=role), self.assertRaisesRegex(UserError, "recording the judgment"):
                case.env['recouvrement.hold'].create(vals)
            with self.subTest(role=role), self.assertRaisesRegex(UserError, "recording the judgment"):
                case.write({'hold_ids': [Command.create(vals)]})
            hold = case.env['recouvrement.hold'].create({**vals, 'kind': 'snoozed'})
            with self.subTest(role=role), self.assertRaisesRegex(UserError, "recording the judgment"):
                hold.kind = 'insolvency'


@tagged('post_install', '-at_install')
class TestAccessScreens(AccessCommon):
    """Screens of core that we extend must open for people who have none of our groups."""

    def _open(self, record, role, views=('form', 'list', 'kanban', 'search')):
        """What the web client does: load the views, then read the fields they show. Returns their names."""
        record = record.with_user(self.users_of[role])
        description = record.get_views([(False, view) for view in views])
        names = {name for view in views if view != 'search' for name in self._shown(description['views'][view]['arch'])}
        record.env.invalidate_all()
        record.web_read({name: {'fields': {'display_name': {}}} if record._fields[name].relational else {} for name in names})
        record.fields_get()
        return names

    def _shown(self, arch):
        """Fields of the record itself in a view: those that are not inside another field's own view."""
        return {node.get('name') for node in etree.fromstring(arch).iter('field')
                if not any(parent.tag == 'field' for parent in node.iterancestors())}

    def test_billing_users_open_invoices_customers_and_accounts(self):
        for record in (self.invoice, self.debtor, self.receivable):
            with self.subTest(model=record._name):
                fields = self._open(record, 'billing')
                self.assertGreater(len(fields), 3, "the screen shows something")
                ours = {name for name in fields if name.startswith('recouvrement_')} - {'recouvrement_regime', 'recouvrement_role'}
                self.assertFalse(ours, "hidden from those without our groups")

    def test_internal_users_open_customers(self):
        self._open(self.debtor, 'internal')

    def test_everybody_may_describe_the_core_models(self):
        for role, user in self.users_of.items():
            for name in ('account.move', 'res.partner', 'account.account'):
                if self.env[name].with_user(user).has_access('read'):
                    with self.subTest(role=role, model=name):
                        self.env[name].with_user(user).fields_get()

    def test_a_portal_customer_reads_his_invoice_and_nothing_of_ours(self):
        portal = self.users_of['portal']
        portal.partner_id.parent_id = self.debtor
        self.invoice.message_subscribe(self.debtor.ids)
        invoice = self.invoice.with_user(portal)
        self.assertTrue(invoice.read(['name']))
        for name in (
            'recouvrement_stage', 'recouvrement_score', 'recouvrement_grade', 'recouvrement_item_ids', 'recouvrement_case_id',
            'recouvrement_limitation_safe', 'recouvrement_limitation_event_ids'):
            with self.subTest(field=name), self.assertRaises(AccessError):
                invoice.read([name])

    def test_officers_open_our_screens_with_their_rights_only(self):
        records = (
            self.case, self._items(self.invoice), self.notice, self.queued, self.hold, self.penalty, self.proceeding, self.plan,
            self.clause, self.signatory, self.mailing, self.deadline, self.handoff, self.reported, self.paper, self.privacy_log,
            self.notice.run_id, self.rate, self.proposal, self.rate_event, self.limitation_event,
            self.env['recouvrement.rate.semester'].search([], limit=1), self.invoice, self.debtor)
        for role in OFFICERS:
            for record in records:
                with self.subTest(role=role, model=record._name):
                    self._open(record, role, ('form', 'list', 'search'))

    def test_billing_users_work_as_before(self):
        """Post, credit and pay an invoice of a followed customer without any of our groups."""
        env = self.env(user=self.users_of['billing'])
        invoice = self._make_invoice(day(-5), post=False)
        invoice.with_env(env).action_post()
        self._sync()
        payment = env['account.payment.register'].with_context(active_model='account.move', active_ids=invoice.ids).create({})
        payment._create_payments()
        self.assertIn(invoice.payment_state, ('paid', 'in_payment'))
        invoice.with_env(env).button_draft()
        invoice.with_env(env).read()

    def test_an_officer_who_cannot_edit_contacts_does_his_work(self):
        """Sending, withdrawing and answering must not need the right to write on contacts."""
        officer = self.users_of['officer']
        self.assertFalse(officer.has_group('base.group_partner_manager'))
        with self.mock_mail_gateway():
            self.assertEqual(self.queued.with_user(officer).send()[0]['state'], 'sent')
        self.case.with_user(officer).message_post(body="Called the customer")
        self.case.with_user(officer).activity_schedule('mail.mail_activity_data_call', user_id=officer.id)
