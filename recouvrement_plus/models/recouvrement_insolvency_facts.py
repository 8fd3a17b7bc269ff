"""What is true of insolvency proceedings now, read from the records, and what a person may state: checked, typed, never more."""
from odoo import models
from odoo.exceptions import UserError

from ..engine import insolvency
from ..engine.insolvency_deadlines import creditor_territory, declaration_months
from ..engine.insolvency_table import TO_DECLARE_STATES
from .recouvrement_insolvency_codes import CONDITIONS, FACTS, SELECTIONS


class RecouvrementInsolvency(models.Model):
    _inherit = 'recouvrement.insolvency'

    _rules = insolvency
    _link = 'insolvency_id'
    _choices = SELECTIONS
    _words = FACTS | CONDITIONS

    # === READ === #

    def _facts(self, stated):
        """What is true now, from the records, with what the person states added."""
        self.ensure_one()
        today = self.company_id._recouvrement_today()
        actions = set(self.event_ids.mapped('action'))
        figures = self._figures()
        facts = {
            'today': today, 'judgment_on': self.date_judgment, 'months': self._months(), 'deadlines': self._open_deadlines(),
            'declaring': self.state in TO_DECLARE_STATES, 'procedure_open': self.stage != 'closed',
            'published': bool(self.date_published), 'unpublished': not self.date_published,
            'holder_known': bool(self.holder_id), 'prior_claim': bool(figures), 'figures_current': self._is_current(figures),
            'retention_clause': bool(self._retention_clauses()), 'goods_reclaimed': 'reclaim_goods' in actions,
            'nothing_sent': 'send_declaration' not in actions, 'own_claim': not self.company_id.recouvrement_third_party,
            'acts': {event.action: event.day for event in self.event_ids.sorted('id')},
            'declaration_open': bool(self.date_declare) and self.date_declare >= today, 'declare_by': self.date_declare,
        }
        if self.date_published:
            facts['published_on'] = self.date_published
        if self.date_warned:
            facts['warned_on'] = self.date_warned
        return {**facts, **self._stated(stated)}

    def _months(self):
        """Months to declare: where the creditor lives, against the territory of the court."""
        partner = self.company_id.partner_id
        creditor = creditor_territory(partner.country_id.code or '', partner.zip or '')
        return declaration_months(self.court_territory or '', creditor)

    def _open_deadlines(self):
        """{code: date} of what is open; a date that waits for the publication bars nothing."""
        return {line.code: line.date for line in self._running_deadlines() if line.confirmed or line.code == 'appeal'}

    def _retention_clauses(self):
        """Retention-of-title clauses in force for an invoice of before the judgment."""
        clauses = self.env['recouvrement.clause'].search([
            ('case_id', '=', self.case_id.id), ('kind', '=', 'retention_of_title')])
        return clauses.filtered(lambda clause: clause.date_accepted < self.date_judgment)

    # === STATED === #

    def _stated(self, stated):
        """The facts a person may state, parsed; anything else is refused."""
        self._check_statable(stated, insolvency.STATED)
        return {name: getattr(self, f'_parse_{insolvency.STATED[name]}')(name, value) for name, value in stated.items() if value}

    def _parse_partner(self, name, value):
        known = str(value).isdecimal() and self.env['res.partner'].browse(int(value)).exists()
        partner = known or self.env['res.partner']
        if not partner or (partner.company_id and partner.company_id != self.company_id):
            raise UserError(self.env._("%(fact)s: choose a contact.", fact=self._fact_label(name)))
        return partner

    # === WORDS === #

    def _refusal_text(self, action, error):
        if error.params.get('what') == 'before_judgment':
            return self.env._("“%(action)s”: %(day)s is before the judgment.", action=self._action_labels().get(action, action),
                              day=error.params['value'])
        return super()._refusal_text(action, error)

    def _deadline_rows(self):
        return [{**row, 'source': row['source'] or ''} for row in self._deadlines_text(self._running_deadlines().sorted('date'))]
