"""Windows of one company never show anything of another, whatever record a client names in them."""
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from .common import GROUPS, TODAY
from .test_access import OFFICERS, AccessCommon


@tagged('post_install', '-at_install')
class TestAccessWindows(AccessCommon):
    """Every window of the product, with each record of the first company that it can be about, by people of the second."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Autre société")['company']
        cls.strangers = {role: cls._make_user(role, company=cls.other, login=f'stranger_{role}') for role in OFFICERS}
        cls.env.ref(GROUPS['manager']).user_ids += cls.strangers['legal']
        cls.records = {}

    def _windows(self):
        return [name for name, model in sorted(self.env.registry.items())
                if name.startswith('recouvrement.') and model._transient and not model._abstract]

    def _record_of(self, model):
        """A record of the first company, empty for a model that is shared by all."""
        if model not in self.records:
            name = 'id' if model == 'res.company' else 'company_id'
            # colleagues are known to everybody who works in the database
            known = name in self.env[model]._fields and not self.env[model]._transient and model != 'res.users'
            self.records[model] = self.env[model].sudo().search([(name, '=', self.company.id)], limit=1) if known else None
        return self.records[model]

    def _links(self):
        """(window, field, record of the first company) of all that a client can name."""
        for window in self._windows():
            for name, field in sorted(self.env[window]._fields.items()):
                if field.relational and name not in MAGIC_COLUMNS and self._record_of(field.comodel_name):
                    yield window, field, self._record_of(field.comodel_name)

    def _values(self, field, record):
        """The ways to name a record."""
        if field.type == 'many2one':
            return [record.id, {'id': record.id}, (record.id, "name")]
        return [[Command.set(record.ids)], [Command.link(record.id)]]

    def _any_record(self, model):
        if self.env[model]._transient:
            return self.env[model].create(self._filled(model))
        return self.env[model].search([], limit=1)

    def _filled(self, window):
        """Values of everything that a window requires, of the first company where it is one's."""
        words = {'char': "x", 'text': "x", 'binary': 'UERG', 'integer': 1, 'float': 1.0, 'monetary': 1.0, 'date': TODAY}
        values = {}
        for name, field in self.env[window]._fields.items():
            if not field.required or not field.store or field.compute:
                continue
            if field.relational:
                record = self._record_of(field.comodel_name) or self._any_record(field.comodel_name)
                values[name] = record.id if field.type == 'many2one' else [Command.set(record.ids)]
            elif field.type == 'selection':
                values[name] = field.get_values(self.env)[0]
            else:
                values[name] = words[field.type]
        return values

    def test_every_window_checks_what_is_put_in_it(self):
        for window in self._windows():
            with self.subTest(window=window):
                self.assertTrue(issubclass(self.env.registry[window], self.env.registry['recouvrement.window']))
        self.assertGreater(len(list(self._links())), 40)

    def test_a_form_shows_nothing_of_another_company(self):
        for window, field, record in self._links():
            for role, stranger in self.strangers.items():
                for value in self._values(field, record):
                    with self.subTest(window=window, field=field.name, role=role, value=value), self.assertRaises(AccessError):
                        self.env[window].with_user(stranger).onchange({field.name: value}, [field.name], {field.name: {}})

    def test_nor_does_a_default(self):
        for window, field, record in self._links():
            if field.type != 'many2one' or field.compute:
                continue
            for role, stranger in self.strangers.items():
                model = self.env[window].with_user(stranger).with_context(**{f'default_{field.name}': record.id})
                with self.subTest(window=window, field=field.name, role=role), self.assertRaises(AccessError):
                    model.onchange({}, [], {field.name: {}})
                with self.subTest(window=window, field=field.name, role=role), self.assertRaises(AccessError):
                    model.create({name: value for name, value in self._filled(window).items() if name != field.name})

    def test_no_window_is_saved_on_a_record_of_another_company(self):
        for window, field, record in self._links():
            if not field.store:
                continue
            value = record.id if field.type == 'many2one' else [Command.set(record.ids)]
            for role, stranger in self.strangers.items():
                with self.subTest(window=window, field=field.name, role=role), self.assertRaises(AccessError):
                    self.env[window].with_user(stranger).create({**self._filled(window), field.name: value})

    def test_nor_changed_to_one(self):
        stranger = self.strangers['legal']
        step = self.env['recouvrement.interest.fact.step'].with_user(stranger).create({})
        with self.assertRaises(AccessError):
            step.write({'case_id': self.case.id})

    def test_a_line_inside_a_form_is_looked_at_too(self):
        lines = [Command.create({'reminder_id': self.notice.id})]
        posting = self.env['recouvrement.posting'].with_user(self.strangers['officer'])
        with self.assertRaises(AccessError):
            posting.onchange({'line_ids': lines}, ['line_ids'], {'line_ids': {'fields': {'contact_id': {}}}})
        with self.assertRaises(AccessError):
            posting.create({'line_ids': lines})

    def test_people_of_the_company_open_the_same_windows(self):
        user = self.users_of['legal']
        self.env.ref(GROUPS['manager']).user_ids += user
        for window, field, record in self._links():
            with self.subTest(window=window, field=field.name):
                self.env[window].with_user(user).onchange(
                    {field.name: self._values(field, record)[0]}, [field.name], {field.name: {}})
