"""The collection side of the cast: holds and formal notices, written when the models of the add-on are there."""


def write(env, ledger, partners, lines):
    """Write the holds and notices of ``ledger``.

    :param partners: ``{customer code: res.partner}``
    :param lines: ``{(document key, rank): account.move.line}``
    :return: ``{'holds': int, 'proceedings': int}``
    """
    if 'recouvrement.item' not in env or not (ledger.holds or ledger.notices):
        return {'holds': 0, 'proceedings': 0}
    held = env['res.partner'].union(*(partners[row.customer] for row in (*ledger.holds, *ledger.notices)))
    env['recouvrement.item']._sync(env.company, partners=held, as_of=ledger.as_of)
    cases = env['recouvrement.case']._get_or_create(env.company, held.commercial_partner_id.ids)
    items = _items_by_line(env, cases)
    env['recouvrement.hold'].create([_hold_values(hold, cases, partners, lines, items) for hold in ledger.holds])
    for notice in ledger.notices:
        _write_notice(env, notice, cases[partners[notice.customer].id], items[lines[notice.document, 0].id])
    return {'holds': len(ledger.holds), 'proceedings': len(ledger.notices)}


def _items_by_line(env, cases):
    found = env['recouvrement.item'].search([('case_id', 'in', [case.id for case in cases.values()])])
    return {item.move_line_id.id: item for item in found}


def _hold_values(hold, cases, partners, lines, items):
    return {
        'case_id': cases[partners[hold.customer].id].id,
        'item_id': items[lines[hold.document, 0].id].id if hold.document else False,
        'kind': hold.kind,
        'date_from': hold.date_from,
        'date_to': hold.date_to or False,
        'note': hold.note,
    }


def _write_notice(env, notice, case, item):
    """Take the steps that a manager takes, the last one on the day on which the notice left."""
    case.partner_id.write({
        'recouvrement_legal_form': 'SARL', 'recouvrement_court_kind': 'commercial',
        'recouvrement_court': case.partner_id.city, 'recouvrement_merchant': 'yes'})
    case.partner_id.recouvrement_check_identity()
    proceeding = (
        env['recouvrement.proceeding']
        .sudo()
        .create({'case_id': case.id, 'company_id': case.company_id.id, 'item_ids': item.ids})
    )
    sent = {
        'sent_on': notice.sent_on,
        'channel': 'registered_letter',
        'notice_days': (notice.pay_before - notice.sent_on).days,
    }
    for action, facts in (('prepare_notice', {}), ('approve_notice', {}), ('send_notice', sent)):
        proceeding._take_step(action, facts)
