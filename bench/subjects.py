"""What is measured: each subject takes (env, as_of, meter) and gives rows (label, Reading, number, ratio, target).

`number` is how many things were done; `ratio` compares with the floor (None where the target is absolute).
"""

import dataclasses
import datetime
import time

from . import amplify, floor
from .history import history
from .letters import letters
from .night import night
from .oca import oca
from .score import score

# Number of a customer that no built ledger has.
NEW_CUSTOMER = 500_001


def statement(env, as_of, meter):
    """Penalty statements of 1,000 invoices, against the SQL of all open overdue ones; and of one invoice."""
    domain = [
        ('move_type', '=', 'out_invoice'),
        ('payment_state', 'in', ('not_paid', 'partial')),
        ('commercial_partner_id.recouvrement_regime', '!=', False),
    ]
    moves = env['account.move'].search(domain, limit=1000)
    bare = meter.average(lambda: floor.run(env, as_of, ('open', 'penalties')))
    engine = env['recouvrement.engine'].sudo()
    env.invalidate_all()
    with meter.measure() as batch:
        engine._statements(moves, as_of)
    one = moves[:1]

    def single():
        env.invalidate_all()
        one.recouvrement_penalty_statement(as_of)

    alone = meter.average(single)
    return [
        ('floor of open penalties, SQL', bare, len(moves), 1.0, ''),
        ('statements in one call', batch, len(moves), batch.cpu / bare.cpu, '<= 40 queries'),
        ('one statement', alone, 1, None, f'{1000 * alone.wall:.1f} ms'),
    ]


def decompte(env, as_of, meter):
    """The engine alone on an invoice with 60 payments over the four years before ``as_of``: no query, no record."""
    from odoo.addons.recouvrement_plus.engine import penalties

    due = as_of - datetime.timedelta(days=4 * 365)
    paid = tuple(penalties.Payment(due + datetime.timedelta(days=24 * rank), 1000) for rank in range(1, 61))
    claim = penalties.Claim('bench', 'b2b', 'EUR', (penalties.Instalment(1, due, 61000, paid),))
    book = env['recouvrement.engine'].sudo()._rate_book()
    hard = dataclasses.replace(claim, compound_from=due)
    options = penalties.Options(imputation='interest_first', rounding='cumulative')
    reading = meter.average(lambda: penalties.penalty_statement(claim, as_of, book))
    worst = meter.average(lambda: penalties.penalty_statement(hard, as_of, book, options))
    return [
        ('one invoice, 60 payments, engine', reading, len(paid), None, f'{1000 * reading.wall:.1f} ms (<= 20)'),
        ('the same, compounding, interest first', worst, len(paid), None, f'{1000 * worst.wall:.1f} ms (<= 20)'),
    ]


def screens(env, as_of, meter):
    """A list of 80 invoices with their collection mirrors, and one customer's file."""
    moves = env['account.move'].search([('move_type', '=', 'out_invoice')], limit=80)
    moves.mapped('name')

    def mirrors():
        moves.invalidate_recordset(['recouvrement_stage', 'recouvrement_score', 'recouvrement_grade'], flush=False)
        moves.mapped('recouvrement_stage')

    case = env['recouvrement.case'].search([], limit=1)

    def form():
        case.invalidate_recordset(flush=False)
        case.mapped('amount_overdue')

    cases = env['recouvrement.case'].search([], limit=80)

    def customers():
        cases.invalidate_recordset(flush=False)
        cases.mapped('amount_overdue')

    listed, opened, several = meter.average(mirrors), meter.average(form), meter.average(customers)
    return [
        ('80 invoices with stage, score, grade', listed, len(moves), None, '<= 3 queries'),
        ('a list of 80 customers with their amounts', several, len(cases), None, '<= 3 queries'),
        ('amounts of one customer', opened, 1, None, f'{1000 * opened.wall:.1f} ms (<= 5)'),
    ]


def loading(env, as_of, meter):
    """The demo's ORM loader on 20 more customers, against as many rows copied by SQL; nothing is kept."""
    from odoo.addons.recouvrement_plus.demo import ledger, loader

    invoices = env['account.move'].search_count([('move_type', '=', 'out_invoice')])
    with meter.measure() as copied:
        amplify.amplify(env, 1)
    env.cr.rollback()
    env.invalidate_all()
    part = ledger.generate(as_of, 20, first=NEW_CUSTOMER)
    with meter.measure() as loaded:
        number = loader.write(env, part)['invoices']
        env.flush_all()
    env.cr.rollback()
    each = loaded.cpu / number
    return [
        ('floor of a load: the ledger copied by SQL', copied, invoices, 1.0, ''),
        ('invoices with payments, ORM', loaded, number, each / (copied.cpu / invoices), f'{1000 * each:.1f} ms each'),
    ]


SUBJECTS = {
    'night': night,
    'history': history,
    'oca': oca,
    'statement': statement,
    'decompte': decompte,
    'letters': letters,
    'screens': screens,
    'score': score,
    'load': loading,
}


def timed(name, env, as_of, meter):
    """The rows of one subject and the seconds that it took in all."""
    started = time.perf_counter()
    rows = SUBJECTS[name](env, as_of, meter)
    return rows, time.perf_counter() - started
