"""What is inside a handover: one XML of the documented schema, one CSV by invoice, and the case file of each claim."""
import re

from lxml import etree

from odoo import fields, models
from odoo.tools import file_open

from ..exchange.archive import csv_bytes

NAMESPACE = 'urn:recouvrement-plus:handoff:1'
SCHEMAS = ('handoff-1.xsd', 'return-1.xsd')
COLUMNS = ('reference', 'debtor', 'registry', 'person', 'street', 'zip', 'city', 'country', 'email', 'phone', 'invoice', 'date',
           'due_date', 'currency', 'total', 'principal', 'interest', 'indemnity', 'as_of')


class RecouvrementHandoff(models.Model):
    _inherit = 'recouvrement.handoff'

    def _files(self):
        """[(name, content)] of the zip."""
        cases = [(proceeding, *self._case_content(proceeding))
                 for proceeding in self.proceeding_ids._for_the_file().sorted('id')]
        files = [('handoff.xml', self._xml(cases)), ('claims.csv', csv_bytes(COLUMNS, self._csv_rows(cases)))]
        for name in SCHEMAS:
            with file_open(f'recouvrement_plus/data/handoff/{name}', 'rb') as schema:
                files.append((f'schema/{name}', schema.read()))
        for proceeding, _facts, _rows, papers in cases:
            files += [(f'{proceeding.reference}/{name}', content) for name, content in papers]
        return files

    def _case_content(self, proceeding):
        """(facts, rows of the index, papers): those of the case file of today."""
        facts = proceeding._file_facts(proceeding.company_id._recouvrement_today())
        key = proceeding._file_key(facts)
        return facts, *proceeding._zip_content(facts, key, facts['as_of'])

    # === CSV === #

    def _csv_rows(self, cases):
        rows = []
        for proceeding, facts, _index, _papers in cases:
            debtor = proceeding.partner_id
            who = {'reference': proceeding.reference, 'debtor': debtor.name, 'registry': debtor.company_registry,
                   'person': self._person(debtor), 'street': debtor.street, 'zip': debtor.zip, 'city': debtor.city,
                   'country': debtor.country_id.code, 'email': debtor.email, 'phone': debtor.phone, 'as_of': facts['as_of']}
            rows += [who | row for row in facts['claim']]
        return rows

    # === XML === #

    def _xml(self, cases):
        root = etree.Element('handoff', nsmap={None: NAMESPACE}, reference=self.name, date=str(self.date))
        self._party(root, 'creditor', self.company_id.partner_id)
        recipient = self._party(root, 'recipient', self.professional_id)
        recipient.set('kind', self.kind)
        recipient.set('commission-percent', self._commission_text())
        if self.mandate:
            recipient.set('mandate', self._xml_text(self.mandate))
        for proceeding, facts, index, _papers in cases:
            self._case(root, proceeding, facts, index)
        for node in root.iter():
            node.tag = f'{{{NAMESPACE}}}{node.tag}'
        etree.cleanup_namespaces(root)
        return etree.tostring(root, xml_declaration=True, encoding='UTF-8', pretty_print=True)

    def _person(self, partner):
        return 'natural' if partner._recouvrement_is_person() else 'legal'

    def _party(self, parent, tag, partner):
        node = etree.SubElement(parent, tag, person=self._person(partner))
        if tag == 'debtor' and partner.recouvrement_regime:
            node.set('regime', partner.recouvrement_regime)
        values = {
            'name': partner.name, 'legal-form': partner.recouvrement_legal_form, 'registry': partner.company_registry,
            'vat': partner.vat, 'street': partner.street, 'street2': partner.street2, 'zip': partner.zip, 'city': partner.city,
            'country': partner.country_id.code, 'email': partner.email, 'phone': partner.phone}
        for name, value in values.items():
            if value:
                etree.SubElement(node, name).text = self._xml_text(value)
        return node

    def _xml_text(self, text):
        """Without the control characters that no XML holds: one odd name must not keep the other files back."""
        return re.sub(r'[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]', '', text)

    def _case(self, root, proceeding, facts, index):
        case = etree.SubElement(root, 'case', reference=proceeding.reference, state=proceeding.state)
        self._party(case, 'debtor', proceeding.partner_id)
        claim = proceeding._claim_lines(facts['as_of'])
        text = proceeding._text
        node = etree.SubElement(case, 'claim', {
            'as-of': str(facts['as_of']), 'currency': proceeding.currency_id.name, 'penalty-clause': text(claim['penalty_clause']),
            'total': text(claim['total']), **{name: text(claim[name]) for name in ('principal', 'interest', 'indemnity')},
            **({'credits': text(-claim['credits'])} if claim['credits'] else {})})
        for row in facts['claim']:
            etree.SubElement(node, 'invoice', {
                'number': self._xml_text(row['invoice']), 'date': str(row['date']), 'due-date': str(row['due_date']),
                **{name: row[name] for name in ('total', 'principal', 'interest', 'indemnity')}})
        for event in proceeding.event_ids.sorted('id'):
            day = event.day or fields.Date.to_date(event.date)
            etree.SubElement(case, 'step', date=str(day), action=event.action)
        for row in index:
            document = etree.SubElement(case, 'document', {
                name: self._xml_text(str(row[name])) for name in ('number', 'kind', 'label', 'size', 'sha256')},
                file=f"{proceeding.reference}/{row['file']}")
            if row['date']:
                document.set('date', str(row['date']))
