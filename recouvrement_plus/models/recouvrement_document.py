"""The words of a penalty statement: the figures come as data, here are rows, labels and sentences for a reader."""
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# One sentence for each warning of the engine; a test compares the two lists.
WARNINGS = {
    'contract_rate_below_floor': _lt("The rate of the terms of sale is below three times the legal rate for a part of the period."),
    'contract_rate_ignored': _lt("The rate of the terms of sale does not apply to this customer: the statutory rate is used."),
    'rate_unconfirmed': _lt("A rate used here has not been confirmed on the official publication yet."),
    'no_formal_notice': _lt("No formal notice was received: interest owed by a consumer runs only from it."),
    'disputed_part': _lt("A part of the claim is in dispute: it bears no penalty here."),
    'interest_stopped_by_insolvency': _lt("Interest stops the day before the opening of the insolvency proceedings."),
    'penalties_suspended_by_court': _lt("A court granted a delay of payment: no penalty runs during it."),
    'penalties_suspended_by_agreement': _lt("An instalment agreement is kept: no penalty runs during it."),
    'indemnity_barred_by_insolvency': _lt("The fixed indemnity is not due: insolvency proceedings forbade paying on the due date."),
    'indemnity_other_currency': _lt("The indemnity is fixed in euros: it is not added to an invoice in another currency."),
    'interest_compounded': _lt("Interest due for a whole year bears interest, as the contract or a decision says."),
    'overpaid': _lt("More was received than was owed: the surplus is not deducted here."),
}
# For who prepares and approves, never for the customer: what we know or doubt of our own rates and of our own rights.
INTERNAL = {'contract_rate_below_floor', 'contract_rate_ignored', 'rate_unconfirmed', 'no_formal_notice'}
BASES = {
    'ecb_plus_10': _lt("ECB rate %(base)s %% plus 10 points"), 'ecb_plus_8': _lt("ECB rate %(base)s %% plus 8 points"),
    'contract': _lt("Rate of the terms of sale"), 'contract_floor': _lt("Three times the legal rate (%(base)s %%)"),
    'legal_rate': _lt("Legal interest rate"),
    'legal_rate_plus_5': _lt("Legal interest rate %(base)s %% plus 5 points"),
}
# From the rate applied to the official rate it is made of.
OFFICIAL = {
    'ecb_plus_10': lambda rate: rate - 10, 'ecb_plus_8': lambda rate: rate - 8, 'contract_floor': lambda rate: rate / 3,
    'legal_rate_plus_5': lambda rate: rate - 5}


class RecouvrementDocument(models.AbstractModel):
    _name = 'recouvrement.document'
    _description = "Penalty statement for a reader"

    @api.model
    def _document(self, moves, statements, day, in_language_of_customer=False, credits=()):
        """One statement of one customer of one company.

        :param moves: invoices of the customer
        :param statements: {move id: Statement, or the EngineError that refused it}
        :param credits: [{name, date, amount}] to deduct from the total
        :return: dict for the template `statement_document`; amounts are the strings of the data. `remarks` and the reasons
            of `refused` are for the screen: what leaves shows `warnings` alone
        """
        partner, company = moves[0].commercial_partner_id, moves[0].company_id
        lang = (in_language_of_customer and partner.lang) or self.env.lang or self.env.user.lang or 'fr_FR'
        self, moves = self.with_context(lang=lang), moves.with_context(lang=lang).sorted(
            lambda move: (move.invoice_date_due or move.date, move.id))
        rates = moves._recouvrement_rates_of_day(day)
        known = [(move, move._recouvrement_statement_data(statements[move.id], day, rates))
                 for move in moves if hasattr(statements[move.id], 'slices')]
        return {
            'partner': partner, 'company': company, 'day': day, 'lang': lang,
            'refused': [(move, move._recouvrement_refusal_text(statements[move.id]))
                        for move in moves if not hasattr(statements[move.id], 'slices')],
            'invoices': [{'move': move, 'data': data, 'rows': self._rows(data)} for move, data in known],
            **self._foot(company, known, credits),
        }

    @api.model
    def _foot(self, company, known, credits=()):
        """Totals, words, rates, texts and warnings under the table."""
        totals = self._totals([(move.currency_id, data) for move, data in known])
        converted = self._totals([(company.currency_id, data['company']) for _move, data in known])
        payable = totals[0] if len(totals) == 1 else (converted or [None])[0]
        deducted = credits if len(totals) == 1 else ()
        if deducted:
            payable = payable | {'total': payable['total'] - sum(Decimal(str(row['amount'])) for row in deducted)}
        return {
            'credits': deducted, 'payable': payable,
            'totals': totals, 'currencies': company.currency_id.browse(total['currency'].id for total in totals),
            'converted': converted[0] if converted and any(
                total['currency'] != company.currency_id for total in totals) else None,
            'words': self._words(payable) if payable else '', 'rates': self._rates(known),
            'texts': self._texts(known),
            'warnings': self._warnings(known, internal=False), 'remarks': self._warnings(known, internal=True),
            'interest_first': any(Decimal(data['interest_paid']) for _move, data in known),
        }

    @api.model
    def _totals(self, rows):
        """One total for each currency: {currency, principal, interest, indemnity, total} as numbers for the template."""
        totals = {}
        for currency, data in rows:
            total = totals.setdefault(currency, {'currency': currency, 'count': 0, **dict.fromkeys(
                ('principal', 'interest', 'indemnity', 'total'), Decimal(0))})
            total['count'] += 1
            for name in ('principal', 'interest', 'indemnity', 'total'):
                total[name] += Decimal(data[name])
        return list(totals.values())

    @api.model
    def _words(self, total):
        """The total in words, as cheques and statements write it."""
        text = total['currency'].with_context(lang=self.env.context.get('lang')).amount_to_text(float(total['total']))
        text = text[:1].upper() + text[1:].lower()
        if (self.env.context.get('lang') or '').startswith('fr'):
            text = text.removesuffix(" cents") + " centimes" if text.endswith(" cents") else text
        return text

    @api.model
    def _texts(self, known):
        """The articles: the sources that are not those of a rate."""
        of_rates = {line['source'] for _move, data in known for line in data['lines']}
        return list(dict.fromkeys(text for _move, data in known for text in data['sources'] if text not in of_rates))

    @api.model
    def _rows(self, data):
        """The table of one invoice in order of date: slices with the payments that end them, and payments outside of any slice."""
        rows = [{'sort': line['date_from'], 'line': line, 'payment': None} for line in data['lines']]
        rows += [{'sort': payment['date'], 'line': None, 'payment': payment}
                 for payment in data['payments'] if not self._in_a_slice(payment, data['lines'])]
        for row in rows:
            source = row['line'] or row['payment']
            row['due_date'] = fields.Date.to_date(source['due_date'])
            for name in ('date_from', 'date_to', 'date'):
                row[name] = fields.Date.to_date(source.get(name))
        return sorted(rows, key=lambda row: (row['due_date'], row['sort'], bool(row['line'])))

    @api.model
    def _in_a_slice(self, payment, lines):
        return any(line['due_date'] == payment['due_date'] and line['date_from'] <= payment['date'] <= line['date_to']
                   for line in lines)

    @api.model
    def _rates(self, known):
        """Each rate used, once: {label, rate, date_from, date_to, source}, over the days on which it is used here."""
        found = {}
        for _move, data in known:
            for line in data['lines']:
                rate = found.setdefault((line['basis'], line['rate'], line['source']), {
                    'label': self._rate_label(line), 'rate': line['rate'], 'source': line['source'],
                    'date_from': line['date_from'], 'date_to': line['date_to']})
                rate['date_from'] = min(rate['date_from'], line['date_from'])
                rate['date_to'] = max(rate['date_to'], line['date_to'])
        rows = sorted(found.values(), key=lambda rate: rate['date_from'])
        return [rate | {name: fields.Date.to_date(rate[name]) for name in ('date_from', 'date_to')} for rate in rows]

    @api.model
    def _rate_label(self, line):
        label = BASES.get(line['basis'])
        if not label:
            return ''
        official = OFFICIAL.get(line['basis'], lambda rate: rate)(Decimal(line['rate']))
        lang = self.env['res.lang']._get_data(code=self.env.context.get('lang'))
        number = f'{official:.2f}'.replace('.', lang.decimal_point or '.')
        return label._translate(self.env.lang or '') % {'base': number}

    @api.model
    def _warnings(self, known, internal):
        """The sentences for the customer, or those that stay with us."""
        codes = dict.fromkeys(code for _move, data in known for code in data['warnings'] if (code in INTERNAL) == internal)
        return self._sentences(codes)

    @api.model
    def _sentences(self, codes):
        return [WARNINGS[code]._translate(self.env.lang or '') if code in WARNINGS else code for code in codes]

    @api.model
    def _doubts(self, moves, day):
        """What the person who approves a letter with the penalties of these invoices has to know, as one text; '' for nothing."""
        statements = self.env['recouvrement.engine'].sudo()._statements(moves, day) if moves else {}
        codes = dict.fromkeys(code for statement in statements.values()
                              for code in getattr(statement, 'warnings', ()) if code in INTERNAL)
        refused = [move._recouvrement_refusal_text(statements[move.id])
                   for move in moves if not hasattr(statements[move.id], 'slices')]
        return " ".join([*self._sentences(codes), *dict.fromkeys(refused)])
