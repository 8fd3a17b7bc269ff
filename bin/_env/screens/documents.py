"""The documents that leave, as they are kept or made by the public methods: one function for each, that returns a PDF.

Steps that the demo has not taken are taken here, in the copy that the pictures are made from.
"""

import base64
import datetime
import io
import zipfile

TODAY = datetime.date.today()
PROCEEDING, CASE = 'recouvrement.proceeding', 'recouvrement.case'


def penalty_statement(session):
    """The décompte of an overdue invoice, as the customer receives it."""
    move = session.first('account.move', [
        ['partner_id.ref', '=', 'always_20_days_late'], ['payment_state', '=', 'not_paid'], ['state', '=', 'posted']])
    return _content(session.call('account.move', 'recouvrement_penalty_statement_pdf', [move], str(TODAY)))


def formal_notice(session):
    """The letter as it was kept when it was sent."""
    return _of_event(session, PROCEEDING, 'formal_notice_expired', 'send_notice')


def payment_order(session):
    """The request for a payment order."""
    return _of_event(session, PROCEEDING, 'court_order', 'prepare_order')


def bordereau(session):
    """The list of documents at the head of the case file."""
    [proceeding] = _track(session, PROCEEDING, 'court_order')
    answer = session.call(PROCEEDING, 'export_file', [proceeding])
    with zipfile.ZipFile(io.BytesIO(_attachment(session, answer['attachment_id']))) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith('bordereau.pdf')))


def claim_declaration(session):
    """The declaration to the office-holder."""
    return _of_event(session, 'recouvrement.insolvency', 'in_insolvency', 'approve_declaration')


def agreement(session):
    """The instalment agreement to be signed."""
    [record] = _track(session, 'recouvrement.agreement', 'in_agreement')
    return _content(session.call('recouvrement.agreement', 'agreement_pdf', [record]))


def agreement_lapse(session):
    """The letter that says that an agreement has lapsed."""
    [record] = _track(session, 'recouvrement.agreement', 'lapsed_agreement')
    [row] = session.call('recouvrement.agreement', 'read', [record], ['lapse_letter_id'])
    return _attachment(session, row['lapse_letter_id'][0])


def time_refused(session):
    """Time to pay refused with its reason."""
    return _time(session, 'refuse_time', reason="un délai a déjà été accordé en septembre et n'a pas été respecté")


def time_granted(session):
    """Time to pay granted until a day."""
    return _time(session, 'grant_time', until=str(TODAY + datetime.timedelta(days=30)))


def deposit_slip(session):
    """Three formal notices of tonight, approved and posted together."""
    reminders = session.call('recouvrement.reminder', 'search', [
        ['formal_notice', '=', True], ['state', '=', 'draft'], ['partner_id.is_company', '=', True]], limit=3)
    rows = session.call('recouvrement.reminder', 'read', reminders, ['partner_id'])
    for partner in {row['partner_id'][0] for row in rows}:
        [name] = session.call('res.partner', 'read', [partner], ['city', 'recouvrement_regime'])
        session.call('res.partner', 'write', [partner], {
            'recouvrement_legal_form': 'SARL', 'recouvrement_court_kind': 'commercial', 'recouvrement_court': name['city']})
        session.call('res.partner', 'recouvrement_check_identity', [partner])
    session.call('recouvrement.reminder', 'action_approve', reminders)
    proceedings = session.call(PROCEEDING, 'search', [['reminder_id', 'in', reminders]])
    mailing = session.call('recouvrement.mailing', 'make', proceedings)['mailing_id']
    [row] = session.call('recouvrement.mailing', 'read', [mailing], ['slip_id'])
    return _attachment(session, row['slip_id'][0])


def release(session):
    """The letter after payment."""
    [proceeding] = _track(session, PROCEEDING, 'formal_notice_expired')
    [row] = session.call(PROCEEDING, 'read', [proceeding], ['item_ids'])
    moves = [item['move_id'][0] for item in session.call('recouvrement.item', 'read', row['item_ids'], ['move_id'])]
    context = {'active_model': 'account.move', 'active_ids': moves}
    wizard = session.call('account.payment.register', 'create', [{}], context=context)
    session.call('account.payment.register', 'action_create_payments', wizard, context=context)
    for action in ('close_paid', 'issue_release'):
        session.call(PROCEEDING, 'apply_transition', [proceeding], action, {})
    return _of_event(session, PROCEEDING, 'formal_notice_expired', 'issue_release')


def corrective_invoice(session):
    """A debt written off after a liquidation: the duplicate of its invoice."""
    [case] = _track(session, CASE, 'forgets')
    debt = session.call(CASE, 'prepare_write_off', [case], 'liquidation', event_date=str(TODAY),
                        reason="Jugement de liquidation judiciaire publié au BODACC")['id']
    session.call('recouvrement.bad.debt', 'post', [debt])
    session.call('recouvrement.bad.debt', 'make_corrective_invoices', [debt])
    [row] = session.call('recouvrement.bad.debt', 'read', [debt], ['document_ids'])
    return _attachment(session, row['document_ids'][0])


def score_explanation(session):
    """The score of a private person, explained on one page."""
    [case] = _track(session, CASE, 'consumer')
    return _content(session.call(CASE, 'score_explanation_pdf', [case]))


# what an earlier one changes, a later one may need: the order counts
DOCUMENTS = {
    'doc-formal-notice': formal_notice, 'doc-penalty-statement': penalty_statement, 'doc-payment-order': payment_order,
    'doc-bordereau': bordereau, 'doc-claim-declaration': claim_declaration, 'doc-agreement': agreement,
    'doc-agreement-lapse': agreement_lapse, 'doc-time-refused': time_refused, 'doc-time-granted': time_granted,
    'doc-deposit-slip': deposit_slip, 'doc-release': release, 'doc-corrective-invoice': corrective_invoice,
    'doc-score-explanation': score_explanation,
}  # fmt: skip


def _track(session, model, code):
    """The ids of the records of a member of the cast."""
    return session.call(model, 'search', [['partner_id.ref', '=', code]], limit=1)


def _of_event(session, model, code, action):
    """The document kept with a step."""
    field = 'insolvency_id' if 'insolvency' in model else 'proceeding_id'
    event = session.first(f'{model}.event', [[f'{field}.partner_id.ref', '=', code], ['action', '=', action],
                                             ['attachment_id', '!=', False]])
    [row] = session.call(f'{model}.event', 'read', [event], ['attachment_id'])
    return _attachment(session, row['attachment_id'][0])


def _time(session, action, **facts):
    [proceeding] = _track(session, PROCEEDING, 'formal_notice_expired')
    session.call(PROCEEDING, 'apply_transition', [proceeding], action, {'done_on': str(TODAY), **facts})
    return _of_event(session, PROCEEDING, 'formal_notice_expired', action)


def _attachment(session, number):
    return session.fetch(f'/web/content/{number}')


def _content(answer):
    return base64.b64decode(answer['content'])
