"""Ten times the history behind the same open items: what it changes in a night."""

from .amplify import lengthen
from .meter import Reading
from .night import _less, _one_night

COPIES = 9


def history(env, as_of, meter):
    """The same night again, with nothing new in it; what is settled is copied, one night catches up; the same again.

    One day only: how many instalments are due differs from day to day, and would hide what the history costs.
    """
    env['recouvrement.item']._sync(env.company)
    env.flush_all()
    env.cr.commit()
    _one_night(env, as_of, meter)
    rows = _two_nights(env, as_of, meter, 'nothing new, history as it is')
    lengthen(env, COPIES)
    env.cr.commit()
    caught, _parts, more = _one_night(env, as_of, meter)
    rows.append(('the night that reads ten times as much', caught, more, caught.cpu / rows[0][1].cpu, 'once'))
    long = _two_nights(env, as_of, meter, 'nothing new, ten times the history', '< 1.5')
    return rows + [(*row[:3], row[1].cpu / before[1].cpu, row[4]) for row, before in zip(long, rows, strict=False)]


def _two_nights(env, as_of, meter, label, target=''):
    """Two rows, averages of two nights: the night, and what of it is not the scores."""
    nights = [_one_night(env, as_of, meter) for _count in range(2)]
    lines = sum(night[2] for night in nights) // 2
    whole = _average([reading for reading, _parts, _lines in nights])
    rest = _average([_less(reading, parts['_score']) for reading, parts, _lines in nights])
    return [(label, whole, lines, 1.0, target), ('- the same without the scores', rest, lines, 1.0, target)]


def _average(readings):
    number = len(readings)
    return Reading(
        sum(one.cpu for one in readings) / number,
        sum(one.wall for one in readings) / number,
        sum(one.queries for one in readings) // number,
    )
