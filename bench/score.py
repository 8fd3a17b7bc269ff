"""The score, measured: the whole ledger, an ordinary night, one customer, against the bare SQL aggregation."""

import datetime

from . import floor

CHANGED = 50  # one customer in so many has something new on an ordinary night


def score(env, as_of, meter):
    """The first scores in the background, every customer again, an ordinary night, one customer, learning."""
    from odoo.addons.recouvrement_plus.engine.replay import replay_and_learn

    company, case = env.company, env['recouvrement.case'].sudo()
    env['recouvrement.item']._sync(company)
    env.flush_all()
    bare = meter.average(lambda: floor.run(env, as_of, ('behaviour',)))
    partner_ids = case.search([('company_id', '=', company.id)], order='partner_id').partner_id.ids
    rows = [('floor of the behaviour, SQL', bare, len(partner_ids), 1.0, '')]
    mark = env['recouvrement.ledger']._mark(env.company, as_of)

    def night(label, partners, last, target):
        with meter.measure() as reading:
            case._score_night(company, as_of, partners, last, False)
            env.flush_all()
            env.cr.commit()  # as a night does: rows written twice in one transaction cost more
        rows.append((label, reading, len(partners), reading.cpu / bare.cpu, target))
        return reading

    env.cr.execute('DELETE FROM recouvrement_outcome')
    env.cr.execute('UPDATE recouvrement_case SET score_date = NULL')
    # as the scheduled action does it after the installation: the first night then scores only who changed
    first = night('first scores, in the background', partner_ids, None, '')
    rows[-1] = (*rows[-1][:4], f'once; {first.peak_mb:.0f} MB (< 300)')
    as_of += datetime.timedelta(days=1)
    whole = night('every customer again, a day later', partner_ids, None, '<= 5 (goal 3)')
    as_of += datetime.timedelta(days=1)
    some = partner_ids[::CHANGED]
    part = night('an ordinary night: one customer in 50', some, mark, 'under a fifth of the whole')
    rows[-1] = (*rows[-1][:4], f'{part.cpu / whole.cpu:.2f} of the whole (<= 0.20)')
    one = case.search([('company_id', '=', company.id)], limit=1)
    explained = meter.average(lambda: one.score_breakdown(as_of))
    rows.append(('score of one customer explained', explained, 1, None, f'{1000 * explained.wall:.0f} ms'))
    measure = env['recouvrement.score.weights'].sudo().create(
        {'company_id': company.id, 'date': as_of, 'threshold': 0}
    )
    with meter.measure() as learned:
        _ids, entries = measure._read_entries(as_of)
        replay_and_learn(entries, 0, until=as_of.toordinal())
    rows.append(('learning and measure, one threshold', learned, len(entries), None, '<= 300 MB added'))
    env.cr.rollback()
    return rows

