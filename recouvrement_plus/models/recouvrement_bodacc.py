"""Announcements of the BODACC about our customers: proposed, never applied alone. A person accepts or refuses each."""
import base64
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..bodacc import announcements, ask
from ..ecb.errors import FetchError
from ..engine.debtors import siren_of
from .recouvrement_insolvency_codes import KINDS
from .recouvrement_rate_event import ERROR_SELECTION

_logger = logging.getLogger(__name__)

ADDRESS_PARAMETER = 'recouvrement_plus.bodacc_address'
ACTIVITY = 'recouvrement_plus.mail_activity_type_bodacc'
# Announcements are asked for again for this time: one published late, or a customer that has come since, is not missed.
OVERLAP_DAYS = 90
EVENTS = [('opening', "Opening"), ('conversion', "Conversion"), ('plan', "Plan adopted"), ('claims', "List of claims filed"),
          ('closing', "Closing"), ('other', "Other")]
TYPES = [('announcement', "Announcement"), ('correction', "Correction"), ('cancellation', "Cancellation")]
# The step that an announcement proposes on proceedings recorded already.
STEPS = {'conversion': 'convert', 'plan': 'adopt_plan', 'closing': 'close_procedure'}


class RecouvrementBodacc(models.Model):
    _name = 'recouvrement.bodacc'
    _description = "BODACC announcement about a customer"
    _order = 'date_published desc, id desc'
    _rec_name = 'reference'

    # found by the unique index that begins with it
    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True, string="Customer")
    siren = fields.Char(string="SIREN", required=True, readonly=True)
    reference = fields.Char(string="Announcement", required=True, readonly=True)
    date_published = fields.Date(string="Published on", required=True, readonly=True)
    type = fields.Selection(TYPES, required=True, readonly=True)
    event = fields.Selection(EVENTS, string="About", required=True, readonly=True)
    kind = fields.Selection(KINDS, string="Kind of proceedings", readonly=True)
    date_judgment = fields.Date(string="Judgment of", readonly=True)
    name_published = fields.Char(string="Name published", readonly=True)
    court = fields.Char(readonly=True)
    nature = fields.Char(readonly=True)
    text = fields.Text(readonly=True)
    address = fields.Char(string="Where to read it", readonly=True)
    origin = fields.Char(string="Read in", required=True, readonly=True)
    state = fields.Selection(
        [('proposed', "To look at"), ('accepted', "Accepted"), ('refused', "Refused")], default='proposed', required=True,
        readonly=True, index=True)
    insolvency_id = fields.Many2one('recouvrement.insolvency', readonly=True, index='btree_not_null', ondelete='restrict')
    decided_by_id = fields.Many2one('res.users', string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    refuse_reason = fields.Char(readonly=True)

    _once = models.UniqueIndex('(case_id, reference)', "This announcement is known already.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("Announcements are kept with what was decided about them: refuse what is wrong."))

    # === READ === #

    @api.model
    def look_up(self, company_id=None):
        """Ask the BODACC's open data about the customers of a company that owe something, and propose what is new.

        :return: {proposals: [id], error: reason code or ''}
        :raises AccessError: without the manager or the legal role
        """
        company = self.env['recouvrement.run']._company(company_id)
        self.env['recouvrement.insolvency']._check_role('manager', company)
        return self.sudo()._look_up(company)

    @api.model
    def import_file(self, content, filename='', company_id=None):
        """Propose the announcements of a file exported from the open data (JSON: a list, or an answer of the interface).

        :param content: the file in base64
        :return: {read: number of announcements of insolvency, proposals: [id]}
        :raises AccessError: without the manager or the legal role
        :raises UserError: when the file cannot be read; nothing is proposed then
        """
        company = self.env['recouvrement.run']._company(company_id)
        self.env['recouvrement.insolvency']._check_role('manager', company)
        try:
            body = base64.b64decode(content or '', validate=True)
            if len(body) > ask.LIMITS.size:
                raise FetchError('too_large', len(body))
            found, _total = announcements.parse(body, company._recouvrement_today())
        except FetchError as error:
            raise UserError(self.env._("The file cannot be used: %(reason)s (%(detail)s). Nothing was proposed.",
                                       reason=self._reason(error.reason), detail=error.detail)) from error
        except ValueError as error:
            raise UserError(self.env._("Give the file in base64.")) from error
        proposals = self.sudo()._propose(company, found, filename or self.env._("File"))
        return {'read': len(found), 'proposals': proposals.ids}

    @api.model
    def _cron_look_up(self):
        """The scheduled look-up, company by company: what goes wrong is a task of the managers, never a night lost."""
        for company in self.env['res.company'].sudo().search([('active', '=', True)]):
            if self._customers(company):
                company._recouvrement_spoken(self.sudo())._look_up(company)

    @api.model
    def _look_up(self, company):
        address = self.env['ir.config_parameter'].get_param(ADDRESS_PARAMETER) or ''
        today = company._recouvrement_today()
        sirens = self._customers(company)
        try:
            with self.env.cr.savepoint():
                found = ask.announced(address, sirens, self._since(company, today), today) if sirens else []
                proposals = self._propose(company, found, address)
        except FetchError as error:
            return self._failed(company, error.reason, f"{error.detail} {address}".strip())
        except Exception as error:
            # A look-up must never cost the night: the trace is in the log, the task on the managers' desk.
            _logger.warning("The look-up of the BODACC failed", exc_info=True)
            return self._failed(company, 'internal', type(error).__name__)
        return {'proposals': proposals.ids, 'error': ''}

    @api.model
    def _since(self, company, today):
        """The first day asked for: with an overlap, so that what was published late is not missed."""
        return today - timedelta(days=OVERLAP_DAYS)

    @api.model
    def _customers(self, company):
        """{SIREN: [case id]} of the customers of a company that have something open."""
        cases = self.env['recouvrement.case'].sudo().search([('company_id', '=', company.id), ('state', '!=', 'closed')])
        found = {}
        for case in cases:
            siren = siren_of(case.partner_id.company_registry or '')
            if siren:
                found.setdefault(siren, []).append(case.id)
        return found

    @api.model
    def _propose(self, company, found, origin):
        """Make a proposal of each announcement about a customer, once; a task for the collector of each."""
        customers = self._customers(company)
        cases = {case for siren in customers for case in customers[siren]}
        known = {(row.case_id.id, row.reference) for row in self.search([('case_id', 'in', list(cases))])}
        vals_list = []
        for one in found:
            for siren in one.sirens:
                for case_id in customers.get(siren, ()):
                    if (case_id, one.reference) not in known:
                        known.add((case_id, one.reference))
                        vals_list.append(self._vals(company, case_id, siren, one, origin))
        proposals = self.create(vals_list)
        for proposal in proposals:
            proposal._tell()
        return proposals

    @api.model
    def _vals(self, company, case_id, siren, one, origin):
        return {
            'case_id': case_id, 'company_id': company.id, 'siren': siren, 'reference': one.reference,
            'date_published': one.published, 'type': one.type, 'event': one.event or 'other', 'kind': one.kind or False,
            'date_judgment': one.judgment, 'name_published': one.name, 'court': one.court, 'nature': one.nature,
            'text': one.text, 'address': one.address, 'origin': origin}

    def _tell(self):
        labels = dict(self._fields['event']._description_selection(self.env))
        self.case_id.activity_schedule(
            ACTIVITY, date_deadline=self.company_id._recouvrement_today(),
            user_id=(self.case_id.user_id or self.env.ref('base.user_admin')).id,
            summary=self.env._("BODACC: %(event)s, announcement %(reference)s", event=labels[self.event], reference=self.reference))

    @api.model
    def _failed(self, company, reason, note):
        _logger.info("BODACC not read: %s %s", reason, note)
        managers = self.env.ref('recouvrement_plus.recouvrement_plus_group_manager').all_user_ids
        case = self.env['recouvrement.case'].search([('company_id', '=', company.id), ('state', '!=', 'closed')], limit=1)
        kind = self.env.ref('recouvrement_plus.mail_activity_type_bodacc_fetch')
        waiting = self.env['mail.activity'].search_count([('activity_type_id', '=', kind.id)], limit=1)
        for user in managers.filtered(lambda user: user.active and not user.share and company in user.company_ids):
            if case and not waiting:
                words = self.with_context(lang=user.lang)
                case.activity_schedule(
                    kind.get_external_id()[kind.id], company._recouvrement_today(), user_id=user.id,
                    summary=words.env._("The BODACC could not be read: %(reason)s", reason=words._reason(reason)), note=note)
        return {'proposals': [], 'error': reason}

    @api.model
    def _reason(self, code):
        labels = dict(self.env['recouvrement.rate.event']._fields['error']._description_selection(self.env))
        own = {'other_series': self.env._("other data"), 'unreadable': self.env._("it is no list of announcements"),
               'implausible': self.env._("days that cannot be"), 'too_large': self.env._("it is too large"),
               'hostile': self.env._("it is nested beyond reason")}
        return own.get(code) or labels.get(code) or dict(ERROR_SELECTION).get(code, code)

    # === DECIDE === #

    def action_accept(self):
        """Open the window that records what the announcement says; nothing is written before the person confirms."""
        self.ensure_one()
        self.env['recouvrement.insolvency']._check_role('manager', self.company_id)
        if self.state != 'proposed':
            raise UserError(self.env._("This announcement is decided already."))
        record = self.case_id.insolvency_id
        context = {'default_bodacc_id': self.id, 'default_case_id': self.case_id.id}
        if self.event in STEPS and record:
            return record._open_step(STEPS[self.event], {
                'default_bodacc_id': self.id, 'default_done_on': self.date_judgment, 'default_kind': self.kind,
                'default_reference': self.reference})
        if self.event == 'opening' and record and not record.date_published:
            return record._open_step('record_publication', {
                'default_bodacc_id': self.id, 'default_published_on': self.date_published, 'default_reference': self.reference})
        return {**self.case_id.action_record_insolvency(), 'context': context}

    def refuse(self, reason):
        """Turn announcements down (a company of the same name, nothing owed); they are not proposed again.

        :return: [{id, state}]
        :raises AccessError: without the manager or the legal role
        """
        self.env['recouvrement.insolvency']._check_role('manager', self.company_id)
        self.check_access('read')
        if not (reason or '').strip():
            raise UserError(self.env._("Say why the announcement is refused: the reason stays in the history."))
        if self.filtered(lambda one: one.state != 'proposed'):
            raise UserError(self.env._("This announcement is decided already."))
        self.sudo()._decide('refused', refuse_reason=reason)
        return [{'id': one.id, 'state': one.state} for one in self]

    def _check_case(self, case):
        """An announcement is answered on the customer that it is about.

        :raises UserError: on another one
        """
        if self and self.case_id != case:
            raise UserError(self.env._("The announcement %(reference)s is about another customer.", reference=self.reference))

    def _decide(self, state, **vals):
        self.lock_for_update()
        self.write({'state': state, 'decided_by_id': self.env.uid, 'decided_on': fields.Datetime.now(), **vals})
        kind = self.env.ref(ACTIVITY)
        for one in self:
            one.case_id.activity_ids.filtered(
                lambda task, one=one: task.activity_type_id == kind and one.reference in (task.summary or '')).unlink()

    def action_refuse(self):
        """Ask for the reason."""
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Refuse the announcement"), 'target': 'new',
            'res_model': 'recouvrement.bodacc.refuse', 'view_mode': 'form', 'context': {'default_bodacc_ids': self.ids}}

    def action_look_up(self):
        """The button of `look_up`: look up, then show what waits."""
        result = self.look_up()
        if result['error']:
            raise UserError(self.env._("The BODACC could not be read: %(reason)s", reason=self._reason(result['error'])))
        return self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_bodacc_action')
