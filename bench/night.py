"""The night, measured: the first one of a database, the same day again, ordinary ones after it, and its e-mails apart."""

import contextlib
import datetime

from . import floor
from .meter import Reading


def night(env, as_of, meter):
    """Collect, score, decide, create reminders, against the floor; rendering and queueing of e-mails apart.

    Installing follows what is owed already and scores everybody in the background; the first night reminds of the whole
    backlog; the ordinary one finds a day's worth of work.
    """
    bare = meter.average(lambda: floor.run(env, as_of))
    env.flush_all()
    env.invalidate_all()
    opened = env['account.move.line'].search_count([('reconciled', '=', False), ('display_type', '=', 'payment_term')])
    rows = [('floor of the night, SQL', bare, opened, 1.0, '')]
    with meter.measure() as installed:
        env['recouvrement.item']._sync(env.company)
        env.flush_all()
    env.cr.commit()
    followed = env['recouvrement.item'].search_count([])
    rows.append(('installation: items and cases made', installed, followed, installed.cpu / bare.cpu, 'once'))
    with meter.measure() as scored:
        env['recouvrement.case'].sudo()._cron_score_first()
    number = env['recouvrement.case'].search_count([('score_date', '!=', False)])
    rows.append(('first scores, in the background', scored, number, scored.cpu / bare.cpu, 'once'))
    first, parts, lines = _one_night(env, as_of, meter)
    scoring, queue = parts['_score'], parts['_queue']
    per_line = max(lines, 1) / 1000
    rows.append(('first night: lines made', first, lines, first.cpu / bare.cpu, '<= 5 at 100,000'))
    rows.append(('- scores of who changed, in it', scoring, lines, scoring.cpu / bare.cpu, ''))
    target = f'{first.queries / per_line:.0f} queries per 1,000 lines (<= 20)'
    rows.append(('- the same without the scores', _less(first, scoring), lines, (first.cpu - scoring.cpu) / bare.cpu, target))
    if queue.number:
        each = f'{1000 * queue.cpu / queue.number:.1f} ms, {queue.queries / queue.number:.1f} queries each (<= 6, <= 2)'
        rows.append(('e-mails rendered and queued', queue, queue.number, None, each))
    stale, _parts, more = _one_night(env, as_of, meter)
    rows.append(('the same day again, stale statistics', stale, more, stale.cpu / bare.cpu, '0 new lines'))
    env.cr.execute('ANALYZE')
    again, _parts, more = _one_night(env, as_of, meter)
    rows.append(('the same day again, after ANALYZE', again, more, again.cpu / bare.cpu, 'stale <= 1.5x this'))
    for days in (1, 2):
        reading, _parts, lines = _one_night(env, as_of + datetime.timedelta(days=days), meter)
        rows.append((f'ordinary night, day {days}', reading, lines, reading.cpu / bare.cpu, '<= 5 (goal 3); <= 100 queries'))
    return rows


def _less(whole, part):
    return Reading(whole.cpu - part.cpu, whole.wall - part.wall, whole.queries - part.queries, whole.peak_mb)


def _one_night(env, as_of, meter):
    """(Reading of the night without its e-mails, {method: Reading of it}, lines made, claimed or listed)."""
    env.cr.execute("SELECT count(*) FROM recouvrement_reminder_line WHERE kind <> 'credit'")
    before = env.cr.fetchone()[0]
    with (
        _apart(env, meter, 'recouvrement.reminder', '_queue') as queue,
        _apart(env, meter, 'recouvrement.run', '_score') as score,
        _unbroken(env),
        meter.measure() as whole,
    ):
        env['recouvrement.run'].sudo()._start(env.company, as_of)._work(deadline=None)
    env.cr.execute("SELECT count(*) FROM recouvrement_reminder_line WHERE kind <> 'credit'")
    return _less(whole, queue), {'_queue': queue, '_score': score}, env.cr.fetchone()[0] - before


@contextlib.contextmanager
def _unbroken(env):
    """Refuse to measure a night of which a part failed: it does its work again, apart, and says so in the log only."""
    model_class = env.registry['recouvrement.run']
    original, errors = model_class._guarded, []

    def watched(run, work):
        error = original(run, work)
        if error is not None:
            errors.append(error)
        return error

    model_class._guarded = watched
    try:
        yield
    finally:
        model_class._guarded = original
    if errors:
        raise RuntimeError(f'a part of the measured night failed: {errors[0]!r}')


@contextlib.contextmanager
def _apart(env, meter, model, name):
    """A Reading of what one method takes while the block runs; `number`: the records it was called on."""
    model_class = env.registry[model]
    original, total = getattr(model_class, name), Reading()

    def measured(records, *arguments, **options):
        with meter.measure() as reading:
            result = original(records, *arguments, **options)
            records.env.flush_all()
        total.number += len(records)
        total.cpu, total.wall, total.queries = (
            total.cpu + reading.cpu,
            total.wall + reading.wall,
            total.queries + reading.queries,
        )
        return result

    setattr(model_class, name, measured)
    try:
        yield total
    finally:
        setattr(model_class, name, original)
