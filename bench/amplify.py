"""Makes a big ledger of a small one: customers, entries and reconciliations copied, one statement for each table."""

import contextlib

from odoo.tools import SQL

# Table -> its columns that point to a copied table; the row's own id moves too.
COPIED = {
    'res_partner': {'commercial_partner_id': 'res_partner'},
    'account_full_reconcile': {'exchange_move_id': 'account_move'},
    'account_move': {
        'partner_id': 'res_partner',
        'commercial_partner_id': 'res_partner',
        'partner_shipping_id': 'res_partner',
    },
    'account_move_line': {
        'move_id': 'account_move',
        'partner_id': 'res_partner',
        'full_reconcile_id': 'account_full_reconcile',
    },
    'account_partial_reconcile': {
        'debit_move_id': 'account_move_line',
        'credit_move_id': 'account_move_line',
        'full_reconcile_id': 'account_full_reconcile',
        'exchange_move_id': 'account_move',
    },
}
# What must stay unique: the highest id that was copied and the number of the copy are added.
RENAMED = {
    'res_partner': ('name', 'complete_name', 'ref'),
    'account_move': ('name',),
    'account_move_line': ('move_name',),
}
# Entries of which nothing receivable is open, and the reconciliations between them.
SETTLED = """
CREATE TEMP TABLE bench_settled ON COMMIT DROP AS
SELECT line.id, line.move_id FROM account_move_line line
 WHERE NOT EXISTS (
       SELECT 1 FROM account_move_line open JOIN account_account account ON account.id = open.account_id
        WHERE open.move_id = line.move_id AND account.account_type = 'asset_receivable' AND open.reconciled IS NOT TRUE);
ANALYZE bench_settled
"""
SETTLED_ROWS = {
    'account_move': 'row.id IN (SELECT move_id FROM bench_settled)',
    'account_move_line': 'row.id IN (SELECT id FROM bench_settled)',
    'account_partial_reconcile': 'row.debit_move_id IN (SELECT id FROM bench_settled)'
    ' AND row.credit_move_id IN (SELECT id FROM bench_settled)',
}


def amplify(env, copies):
    """Copy the ledger of ``env.company`` ``copies`` times; the original stays. Returns the rows of each table now.

    Only for a scratch database: the copies are not made by the ORM, their numbers are not legal invoice numbers.
    """
    ranges = {table: _range(env, table) for table in COPIED}
    return _multiply(env, copies, ranges, copies + 1)


def lengthen(env, copies):
    """Copy ``copies`` times what is settled, for the same customers: a longer history, the same open items.

    Returns the rows of each table now. Only for a scratch database, like `amplify`.
    """
    env.cr.execute(SETTLED)
    ranges = {table: _range(env, table) for table in COPIED if table != 'res_partner'}
    return _multiply(env, copies, ranges, 1, SETTLED_ROWS)


def _multiply(env, copies, ranges, times, conditions=None):
    """Copy the rows of the tables in `ranges`; raises ValueError unless `times` as much is owed afterwards."""
    env.flush_all()
    before = _owed(env)
    with _unchecked(env):
        for table in ranges:
            if copies and ranges[table]:
                _copy(env, table, ranges, copies, SQL((conditions or {}).get(table, 'TRUE')))
    for table in ranges:
        env.cr.execute(SQL('ANALYZE %s', SQL.identifier(table)))
    env.invalidate_all()
    if abs(_owed(env) - before * times) > 0.01 * times:
        raise ValueError("the copies do not owe what they should")
    return {table: env.execute_query(SQL('SELECT count(*) FROM %s', SQL.identifier(table)))[0][0] for table in ranges}


@contextlib.contextmanager
def _unchecked(env):
    """While the rows are copied, no link is checked (they move by whole ranges, and their sum is compared) and only what
    is unique has its index: a million invoices would take hours instead of minutes."""
    indexes = env.execute_query(
        SQL(
            """SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid)
                 FROM pg_index index WHERE index.indrelid::regclass::text = ANY(%s) AND NOT index.indisunique""",
            list(COPIED),
        )
    )
    env.cr.execute("SET LOCAL session_replication_role = replica; SET LOCAL maintenance_work_mem = '512MB'")
    for name, _definition in indexes:
        env.cr.execute(SQL('DROP INDEX %s', SQL.identifier(name)))
    yield
    for _name, definition in indexes:
        env.cr.execute(definition)
    env.cr.execute('SET LOCAL session_replication_role = origin')


def _owed(env):
    """What the open receivable lines of posted entries sum up to, by their links to entry and customer."""
    query = SQL(
        """
        SELECT COALESCE(sum(line.amount_residual), 0)
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id AND move.partner_id = line.partner_id
          JOIN account_account account ON account.id = line.account_id
         WHERE account.account_type = 'asset_receivable' AND move.state = 'posted' AND line.company_id = %s
    """,
        env.company.id,
    )
    return env.execute_query(query)[0][0]


def _range(env, table):
    """(lowest id, highest id, distance between a row and its next copy) of the rows to copy, None without any.

    Rows that are not copied may come after them (contacts of the demo): the copies begin behind all.
    """
    if table == 'res_partner':
        where = SQL('company_id = %s AND ref IS NOT NULL', env.company.id)
    else:
        where = SQL('TRUE')
    table = SQL.identifier(table)
    [[lowest, highest, last]] = env.execute_query(
        SQL('SELECT min(id), max(id), (SELECT max(id) FROM %s) FROM %s WHERE %s', table, table, where)
    )
    return (lowest, highest, last - lowest + 1) if lowest else None


def _copy(env, table, ranges, copies, condition):
    links = {'id': table, **COPIED[table]}
    columns = [
        row[0]
        for row in env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
                table,
            )
        )
    ]
    values = [_value(table, column, ranges.get(links.get(column)), ranges[table][1]) for column in columns]
    lowest, highest, step = ranges[table]
    env.cr.execute(
        SQL(
            '''INSERT INTO %s (%s) SELECT %s FROM %s AS row CROSS JOIN generate_series(1, %s) AS copy
                WHERE row.id BETWEEN %s AND %s AND %s''',
            SQL.identifier(table),
            SQL(', ').join(map(SQL.identifier, columns)),
            SQL(', ').join(values),
            SQL.identifier(table),
            copies,
            lowest,
            highest,
            condition,
        )
    )
    env.cr.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, highest + copies * step]
    )


def _value(table, column, moved, generation):
    """The SQL value of a column in a copy: an id moved by whole ranges, a name made unique, or itself."""
    name = SQL('row.%s', SQL.identifier(column))
    if moved:
        lowest, highest, step = moved
        return SQL(
            'CASE WHEN %s BETWEEN %s AND %s THEN %s + copy * %s ELSE %s END',
            name,
            lowest,
            highest,
            name,
            step,
            name,
        )
    if column in RENAMED.get(table, ()):
        return SQL("%s || '-' || %s || '.' || copy", name, generation)
    return name
