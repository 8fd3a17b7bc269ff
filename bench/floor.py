"""The floor: what PostgreSQL alone takes for the work of a night, one set-based statement for each step.

It decides nothing and writes no record: what the add-on takes above it is the price of policies, objects, evidence.
"""

from odoo.tools import SQL

OPEN = """
CREATE TEMP TABLE bench_open ON COMMIT DROP AS
SELECT line.id, line.partner_id, line.currency_id, line.date_maturity AS due, line.amount_residual AS residual
  FROM account_move_line line
 WHERE line.account_id = ANY(%(accounts)s) AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
   AND line.company_id = %(company)s;
ANALYZE bench_open
"""
LEVELS = """
CREATE TEMP TABLE bench_due ON COMMIT DROP AS
SELECT open.id, open.partner_id, open.residual, level.id AS level_id, level.days
  FROM bench_open open
  LEFT JOIN recouvrement_item item ON item.move_line_id = open.id
  CROSS JOIN LATERAL (
        SELECT id, days FROM recouvrement_plan_level
         WHERE plan_id = %(plan)s AND active AND days <= %(as_of)s - open.due
         ORDER BY days DESC LIMIT 1) level
 WHERE open.residual > 0 AND level.days > COALESCE(item.level_days, -1000);
ANALYZE bench_due
"""
CUSTOMERS = "SELECT partner_id, max(days), sum(residual) FROM bench_due GROUP BY partner_id"
BEHAVIOUR = """
SELECT line.partner_id, count(*), avg((paid.last > line.date_maturity)::int),
       sum(line.balance * (COALESCE(paid.last, %(as_of)s) - line.date_maturity)) / NULLIF(sum(line.balance), 0)
  FROM account_move_line line
  LEFT JOIN (SELECT part.debit_move_id, max(other.date) AS last
               FROM account_partial_reconcile part JOIN account_move_line other ON other.id = part.credit_move_id
              GROUP BY part.debit_move_id) paid ON paid.debit_move_id = line.id
 WHERE line.account_id = ANY(%(accounts)s) AND line.balance > 0 AND line.parent_state = 'posted'
   AND line.company_id = %(company)s
 GROUP BY line.partner_id
"""
PENALTIES = """
SELECT open.id, sum(open.residual * (rate.percent + 10) / 100
                    * (LEAST(rate.date_to, %(as_of)s) - GREATEST(rate.date_from, open.due + 1) + 1) / 365)
  FROM bench_open open
  JOIN recouvrement_rate rate ON rate.code = 'ecb_mro' AND rate.date_from <= %(as_of)s AND rate.date_to > open.due
 WHERE open.due < %(as_of)s AND open.residual > 0
 GROUP BY open.id
"""
STEPS = """
CREATE TEMP TABLE bench_step ON COMMIT DROP AS
SELECT row_number() OVER () AS id, id AS item, partner_id, level_id, residual FROM bench_due
"""
NIGHT = {
    'open': OPEN,
    'levels': LEVELS,
    'customers': CUSTOMERS,
    'behaviour': BEHAVIOUR,
    'penalties': PENALTIES,
    'steps': STEPS,
}


def run(env, as_of, names=tuple(NIGHT)):
    """Run the named statements once, in order, then drop the temporary tables."""
    ledger = env['recouvrement.ledger'].sudo()
    values = {
        'accounts': [account for account, role in ledger._roles(env.company).items() if role == 'collect'],
        'company': env.company.id,
        'plan': env.company._recouvrement_plan().id,
        'as_of': as_of,
    }
    for name in names:
        env.cr.execute(SQL(NIGHT[name], **values))
    env.cr.execute('DROP TABLE IF EXISTS bench_open, bench_due, bench_step')
