"""What insolvency proceedings change elsewhere: whom letters reach, what the holds, the case and the customer show."""
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..engine.insolvency import is_prior, written_to
from .recouvrement_insolvency_codes import CAPACITIES
from .sql_arrays import int_array


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _recouvrement_born(self):
        """The day a debt was born for an opening judgment: delivery when it came before the invoice."""
        self.ensure_one()
        issued = self.invoice_date or self.date
        return min(issued, self.delivery_date or issued)


class RecouvrementInsolvency(models.Model):
    _inherit = 'recouvrement.insolvency'

    @api.model
    def _of_cases(self, cases, as_of):
        """{case id: proceedings in force on a day}: opened, not closed, not cancelled."""
        found = self.sudo().search([
            ('case_id', 'in', cases.ids), ('state', '!=', 'cancelled'), ('date_judgment', '<=', as_of),
            '|', ('date_closed', '=', False), ('date_closed', '>', as_of)], order='date_judgment')
        return {record.case_id.id: record for record in found}

    def _addressee(self):
        """(contact, capacity in words) who gets letters about later debts instead of the debtor, else (nobody, '')."""
        self.ensure_one()
        role = written_to(self.kind, self.mission or '')
        contact = {'liquidator': self.holder_id, 'administrator': self.administrator_id}.get(role, self.holder_id.browse())
        if not contact:
            return contact, ''
        words = CAPACITIES[role]._translate(self.env.context.get('lang') or contact.lang or self.env.lang or '')
        return contact, words % {'debtor': self.partner_id.name}

    @api.model
    def _connected_lines(self, case_ids):
        """Ids of the credits that a person found connected with earlier debts."""
        self.flush_model()
        relation = self._fields['connected_line_ids']
        return {row[0] for row in self.env.execute_query(SQL(
            """SELECT link.%s FROM recouvrement_insolvency record JOIN %s link ON link.%s = record.id
                WHERE record.case_id = ANY(%s) AND record.state <> 'cancelled'""",
            SQL.identifier(relation.column2), SQL.identifier(relation.relation), SQL.identifier(relation.column1),
            int_array(case_ids)))}

    # === WORDS === #

    def _headline(self):
        """One sentence for the banners."""
        labels = dict(self._fields['kind']._description_selection(self.env))
        states = dict(self._fields['state']._description_selection(self.env))
        text = self.env._("%(kind)s, judgment of %(day)s. %(state)s", kind=labels[self.kind],
                          day=format_date(self.env, self.date_judgment), state=states[self.state])
        if self.date_declare and self.state in ('to_declare', 'prepared', 'approved') and self.stage != 'closed':
            text += self.env._(", to declare by %(day)s", day=format_date(self.env, self.date_declare))
        return text

    def _open_form(self):
        return {'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'view_mode': 'form'}


class RecouvrementHold(models.Model):
    _inherit = 'recouvrement.hold'

    insolvency_id = fields.Many2one('recouvrement.insolvency', readonly=True, index='btree_not_null', ondelete='restrict')

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get('insolvency_id') or vals.get('kind') == 'insolvency' for vals in vals_list):
            raise UserError(self.env._("The hold of an opening judgment is made by recording the judgment."))
        return super().create(vals_list)

    def write(self, vals):
        """The hold of a judgment ends with the record of the judgment, not by hand; no other hold becomes one: it would hold in
        every company, without anything to prove it."""
        if not self.env.su and vals.get('kind') == 'insolvency':
            raise UserError(self.env._("The hold of an opening judgment is made by recording the judgment."))
        facts = {'date_to', 'date_from', 'kind', 'case_id', 'item_id', 'insolvency_id'} & set(vals)
        if facts and not self.env.su and (self.insolvency_id or 'insolvency_id' in vals):
            raise UserError(self.env._("This hold is that of an opening judgment: record on the insolvency what has become of it."))
        return super().write(vals)


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _claim_facts(self, act_day=None):
        """A judgment stops what was born before it; later debts are sued for like any other (C. com. art. L622-17)."""
        facts = super()._claim_facts(act_day)
        judgments = self.env['recouvrement.engine']._judgments_of(self.partner_id.ids, facts['today']).get(self.partner_id.id, ())
        frozen = any(is_prior(move._recouvrement_born(), day) for day in judgments for move in self.item_ids.move_id)
        return {**facts, 'insolvent': frozen, 'not_insolvent': not frozen}

    def _addressee(self):
        """(who gets the letters, in which capacity): the office-holder when the debtor has no powers any more."""
        today = self.company_id._recouvrement_today()
        record = self.env['recouvrement.insolvency']._of_cases(self.case_id, today).get(self.case_id.id)
        contact, capacity = record._addressee() if record else (self.partner_id.browse(), '')
        return (contact, capacity) if contact else (self.partner_id, '')


class RecouvrementReminder(models.Model):
    _inherit = 'recouvrement.reminder'

    insolvency_id = fields.Many2one('recouvrement.insolvency', readonly=True, index='btree_not_null', ondelete='restrict')

    @api.model
    def _office_holder_vals(self, record, channel):
        """Messages about later debts are addressed to the office-holder when the debtor has no powers."""
        contact, _capacity = record._addressee()
        if not contact:
            return {}
        if channel != 'registered':
            channel = 'email' if channel == 'email' and contact.email else 'letter'
        return {'contact_id': contact.id, 'contact_ids': [], 'channel': channel,
                'email_to': contact.email if channel == 'email' else False, 'insolvency_id': record.id}

    def _refuse_or_refresh(self):
        """A judgment or a new office-holder since the message was prepared: it goes to him, or not at all."""
        record = self.env['recouvrement.insolvency']._of_cases(self.case_id, self._as_of()).get(self.case_id.id)
        vals = self._office_holder_vals(record, self.channel) if record else {}
        if vals and (self.contact_ids or self.contact_id).ids != [vals['contact_id']]:
            if vals['channel'] != self.channel:
                self._withdraw_one('no_contact')
                return True
            self.write({**vals, 'contact_ids': [fields.Command.set(vals['contact_ids'])]})
            self.mail_id.recipient_ids = [fields.Command.set(self.contact_id.ids)]
        return super()._refuse_or_refresh()

    def _capacity(self):
        """The words under the office-holder's name, empty for the customer itself."""
        return self.insolvency_id._addressee()[1] if self.insolvency_id else ''

    def _contents(self, template, lang):
        contents = super()._contents(template, lang)
        for reminder in self.filtered('insolvency_id'):
            record = reminder.insolvency_id.with_context(lang=lang)
            note = self.env['ir.qweb'].with_context(lang=lang)._render('recouvrement_plus.reminder_to_office_holder', {
                'reminder': reminder.with_context(lang=lang), 'insolvency': record, 'capacity': record._addressee()[1]})
            content = contents[reminder.id]
            content['body_html'] = Markup('%s%s') % (Markup(note), Markup(content['body_html']))
        return contents


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    insolvency_ids = fields.One2many('recouvrement.insolvency', 'case_id', readonly=True)
    insolvency_id = fields.Many2one('recouvrement.insolvency', compute='_compute_insolvency_id', string="Insolvency proceedings")
    insolvency_text = fields.Char(compute='_compute_insolvency_id')

    @api.depends('insolvency_ids.state', 'insolvency_ids.stage')
    @api.depends_context('lang')
    def _compute_insolvency_id(self):
        for case in self:
            record = case.insolvency_ids.filtered(lambda one: one.state != 'cancelled')[:1]
            case.insolvency_id, case.insolvency_text = record, record and record._headline()

    def _merge_into(self, target):
        self.env['recouvrement.insolvency'].search([('case_id', 'in', self.ids)]).write({'case_id': target.id})
        self.env['recouvrement.bodacc'].search([('case_id', 'in', self.ids)]).write({'case_id': target.id})
        return super()._merge_into(target)

    def action_record_insolvency(self):
        """Open the window that records an opening judgment."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Record insolvency proceedings"), 'target': 'new',
            'res_model': 'recouvrement.insolvency.record', 'view_mode': 'form', 'context': {'default_case_id': self.id}}

    def action_open_insolvency(self):
        self.ensure_one()
        return self.insolvency_id._open_form()


class ResPartner(models.Model):
    _inherit = 'res.partner'

    recouvrement_insolvency_ids = fields.One2many(
        'recouvrement.insolvency', 'partner_id', string="Insolvency proceedings", readonly=True,
        groups='recouvrement_plus.recouvrement_plus_group_officer')

    def action_recouvrement_record_insolvency(self):
        """Open the case of the customer, then the window that records a judgment."""
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer')
        case = self.env['recouvrement.case'].sudo()._get_or_create(self.env.company, {self.commercial_partner_id.id})
        return case[self.commercial_partner_id.id].with_env(self.env).action_record_insolvency()
