"""The ORM side of the loader: customers, currency, documents, payments and their reconciliation, in batches.

The ledger already knows every amount (net, tax, each instalment), so the entries are created complete, with the
invoice synchronisation of core switched off: twice as fast as having core derive the same lines. A test compares them
with what core derives.
"""

from odoo import Command, fields
from odoo.tools import SQL, split_every

from .names import SALESPEOPLE
from .records import TERMS

BATCH = 200
TERM_NAMES = {
    'immediate': 'Comptant',
    'net30': '30 jours',
    'net45': '45 jours',
    'net60': '60 jours',
    'halves': '50 % à 30 jours, 50 % à 60 jours',
    'thirds': '30 % à 30 jours, 30 % à 60 jours, 40 % à 90 jours',
}
# Units of the foreign currency for one euro at the start of each quarter of the ledger: plausible, not historical.
RATES = {'CHF': (0.958, 0.951, 0.943, 0.947, 0.939, 0.945, 0.936, 0.941)}


class LedgerWriter:
    """Writes one ledger into the company of ``env``; keeps the maps from ledger keys to record ids while it works."""

    def __init__(self, env):
        self.env = env
        self.company = env.company
        self.home = env.company.currency_id
        self.partners = {}
        self.salespeople = []
        self.currencies = {}
        self.terms = {}
        self.lines = {}
        self.prefixes = {}
        self.numbers = {}

    def write_ledger(self, ledger):
        """Write everything and return how many records of each kind were made."""
        self._prepare_currencies(ledger)
        self._prepare_terms({document.term for document in ledger.documents})
        self._write_partners(ledger.customers)
        self._prepare_salespeople(ledger.documents)
        self._write_documents(ledger)
        self._refresh_statistics()
        self._write_payments(ledger)
        self._refresh_statistics()
        pairs = self._reconcile(ledger)
        kinds = [document.kind for document in ledger.documents]
        return {
            'customers': len(ledger.customers),
            'invoices': kinds.count('invoice'),
            'credit_notes': kinds.count('credit_note'),
            'payments': len(ledger.payments),
            'reconciliations': pairs,
        }

    # ---------------------------------------------------------------- what the documents need

    def _prepare_currencies(self, ledger):
        """Activate each currency of the ledger and give it quarterly rates over the period, where none is known."""
        names = {customer.currency for customer in ledger.customers}
        currencies = self.env['res.currency'].with_context(active_test=False).search([('name', 'in', sorted(names))])
        self.currencies = {currency.name: currency for currency in currencies}
        currencies.filtered(lambda currency: not currency.active).active = True
        for currency in currencies - self.home:
            if not currency.rate_ids.filtered(
                lambda rate: rate.company_id in (self.company.root_id, self.env['res.company'])
            ):
                self._write_rates(currency, min(document.date for document in ledger.documents), ledger.as_of)

    def _write_rates(self, currency, first_day, last_day):
        day, values = fields.Date.start_of(first_day, 'quarter'), []
        while day <= last_day:
            rates = RATES[currency.name]
            rate = rates[len(values) % len(rates)]
            values.append(
                {'currency_id': currency.id, 'name': day, 'rate': rate, 'company_id': self.company.root_id.id}
            )
            day = fields.Date.add(day, months=3)
        self.env['res.currency.rate'].create(values)

    def _prepare_terms(self, codes):
        """One payment term for each code of the ledger, found again by its name on a later call."""
        Term = self.env['account.payment.term']
        for code in sorted(codes):
            domain = [('name', '=', TERM_NAMES[code]), ('company_id', '=', self.company.id)]
            self.terms[code] = Term.search(domain, limit=1) or Term.create(
                {
                    'name': TERM_NAMES[code],
                    'company_id': self.company.id,
                    'line_ids': [
                        Command.create({'value': 'percent', 'value_amount': percent, 'nb_days': days})
                        for percent, days in TERMS[code]
                    ],
                }
            )

    # ---------------------------------------------------------------- customers

    def _write_partners(self, customers):
        Partner = self.env['res.partner']
        self.countries = {
            country.code: country for country in self.env['res.country'].search([('code', 'in', ('FR', 'CH'))])
        }
        self.langs = {code for code, _name in self.env['res.lang'].get_installed()}
        for batch in split_every(BATCH, customers, tuple):
            partners = Partner.create([self._partner_values(customer) for customer in batch])
            self.partners.update(zip((customer.code for customer in batch), partners, strict=True))

    def _partner_values(self, customer):
        values = {
            'ref': customer.code,
            'company_id': self.company.id,
            'name': customer.name,
            'is_company': customer.is_company,
            'company_registry': customer.siret,
            'street': customer.street,
            'zip': customer.zip,
            'city': customer.city,
            'country_id': self.countries[customer.country].id,
            'email': customer.email,
            'phone': customer.phone,
            'lang': customer.lang if customer.lang in self.langs else False,
            'property_payment_term_id': self.terms[customer.term].id if customer.term in self.terms else False,
        }
        if 'recouvrement_regime' in self.env['res.partner']._fields:
            values['recouvrement_regime'] = customer.regime or False
        return values

    def _prepare_salespeople(self, documents):
        """The colleagues whose name stands on the invoices, found again by their login on a later call."""
        Users = self.env['res.users'].sudo()
        for login, name in SALESPEOPLE if documents else ():
            self.salespeople.append(
                Users.search([('login', '=', login)], limit=1)
                or Users.create(
                    {
                        'login': login,
                        'name': name,
                        'lang': 'fr_FR' if 'fr_FR' in self.langs else False,
                        'company_id': self.company.id,
                        'company_ids': self.company.ids,
                        'group_ids': [Command.set(self.env.ref('base.group_user').ids)],
                    }
                )
            )

    # ---------------------------------------------------------------- invoices and credit notes

    def _write_documents(self, ledger):
        self.currency_of = {customer.code: self.currencies[customer.currency] for customer in ledger.customers}
        self.sale_journal = self._journal('sale')
        self.income_account = self.sale_journal.default_account_id
        self.taxes = {rate: self._sale_tax(rate) for rate in {document.vat_rate for document in ledger.documents}}
        for batch in split_every(BATCH, ledger.documents, tuple):
            moves = self._post([self._document_values(document) for document in batch])
            for document, move in zip(batch, moves, strict=True):
                lines = move.line_ids.filtered(lambda line: line.display_type == 'payment_term').sorted('date_maturity')
                self.lines.update(((document.key, rank), line) for rank, line in enumerate(lines))

    def _journal(self, kind):
        domain = [('type', '=', kind), ('company_id', '=', self.company.id)]
        return self.env['account.journal'].search(domain, limit=1)

    def _sale_tax(self, rate):
        """The French tax on goods; elsewhere the first sale tax of that rate, or none: the net line then carries it."""
        Tax = self.env['account.tax']
        if not rate:
            return Tax
        standard = self.env['account.chart.template'].ref('tva_normale', raise_if_not_found=False)
        return standard or Tax.search(
            [
                ('company_id', '=', self.company.id),
                ('type_tax_use', '=', 'sale'),
                ('amount_type', '=', 'percent'),
                ('amount', '=', float(rate)),
                ('price_include_override', '!=', 'tax_included'),
                ('tax_exigibility', '=', 'on_invoice'),
            ],
            limit=1,
        )

    def _document_values(self, document):
        """A complete draft entry: the net line, its tax and one receivable line for each instalment."""
        sign = 1 if document.kind == 'invoice' else -1
        partner = self.partners[document.customer]
        currency = self.currency_of[document.customer]
        tax = self.taxes[document.vat_rate]
        vat = document.vat if tax else 0
        balances = [self._balance(currency, instalment.amount, document.date) for instalment in document.instalments]
        vat_balance = self._balance(currency, vat, document.date)
        lines = [self._net_line(document, tax, sign, document.total - vat, sum(balances) - vat_balance)]
        if vat:
            lines.append(self._tax_line(document, tax, sign, vat, vat_balance))
        lines += [
            self._instalment_line(partner, instalment, sign, balance)
            for instalment, balance in zip(document.instalments, balances, strict=True)
        ]
        return {
            'move_type': 'out_invoice' if document.kind == 'invoice' else 'out_refund',
            'journal_id': self.sale_journal.id,
            'partner_id': partner.id,
            'currency_id': currency.id,
            'invoice_date': document.date,
            'date': document.date,
            'invoice_payment_term_id': self.terms[document.term].id,
            'invoice_origin': document.key,
            'invoice_user_id': self.salespeople[partner.id % len(self.salespeople)].id,
            'line_ids': lines,
        }

    def _net_line(self, document, tax, sign, amount, balance):
        base = self._repartition(tax, document, 'base')
        return Command.create(
            {
                'display_type': 'product',
                'analytic_distribution': False,
                'name': document.label,
                'account_id': self.income_account.id,
                'quantity': 1,
                'price_unit': float(amount),
                'tax_ids': [Command.set(tax.ids)],
                'tax_tag_ids': [Command.set(base.tag_ids.ids)],
                'amount_currency': -sign * float(amount),
                'balance': -sign * balance,
            }
        )

    def _tax_line(self, document, tax, sign, amount, balance):
        repartition = self._repartition(tax, document, 'tax')
        return Command.create(
            {
                'display_type': 'tax',
                'analytic_distribution': False,
                'name': tax.name,
                'account_id': repartition.account_id.id or self.income_account.id,
                'tax_repartition_line_id': repartition.id,
                'tax_tag_ids': [Command.set(repartition.tag_ids.ids)],
                'tax_base_amount': -sign
                * self._balance(self.currency_of[document.customer], document.net, document.date),
                'amount_currency': -sign * float(amount),
                'balance': -sign * balance,
            }
        )

    @staticmethod
    def _instalment_line(partner, instalment, sign, balance):
        return Command.create(
            {
                'display_type': 'payment_term',
                'analytic_distribution': False,
                'account_id': partner.property_account_receivable_id.id,
                'date_maturity': instalment.due,
                'amount_currency': sign * float(instalment.amount),
                'balance': sign * balance,
            }
        )

    @staticmethod
    def _repartition(tax, document, kind):
        lines = tax.invoice_repartition_line_ids if document.kind == 'invoice' else tax.refund_repartition_line_ids
        return lines.filtered(lambda line: line.repartition_type == kind)[:1]

    def _balance(self, currency, amount, day):
        """``amount`` (Decimal, in ``currency``) in the company's currency at the rate of the day, for the ORM."""
        return currency._convert(float(amount), self.home, self.company, day)

    # ---------------------------------------------------------------- payments

    def _write_payments(self, ledger):
        self.bank_journal = self._journal('bank')
        bank = self.bank_journal.default_account_id
        for batch in split_every(BATCH, ledger.payments, tuple):
            moves = self._post([self._payment_values(payment) for payment in batch])
            for payment, move in zip(batch, moves, strict=True):
                lines = [line for line in move.line_ids.sorted('id') if line.account_id != bank]
                self.lines.update(((payment.key, rank), line) for rank, line in enumerate(lines))

    def _payment_values(self, payment):
        """An entry of the bank journal: the money, and one receivable line for each allocation and for the rest."""
        partner, currency = self.partners[payment.customer], self.currency_of[payment.customer]
        amounts = [allocation.amount for allocation in payment.allocations]
        rest = payment.amount - sum(amounts)
        amounts += [rest] * bool(rest)
        balances = [self._balance(currency, amount, payment.date) for amount in amounts]
        shared = {
            'partner_id': partner.id,
            'currency_id': currency.id,
            'name': f'Virement {partner.name}',
            'analytic_distribution': False,
        }
        return {
            'move_type': 'entry',
            'journal_id': self.bank_journal.id,
            'date': payment.date,
            'ref': payment.key,
            'line_ids': [
                Command.create(
                    {
                        **shared,
                        'account_id': self.bank_journal.default_account_id.id,
                        'amount_currency': float(payment.amount),
                        'balance': sum(balances),
                    }
                )
            ]
            + [
                Command.create(
                    {
                        **shared,
                        'account_id': partner.property_account_receivable_id.id,
                        'amount_currency': -float(amount),
                        'balance': -balance,
                    }
                )
                for amount, balance in zip(amounts, balances, strict=True)
            ],
        }

    def _post(self, values_list):
        """Create and post the entries in batch and return them in the same order.

        Core asks the database three times for each number; so only the first entry of each sequence is left to core.
        """
        posted = {}
        for index, values in enumerate(values_list):
            key = values['journal_id'], values['move_type'], values['date'].year
            if key not in self.prefixes:
                posted[index] = move = self._create_posted([values])
                self.prefixes[key] = move.sequence_prefix
                self.numbers[move.sequence_prefix] = move.sequence_number
        rest = [index for index in range(len(values_list)) if index not in posted]
        moves = self._create_posted(
            [{**values_list[index], 'name': self._next_name(values_list[index])} for index in rest]
        )
        posted.update(zip(rest, moves, strict=True))
        return [posted[index] for index in range(len(values_list))]

    def _create_posted(self, values_list):
        Move = self.env['account.move'].with_context(skip_invoice_sync=True)
        moves = Move.create(values_list)
        moves._post(soft=False)
        # Core remembers the last number that it gave in this transaction; ours came after it.
        Move._get_sequence_cache().clear()
        return moves

    def _next_name(self, values):
        prefix = self.prefixes[values['journal_id'], values['move_type'], values['date'].year]
        self.numbers[prefix] += 1
        return f'{prefix}{self.numbers[prefix]:05d}'

    def _refresh_statistics(self):
        """Let PostgreSQL count the rows of this very transaction.

        With the statistics of an empty ledger some joins of core take minutes.
        """
        self.env.flush_all()
        self.env.invalidate_all()
        for table in (
            'res_partner',
            'account_move',
            'account_move_line',
            'account_payment',
            'account_partial_reconcile',
        ):
            self.env.cr.execute(SQL('ANALYZE %s', SQL.identifier(table)))

    # ---------------------------------------------------------------- reconciliation

    def _reconcile(self, ledger):
        """Set each allocation against its instalment, in order of date; returns how many there were."""
        sources = sorted((*ledger.documents, *ledger.payments), key=lambda source: (source.date, source.key))
        pairs = [
            self._source_line(source, rank) + self.lines[allocation.document, allocation.rank]
            for source in sources
            for rank, allocation in enumerate(source.allocations)
        ]
        # The tax on goods is due at the invoice: no entry of cash-basis tax is to be looked for.
        lines = self.env['account.move.line'].with_context(no_cash_basis=True, skip_invoice_sync=True)
        # No statistics know of the reconciliations that are being made: row by row, core's query on them takes minutes.
        self.env.cr.execute("SET LOCAL enable_nestloop = off")
        for batch in split_every(BATCH, pairs, list):
            lines._reconcile_plan(batch)
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_nestloop = on")
        self._refresh_statistics()
        return len(pairs)

    def _source_line(self, source, rank):
        """The credit line of an allocation: a payment has one for each, a credit note a single one."""
        return self.lines.get((source.key, rank)) or self.lines[source.key, 0]
