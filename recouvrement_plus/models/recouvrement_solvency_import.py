"""Solvency facts from a CSV file of the insurer or of a rating agency: line by line, the same file twice changes nothing."""
import csv
import io
import re
from datetime import date

from odoo import api, models
from odoo.exceptions import UserError

from .recouvrement_solvency_fact import IDENTITY

COLUMNS = ('customer', 'kind', 'date', 'date_end', 'amount', 'policy', 'coverage', 'agency', 'rating', 'source', 'turnover',
           'equity', 'year', 'note')
NUMBERS = ('amount', 'coverage', 'turnover', 'equity')
MONEY = ('amount', 'turnover', 'equity')


class RecouvrementSolvencyFact(models.Model):
    _inherit = 'recouvrement.solvency.fact'

    @api.model
    def import_csv(self, content, company_id=None, dry_run=False):
        """Record the facts of a file, one a line. What is known already is left alone; a line that fails stops no other.

        :param content: text with the columns `customer;kind;date;…` (the first three are needed; semicolon or comma), the
            customer by reference, SIREN, SIRET, VAT number or exact name, days as YYYY-MM-DD or DD/MM/YYYY, numbers as
            written in French or English
        :param dry_run: say what would happen and write nothing
        :return: {created, known, errors: [{line, reason}], rows: [{line, customer, kind, value, result}]}
        :raises AccessError: without the officer role or for another company
        :raises UserError: for a file without these columns
        """
        self.env['recouvrement.run']._check_user('officer')
        company = self.env['recouvrement.run']._company(company_id)
        lines = self._read_lines(content)
        customers = self._find_customers(company, {values.get('customer', '') for _number, values in lines})
        savepoint = self.env.cr.savepoint()
        try:
            result = self.sudo().with_company(company)._import_lines(company, lines, customers)
        except BaseException:
            savepoint.close(rollback=True)
            raise
        savepoint.close(rollback=dry_run)
        if dry_run:
            self.env.invalidate_all()
        return result

    @api.model
    def _read_lines(self, content):
        text = content.lstrip('\ufeff')
        reader = csv.DictReader(io.StringIO(text), delimiter=';' if ';' in text.split('\n')[0] else ',')
        if not set(COLUMNS[:3]) <= {(name or '').strip().lower() for name in reader.fieldnames or ()}:
            raise UserError(self.env._("The file needs the columns %(columns)s.", columns=", ".join(COLUMNS[:3])))
        return [(number, {(name or '').strip().lower(): (value or '').strip() for name, value in row.items()
                          if isinstance(name, str) and isinstance(value, (str, type(None)))})
                for number, row in enumerate(reader, 2)]

    @api.model
    def _find_customers(self, company, names):
        """{text of the file: customers that it names}, four queries for the whole file."""
        Partner = self.env['res.partner']
        found, texts = dict.fromkeys(names, Partner), {name: {name, re.sub(r'\s', '', name)} for name in names if name}
        for field in ('ref', 'company_registry', 'vat', 'name'):
            partners = Partner.search([
                (field, 'in', sorted(set().union(*texts.values()))), ('parent_id', '=', False),
                ('company_id', 'in', [False, company.id, *company.parent_ids.ids])])
            for name in [name for name in texts if not found[name]]:
                found[name] = partners.filtered(lambda partner, wanted=texts[name], field=field: partner[field] in wanted)
        return found

    @api.model
    def _import_lines(self, company, lines, customers):
        cases = self.env['recouvrement.case']._get_or_create(company, {
            partners.id for partners in customers.values() if len(partners) == 1})
        known = {self._identity({name: fact[name] for name in IDENTITY} | {'case_id': fact.case_id.id}) for fact in self.search([
            ('case_id', 'in', [case.id for case in cases.values()]), ('ended_on', '=', False)])}
        result = {'created': 0, 'known': 0, 'errors': [], 'rows': []}
        for number, values in lines:
            row = {'line': number, 'customer': values.get('customer', ''), 'kind': values.get('kind', ''), 'value': ''}
            try:
                with self.env.cr.savepoint():
                    row['result'] = self._import_line(values, customers, cases, known, row)
                result[row['result']] += 1
            except UserError as error:
                row['result'] = 'error'
                result['errors'].append({'line': number, 'reason': str(error)})
            result['rows'].append(row)
        return result

    @api.model
    def _import_line(self, values, customers, cases, known, row):
        partners = customers[values.get('customer', '')]
        if len(partners) != 1:
            raise UserError(self.env._(
                "“%(name)s” names %(count)s customers: give a reference, a SIREN or a VAT number.",
                name=values.get('customer', ''), count=len(partners)))
        vals = self._vals_of_line(values) | {'case_id': cases[partners.id].id}
        row['customer'] = partners.display_name
        key = self._identity(vals)
        if key in known:
            return 'known'
        row['value'] = self.create(vals | {'user_id': self.env.uid}).value_text
        known.add(key)
        return 'created'

    @api.model
    def _vals_of_line(self, values):
        kinds = {text.lower(): code for code, label in self._fields['kind']._description_selection(self.env)
                 for text in (code, label)}
        kind = kinds.get(values.get('kind', '').lower())
        if not kind:
            raise UserError(self.env._("“%(kind)s” is not a kind of fact: %(kinds)s.", kind=values.get('kind', ''),
                                       kinds=", ".join(dict(self._fields['kind'].selection))))
        vals = {'kind': kind, 'date': self._day(values.get('date', ''), 'date')}
        if not vals['date']:
            raise UserError(self.env._("The date is missing."))
        vals['date_end'] = self._day(values.get('date_end', ''), 'date_end')
        for name in COLUMNS[4:]:
            if values.get(name):
                vals[name] = values[name] if name not in (*NUMBERS, 'year') else self._number(values[name], name)
        if 'year' in vals:
            vals['year'] = int(vals['year'])
        return vals

    @api.model
    def _day(self, text, name):
        """ISO or French day, False when empty."""
        if not text:
            return False
        parts = text.split('/')
        try:
            return date.fromisoformat('-'.join(reversed(parts)) if len(parts) == 3 else text)
        except ValueError:
            raise UserError(self.env._("“%(text)s” is no day (%(column)s).", text=text, column=name)) from None

    @api.model
    def _number(self, text, name):
        """A number as written in French (12 000,50) or in English (12,000.50)."""
        plain = re.sub(r'[\s\u00a0\u202f€%]', '', text)
        if ',' in plain and '.' in plain:
            plain = plain.replace('.', '').replace(',', '.') if plain.rfind(',') > plain.rfind('.') else plain.replace(',', '')
        else:
            plain = plain.replace(',', '.')
        try:
            return float(plain)
        except ValueError:
            raise UserError(self.env._("“%(text)s” is no number (%(column)s).", text=text, column=name)) from None

    @api.model
    def _identity(self, vals):
        """What makes two facts the same one; what a line leaves out is what `create` would put."""
        return (vals['case_id'], *(
            round(vals.get(name) or 0.0, 2) if name in MONEY else
            round(100.0 if vals.get(name) is None else vals[name], 2) if name == 'coverage' else (vals.get(name) or False)
            for name in IDENTITY))
