"""The case file as one zip: what it holds is listed, in order, and the same facts give the same bytes."""
import hashlib
import json

from odoo import fields, models
from odoo.exceptions import UserError

from ..exchange.archive import csv_bytes, file_name, zip_bytes

INDEX_COLUMNS = ('number', 'kind', 'label', 'date', 'file', 'size', 'sha256')
EVENT_COLUMNS = ('date', 'recorded_on', 'event', 'detail', 'by', 'professional', 'cost', 'recoverable', 'limitation', 'state')
CLAIM_COLUMNS = ('invoice', 'date', 'due_date', 'total', 'principal', 'interest', 'indemnity', 'currency')


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    paper_ids = fields.One2many('recouvrement.proceeding.paper', 'proceeding_id', string="Papers", readonly=True)

    # === PUBLIC METHODS === #

    def export_file(self, as_of=None):
        """The case file: statement, invoices and what is attached to them, reminders and formal notice with their proofs,
        agreements, disputes, limitation events, clauses, documents of the steps; an index, a list of documents (bordereau),
        the chronology and the claim by invoice.

        The statement is of the day on which these facts were first exported; a fact that changed makes a new one, of today.

        :param as_of: day of the figures, date or 'YYYY-MM-DD'; empty: as said above
        :return: {attachment_id, filename, sha256, size in bytes, as_of}; twice the same for the same facts
        :raises AccessError: without the manager or legal role, or for another company
        :raises UserError: for what is no date, a day to come, or a customer made anonymous
        """
        self.ensure_one()
        self._check_role('manager', self.company_id)
        self.check_access('read')
        if self.case_id.anonymised_on:
            raise UserError(self.env._("The personal data of this customer were removed: there is no case file any more."))
        day = self._file_day(as_of)
        return self.sudo()._for_the_file()._export_file(day)._file_answer()

    def _file_day(self, as_of):
        """The day asked for, or False; refused in the language of who asks, not in that of the file."""
        day = self.env['recouvrement.run']._parse_date(as_of) if as_of else False
        if day and day > self.company_id._recouvrement_today():
            raise UserError(self.env._("%(day)s is still to come: a statement is of a day that has begun.", day=day))
        return day

    def action_export_file(self):
        """Make the case file and download it."""
        answer = self.export_file()
        return {'type': 'ir.actions.act_url', 'url': f"/web/content/{answer['attachment_id']}?download=true", 'target': 'self'}

    # === THE ZIP === #

    def _for_the_file(self):
        """In the language of the courts, whoever asks: the words of the file are part of its bytes."""
        lang = 'fr_FR' if self.env['res.lang']._get_code('fr_FR') else 'en_US'
        return self.with_context(lang=lang, tz='Europe/Paris')

    def _export_file(self, asked):
        """The paper of the zip: found when the facts are those of a former one, made otherwise."""
        papers = self.env['recouvrement.proceeding.paper']
        today = self.company_id._recouvrement_today()
        last = papers.search([('proceeding_id', '=', self.id), ('kind', '=', 'file')], limit=1)
        days = [asked] if asked else [*last.mapped('day'), today]
        for day in days:
            facts = self._file_facts(day)
            key = self._file_key(facts)
            found = papers._find(self, 'file', key)
            if found:
                return found
        filename = file_name(self.env._("Case file %(reference)s %(customer)s", reference=self.reference,
                                        customer=self.partner_id.name), 'zip')
        return papers._keep(self, 'file', key, day, filename, zip_bytes(self._zip_content(facts, key, day)[1]))

    def _file_key(self, facts):
        """The fingerprint of the facts."""
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()

    def _zip_content(self, facts, key, day):
        """(rows of the index, [(name, content)]): the printed papers first, then what the records hold."""
        pieces = [self._statement_piece(key, day), *self._sources()]
        rows, files = [], []
        for number, piece in enumerate(pieces, 1):
            stem, _dot, extension = piece['name'].rpartition('.')
            name = f"pieces/{number:03d}-{file_name(stem or piece['label'], file_name(extension)[:5] if stem else 'bin')}"
            rows.append({'number': number, 'kind': piece['kind'], 'label': piece['label'], 'date': piece['date'], 'file': name,
                         'size': len(piece['content']), 'sha256': hashlib.sha256(piece['content']).hexdigest()})
            files.append((name, piece['content']))
        slip = self._slip_paper(key, day, rows, facts)
        return rows, [
            ('index.csv', csv_bytes(INDEX_COLUMNS, rows)), ('bordereau.pdf', slip.attachment_id.raw),
            ('chronology.csv', csv_bytes(EVENT_COLUMNS, facts['events'])),
            ('claim.csv', csv_bytes(CLAIM_COLUMNS, facts['claim'] + facts.get('credits', []))),
            *self._guarantee_files(facts), *files]

    # === FACTS === #

    def _file_facts(self, day):
        """All that the file says, as plain data: its fingerprint tells whether a fact changed."""
        self._print_invoices()
        self.event_ids.invalidate_recordset()  # as the database keeps them: JSON comes back in an order of its own
        claim = self._claim_lines(day)
        return {
            'as_of': day, 'reference': self.reference, 'state': self.state, 'court': self.court, 'title': self.title_kind,
            'professional': self.professional, 'registered': self.registered_number,
            'dates': [self.date_notice, self.date_deposited, self.date_received, self.date_pay_before, self.title_date],
            'parties': [self._party_facts(party) for party in (self.company_id.partner_id, self.partner_id)],
            'claim': self._claim_facts_rows(claim),
            **({'credits': self._credit_facts_rows(claim)} if claim['credit_rows'] else {}),
            'lines': [(line['code'], self._text(line['amount'])) for line in claim['lines']],
            'payments': self._payment_facts(day), 'events': self._event_facts(), 'deadlines': self._deadline_facts(),
            'clauses': [(clause.kind, clause.date_accepted, clause.date_end, clause.proof) for clause in self._clauses()],
            **({'guarantees': self._guarantee_facts()} if self._guarantees() else {}),
            'limitation': self._file_limitation(), 'promises': self._promise_facts(),
            'reminders': [(line.date, line.level_id.name, line.channel, line.state, self._text(line.amount_due))
                          for line in self._reminders_sent()],
            'reports': [(line.date, line.kind, self._text(line.amount), line.name, line.state) for line in self._reported()],
            'pieces': [(piece['kind'], piece['label'], piece['date'], piece['checksum']) for piece in self._sources()],
        }

    def _text(self, amount):
        return self.currency_id._recouvrement_text(amount)

    def _party_facts(self, party):
        return [party.name, party.company_registry, party.vat, party.recouvrement_legal_form,
                party._display_address(without_company=True)]

    def _claim_facts_rows(self, claim):
        return [{
            'invoice': row['move'].name, 'date': row['move'].invoice_date or row['move'].date, 'due_date': row['date_maturity'],
            'total': self._text(row['move'].amount_total), 'currency': row['move'].currency_id.name,
            **{name: self._text(row[name]) for name in ('principal', 'interest', 'indemnity')}}
            for row in sorted(claim['rows'], key=lambda row: (row['date_maturity'], row['move'].id))]

    def _credit_facts_rows(self, claim):
        """The credits deducted, as rows beside those of the invoices."""
        return [{'invoice': row['name'], 'date': row['date'], 'principal': self._text(-row['amount']),
                 'currency': self.currency_id.name} for row in claim['credit_rows']]

    def _payment_facts(self, day):
        """What reduced each invoice up to that day, as its statement says."""
        statements = self.env['recouvrement.engine']._statements(self.item_ids.move_id, day)
        return [(move.name, [(part.date, part.kind, str(part.amount)) for part in getattr(statements[move.id], 'imputations', ())])
                for move in self.item_ids.move_id.sorted('id')]

    def _event_facts(self):
        labels = dict(self._fields['state']._description_selection(self.env))
        return [{
            'date': event.day, 'recorded_on': fields.Datetime.to_string(event.date), 'event': event._action_label(),
            'detail': event.summary, 'by': event.user_id.name, 'professional': event.professional,
            'cost': self._text(event.cost) if event.cost else '', 'recoverable': self._yes(event.cost and event.cost_recoverable),
            'limitation': self._yes(event.interrupts_limitation), 'state': labels[event.state_to],
        } for event in self.event_ids.sorted('id')]

    def _yes(self, flag):
        return self.env._("yes") if flag else ''

    def _deadline_facts(self):
        return [(line.code, line.date, line.state, line.source) for line in self.deadline_ids.sorted('id')]

    def _limitation_events(self):
        """Without the software's proposals that nobody looked at: they are no facts yet."""
        return self.env['recouvrement.limitation.event'].search(
            [('move_id', 'in', self.item_ids.move_id.ids), ('state', '!=', 'proposed')], order='date, id')

    def _file_limitation(self):
        return [(event.display_name, event.date, event.date_end, event.state, event.move_name)
                for event in self._limitation_events()]

    def _promise_facts(self):
        promises = self.env['recouvrement.promise'].search([('item_ids', 'in', self.item_ids.ids)], order='id')
        return [(line.date, line.date_promised, self._text(line.amount), line.state) for line in promises]

    def _reported(self):
        """What those to whom the file was handed over reported."""
        return self.env['recouvrement.handoff.line'].search([('proceeding_id', '=', self.id)], order='date, id')

    def _reminders_sent(self):
        return self.env['recouvrement.reminder'].search(
            [('item_ids', 'in', self.item_ids.ids), ('state', 'in', ('sent', 'uncertain', 'failed'))], order='date, id')

    # === PRINTED PAPERS === #

    def _statement_piece(self, key, day):
        """The statement of that day, printed once for these facts."""
        papers = self.env['recouvrement.proceeding.paper']
        paper = papers._find(self, 'statement', key)
        label = self.env._("Statement of the claim")
        if not paper:
            documents = self._statement_documents(day)
            paper = papers._keep(self, 'statement', key, day, f"{file_name(label)}.pdf",
                                 self.env['recouvrement.letter']._statement_pdf(documents))
        return {'kind': 'statement', 'label': label, 'date': day, 'name': paper.attachment_id.name,
                'content': paper.attachment_id.raw}

    def _slip_paper(self, key, day, rows, facts):
        papers = self.env['recouvrement.proceeding.paper']
        content = self.env['recouvrement.letter']._pdf(
            'recouvrement_plus.report_bordereau_document', 'proceeding', self, self.env.lang,
            day=day, rows=rows, facts=facts, claim=self._claim_lines(day), kinds=self._piece_labels())
        return papers._find(self, 'slip', key) or papers._keep(self, 'slip', key, day, 'bordereau.pdf', content)
