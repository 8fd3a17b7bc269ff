"""Generated ledgers of several habits, to see whether what the score uses pays on all of them (no Odoo here).

Each is a list of (customer, issued, due, settled or None) on ordinals of days, as it stands ten days after its last
invoice. They were made before the weights were chosen and differ on purpose: none of them is a claim about real books.
"""

import math
import random
from datetime import date, timedelta

START = date(2013, 1, 1).toordinal()
TERMS = (0, 14, 30, 30, 30, 45, 60)


def ledgers():
    """{name: rows}, the same on every machine."""
    return {
        'one payer, terms that change': payer(1),
        'one payer, drifting, two payment runs a month': payer(2, drift=2, run_days=14, base=10, changing=False),
        'one payer, noisy, no season': payer(3, drift=0.5, season=0, spread=18),
        'clients with fixed payment days': clients(1),
        'many small drifting clients': clients(2, number=300, each=8, drift=2, season=0),
        'few clients, strong season, mixed terms': clients(3, number=40, each=60, habit=0, drift=0, season=2, terms=TERMS),
        'sparse: four invoices a client': clients(4, number=800, each=4, noise=2),
        'pure chance': chance(1),
    }


def payer(seed, drift=1, season=1, spread=12, run_days=7, base=8, changing=True):
    """One company seen by its suppliers: half of its delay is its own, some suppliers are paid from the invoice date."""
    rng = random.Random(seed)
    suppliers = [
        {
            'mean': rng.gauss(base, 12), 'term': rng.choice(TERMS), 'from_invoice': rng.random() < 0.4,
            'spread': rng.uniform(0.3, 1.5) * spread, 'turn': rng.randint(0, 1000), 'by': rng.gauss(0, 10 * drift),
        }
        for _ in range(3200)
    ]
    weights = [1 / (rank + 1) ** 1.1 for rank in range(len(suppliers))]
    level, levels = 0, []
    for _day in range(1001):
        level = 0.995 * level + rng.gauss(0, 0.5 * drift)
        levels.append(level)
    rows = []
    for _ in range(8700):
        number = rng.choices(range(len(suppliers)), weights)[0]
        one, day = suppliers[number], int(rng.random() ** 0.8 * 1000)
        term = rng.choice(TERMS) if changing and rng.random() < 0.15 else one['term']
        days = one['mean'] + 1.5 * levels[day] + rng.gauss(0, one['spread']) + (one['by'] if day > one['turn'] else 0)
        days += season * _season(day + term) + (rng.expovariate(0.04) if rng.random() < 0.12 else 0)
        paid = max(day + 2, day + 35 + days if one['from_invoice'] else day + term + days)
        rows.append((number, day, day + term, math.ceil(paid / run_days) * run_days))
    return _finished(rows)


def clients(seed, number=100, each=25, habit=1, drift=1, season=1, noise=1, terms=(30,)):
    """The clients of a small company: own mean, own spread, some with fixed payment days, all wandering."""
    rng = random.Random(seed)
    rows = []
    for client in range(number):
        mean, spread = rng.gauss(-2, 10), rng.uniform(2, 10) * noise
        thursdays, fifth = rng.random() < 0.3 * habit, rng.random() < 0.3 * habit
        last = wander = 0
        count = max(1, int(rng.lognormvariate(math.log(each), 0.7)))
        for day in sorted(rng.randrange(730) for _ in range(count)):
            wander += rng.gauss(0, 0.25 * drift * math.sqrt(max(1, day - last)))
            last, due = day, day + rng.choice(terms)
            paid = max(day + 1, due + round(mean + wander + rng.gauss(0, spread) + season * _season(due)))
            paid += (3 - _day(paid).weekday()) % 7 if thursdays else 0
            rows.append((client, day, due, _next_fifth(paid) if fifth else paid))
    return _finished(rows)


def chance(seed, number=3000, customers=150):
    """Delays drawn from one hat: nothing can be known."""
    rng = random.Random(seed)
    days = [(rng.randrange(customers), rng.randrange(730)) for _ in range(number)]
    return _finished([(who, day, day + 30, day + 30 + round(rng.gauss(-3, 15))) for who, day in days])


def _season(day):
    """Days more or less by month: August, December, and the new year's good intentions."""
    return {8: 8, 12: 6, 1: -3}.get(_day(day).month, 0)


def _day(day):
    return date.fromordinal(START + day)


def _next_fifth(day):
    when = _day(day)
    return day if when.day <= 8 else (when.replace(day=1) + timedelta(days=32)).replace(day=5).toordinal() - START


def _finished(rows):
    """In order of issue, on ordinals, what is not paid ten days after the last invoice being open."""
    end = max(issued for _who, issued, _due, _settled in rows) + 10
    return sorted(
        ((who, START + issued, START + due, START + settled if settled <= end else None)
         for who, issued, due, settled in rows),
        key=lambda row: row[1],
    )
