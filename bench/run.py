"""The two halves of a bench in `odoo shell`: build the ledger, then measure (another process: its memory counts)."""

import json
import math

from . import amplify, ledger, subjects
from .meter import Meter

BASE_CUSTOMERS = 100


def build(env, as_of, size):
    """Fill the scratch database with about ``size`` invoices; returns the rows of each table."""
    from odoo.addons.recouvrement_plus.demo import loader

    counts = loader.write(env, ledger.bench_ledger(as_of, BASE_CUSTOMERS if size >= 2000 else max(5, size // 20)))
    rows = amplify.amplify(env, max(0, math.ceil(size / counts['invoices']) - 1))
    env.cr.commit()
    return rows


def measure(env, as_of, names, path):
    """Measure the named subjects and write the table as text and as JSON beside it."""
    meter = Meter(env)
    invoices = env['account.move'].search_count([('move_type', '=', 'out_invoice')])
    text, data = [f"{invoices:,} invoices, as of {as_of}", _HEADER], []
    for name in names:
        rows, _seconds = subjects.timed(name, env, as_of, meter)
        for label, reading, number, ratio, target in rows:
            text.append(_line(label, reading, number, ratio, target))
            data.append({'subject': name, 'label': label, **vars(reading), 'number': number, 'ratio': ratio})
        text.append('')
    with open(path, 'w', encoding='utf-8') as stream:
        stream.write('\n'.join(text))
    with open(f'{path}.json', 'w', encoding='utf-8') as stream:
        json.dump({'invoices': invoices, 'rows': data}, stream, indent=1)


_HEADER = f"{'':38}{'number':>9}{'CPU s':>10}{'wall s':>9}{'queries':>9}{'+MB':>6}{'ratio':>8}  target"


def _line(label, reading, number, ratio, target):
    ratio = f'{ratio:.1f}' if ratio is not None else '-'
    return (
        f'{label:38}{number:>9,}{reading.cpu:>10.3f}{reading.wall:>9.3f}{reading.queries:>9,}'
        f'{reading.peak_mb:>6.0f}{ratio:>8}  {target}'
    )
