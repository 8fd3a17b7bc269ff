"""The same evening with OCA's `account_credit_control`: its first run, on a clone of the measured database."""

from . import floor

MODULE = 'account_credit_control'


def oca(env, as_of, meter):
    """The run of its own three-step policy on the accounts that we collect; no communication, no e-mail."""
    ledger = env['recouvrement.ledger'].sudo()
    accounts = [account for account, role in ledger._roles(env.company).items() if role == 'collect']
    policy = env.ref(f'{MODULE}.credit_control_3_time')
    policy.account_ids = [(6, 0, accounts)]
    env.company.credit_policy_id = policy
    env.cr.commit()
    bare = meter.average(lambda: floor.run(env, as_of))
    env.invalidate_all()
    run = env['credit.control.run'].create({'date': as_of, 'policy_ids': [(6, 0, policy.ids)]})
    with meter.measure() as reading:
        run.with_context(lang='en_US').generate_credit_lines()
        env.flush_all()
    lines = env['credit.control.line'].search_count([('run_id', '=', run.id)])
    each = f'{1000 * reading.cpu / max(lines, 1):.2f} ms, {1000 * reading.queries / max(lines, 1):.0f} queries per 1,000 lines'
    return [('OCA account_credit_control, first run', reading, lines, reading.cpu / bare.cpu, each)]
