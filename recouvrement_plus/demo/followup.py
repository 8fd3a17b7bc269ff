"""The collection side of the cast: what collectors recorded, each on its day, by the public methods of the add-on.

The screens of the demo then show real promises, agreements, disputes, proceedings and a declared claim.
"""

import base64
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from . import cast

COLLECTORS = (('camille', "Camille Renard"), ('louis', "Louis Marchand"))
SIGNATORY = {'name': "Hélène Rivière", 'capacity': "Directrice administrative et financière"}
OFFICER = 'recouvrement_plus.recouvrement_plus_group_officer'


def write(env, ledger, partners, lines):
    """Do the deeds of ``ledger``, in order of their days.

    :param partners: ``{customer code: res.partner}``
    :param lines: ``{(document key, rank): account.move.line}``; every deed is about the overdue document of its customer
    :return: ``{'deeds': int}``
    """
    if 'recouvrement.item' not in env or not ledger.deeds:
        return {'deeds': 0}
    _add_signatory(env)
    concerned = env['res.partner'].union(*(partners[deed.customer] for deed in ledger.deeds))
    env['recouvrement.item']._sync(env.company, partners=concerned, as_of=ledger.as_of)
    cases = env['recouvrement.case']._get_or_create(env.company, concerned.commercial_partner_id.ids)
    manager = env.ref('base.user_admin')
    for deed in sorted(ledger.deeds, key=lambda deed: deed.day):
        case = cases[partners[deed.customer].id].with_user(manager).sudo().with_context(lang=manager.lang)
        with _on(env, deed.day):
            DEEDS[deed.what](case, lines[cast.order(deed.customer), 0].move_id, _dated(deed, ledger.as_of))
    return {'deeds': len(ledger.deeds)}


def assign_collectors(env):
    """Two collectors share the customers of the company who have none."""
    users = [_collector(env, login, name) for login, name in COLLECTORS]
    cases = env['recouvrement.case'].with_context(tracking_disable=True).search([
        ('company_id', '=', env.company.id), ('user_id', '=', False)])
    for index, user in enumerate(users):
        cases.filtered(lambda case, index=index: case.partner_id.id % len(users) == index).user_id = user


def _collector(env, login, name):
    found = env['res.users'].search([('login', '=', login)], limit=1)
    return found or env['res.users'].with_context(no_reset_password=True).create({
        'name': name, 'login': login, 'lang': 'fr_FR', 'company_id': env.company.id, 'company_ids': env.company.ids,
        'group_ids': [(4, env.ref(OFFICER).id)]})


def _add_signatory(env):
    signatories = env['recouvrement.signatory'].sudo()
    if not signatories.search_count([('company_id', '=', env.company.id)], limit=1):
        signatories.create({**SIGNATORY, 'company_id': env.company.id})


@contextmanager
def _on(env, day):
    """The company's today is ``day``: what is recorded inside bears that date."""
    with patch.object(env.registry['res.company'], '_recouvrement_today', lambda company: day):
        yield


def _dated(deed, as_of):
    """The facts; a number where a day is meant counts back from the evening of the ledger."""
    return {
        name: as_of - timedelta(days=value) if isinstance(value, int) and name.endswith('_on') or name.startswith('date_')
        and isinstance(value, int) else value for name, value in deed.facts.items()}


# ---------------------------------------------------------------- deeds


def _dispute(case, move, facts):
    case.env['recouvrement.dispute'].sudo().create({'move_id': move.id, **facts})


def _promise(case, _move, facts):
    case.promise_to_pay(**facts)


def _agreement(case, _move, facts):
    """Proposed and signed on the same day."""
    signed_by = facts.pop('signed_by')
    agreement = case.env['recouvrement.agreement'].sudo().browse(case.propose_agreement(**facts)['id'])
    content = base64.b64encode(agreement._render('recouvrement_plus.agreement_document')).decode()
    agreement.sign(agreement.date, signed_by, {'filename': "Échéancier signé.pdf", 'datas': content})


def _look(case, _move, _facts):
    """The collector looks at the case: what was not kept shows."""
    case.action_sync()


def _step(case, _move, facts):
    """One step of the proceeding of the customer, which the first one opens."""
    proceeding = case.proceeding_ids
    if not proceeding:
        _identify(case.partner_id)
        # the dates of the story are those of the deeds, not of what a night prepared
        drafts = case.reminder_ids.filtered(lambda one: one.formal_notice and one.state == 'draft')
        drafts.withdraw("Mise en demeure faite à la main")
        proceeding = proceeding.browse(case.action_open_formal_notice()['res_id']).sudo()
    proceeding.apply_transition(facts.pop('action'), facts)


def _identify(partner):
    partner.write({
        'recouvrement_legal_form': partner.name.rsplit(' ', 1)[-1], 'recouvrement_court_kind': 'commercial',
        'recouvrement_court': partner.city, 'recouvrement_merchant': 'yes'})
    partner.recouvrement_check_identity()


def _judgment(case, _move, facts):
    holder = case.env['res.partner'].create({
        'name': facts.pop('holder'), 'is_company': True, 'street': "8 boulevard du Palais", 'zip': '75004', 'city': "Paris",
        'country_id': case.company_id.country_id.id,
        'email': 'contact@mandat-et-associes.example', 'lang': 'fr_FR'})
    _identify(case.partner_id)
    case.env['recouvrement.insolvency'].sudo().record(case.id, source=facts['bodacc_reference'], holder_id=holder.id, **facts)


def _insolvency_step(case, _move, facts):
    case.insolvency_ids.apply_transition(facts.pop('action'), facts)


DEEDS = {
    'dispute': _dispute, 'promise': _promise, 'agreement': _agreement, 'look': _look, 'step': _step, 'judgment': _judgment,
    'insolvency_step': _insolvency_step,
}
