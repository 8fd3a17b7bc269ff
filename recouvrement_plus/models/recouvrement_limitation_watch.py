"""What the scheduled action does for the limitation: propose events, refresh dates, warn. It never moves a date by itself."""
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..engine.limitation_rules import EVENT_KINDS

_logger = logging.getLogger(__name__)

ACTIVITY = 'recouvrement_plus.mail_activity_type_limitation'
LEGAL = 'recouvrement_plus.recouvrement_plus_group_legal'
# Days in which a person should look at a claim that nears its end.
DAYS_TO_ANSWER = 14
# The collector is told first; from this threshold on the legal role as well.
LEGAL_FROM = 30
LISTED = 10
REGISTERED = ('registered_letter', 'electronic_registered')


class RecouvrementLimitationEvent(models.Model):
    _inherit = 'recouvrement.limitation.event'

    @api.model
    def _cron_watch(self):
        """Each night, company by company; the trouble of one must not cost the others their alerts."""
        for company in self.env['res.company'].sudo().search([('active', '=', True)]):
            try:
                with self.env.cr.savepoint():
                    self.env['recouvrement.item']._sync(company)
                    self._watch(company, company._recouvrement_today())
            except Exception:
                _logger.exception("The limitation watch of %s stopped", company.name)
                self.env.invalidate_all()
            self.env['recouvrement.run']._commit()

    @api.model
    def _watch(self, company, as_of):
        """Propose what the records show, refresh the dates, tell what nears its end. Idempotent."""
        self = self.sudo().with_company(company)
        self._propose_payments(company)
        self._propose_agreements(company)
        self._propose_steps(company)
        self._propose_declarations(company)
        self.env['recouvrement.item']._refresh_limitation(company)
        self._tell(company, as_of, self.env['recouvrement.item']._mark_limitation_alerts(company, as_of))

    # === PROPOSE === #

    @api.model
    def _propose_payments(self, company):
        self.env.flush_all()
        rows = self.env['recouvrement.ledger']._debtor_part_payments(company)
        items = self.env['recouvrement.item'].browse([row[0] for row in rows])
        return self.create([
            self._proposal(item, 'part_payment', day, 'payment', source_line_id=line_id)
            for item, (_item_id, _move_id, line_id, day) in zip(items, rows, strict=True)])

    @api.model
    def _propose_agreements(self, company):
        """An instalment agreement that was recorded: the debtor admits the debts that were born before it."""
        holds = self.env['recouvrement.hold'].search([('company_id', '=', company.id), ('kind', '=', 'agreement')])
        known = self._known('source_hold_id', holds)
        signed = self.env['recouvrement.agreement'].search([('hold_ids', 'in', holds.ids)])
        proofs = {hold.id: agreement.proof_id.id for agreement in signed for hold in agreement.hold_ids}
        return self.create([
            self._proposal(item, 'payment_plan', hold.date_from, 'agreement', source_hold_id=hold.id,
                           attachment_id=proofs.get(hold.id, False))
            for hold in holds for item in hold.item_id or hold.case_id.open_item_ids
            if (item.id, hold.id) not in known and item.state == 'open' and item.move_id
            and (item.move_id.invoice_date or item.move_id.date) <= hold.date_from])

    @api.model
    def _propose_steps(self, company):
        """Steps of proceedings that move the limitation by law, and titles obtained."""
        events = self.env['recouvrement.proceeding.event'].search([('company_id', '=', company.id)])
        kinds = {event: kind for event in events if (kind := self._step_kind(event))}
        known = self._known('source_event_id', events)
        return self.create([
            self._proposal(
                item, kind, event.day or event.date.date(), 'proceeding', source_event_id=event.id,
                title=event.proceeding_id.title_kind if kind == 'title' else False,
                attachment_id=(event.document_id or event.attachment_id).id)
            for event, kind in kinds.items() for item in event.proceeding_id.item_ids
            if (item.id, event.id) not in known and item.state == 'open' and item.move_id])

    @api.model
    def _step_kind(self, event):
        """What a step is for the clock, '' when it moves nothing: a registered formal notice counts in insurance alone."""
        if event.action == 'send_notice':
            insured = event.company_id.recouvrement_limitation_nature == 'insurance'
            return 'registered_formal_notice' if insured and (event.facts or {}).get('channel') in REGISTERED else ''
        if event.state_to == 'title' != event.state_from and event.proceeding_id.title_kind:
            return 'title'
        kind = EVENT_KINDS.get(event.limitation_kind or '')
        return kind.code if kind and kind.effect != 'none' else ''

    @api.model
    def _known(self, field, sources):
        return {(event.item_id.id, event[field].id) for event in self.search_fetch(
            [(field, 'in', sources.ids)], ['item_id', field])}

    @api.model
    def _proposal(self, item, kind, day, origin, **source):
        return {'move_id': item.move_id.id, 'move_name': item.move_name, 'item_id': item.id, 'company_id': item.company_id.id,
                'kind': kind, 'date': day, 'origin': origin, **source}

    # === TELL === #

    @api.model
    def _tell(self, company, as_of, told):
        """One open task for each case and person, about everything that nears its end; those that ask for nothing go."""
        kind = self.env.ref(ACTIVITY)
        open_tasks = self.env['mail.activity'].search([
            ('activity_type_id', '=', kind.id), ('res_model', '=', 'recouvrement.case'),
            ('res_id', 'in', self.env['recouvrement.case']._search([('company_id', '=', company.id)]))])
        near = self.env['recouvrement.item'].search([
            ('company_id', '=', company.id), ('state', '=', 'open'), ('limitation_alert', 'in', ('180', '90', '30'))],
            order='limitation_date, id').grouped('case_id')
        concerned = {case.id for case in near}
        open_tasks.filtered(lambda task: task.res_id not in concerned or task.res_id in {case.id for case in told}).unlink()
        vals_list = [
            self._task(kind, case, user, near[case], as_of)
            for case, items in told.items() if case in near for user in self._told(company, case, items)]
        self.env['mail.activity'].with_context(mail_activity_quick_update=True).create(vals_list)

    @api.model
    def _told(self, company, case, items):
        """The collector, and the legal role when it is close or when nobody collects."""
        nearest = min(int(item.limitation_alert) for item in items)
        users = case.user_id
        if not users or nearest <= LEGAL_FROM:
            users |= self.env.ref(LEGAL).all_user_ids.filtered(
                lambda user: user.active and not user.share and user != self.env.ref('base.user_root')
                and company in user.company_ids)
        return users or self.env.ref('base.user_admin')

    @api.model
    def _task(self, kind, case, user, items, as_of):
        env = self.with_context(lang=user.lang).env
        first = items[0].limitation_date
        amount = formatLang(env, sum(items.mapped('amount_at_stake')), currency_obj=case.currency_id)
        rows = Markup().join(Markup("<li>%s</li>") % env._(
            "%(name)s: %(amount)s, safe until %(date)s", name=item.move_name or '',
            amount=formatLang(env, item.amount_at_stake, currency_obj=case.currency_id),
            date=format_date(env, item.limitation_date)) for item in items[:LISTED])
        return {
            'activity_type_id': kind.id, 'res_model_id': self.env['ir.model']._get_id('recouvrement.case'), 'res_id': case.id,
            'user_id': user.id, 'date_deadline': min(fields.Date.add(as_of, days=DAYS_TO_ANSWER), first),
            'summary': env._("Limitation on %(date)s: %(amount)s at stake", date=format_date(env, first), amount=amount),
            'note': Markup("<ul>%s</ul><p>%s</p>") % (rows, env._(
                "Reminders and formal notices, even registered, do not interrupt the limitation: a written acknowledgement, a "
                "payment on account or an action in court does (C. civ. art. 2240 to 2244)."))}
