"""What a night did, as the table that `bin/demo` prints. Reads only."""
from collections import Counter, defaultdict
from decimal import Decimal

WIDTH = 78


def render(env, as_of):
    """The table of the night of a date in the current company.

    :param env: an environment that may read the collection models
    :param datetime.date as_of: the day of the night; amounts are those owed on that day
    :return: text of several lines, amounts in the currency of the debt
    """
    run = env['recouvrement.run'].search([('company_id', '=', env.company.id), ('date', '=', as_of)], limit=1)
    sections = [
        _title(env.company, run, as_of),
        _section("What is owed", _amounts(env, as_of)),
        _section("Reminders of the night", _reminders(run)),
        _section("Held, and why", _held(run)),
        _section("Customers left out by an error", _errors(run)),
        _section("Grades of the customers who owe something", _grades(env, as_of)),
    ]
    return '\n\n'.join(section for section in sections if section) + '\n'


def _title(company, run, as_of):
    rule = '=' * WIDTH
    state = f", {run.duration:.1f} s" if run.state == 'done' else ", not finished"
    return f"{rule}\n{company.name}: the night of {as_of}{state if run else ', not run'}\n{rule}"


def _section(title, rows):
    """A title and aligned rows: first cells to the left, the others to the right. Empty without rows."""
    if not rows:
        return ''
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_aligned(row, widths) for row in rows]
    return '\n'.join([title, '-' * len(title), *lines])


def _aligned(row, widths):
    numbers = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return '  '.join([row[0].ljust(widths[0]), *numbers]).rstrip()


def _money(amount):
    return f"{amount:,.2f}".replace(',', ' ')


def _open_lines(env, as_of):
    company = env.company
    return env['recouvrement.ledger'].sudo()._open_lines(company, as_of, company._recouvrement_today())


def _amounts(env, as_of):
    """One row for each currency: customers, open, overdue, credits, interest and indemnities on what is overdue."""
    totals = defaultdict(lambda: {'customers': set(), 'open': Decimal(), 'overdue': Decimal(), 'credit': Decimal()})
    overdue_moves = set()
    for line in _open_lines(env, as_of):
        total = totals[line.currency_id]
        if line.residual < 0:
            total['credit'] -= line.residual
            continue
        total['customers'].add(line.partner_id)
        total['open'] += line.residual
        if line.due < as_of:
            total['overdue'] += line.residual
            overdue_moves.add(line.move_id)
    interest, indemnity, refused = _penalties(env, overdue_moves, as_of)
    rows = [("", "customers", "open", "overdue", "credits", "interest", "indemnities")]
    for currency in env['res.currency'].browse(totals):
        total = totals[currency.id]
        rows.append((
            currency.name, str(len(total['customers'])),
            *(_money(amount) for amount in (total['open'], total['overdue'], total['credit'],
                                            interest[currency.name], indemnity[currency.name]))))
    rows += [(f"invoices without penalties: {_words(env, code)}", str(count), "", "", "", "", "")
             for code, count in refused.most_common()]
    return rows if totals else []


def _penalties(env, move_ids, as_of):
    """Interest and indemnity of overdue invoices by currency, and why some have none: {code: invoices}."""
    interest, indemnity, refused = defaultdict(Decimal), defaultdict(Decimal), Counter()
    moves = env['account.move'].sudo().browse(sorted(move_ids))
    for statement in env['recouvrement.engine'].sudo()._statements(moves, as_of).values() if moves else ():
        if isinstance(statement, Exception):
            refused[statement.code] += 1
            continue
        interest[statement.currency] += statement.interest
        indemnity[statement.currency] += statement.indemnity
    return interest, indemnity, refused


def _words(env, code):
    return env['recouvrement.run'].with_context(lang='en_US')._any_reason_label(code)


def _reminders(run):
    """One row for each level and channel: messages, where they stand, the amount claimed in the company's currency."""
    groups = defaultdict(list)
    for reminder in run.reminder_ids.sorted(lambda one: (one.level_id.days, one.channel)):
        groups[reminder.level_id, reminder.channel].append(reminder)
    rows = [
        (f"{level.days:+d} days  {level.name}", channel, str(len(reminders)), _states(reminders),
         _money(sum(_in_company_currency(reminder) for reminder in reminders)))
        for (level, channel), reminders in groups.items()
    ]
    heading = ("level", "channel", "messages", "state", f"claimed {run.company_id.currency_id.name}")
    return [heading, *rows] if rows else []


def _states(reminders):
    counts = Counter(reminder.state for reminder in reminders)
    return ', '.join(f"{state} {count}" for state, count in counts.most_common())


def _in_company_currency(reminder):
    company = reminder.company_id
    return reminder.currency_id._convert(reminder.amount_due, company.currency_id, company, reminder.date)


def _held(run):
    held = run.line_ids.filtered(lambda line: line.kind == 'held').sorted(lambda line: -line.count)
    rows = [(_words(run.env, line.reason), str(line.count), _money(line.amount)) for line in held]
    return [("reason", "customers", f"overdue {run.company_id.currency_id.name}"), *rows] if rows else []


def _errors(run):
    return [(line.partner_id.display_name or '', (line.message or '')[:WIDTH])
            for line in run.line_ids.filtered(lambda line: line.kind == 'error')]


def _grades(env, as_of):
    partner_ids = [line.partner_id for line in _open_lines(env, as_of) if line.residual > 0]
    cases = env['recouvrement.case'].search([
        ('company_id', '=', env.company.id), ('partner_id', 'in', partner_ids)])
    counts = Counter(case.grade or '' for case in cases)
    labels = {'A': "A  pays on time", 'E': "E  almost always late", '': "-  not enough history yet"}
    return [(labels.get(grade, grade), str(counts[grade])) for grade in ('A', 'B', 'C', 'D', 'E', '') if counts[grade]]
