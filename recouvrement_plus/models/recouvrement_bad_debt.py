"""Doubtful and bad debts: each operation is one entry, prepared here, posted by an accountant, and reversible."""
from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import bad_debts

KINDS = [
    ('doubtful', "Doubtful transfer"),
    ('provision', "Provision"),
    ('write_off', "Write-off"),
]
STATES = [('draft', "To be posted"), ('posted', "Posted"), ('cancelled', "Cancelled")]
GROUNDS = [
    ('liquidation', "Judicial liquidation"),
    ('certificate', "Certificate of irrecoverability"),
    ('enforcement', "Enforcement without result"),
    ('disappeared', "Debtor cannot be found"),
    ('prescribed', "Claim time-barred"),
    ('abandoned', "Given up by decision"),
]
MONEY = ('amount', 'net', 'vat_recovered', 'vat_cancelled', 'doubtful_change', 'provision_change')


class RecouvrementBadDebt(models.Model):
    _name = 'recouvrement.bad.debt'
    _description = "Doubtful or bad debt"
    _order = 'date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', string="Customer", store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    proceeding_id = fields.Many2one('recouvrement.proceeding', readonly=True, index='btree_not_null', ondelete='restrict')
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    date = fields.Date(string="Accounting date", required=True, readonly=True)
    state = fields.Selection(
        STATES, compute='_compute_state', store=True, default='draft', readonly=True, index=True,
        help="As the entry is in the books: a draft, posted, or deleted or reversed.")
    user_id = fields.Many2one('res.users', string="Prepared by", readonly=True, default=lambda self: self.env.user)
    ground = fields.Selection(GROUNDS, readonly=True, help="Why the claim is given up.")
    date_event = fields.Date(string="Irrecoverable since", readonly=True,
                             help="Day of the judgment of liquidation, of the certificate, of the last act.")
    vat_deadline = fields.Date(string="VAT to be deducted by", compute='_compute_vat_deadline')
    reason = fields.Char(readonly=True)
    certificate_id = fields.Many2one('ir.attachment', string="Proof", readonly=True, ondelete='restrict')
    line_ids = fields.One2many('recouvrement.bad.debt.line', 'debt_id', readonly=True)
    amount = fields.Monetary(string="Claim with tax", compute='_compute_amounts', store=True)
    net = fields.Monetary(string="Loss", compute='_compute_amounts', store=True)
    vat_recovered = fields.Monetary(string="VAT recovered", compute='_compute_amounts', store=True)
    vat_cancelled = fields.Monetary(string="Pending VAT cancelled", compute='_compute_amounts', store=True)
    doubtful_change = fields.Monetary(string="Doubtful", compute='_compute_amounts', store=True)
    provision_change = fields.Monetary(string="Impairment", compute='_compute_amounts', store=True)
    warnings = fields.Json(string="Warning codes", readonly=True)
    warning_text = fields.Char(string="Warnings", compute='_compute_warning_text')
    entry_ids = fields.One2many('account.move', 'recouvrement_bad_debt_id', string="Entries", readonly=True)
    move_id = fields.Many2one('account.move', string="Entry", compute='_compute_move_id', compute_sudo=True)
    reversal_id = fields.Many2one('account.move', compute='_compute_move_id', compute_sudo=True)
    date_cancelled = fields.Date(string="Reversed on", compute='_compute_state', store=True)
    cancel_reason = fields.Char(readonly=True)
    cancelled_by_id = fields.Many2one('res.users', readonly=True)
    document_ids = fields.Many2many('ir.attachment', string="Corrective invoices", readonly=True)

    # === COMPUTE === #

    @api.depends('entry_ids.state', 'entry_ids.date', 'entry_ids.reversal_move_ids.state', 'entry_ids.reversal_move_ids.date')
    def _compute_state(self):
        """Read from the books: what the accountant does there is what happened."""
        for debt in self:
            move = debt._entry()
            reversal = debt._reversal()
            debt.state = 'cancelled' if reversal or (debt.id and not move) else move.state or 'draft'
            debt.date_cancelled = reversal.date

    @api.depends('entry_ids.state', 'entry_ids.reversal_move_ids.state')
    def _compute_move_id(self):
        for debt in self:
            debt.move_id = debt._entry()
            debt.reversal_id = debt._reversal()

    def _entry(self):
        return self.entry_ids.filtered(lambda move: move.state != 'cancel')[:1]

    def _reversal(self):
        return self._entry().reversal_move_ids.filtered(lambda move: move.state == 'posted')[:1]

    @api.depends(*(f'line_ids.{name}' for name in MONEY))
    def _compute_amounts(self):
        for debt in self:
            for name in MONEY:
                debt[name] = sum(debt.line_ids.mapped(name))

    @api.depends('date_event')
    def _compute_vat_deadline(self):
        for debt in self:
            debt.vat_deadline = debt.date_event and bad_debts.vat_deadline(debt.date_event)

    @api.depends('warnings')
    @api.depends_context('lang')
    def _compute_warning_text(self):
        for debt in self:
            debt.warning_text = self._warning_sentences(debt.warnings or [])

    @api.depends('kind', 'partner_id', 'date')
    @api.depends_context('lang')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for debt in self:
            debt.display_name = f"{labels.get(debt.kind, '')} - {debt.partner_id.name or ''} ({format_date(self.env, debt.date)})"

    @api.model
    def _warning_sentences(self, codes):
        words = {
            'vat_ground': self.env._("The VAT paid on these invoices stays a loss: the claim is not definitively irrecoverable in "
                                     "the sense of CGI art. 272-1 (a date and a ground that proves it are needed)."),
            'vat_too_late': self.env._("The VAT stays a loss: it could be deducted until 31 December of the second year."),
            'vat_unknown': self.env._("An entry without tax detail (opening balance): its VAT is not known, nothing is recovered."),
        }
        return " ".join(words[code] for code in codes) or False

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("A doubtful or bad debt is kept with its entry: it is cancelled, never deleted."))

    # === POSITIONS === #

    @api.model
    def _positions(self, items, as_of=None):
        """{item id: {'doubtful', 'provision'}} of what was posted and not reversed, now or on a past closing date."""
        domain = [('item_id', 'in', items.ids), ('debt_id.state', '=', 'posted')]
        if as_of:
            domain = [('item_id', 'in', items.ids), *self._domain_at(as_of)]
        result = defaultdict(lambda: {'doubtful': Decimal(0), 'provision': Decimal(0)})
        for line in self.env['recouvrement.bad.debt.line'].sudo().search(domain):
            result[line.item_id.id]['doubtful'] += line._decimal('doubtful_change')
            result[line.item_id.id]['provision'] += line._decimal('provision_change')
        return result

    @api.model
    def _domain_at(self, as_of):
        """Lines that the books held on a date: posted with a date up to then, and reversed later, if ever."""
        return [('debt_id.date', '<=', as_of), '|', ('debt_id.state', '=', 'posted'),
                '&', ('debt_id.state', '=', 'cancelled'), ('debt_id.date_cancelled', '>', as_of)]

    # === DATA === #

    def _result(self):
        """An operation as plain data."""
        self.ensure_one()
        text = self.currency_id._recouvrement_text
        return {
            'id': self.id, 'kind': self.kind, 'state': self.state, 'date': str(self.date), 'case_id': self.case_id.id,
            'partner_id': self.partner_id.id, 'currency': self.currency_id.name, 'ground': self.ground or '',
            **{name: text(self[name]) for name in MONEY},
            'vat_deadline': str(self.vat_deadline or ''), 'warnings': self.warnings or [],
            'move_id': self.move_id.id, 'move_name': self.move_id.name or '', 'reversal_id': self.reversal_id.id,
            'lines': [line._result() for line in self.line_ids],
            'entry': [{'account': line.account_id.code, 'label': line.name or '', 'debit': text(line.debit),
                       'credit': text(line.credit)} for line in self.move_id.line_ids],
        }

    def action_open_entry(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'account.move', 'res_id': self.move_id.id, 'view_mode': 'form'}

    def action_post(self):
        self.post()
        return True

    @api.model
    def _decode(self, proof):
        """The proof given: {filename, datas (base64)}.

        :raises UserError: for anything else
        """
        name, content = self.env['ir.attachment']._recouvrement_file(proof)
        if not (name and content):
            raise UserError(self.env._("The proof is a file: its name and its content."))
        return proof
