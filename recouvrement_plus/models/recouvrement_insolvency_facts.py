"""What is true of insolvency proceedings now, read from the records, and what a person may state: checked, typed, never more."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import insolvency
from ..engine.insolvency_deadlines import creditor_territory, declaration_months
from ..engine.insolvency_table import TO_DECLARE_STATES
from .recouvrement_insolvency_codes import CONDITIONS, DEADLINES, FACTS, SELECTIONS


class RecouvrementInsolvency(models.Model):
    _name = 'recouvrement.insolvency'
    _inherit = ['recouvrement.insolvency', 'recouvrement.stated.facts']

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
        return {line.code: line.date for line in self.deadline_ids
                if line.state == 'open' and (line.confirmed or line.code == 'appeal')}

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

    def _fact_choices(self, name):
        return SELECTIONS[name]

    def _fact_label(self, name):
        """The words of a fact, a condition or a wait."""
        kind, _sep, code = name.partition('_')
        labels = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))
        if kind in ('after', 'before') and code in dict(DEADLINES):
            day = self._open_deadlines().get(code) if self else None
            if kind == 'before':
                return self.env._("too late: %(deadline)s", deadline=labels[code])
            if not day:
                return self.env._("waits for: %(deadline)s", deadline=labels[code])
            return self.env._("waits for: %(deadline)s (%(day)s)", deadline=labels[code], day=format_date(self.env, day))
        label = CONDITIONS.get(name) or FACTS.get(name)
        return label._translate(self.env.lang or '') if label else name

    def _refusal_text(self, action, error):
        labels = dict(self.env['recouvrement.insolvency.event']._fields['action']._description_selection(self.env))
        label = labels.get(action, action)
        missing = error.params.get('missing') or ()
        if error.params.get('what') == 'before_act':
            return self._order_text(label, labels, error.params)
        if missing:
            return self.env._("“%(action)s” is not possible yet: %(missing)s.", action=label,
                              missing=", ".join(self._fact_label(name) for name in missing))
        if error.params.get('what') == 'before_judgment':
            return self.env._("“%(action)s”: %(day)s is before the judgment.", action=label, day=error.params['value'])
        return self.env._("“%(action)s” is not possible in this state (%(code)s).", action=label, code=error.code)

    def _text_of_facts(self, facts):
        """What a person stated, as it is kept with the event: codes, names and ISO dates as text."""
        found = {}
        for name, value in facts.items():
            if name not in insolvency.STATED or name == 'document' or not value:
                continue
            if isinstance(value, models.BaseModel):
                value = value.display_name
            found[name] = fields.Date.to_string(value) if hasattr(value, 'year') else str(value)
        return found

    def _deadline_rows(self):
        return [{'code': line.code, 'date': fields.Date.to_string(line.date), 'source': line.source or ''}
                for line in self.deadline_ids.filtered(lambda line: line.state == 'open').sorted('date')]
