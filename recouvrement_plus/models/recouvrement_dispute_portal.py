"""What a customer states on the page of his invoice: that he contests it, or that it was paid. He reads nothing else of ours."""
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import replies
from .recouvrement_dispute import REASONS

MAX_FILES = 5
MAX_BYTES = 10 * 1024 * 1024


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _recouvrement_is_of(self, user):
        """Whether this customer invoice is one of the user's company, who may then state something about it."""
        self.ensure_one()
        return (not user._is_public() and self.move_type == 'out_invoice' and self.state == 'posted'
                and user.partner_id.commercial_partner_id == self.commercial_partner_id)

    # === THE PAGE === #

    def _recouvrement_portal_values(self):
        """What the page shows: what may be contested, what is contested already, in plain data.

        :return: {free, reasons: [(code, label)], today, running: [{date, reason, amount, state}], announced}
        """
        self.ensure_one()
        Dispute, env = self.env['recouvrement.dispute'].sudo(), self.env
        reasons = Dispute._fields['reason']._description_selection(env)
        states = dict(Dispute._fields['state']._description_selection(env))
        running = [{'date': one.date, 'reason': dict(reasons)[one.reason], 'amount': one.amount, 'state': states[one.state]}
                   for one in Dispute._open_of(self).sorted('id')]
        return {'free': self._recouvrement_contestable(), 'reasons': reasons, 'running': running,
                'today': self.company_id._recouvrement_today(), 'announced': bool(self._recouvrement_announced())}

    def _recouvrement_contestable(self):
        """What is unpaid and not contested yet."""
        parts = self.env['recouvrement.dispute']._free_parts(self)
        # The night has not looked at a new invoice yet: nothing of it is contested.
        return sum(parts.values()) if parts else self.amount_residual

    def _recouvrement_announced(self):
        """The announcements in force for this invoice."""
        items = self.env['recouvrement.dispute']._items_of(self)
        holds = items.hold_ids | items.case_id.hold_ids.filtered(lambda hold: not hold.item_id)
        return holds.filtered(lambda hold: hold.kind == 'announced' and hold._in_force())

    # === STATEMENTS === #

    def _recouvrement_contest(self, reason, amount, note, files):
        """Open the dispute that the customer states, with its documents; a task for its owner.

        :param reason: code of the reason
        :param amount: as the customer wrote it; empty: all that is unpaid
        :param note: his words, required
        :param files: uploaded files, each with `filename` and `read`
        :return: the dispute
        :raises UserError: for an unknown reason, no words, an amount above what is unpaid, the same dispute twice
        """
        self.ensure_one()
        if reason not in dict(REASONS):
            raise UserError(self.env._("Choose the reason for which you contest this invoice."))
        if not (note or '').strip():
            raise UserError(self.env._("Say in a few words what you contest."))
        documents = self._recouvrement_uploaded(files)
        self._recouvrement_one_at_a_time()
        self._recouvrement_check_not_said(reason)
        text = (amount or '').replace('\N{NARROW NO-BREAK SPACE}', '').replace('\N{NO-BREAK SPACE}', '').replace(' ', '')
        dispute = self.env['recouvrement.dispute'].create({
            'move_id': self.id, 'reason': reason, 'note': note.strip(), 'origin': 'portal',
            'contact_id': self.env.user.partner_id.id,
            'amount': self._recouvrement_disputed_amount(text.replace(',', '.') or None)})
        dispute._attach(documents)
        return dispute

    def _recouvrement_say_paid(self, day):
        """Leave the invoice in peace for the days of grace after the payment that the customer announces.

        A person confirms it or lifts it, as for a payment announced in an answer. Announced again while no money has come,
        it is a task for the collector and gives no new days.

        :param day: 'YYYY-MM-DD', today at the latest
        :raises UserError: for no date, a day to come, a settled invoice, a second announcement
        """
        self.ensure_one()
        today, run = self.company_id._recouvrement_today(), self.env['recouvrement.run']
        day = run._parse_date(day or '')
        if day > today or day < (self.invoice_date or self.date):
            raise UserError(self.env._("Give the day on which the payment left: between the invoice date and today."))
        self._recouvrement_one_at_a_time()
        items = self.env['recouvrement.dispute']._items_of(self)
        if not items:
            raise UserError(self.env._("Nothing is owed on this invoice any more."))
        if self._recouvrement_announced():
            raise UserError(self.env._("You have announced this payment already: we are waiting for it."))
        words = self.env._("Portal: %(invoice)s paid on %(day)s, says %(contact)s", invoice=self.name,
                           day=format_date(self.env, day), contact=self.env.user.partner_id.name)
        announced = replies.Announcement(day, words)
        if self._recouvrement_announced_in_vain(items, today):
            self._recouvrement_note_announced_again(items.case_id, words)
        else:
            items.case_id._propose_announced(announced, today, items)

    def _recouvrement_announced_in_vain(self, items, today):
        """Whether a payment of this invoice was announced before, and no money has come for it."""
        before = items.hold_ids.filtered(lambda hold: hold.kind == 'announced')
        if not before:
            return False
        # the bank may date the money a few days before the customer spoke of it
        since = fields.Date.subtract(max(before.mapped('date_from')), days=self.company_id.recouvrement_grace_days)
        reductions = self.env['recouvrement.ledger']._reductions(items.move_line_id.ids, today)
        return not any(kind == 'payment' and day >= since for parts in reductions.values() for day, _amount, kind, _move in parts)

    def _recouvrement_note_announced_again(self, case, words):
        """The reminders go on; the task that asks whether the money has arrived says it, one for each invoice."""
        kind, today = self.env.ref('recouvrement_plus.mail_activity_type_announced'), self.company_id._recouvrement_today()
        summary = self.env._("Announced again, no money has come. %(words)s", words=words)
        task = case.activity_ids.filtered(lambda task: task.activity_type_id == kind and self.name in (task.summary or ''))[:1]
        if task:
            task.write({'summary': summary, 'date_deadline': today})
        else:
            case.activity_schedule(
                'recouvrement_plus.mail_activity_type_announced', date_deadline=today, user_id=case._collector().id,
                summary=summary)

    # === CHECKS === #

    def _recouvrement_one_at_a_time(self):
        """Bring the customer's instalments in step, and let a second click wait: it is tried again and finds the first."""
        company, partner = self.company_id, self.commercial_partner_id
        self.env['recouvrement.item']._sync(company, partner)
        case = self.env['recouvrement.case']._get_or_create(company, {partner.id})[partner.id]
        self.env.cr.execute("UPDATE recouvrement_case SET write_date = write_date WHERE id = %s", [case.id])

    def _recouvrement_check_not_said(self, reason):
        """The same dispute once: open, or found to be wrong already."""
        disputes = self.env['recouvrement.dispute'].search([('move_id', '=', self.id), ('reason', '=', reason)])
        if disputes.filtered(lambda one: one.state != 'closed'):
            raise UserError(self.env._("You contest this invoice for this reason already: we are looking into it."))
        if disputes.filtered(lambda one: one.outcome == 'unfounded'):
            raise UserError(self.env._("We have answered this already. Write to us if you do not agree with our answer."))

    def _recouvrement_uploaded(self, files):
        """[(name, content)] of what was uploaded."""
        files = [one for one in files or () if one.filename]
        if len(files) > MAX_FILES:
            raise UserError(self.env._("Attach %(count)s files at most.", count=MAX_FILES))
        found = [(one.filename, one.read(MAX_BYTES + 1)) for one in files]
        if any(len(content) > MAX_BYTES for _name, content in found):
            raise UserError(self.env._("A file may be of %(size)s MB at most.", size=MAX_BYTES // 1024 ** 2))
        return found


class RecouvrementDispute(models.Model):
    _inherit = 'recouvrement.dispute'

    origin = fields.Selection(
        selection=[
            ('user', "A colleague"), ('call', "Phone call"), ('reply', "Answer to a reminder"), ('portal', "Customer portal")],
        default='user', required=True, readonly=True, index=True)
    contact_id = fields.Many2one('res.partner', string="Stated by", readonly=True, ondelete='set null')
    product_categ_id = fields.Many2one(
        'product.category', string="Product category", compute='_compute_product_categ_id', compute_sudo=True, store=True,
        help="The one with the largest amount on the invoice: a dispute names no line.")

    @api.depends('move_id')
    def _compute_product_categ_id(self):
        for dispute in self:
            amounts = {}
            for line in dispute.move_id.invoice_line_ids.filtered('product_id'):
                category = line.product_id.categ_id
                amounts[category] = amounts.get(category, 0.0) + line.price_subtotal
            dispute.product_categ_id = max(amounts, key=lambda category: (amounts[category], -category.id), default=False)

    def _came_from(self, origin, contact_id=None):
        """Keep how the customer stated it, and who."""
        self.filtered(lambda dispute: dispute.origin == 'user').write({'origin': origin, 'contact_id': contact_id})
