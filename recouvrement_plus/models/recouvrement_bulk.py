"""Rows that only machines make, by the thousand, written in one statement: the ORM's create costs four times as much."""
import json

from odoo import api, models
from odoo.tools import SQL

from .sql_arrays import int_array

BATCH = 5000


def _array(values):
    """A column of values as the text of an array: None is empty, lists and dicts are JSON."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value):
    if isinstance(value, (int, float)):
        return repr(value)
    if value is None:
        return 'NULL'
    text = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
    text = text.replace('\\', r'\\').replace('"', r'\"')
    return f'"{text}"'


class RecouvrementBulk(models.AbstractModel):
    _name = 'recouvrement.bulk'
    _description = "Bulk writing of machine-made rows"

    @api.model
    def _insert(self, model, vals_list, replaces=(), **shared):
        """Insert rows of one of our models and return them, in order.

        As the ORM's `create` for what the night makes: defaults are filled in, dependent values are computed. There is no
        check of access, no tracking, no message, no inverse, no `create` override: only for rows that no person types.

        :param vals_list: dicts with the same keys, in column format (None or False for empty); lists of ids for a many2many; a JSON
            column takes a dict, a list or its text
        :param replaces: columns of a unique constraint: a row that has the same values in them is written anew
        :param shared: columns that have the same value in all rows
        """
        ids = []
        for start in range(0, len(vals_list), BATCH):
            ids += self._insert_batch(model, vals_list[start:start + BATCH], shared, replaces)
        return model.browse(ids)

    @api.model
    def _insert_batch(self, model, vals_list, shared, replaces):
        names = [name for name in vals_list[0] if model._fields[name].type != 'many2many']
        constants = self._constants(model, [*names, *shared]) | shared
        # one text for all rows: a value each costs psycopg2 and the parser of PostgreSQL a quarter more
        flags = {name for name in names if model._fields[name].type == 'boolean'}
        rows = json.dumps(self._without_false(vals_list, flags) if flags else vals_list, default=str)
        if not flags and ': false' in rows:
            rows = json.dumps(self._without_false(vals_list), default=str)
        ids = self.env.execute_query(SQL(
            "INSERT INTO %s (%s) SELECT %s FROM json_to_recordset(%s) AS row (%s) %s RETURNING id", SQL.identifier(model._table),
            SQL(", ").join(map(SQL.identifier, [*names, *constants])),
            SQL(", ").join([*(self._read(model, name) for name in names), *(SQL("%s", value) for value in constants.values())]),
            rows, SQL(", ").join(SQL("%s %s", SQL.identifier(name), self._given(model, name)) for name in names),
            self._replacing(replaces, [*names, *constants])))
        for name in set(vals_list[0]) - set(names):
            self._link(model._fields[name], [
                (row[0], other) for row, vals in zip(ids, vals_list, strict=True) for other in vals[name] or ()])
        return self._made(model, [row[0] for row in ids], {*names, *constants}).ids

    @api.model
    def _without_false(self, vals_list, flags=()):
        """The same values; False, which the ORM takes for empty, stays in boolean columns (`flags`) only."""
        return [{name: None if value is False and name not in flags else value for name, value in vals.items()}
                for vals in vals_list]

    @api.model
    def _replacing(self, key, columns):
        """What an insertion does with a row that is there already, by the columns of a unique constraint; without any: fail."""
        if not key:
            return SQL()
        return SQL("ON CONFLICT (%s) DO UPDATE SET %s", SQL(", ").join(map(SQL.identifier, key)), SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
            for name in columns if name not in key and name not in ('create_date', 'create_uid')))

    @api.model
    def _given(self, model, name):
        """The type in which the values of a column are passed: a JSON column's as text, to be read once only."""
        return SQL("text") if model._fields[name].type == 'json' else self._type(model, name)

    @api.model
    def _read(self, model, name):
        """A column as it was passed, in its own type."""
        return SQL("%s::%s", SQL.identifier(name), self._type(model, name))

    @api.model
    def _link(self, field, pairs):
        """Rows of a many2many: (id, other id)."""
        if pairs:
            self.env.cr.execute(SQL(
                "INSERT INTO %s (%s, %s) SELECT (pair ->> 0)::int, (pair ->> 1)::int FROM json_array_elements(%s) AS pair",
                SQL.identifier(field.relation), SQL.identifier(field.column1), SQL.identifier(field.column2), json.dumps(pairs)))

    @api.model
    def _insert_select(self, model, columns, source):
        """Insert one row for each row of a FROM clause: `columns` is {field name: SQL expression}. Returns the records."""
        constants = self._constants(model, columns)
        ids = self.env.execute_query(SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s RETURNING id", SQL.identifier(model._table),
            SQL(", ").join(map(SQL.identifier, [*columns, *constants])),
            SQL(", ").join([*columns.values(), *(SQL("%s", value) for value in constants.values())]), source))
        return self._made(model, [row[0] for row in ids], {*columns, *constants})

    @api.model
    def _type(self, model, name):
        """The type of a field's column: from the registry, never from outside."""
        return SQL(model._fields[name].column_type[1])  # pylint: disable=sql-injection

    @api.model
    def _constants(self, model, names):
        """{column: value} of what is the same for all rows: author, time, defaults of the fields left out.

        Defaults of the code alone: one that a user stored for a form is not for rows that a machine makes.
        """
        defaults = {name: field.convert_to_cache(field.default(model), model) for name, field in model._fields.items()
                    if field.default and field.column_type and field.store and name not in names}
        constants = {name: value for name, value in defaults.items() if value is not None and value is not False}
        if not model._log_access:
            return constants
        now = self.env.cr.now()
        # nobody is the author of our rows: PostgreSQL looks for him twice for each
        authors = {} if model._name.startswith('recouvrement.') else {'create_uid': self.env.uid, 'write_uid': self.env.uid}
        return constants | authors | {'create_date': now, 'write_date': now}

    @api.model
    def _made(self, model, ids, given):
        """The new records, their dependent values to be computed, nothing stale in the cache."""
        records = model.browse(ids)
        if not ids:
            return records
        for field in model._fields.values():
            if field.type == 'many2one' and field.store:
                for inverse in self.pool.field_inverses[field]:
                    self.env[inverse.model_name].invalidate_model([inverse.name], flush=False)
            if field.store and field.compute and field.name not in given:
                self.env.add_to_compute(field, records)
        return records

    @api.model
    def _update(self, model, names, rows, **shared):
        """Write different values on many records in one statement.

        :param rows: (id, value, ...), values as `names`: None for empty, lists and dicts as they are for a JSON column
        :param shared: columns that get the same value in all rows
        """
        if not rows:
            return
        model.flush_model()
        shared |= {'write_uid': self.env.uid, 'write_date': self.env.cr.now()}
        fields = [SQL.identifier(name) for name in names]
        for start in range(0, len(rows), BATCH):
            ids, *columns = zip(*rows[start:start + BATCH], strict=True)
            arrays = [SQL("%s::%s[]", _array(column), self._type(model, name))
                      for name, column in zip(names, columns, strict=True)]
            self.env.cr.execute(SQL(
                "UPDATE %s AS row SET %s, %s FROM unnest(%s) AS new (id, %s) WHERE row.id = new.id",
                SQL.identifier(model._table), SQL(", ").join(SQL("%s = new.%s", field, field) for field in fields),
                SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in shared.items()),
                SQL(", ").join([int_array(ids), *arrays]), SQL(", ").join(fields)))
        model.browse([row[0] for row in rows]).invalidate_recordset([*names, *shared], flush=False)
