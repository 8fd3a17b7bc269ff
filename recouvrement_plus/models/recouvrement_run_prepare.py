"""Prepare some customers of a day by hand, from the simulator: the same steps as the night, for them only."""
from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementRun(models.Model):
    _inherit = 'recouvrement.run'

    state = fields.Selection(
        selection_add=[('by_hand', "Begun by hand"), ('running',), ('done',), ('taken_over', "Taken over by a later night")],
        ondelete={'by_hand': 'set default', 'taken_over': 'set done'})

    @api.model
    def prepare(self, as_of, case_ids, company_id=None):
        """Prepare now the reminders of some customers, as the night of that day would: one message for each customer,
        currency and night, whoever asks first. The night passes over those that are prepared.

        :param as_of: date or 'YYYY-MM-DD'; the same days as for `execute`
        :param case_ids: ids of the cases
        :return: [{case_id, reminder_ids}]; no id when nothing leaves for that customer that day
        :raises AccessError: without the manager role or for another company
        :raises UserError: for a date that cannot be executed, for what is no list of ids, or while the night itself is at work
        """
        self._check_user('manager')
        company, day = self._company(company_id), self._parse_date(as_of)
        self._check_executable(company, day)
        self._check_ids('case_ids', case_ids)
        cases = self.env['recouvrement.case'].search([('id', 'in', case_ids), ('company_id', '=', company.id)]).sudo()
        run = self.sudo()._prepare_by_hand(company, day, cases.partner_id)
        prepared = self.env['recouvrement.reminder'].sudo().search([
            ('run_id', '=', run.id), ('case_id', 'in', cases.ids), ('state', '!=', 'withdrawn')]).grouped('case_id')
        return [{'case_id': case.id, 'reminder_ids': prepared[case].ids if case in prepared else []} for case in cases]

    @api.model
    def _prepare_by_hand(self, company, day, partners, **how):
        """Prepare for these customers what their night would; `how` as for `_chunk`. Return the run of the day."""
        run = self._start_by_hand(company, day)
        if not run._lock():
            raise UserError(self.env._("The night of %(day)s is at work at this moment. Look again in a minute.", day=day))
        try:
            run._prepare_customers(partners, day, **how)
        finally:
            run._unlock()
        return run

    @api.model
    def _start_by_hand(self, company, day):
        """The run of the day. One that nobody worked on yet is `by_hand`: nothing goes on with it by itself."""
        run = self._start(company, day)
        if run.state == 'running' and not run.date_start:
            run.state = 'by_hand'
        return run

    def _prepare_customers(self, partners, day, **how):
        """The chunk of the night for these customers; one whose data is bad is told at once, nothing is prepared."""
        self._commit()
        self.env.invalidate_all()
        self.env['recouvrement.item']._sync(self.company_id, partners, day)
        self._chunk(partners.ids, **how)
        self._ask_approval(self.company_id)
        self._commit()
