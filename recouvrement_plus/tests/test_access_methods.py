"""Six roles by every public method: who may call it, from which company, and that it answers in plain data."""
import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import GROUPS, TODAY, day
from .test_access import OFFICERS, PROOF, AccessCommon

RETURNED = base64.b64encode(b"reference;kind;date\n").decode()


@tagged('post_install', '-at_install')
class TestAccessMethods(AccessCommon):

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
                (self.proceeding, 'apply_transition', ['withdraw', {'reason': "The notice of the night goes on"}]),
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
                'action_execute_today', 'action_open_waiting', 'message_route', 'action_open_invoice', 'score_breakdown',
                'action_explain_forecast', 'action_open_score_instalments',
                'action_lift', 'action_confirm', 'action_open_dispute', 'write', 'create'}, model)
