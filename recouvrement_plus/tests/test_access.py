"""Who may do what: six roles by every public method and every model, two companies, and the evidence nobody rewrites."""
import base64
import json

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
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
RETURNED = base64.b64encode(b"reference;kind;date\n").decode()
WRITE['manager'] |= {'recouvrement.call.script': 'wcu', 'recouvrement.call.objection': 'wcu'}
PROOF = {'filename': "proof.pdf", 'datas': 'UERG'}
OPERATIONS = {'w': 'write', 'c': 'create', 'u': 'unlink'}


class AccessCommon(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users_of = {role: cls._make_user(role) for role in GROUPS}
        cls.invoice = cls._make_invoice(day(-50), 1000.0)
        other = cls._make_debtor("Other")
        cls.queued_invoice = cls._make_invoice(day(-20), partner=other)
        cls._night()
        cls.case = cls._case()
        cls.notice = cls._reminders()
        cls.queued = cls._reminders(other)
        cls.hold = cls._hold('snoozed', date_from=day(-30), date_to=day(-20))
        sudo = cls.env(su=True)
        # What is shared down the tree or apart from messages has records too.
        cls.env['recouvrement.segment'].create({'name': "Here", 'plan_id': cls.plan.id, 'company_id': cls.company.id})
        cls.env['recouvrement.quiet.period'].create({
            'name': "Here", 'company_id': cls.company.id, 'date_from': day(-400), 'date_to': day(-399)})
        spare = cls._make_debtor("Spare")
        cls._make_invoice(day(-1), partner=spare)
        credit = cls._receive(1.0, spare)
        cls._sync()
        cls.env['recouvrement.reserve'].create({
            'case_id': cls._case(spare).id, 'move_line_id': cls._credit_line(credit).id, 'reason': 'other'})
        cls.penalty = sudo['recouvrement.penalty']._claim(cls.case.sudo(), cls.invoice.sudo(), TODAY, {}).with_env(cls.env)
        cls.proceeding = sudo['recouvrement.proceeding'].create({
            'case_id': cls.case.id, 'company_id': cls.company.id, 'item_ids': [(6, 0, cls._items(cls.invoice).ids)],
        }).with_env(cls.env)
        sudo['recouvrement.proceeding.event'].create({
            'proceeding_id': cls.proceeding.id, 'company_id': cls.company.id, 'action': 'withdraw', 'state_from': 'draft',
            'state_to': 'draft', 'user_id': cls.env.uid})
        cls.queued.sudo()._log_event('call', "Test")
        cls.rate = cls.env['recouvrement.rate'].search([('confirmed', '=', False)], limit=1)
        cls.proposal = cls.env['recouvrement.rate.proposal'].create({
            'code': cls.rate.code, 'date_from': cls.rate.date_from, 'date_to': cls.rate.date_to, 'percent': 9, 'source': "Test"})
        cls.rate_event = sudo['recouvrement.rate']._log('changed', rate_id=cls.rate.id, changes={'percent': ['2.40', '2.50']})
        sudo['ir.config_parameter'].set_param('recouvrement_plus.rate_address', '')  # asked, it answers without the network
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
        cls.mailing = sudo['recouvrement.mailing'].create({'company_id': cls.company.id, 'date': TODAY})
        cls.deadline = sudo['recouvrement.proceeding.deadline'].create({
            'proceeding_id': cls.proceeding.id, 'company_id': cls.company.id, 'code': 'next_step', 'date': TODAY})
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
        cls.case.promise_to_pay(TODAY)
        cls.case.log_call('informed')
        sudo['recouvrement.score.weights']._ask(cls.company.sudo())
        cls.case.propose_agreement(2, day(10))
        cls.queued_case = cls._case(other)
        given = cls.queued_case.prepare_doubtful(cls._items(cls.queued_invoice).ids)
        cls.bad_debt = cls.env['recouvrement.bad.debt'].browse(given['id'])
        cls.env['recouvrement.promise'].sudo().search([]).hold_ids.date_to = day(-1)  # the other methods find it unheld
        cls._make_solvency(sudo)
        cls.env.flush_all()

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

    def _calls(self):
        """{name: (call on an environment, roles that may)}: every public method."""
        def on(record, method, *args):
            return lambda env: getattr(record.with_env(env), method)(*args)

        def run(method, *args):
            return lambda env: getattr(env['recouvrement.run'], method)(*args)

        return {
            'simulate': (run('simulate', TODAY), OFFICERS),
            'simulate_summary': (run('simulate_summary', TODAY), OFFICERS),
            'execute': (run('execute', TODAY), ('manager',)),
            'action_execute_today': (run('action_execute_today'), ('manager',)),
            'prepare customers': (run('prepare', TODAY, self.case.ids), ('manager',)),
            'simulator': (lambda env: env['recouvrement.simulation'].action_open_today(), OFFICERS),
            'promise': (on(self.case, 'promise_to_pay', TODAY), OFFICERS),
            'log call': (on(self.case, 'log_call', 'informed', {'note': "Words"}), OFFICERS),
            'call screen': (on(self.case, 'action_call'), OFFICERS),
            'agreement': (on(self.case, 'propose_agreement', 2, day(10)), OFFICERS),
            'edit text': (on(self.queued, 'edit_text', "Subject", "<p>Words</p>"), OFFICERS),
            'send': (on(self.queued, 'send'), OFFICERS),
            'action_send': (on(self.queued, 'action_send'), OFFICERS),
            'approve': (on(self.notice, 'approve'), ('manager',)),
            'action_approve': (on(self.notice, 'action_approve'), ('manager',)),
            'withdraw': (on(self.queued, 'withdraw', "Because"), OFFICERS),
            'statement': (on(self.invoice, 'recouvrement_penalty_statement', TODAY), OFFICERS),
            'statements': (on(self.invoice, 'recouvrement_penalty_statements', TODAY), OFFICERS),
            'statement on screen': (on(self.invoice, 'action_recouvrement_statement'), OFFICERS),
            'accept proposals': (on(self.debtor, 'recouvrement_accept_proposals'), OFFICERS),
            'set regime': (on(self.debtor, 'recouvrement_set_regime', 'b2b'), OFFICERS),
            'score': (on(self.case, 'score_breakdown', TODAY), OFFICERS),
            'score of an instalment': (on(self._items(self.invoice), 'score_breakdown', TODAY), OFFICERS),
            'score instalments': (on(self.case, 'action_open_score_instalments', 'known'), OFFICERS),
            'measure': (lambda env: env['recouvrement.score.weights'].measure(), ('manager',)),
            'action_measure': (lambda env: env['recouvrement.score.weights'].action_measure(), ('manager',)),
            'sync': (on(self.case, 'action_sync'), OFFICERS),
            'end fact': (on(self.solvency_fact, 'end', "Because"), OFFICERS),
            'import facts': (lambda env: env['recouvrement.solvency.fact'].import_csv("customer;kind;date\n"), OFFICERS),
            'start check': (on(self.case, 'start_solvency_check'), OFFICERS),
            'check done': (on(self.check, 'mark_done'), OFFICERS),
            'accept suggestion': (on(self.suggestion, 'accept'), ('manager',)),
            'refuse suggestion': (on(self.refusable, 'refuse', "Because"), OFFICERS),
            'refresh suggestions': (lambda env: env['recouvrement.suggestion'].refresh(), OFFICERS),
            'contest score': (on(self.case, 'contest_score', "Wrong"), OFFICERS),
            'answer contest': (on(self.contest, 'answer_contest', 'kept', "Because"), ('manager',)),
            'explain score': (on(self.case, 'score_explanation_pdf', TODAY), OFFICERS),
            'check invoicing': (on(self.case, 'check_invoicing'), OFFICERS),
            'invoicing check': (on(self.invoice, 'recouvrement_invoicing_check'), OFFICERS),
            'matrix': (lambda env: env['recouvrement.segment'].matrix(), OFFICERS),
            'formal notice': (on(self.case, 'action_open_formal_notice'), OFFICERS),
            'open case': (on(self.debtor, 'action_recouvrement_open_case'), OFFICERS),
            'lift': (on(self.hold, 'action_lift'), OFFICERS),
            'look up': (lambda env: env['recouvrement.rate'].look_up(), ('manager',)),
            'confirm rate': (on(self.rate, 'confirm'), ('manager',)),
            'confirm proposal': (on(self.proposal, 'confirm'), ('manager',)),
            'refuse proposal': (on(self.proposal, 'refuse'), ('manager',)),
            'waive': (on(self.penalty, 'waive', "Because"), ('manager',)),
            'claim': (on(self.case, 'claim', TODAY), OFFICERS),
            'action_claim': (on(self.case, 'action_claim'), OFFICERS),
            'concession': (on(self.case, 'offer_concession'), ('manager',)),
            'action concession': (on(self.case, 'action_offer_concession'), ('manager',)),
            'claim invoices': (on(self.invoice, 'recouvrement_claim', TODAY), OFFICERS),
            'cost': (on(self.penalty, 'add_cost', 10.0, "Lawyer", {'filename': 'f.pdf', 'datas': 'UERG'}), OFFICERS),
            'uncollected': (lambda env: env['recouvrement.penalty'].uncollected(TODAY), OFFICERS),
            'delay table': (lambda env: env['recouvrement.delay.table'].compute(TODAY), OFFICERS),
            'delay workbook': (lambda env: env['recouvrement.delay.table'].export_xlsx(TODAY), OFFICERS),
            'delay screen': (lambda env: env['recouvrement.delay.wizard'].action_open(), OFFICERS),
            'doubtful': (on(self.case, 'prepare_doubtful', None, None, False, True), ('manager',)),
            'provision proposed': (on(self.case, 'propose_provision'), OFFICERS),
            'provision': (on(self.case, 'prepare_provision', {self._items(self.invoice).id: 50}), ('manager',)),
            'write-off': (lambda env: self.case.with_env(env).prepare_write_off('abandoned', reason="Because"), ('manager',)),
            'write-off proposed': (on(self.proceeding, 'propose_write_off'), ('manager',)),
            'take back': (on(self.bad_debt, 'cancel', "Because"), ('manager',)),
            'post': (on(self.bad_debt, 'post'), ()),
            'send corrective invoices': (on(self.bad_debt, 'send_corrective_invoices'), ()),
            'corrective invoices sent': (on(self.bad_debt, 'record_corrective_sent', TODAY, 'letter', PROOF), ()),
            'notice given': (on(self.guarantee_notice, 'mark_given', TODAY, PROOF), ('legal',)),
            'answer to dispute': (lambda env: self._without_user_error(self.hold.with_env(env).action_open_dispute), OFFICERS),
            'case answer to dispute': (lambda env: self._without_user_error(
                self.case.with_env(env).action_dispute_answer), OFFICERS),
            'bad debts at closing': (lambda env: env['recouvrement.bad.debt'].closing_report(TODAY), OFFICERS),
            'bad debts workbook': (lambda env: env['recouvrement.bad.debt'].export_xlsx(TODAY), OFFICERS),
            'payment term': (on(self.invoice, 'recouvrement_payment_term_check'), OFFICERS),
            'bill': (on(self.penalty, 'bill'), ('manager',)),
            'action_bill': (on(self.penalty, 'action_bill'), ('manager',)),
            'cancel': (on(self.penalty, 'cancel', "Because"), ('manager',)),
            'mailing': (lambda env: self._without_user_error(env['recouvrement.mailing'].make, self.proceeding.ids), OFFICERS),
            'tracking': (on(self.mailing.with_env(self.env), 'import_tracking', "reference;number\n"), OFFICERS),
            'check identity': (
                lambda env: self._without_user_error(self.debtor.with_env(env).recouvrement_check_identity), OFFICERS),
            'dispute': (on(self.disputed, 'recouvrement_dispute', 'quality', 5.0), OFFICERS),
            'resolve': (on(self.dispute, 'resolve', 'settled', "Replaced"), OFFICERS),
            'record interest': (lambda env: env['recouvrement.interest.fact'].record(
                self.disputed.ids, 'compounding', TODAY, self.proof), ('legal',)),
            'cancel interest': (on(self.fact, 'cancel', "Because"), ('legal',)),
            'limitation': (on(self.invoice, 'recouvrement_limitation'), OFFICERS),
            'limitations': (on(self.invoice, 'recouvrement_limitations'), OFFICERS),
            'propose event': (on(self.invoice, 'recouvrement_propose_limitation_event', 'acknowledgement', day(-1)), OFFICERS),
            'record event': (on(self.limitation_event, 'record'), ('legal',)),
            'refuse event': (on(self.limitation_event, 'refuse', "Because"), ('legal',)),
            'end event': (on(self.mediation, 'end', TODAY, False, PROOF), ('legal',)),
            'revoke event': (on(self.mediation, 'revoke', "Because"), ('legal',)),
            'record insolvency': (lambda env: self._without_user_error(
                env['recouvrement.insolvency'].record, self.case.id, day(-10), 'liquidation', "Lyon", None, "Letter"),
                ('manager', 'legal')),
            'insolvency steps': (on(self.insolvency, 'available_transitions'), OFFICERS),
            'prepare declaration': (on(self.insolvency, 'apply_transition', 'prepare_declaration'), OFFICERS),
            'publish': (on(self.insolvency, 'apply_transition', 'record_publication', {'published_on': str(day(-20))}),
                        ('manager', 'legal')),
            'cancel insolvency': (on(self.insolvency, 'apply_transition', 'cancel_record', {'reason': "Mistake"}), ('legal',)),
            'connect credits': (lambda env: self._without_user_error(
                self.insolvency.with_env(env).connect_credits, [], "Because"), ('legal',)),
            'bodacc look up': (lambda env: env['recouvrement.bodacc'].look_up(), ('manager', 'legal')),
            'bodacc file': (lambda env: env['recouvrement.bodacc'].import_file('W10='), ('manager', 'legal')),
            'bodacc refuse': (on(self.bodacc, 'refuse', "Because"), ('manager', 'legal')),
            'bodacc accept': (on(self.bodacc, 'action_accept'), ('manager', 'legal')),
            'transitions': (on(self.proceeding, 'available_transitions'), OFFICERS),
            'prepare': (on(self.proceeding, 'apply_transition', 'prepare_notice'), OFFICERS),
            'case file': (on(self.proceeding, 'export_file'), ('manager', 'legal')),
            'hand over': (lambda env: self._without_user_error(
                env['recouvrement.handoff'].make, self.proceeding.ids, self.agency.id), ('manager', 'legal')),
            'preview return': (lambda env: env['recouvrement.handoff.return'].preview(
                self.agency.id, RETURNED, self.company.id), OFFICERS),
            'record return': (lambda env: env['recouvrement.handoff.return'].record(
                self.agency.id, "r.csv", RETURNED, self.company.id), OFFICERS),
            'accept reported': (on(self.reported, 'accept'), ('manager', 'legal')),
            'refuse reported': (on(self.reported, 'refuse', "Because"), ('manager', 'legal')),
            'may call': (on(self.case, 'call_check'), OFFICERS),
            'retention': (on(self.case, 'retention_check'), ('manager',)),
            'anonymise': (on(self.case, 'anonymise'), ('manager',)),
            'person export': (lambda env: self._without_user_error(
                self.person.with_env(env).recouvrement_person_export), ('manager',)),
            'withdraw proceeding': (
                on(self.proceeding, 'apply_transition', 'withdraw', {'reason': "Because"}), ('manager', 'legal')),
        }

    def _without_user_error(self, method, *args):
        """The right to call is what is looked at: a refusal for want of facts is none for want of rights."""
        try:
            method(*args)
        except AccessError:
            raise
        except UserError:
            pass

    def _try(self, call, user):
        """Whether the call is allowed; its effects are undone."""
        savepoint = self.env.cr.savepoint()
        try:
            call(self.env(user=user, su=False, context=dict(self.env.context, allowed_company_ids=user.company_ids.ids)))
            return True
        except AccessError:
            return False
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()


@tagged('post_install', '-at_install')
class TestAccessMethods(AccessCommon):

    def test_six_roles_by_every_public_method(self):
        for name, (call, roles) in self._calls().items():
            allowed = {role for role, user in self.users_of.items() if self._try(call, user)}
            with self.subTest(method=name):
                self.assertEqual(allowed, set(roles))

    def test_the_matrix_has_every_method_of_the_public_surface(self):
        surface = {
            'recouvrement.run': ('simulate', 'simulate_summary', 'execute', 'prepare'), 'recouvrement.reminder': (
                'send', 'approve', 'withdraw', 'edit_text'),
            'recouvrement.case': ('score_breakdown', 'claim', 'offer_concession', 'promise_to_pay', 'propose_agreement',
                                  'start_solvency_check', 'contest_score', 'score_explanation_pdf', 'check_invoicing',
                                  'call_check', 'retention_check', 'anonymise', 'log_call'),
            'recouvrement.solvency.fact': ('end', 'import_csv'), 'recouvrement.solvency.check': ('mark_done',),
            'recouvrement.suggestion': ('accept', 'refuse', 'refresh'), 'recouvrement.score.contest': ('answer_contest',),
            'recouvrement.item': ('score_breakdown',),
            'recouvrement.segment': ('matrix',),
            'recouvrement.score.weights': ('measure',),
            'recouvrement.promise': ('cancel',), 'recouvrement.agreement': ('sign', 'cancel', 'agreement_pdf'),
            'recouvrement.delay.table': ('compute', 'export_xlsx'),
            'account.move': ('recouvrement_dispute', 'recouvrement_penalty_statement', 'recouvrement_claim',
                             'recouvrement_payment_term_check', 'recouvrement_invoicing_check',
                             'recouvrement_limitation',
                             'recouvrement_limitations', 'recouvrement_propose_limitation_event'),
            'recouvrement.limitation.event': ('record', 'refuse', 'revoke', 'end'),
            'recouvrement.proceeding': ('available_transitions', 'apply_transition', 'export_file'),
            'recouvrement.handoff': ('make',), 'recouvrement.handoff.return': ('preview', 'record'),
            'recouvrement.handoff.line': ('accept', 'refuse'),
            'recouvrement.insolvency': ('record', 'available_transitions', 'apply_transition', 'connect_credits'),
            'recouvrement.bodacc': ('look_up', 'import_file', 'refuse'), 'recouvrement.mailing': ('make', 'import_tracking'),
            'res.partner': ('recouvrement_check_identity', 'recouvrement_person_export'),
            'recouvrement.penalty': ('waive', 'bill', 'cancel', 'add_cost', 'uncollected'),
            'recouvrement.dispute': ('resolve',), 'recouvrement.interest.fact': ('record', 'cancel'),
            'recouvrement.rate': ('look_up', 'confirm'), 'recouvrement.rate.proposal': ('confirm', 'refuse')}
        for model, names in surface.items():
            for name in names:
                method = getattr(type(self.env[model]), name)
                self.assertFalse(getattr(method, '_api_private', False), f"{model}.{name} is on the public surface")
                self.assertTrue(method.__doc__, f"{model}.{name} has no documentation")

    def test_every_public_method_answers_in_plain_data(self):
        """As a client sees it: called by name with text for dates, answers that JSON can carry."""
        for records, method, args in (
                (self.env['recouvrement.run'], 'simulate', [str(TODAY)]),
                (self.env['recouvrement.run'], 'simulate_summary', [str(TODAY)]),
                (self.env['recouvrement.run'], 'execute', [str(TODAY)]), (self.queued, 'send', []),
                (self.env['recouvrement.delay.table'], 'compute', [str(TODAY)]),
                (self.env['recouvrement.delay.table'], 'export_xlsx', [str(TODAY)]),
                (self.invoice, 'recouvrement_payment_term_check', []),
                (self.invoice, 'recouvrement_penalty_statement', [str(TODAY)]), (self.case, 'score_breakdown', [str(TODAY)]),
                (self._items(self.invoice), 'score_breakdown', [str(TODAY)]),
                (self.proceeding, 'export_file', []), (self.case, 'call_check', []), (self.case, 'retention_check', []),
                (self.case, 'anonymise', []), (self.reported, 'refuse', ["Because"]),
                (self.proceeding, 'available_transitions', []), (self.proceeding, 'apply_transition', ['prepare_notice', {}]),
                (self.invoice, 'recouvrement_limitation', []), (self.invoice, 'recouvrement_limitations', []),
                (self.invoice, 'recouvrement_propose_limitation_event', ['acknowledgement', '2026-03-01']),
                (self.env['recouvrement.segment'], 'matrix', []), (self.case, 'start_solvency_check', []),
                (self.check, 'mark_done', []), (self.suggestion, 'accept', []), (self.case, 'score_explanation_pdf', [str(TODAY)]),
                (self.case, 'check_invoicing', []), (self.case, 'contest_score', ["Wrong"]),
                (self.limitation_event, 'record', []), (self.mediation, 'revoke', ["Because"]),
                (self.case, 'log_call', ['callback', {'on': '2026-03-20', 'note': "Words"}]),
                (self.env['recouvrement.score.weights'], 'measure', []),
                (self.notice, 'approve', []), (self.queued, 'withdraw', ["Because"]), (self.penalty, 'waive', ["Because"])):
            with self.subTest(method=method):
                ids = [records.ids] if records else []
                with self.mock_mail_gateway():
                    result = call_kw(records.browse(), method, [*ids, *args], {})
                self.assertEqual(json.loads(json.dumps(result)), result)

    def test_a_manager_is_needed_to_approve_a_notice_in_a_proceeding(self):
        self.proceeding.apply_transition('prepare_notice')
        allowed = {role for role, user in self.users_of.items() if self._try(
            lambda env: self.proceeding.with_env(env).apply_transition('approve_notice'), user)}
        self.assertEqual(allowed, {'manager', 'legal'})

    def test_a_user_of_another_company_is_refused_everywhere(self):
        other = self.setup_other_company(name="Second company")['company']
        stranger = self._make_user('manager', other)
        stranger.group_ids += self.env.ref(GROUPS['legal'])
        # Rates are everybody's; the rest in his own company.
        own = ('simulate', 'simulate_summary', 'execute', 'prepare customers', 'simulator',
               'action_execute_today', 'open case', 'look up', 'confirm rate',
               'confirm proposal', 'refuse proposal',  # rates are everybody's; the rest in his own company
               'bodacc look up', 'bodacc file', 'person export',
               'delay table', 'delay workbook', 'delay screen', 'bad debts at closing', 'bad debts workbook', 'matrix',
               'import facts', 'refresh suggestions',
               'measure', 'action_measure',
               'accept proposals', 'set regime', 'uncollected', 'check identity')  # customers are shared
        for name, (call, _roles) in self._calls().items():
            with self.subTest(method=name):
                self.assertEqual(self._try(call, stranger), name in own)
        for method, args in (('simulate', (TODAY, self.company.id)), ('simulate_summary', (TODAY, self.company.id)),
                             ('execute', (TODAY, self.company.id))):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(self.env['recouvrement.run'].with_user(stranger), method)(*args)
        self.assertEqual(self.env['recouvrement.run'].with_user(stranger).simulate(TODAY, case_ids=self.case.ids), [])
        self.assertEqual(self.env['recouvrement.run'].with_user(stranger).prepare(TODAY, self.case.ids), [])

    def test_a_company_that_is_switched_off_is_refused(self):
        """A user of both companies, working in the second one: the first one's reminders are not sent by accident."""
        other = self.setup_other_company(name="Second company")['company']
        manager = self.users_of['manager']
        manager.company_ids += other
        for record, method, args in (
            (self.queued, 'send', ()), (self.queued, 'withdraw', ("Because",)), (self.notice, 'approve', ()),
            (self.penalty, 'waive', ("Because",)), (self.penalty, 'bill', ()), (self.penalty, 'cancel', ("Because",)),
            (self.case, 'claim', (TODAY,)), (self.case, 'offer_concession', ()), (self.case, 'score_breakdown', (TODAY,)),
            (self.invoice, 'recouvrement_limitation', ()),
            (self.invoice, 'recouvrement_propose_limitation_event', ('acknowledgement', TODAY)),
        ):
            narrow = record.with_user(manager).with_context(allowed_company_ids=other.ids)
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(narrow, method)(*args)

    def test_the_scheduled_action_is_not_called_from_outside(self):
        for model in ('recouvrement.run', 'recouvrement.item', 'recouvrement.engine', 'recouvrement.ledger', 'recouvrement.hold'):
            own = [name for cls in type(self.env[model]).mro() if 'recouvrement_plus' in cls.__module__
                   for name, value in vars(cls).items() if callable(value) and not name.startswith('_')]
            self.assertLessEqual(set(own), {
                'simulate', 'simulate_summary', 'execute', 'prepare', 'action_open_reminders',
                'action_execute_today', 'action_open_invoice', 'score_breakdown', 'action_explain_forecast',
                'action_open_score_instalments',
                'action_lift', 'action_confirm', 'action_open_dispute', 'write', 'create'}, model)


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
            self._items(self.invoice): {'level_days': 0}, self.notice: {'state': 'sent'}, self.notice.line_ids: {
                'amount_residual': 1.0},
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
