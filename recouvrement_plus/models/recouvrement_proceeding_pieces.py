"""The documents of a proceeding, from wherever they were kept, in the order in which a judge reads them."""
from odoo import fields, models

from ..exchange.archive import file_name


class RecouvrementProceedingPaper(models.Model):
    _inherit = 'recouvrement.proceeding.paper'

    def _file_answer(self):
        """What the public method says of the zip."""
        attachment = self.attachment_id
        return {'attachment_id': attachment.id, 'filename': attachment.name, 'sha256': self.sha256,
                'size': attachment.file_size, 'as_of': fields.Date.to_string(self.day)}


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _piece_labels(self):
        return {
            'statement': self.env._("Statement"), 'invoice': self.env._("Invoice"),
            'delivery': self.env._("Attached to the invoice"),
            'reminder': self.env._("Reminder and its proof"), 'step': self.env._("Document of a step"),
            'agreement': self.env._("Instalment agreement"), 'dispute': self.env._("Dispute"),
            'limitation': self.env._("Limitation"), 'clause': self.env._("Contract clause"), 'guarantee': self.env._("Guarantee"),
             'decision': self.env._("Interest")}

    def _print_invoices(self):
        """Print the invoices of which core has kept no PDF, once: their print is a fact of the file like any other."""
        for move in self.item_ids.move_id:
            self._invoice_copy(move)

    def _sources(self):
        """The documents kept, each once, in order: [{kind, label, date, name, content, checksum}]."""
        found, seen = [], set()
        for kind, collect in (
                ('invoice', self._invoice_documents), ('delivery', self._attached_documents),
                ('reminder', self._reminder_documents),
                ('step', self._step_documents), ('agreement', self._agreement_documents), ('dispute', self._dispute_documents),
                ('limitation', self._limitation_documents), ('clause', self._clause_documents),
                ('guarantee', self._guarantee_documents), ('decision', self._decision_documents)):
            rows = [row for row in collect() if row[2] and row[2].id not in seen]
            for label, day, attachment in sorted(rows, key=lambda row: (str(row[1] or ''), row[2].id)):
                if attachment.id not in seen:
                    seen.add(attachment.id)
                    found.append({'kind': kind, 'label': label, 'date': day, 'name': attachment.name,
                                  'content': attachment.raw or b'', 'checksum': attachment.checksum})
        return found

    # === INVOICES === #

    def _invoice_copy(self, move):
        """The PDF of the invoice: the one that core kept, else one printed once for this file."""
        if move.invoice_pdf_report_id:
            return move.invoice_pdf_report_id
        papers = self.env['recouvrement.proceeding.paper']
        paper = papers._find(self, 'invoice', f'{move.id}')
        if not paper:
            content, kind = self.env['ir.actions.report'].with_context(
                lang=move.partner_id.lang or self.env.lang)._render_qweb_pdf('account.account_invoices', move.ids)
            paper = papers._keep(self, 'invoice', f'{move.id}', move.invoice_date, file_name(move.name, kind), content)
        return paper.attachment_id

    def _invoice_documents(self):
        printed = {paper.key: paper.attachment_id for paper in self.paper_ids if paper.kind == 'invoice'}
        return [(self.env._("Invoice %(number)s", number=move.name), move.invoice_date,
                 move.invoice_pdf_report_id or printed.get(f'{move.id}')) for move in self.item_ids.move_id]

    def _attached_documents(self):
        """Delivery notes, orders, whatever was attached to the invoices."""
        moves = self.item_ids.move_id
        attachments = self.env['ir.attachment'].search([
            ('res_model', '=', 'account.move'), ('res_id', 'in', moves.ids), ('res_field', '=', False),
            ('type', '=', 'binary')], order='id')
        names = {move.id: move.name for move in moves}
        return [(self.env._("%(label)s: %(value)s", label=names[line.res_id], value=line.name),
                 fields.Date.to_date(line.create_date), line) for line in attachments]

    # === WHAT LEFT AND WHAT CAME BACK === #

    def _reminder_documents(self):
        rows = []
        for reminder in self._reminders_sent():
            label = f"{reminder.level_id.name} ({reminder.date})"
            rows += [(label, reminder.date, attachment)
                     for attachment in reminder.attachment_id | reminder.event_ids.sorted('id').attachment_id]
        return rows

    def _step_documents(self):
        """What was printed or received at each step; a letter prepared and never sent is no document of the file."""
        events = self.event_ids.sorted('id')
        sent = 'send_notice' in events.mapped('action')
        return [(attachment.name.rpartition('.')[0] or attachment.name if attachment else '',
                 event.day or fields.Date.to_date(event.date), attachment)
                for event in events if not (sent and event.action == 'prepare_notice')
                for attachment in (event.attachment_id, event.document_id)]

    def _agreement_documents(self):
        agreements = self.env['recouvrement.agreement'].search([('item_ids', 'in', self.item_ids.ids)], order='id')
        return [row for agreement in agreements for row in (
            (agreement.display_name, agreement.date_signed or agreement.date, agreement.proof_id),
            (self.env._("Lapse of the agreement"), agreement.date_end, agreement.lapse_letter_id))]

    def _dispute_documents(self):
        disputes = self.env['recouvrement.dispute'].search([('move_id', 'in', self.item_ids.move_id.ids)], order='id')
        attachments = self.env['ir.attachment'].search([
            ('res_model', '=', disputes._name), ('res_id', 'in', disputes.ids), ('res_field', '=', False)], order='id')
        by_id = {dispute.id: dispute for dispute in disputes}
        return [(by_id[line.res_id].display_name, by_id[line.res_id].date, line) for line in attachments]

    def _limitation_documents(self):
        return [(event.display_name, event.date, attachment) for event in self._limitation_events()
                for attachment in (event.attachment_id, event.end_attachment_id)]

    def _clause_documents(self):
        return [(self.env._("%(clause)s: %(proof)s", clause=clause._kind_label(), proof=clause.proof),
                 clause.date_accepted, clause.attachment_id)
                for clause in self._clauses()]

    def _decision_documents(self):
        facts = self.env['recouvrement.interest.fact'].search([('move_ids', 'in', self.item_ids.move_id.ids)], order='id')
        return [(fact.display_name, fact.date, fact.attachment_id) for fact in facts]
