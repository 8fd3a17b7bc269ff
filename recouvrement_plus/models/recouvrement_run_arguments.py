"""What scripts hand to the public methods: checked in one place, refused in words that name the argument."""
from odoo import api, models
from odoo.exceptions import UserError


def is_id(value):
    """Whether a value is the number of a record; Python takes `True` for a number too."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


#: What an argument of a kind looks like. `None` and `False` stand for one that is left out.
KINDS = {
    'words': lambda value: isinstance(value, str),
    'line': lambda value: isinstance(value, str) and len(value.splitlines()) <= 1,
    'number': lambda value: isinstance(value, int) and not isinstance(value, bool),
    'numbers': lambda value: isinstance(value, list | tuple) and all(map(is_id, value)),
    'names': lambda value: isinstance(value, dict),
}


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    @api.model
    def _check_records(self, role, records, one=False):
        """First line of a public method on records: the role, real records, their companies, the right to read them.

        :param one: whether the method is for one record at a time
        :raises AccessError: without the role or for another company
        :raises UserError: for what are no ids, or for several where one is meant
        """
        self._check_user(role)
        if not all(map(is_id, records._ids)):
            raise UserError(self._argument_words('numbers', 'ids'))
        if one and len(records) != 1:
            raise UserError(self.env._("This is done for one at a time: give the number of one record."))
        self._check_user(role, records.company_id)
        records.check_access('read')

    @api.model
    def _check_arguments(self, **kinds):
        """Each argument is of its kind: `_check_arguments(words={'reason': reason}, numbers={'move_ids': move_ids})`.

        :raises UserError: naming the one that is not
        """
        for kind, arguments in kinds.items():
            for name, value in arguments.items():
                if value is not None and value is not False and not KINDS[kind](value):
                    raise UserError(self._argument_words(kind, name))

    @api.model
    def _check_ids(self, name, ids):
        """What a script must give as a list of ids.

        :raises UserError: naming the argument, when it is something else
        """
        if not KINDS['numbers'](ids):
            raise UserError(self._argument_words('numbers', name))

    @api.model
    def _argument_words(self, kind, name):
        return {
            'words': self.env._("“%(name)s”: give words.", name=name),
            'line': self.env._("“%(name)s”: give words on one line.", name=name),
            'number': self.env._("“%(name)s”: give the number of one record.", name=name),
            'numbers': self.env._("“%(name)s”: give a list of numbers.", name=name),
            'names': self.env._("“%(name)s”: give names with their values.", name=name),
        }[kind]
