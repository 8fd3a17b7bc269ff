"""The same evening with OCA's `account_credit_control`: its first run, on a clone of the measured database.

Its run makes lines; the message of a customer (its *communication*) is made from them in a second step. A night of ours
makes both, so both are measured: the run alone, and the run with its messages. E-mails are in neither.
"""

from . import floor
from .meter import Reading

MODULE = 'account_credit_control'


def oca(env, as_of, meter):
    """The run of its own three-step policy on the accounts that we collect, then its communications; no e-mail."""
    ledger = env['recouvrement.ledger'].sudo()
    accounts = [account for account, role in ledger._roles(env.company).items() if role == 'collect']
    policy = env.ref(f'{MODULE}.credit_control_3_time')
    policy.account_ids = [(6, 0, accounts)]
    env.company.credit_policy_id = policy
    env.cr.commit()
    bare = meter.average(lambda: floor.run(env, as_of))
    env.invalidate_all()
    run = env['credit.control.run'].create({'date': as_of, 'policy_ids': [(6, 0, policy.ids)]})
    with meter.measure() as lined:
        run.with_context(lang='en_US').generate_credit_lines()
        env.flush_all()
    lines = env['credit.control.line'].search([('run_id', '=', run.id)])
    lines.mapped('partner_id')
    with meter.measure() as grouped:
        env['credit.control.communication']._generate_comm_from_credit_lines(lines)
        env.flush_all()
    both = Reading(
        lined.cpu + grouped.cpu, lined.wall + grouped.wall, lined.queries + grouped.queries, max(lined.peak_mb, grouped.peak_mb))
    return [
        _row('OCA account_credit_control, first run', lined, len(lines), bare),
        _row('- with the messages of its lines', both, len(lines), bare),
    ]


def _row(label, reading, lines, bare):
    each = f'{1000 * reading.cpu / max(lines, 1):.2f} ms, {1000 * reading.queries / max(lines, 1):.0f} queries per 1,000 lines'
    return label, reading, lines, reading.cpu / bare.cpu, each
