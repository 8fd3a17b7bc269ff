"""What is true of a claim now, read from the records, and what a person may state: checked, typed, never more."""
from odoo import models

from ..engine import proceedings
from ..engine.limitation_rules import TEN_YEAR_TITLES
from ..engine.proceeding_deadlines import PRIOR_STEP_LIMIT, SMALL_CLAIMS_LIMIT
from .recouvrement_proceeding_codes import CONDITIONS, FACTS, SELECTIONS

COMMERCIAL_COURTS = ('commercial', 'tae')
#: A prior amicable step before the civil court (CPC art. 750-1).
PRIOR_STEPS = {'end_talks', 'small_claims_refused', 'small_claims_silent'}


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    _rules = proceedings
    _link = 'proceeding_id'
    _choices = SELECTIONS
    _words = FACTS | CONDITIONS

    # === READ === #

    def _facts(self, stated):
        """What is true of the claim now, from the records, with what the person states added."""
        self.ensure_one()
        self = self.sudo()
        found = self._stated(stated)
        act_day = found.get('done_on') or found.get('sent_on')
        return {
            **self._claim_facts(act_day), **self._debtor_facts(), **self._track_facts(), **self._clause_facts(), **found}

    def _claim_facts(self, act_day=None):
        """What is owed and held today; `act_day`: the day of an act recorded later, on which something had to be due."""
        today = self.company_id._recouvrement_today()
        holds = self.env['recouvrement.hold']._active(self.company_id, today, self.case_id.ids)
        kinds = {hold.kind for hold in holds[0].get(self.case_id.id, [])}
        kinds |= {kind for item in self.item_ids for kind in item._held_by(holds[1].get(item.id, []))}
        blocked = any(item.move_id.payment_state == 'blocked' for item in self.item_ids)
        return {
            'today': today, 'deadlines': self._open_deadlines(),
            'no_dispute': 'dispute' not in kinds and not blocked,
            'not_insolvent': 'insolvency' not in kinds, 'insolvent': 'insolvency' in kinds,
            'amount_due': any(item.amount_residual > 0 and self._is_due(item, act_day or today) for item in self.item_ids),
            'nothing_owed': not any(item.amount_residual > 0 for item in self.item_ids),
            # The limitation clock answers in their place where it is installed.
            'not_prescribed': True, 'prescribed': False,
            'no_time_running': self._open_deadlines().get('time_granted', today) <= today,
            'notice_days': self.company_id.recouvrement_notice_days,
        }

    def _is_due(self, item, today):
        """Past its due date and, of a public body, past the payment period that its invoice states."""
        end = item.move_id._recouvrement_public_period_end(today)
        return max(item.date_maturity, end or item.date_maturity) < today

    def _debtor_facts(self):
        partner, regime = self.partner_id, self.partner_id.recouvrement_regime
        enabled = self.env['ir.config_parameter'].get_param('recouvrement_plus.l126_enabled', '')
        return {
            'regime_known': bool(regime), 'private_debtor': regime in ('b2b', 'b2c'), 'public_debtor': regime == 'public',
            'identity_checked': not self.company_id.recouvrement_identity_required or partner._recouvrement_identity_is_checked(),
            'commercial_court': partner.recouvrement_court_kind in COMMERCIAL_COURTS,
            'civil_court': partner.recouvrement_court_kind == 'judicial',
            'both_merchants': partner.recouvrement_merchant == 'yes' and self.company_id.partner_id.recouvrement_merchant == 'yes',
            'own_claim': not self.company_id.recouvrement_third_party,
            'l126_enabled': enabled in ('1', 'True', 'true'),
        }

    def _track_facts(self):
        """What the events say: what was done, and what of it still stands."""
        events = self.event_ids.sorted('id')
        actions = set(events.mapped('action'))
        last = {event.action: event for event in events}
        seized = last.get('seize')
        released = last.get('release_seizure')
        standing = seized if seized and not (released and released.id > seized.id) else None
        in_court = self.state == 'mise_en_demeure'  # the figures are needed there only
        return {
            'letter_prepared': 'prepare_notice' in actions, 'acts': self._acts(events),
            'seizure_authorised': 'authorise_seizure' in actions, 'seizure_made': bool(standing),
            'seized_third_party': bool(standing and (standing.facts or {}).get('third_party')),
            'attachment_made': any((event.facts or {}).get('enforcement_act') == 'account_attachment' for event in events),
            'cheque_notified': 'notify_cheque' in actions,
            'order_on': last['record_order'].day if 'record_order' in last else None,
            'late_opposition_open': 'serve_order' in actions and not (last['serve_order'].facts or {}).get('served_in_person'),
            'title_served': self.title_kind not in TEN_YEAR_TITLES[:2] or bool(actions & {'serve_title', 'order_final'}),
            'within_small_claims': in_court and self._amount_in_euros() <= self._limit('small_claims', SMALL_CLAIMS_LIMIT),
            'prior_step_done': in_court and self._prior_step_done(actions),
        }

    def _acts(self, events):
        """{act: the day that a person stated for its last time}; an attachment of accounts has a name of its own."""
        dated = events.filtered(lambda event: {'done_on', 'sent_on', 'received_on'} & set(event.facts or {}))
        names = [(event.facts.get('enforcement_act') or event.action, event) for event in dated]
        return {name: event.day for name, event in names}

    def _prior_step_done(self, actions):
        """Not asked before the commercial court, nor above the ceiling."""
        if self.partner_id.recouvrement_court_kind in COMMERCIAL_COURTS or actions & PRIOR_STEPS:
            return True
        return self._amount_in_euros() > self._limit('prior_step', PRIOR_STEP_LIMIT)

    def _limit(self, name, default):
        """A ceiling of the law, in euros: a system parameter replaces it when a decree changes it."""
        return float(self.env['ir.config_parameter'].get_param(f'recouvrement_plus.{name}_limit') or default)

    def _amount_in_euros(self):
        """Principal less credits, and interest to date."""
        rows = self._statement_rows(self.company_id._recouvrement_today())
        amount = sum(row['principal'] + row['interest'] for row in rows) - self.amount_credit
        euro = self.env.ref('base.EUR')
        return self.currency_id._convert(amount, euro, self.company_id, self.company_id._recouvrement_today())

    def _clause_facts(self):
        kinds = set(self._clauses()._still_open().mapped('kind'))
        return {f'{name}_clause': kind in kinds for name, kind in (
            ('acceleration', 'acceleration'), ('retention', 'retention_of_title'), ('guarantee', 'guarantee'))}

    def _open_deadlines(self):
        """{code: date} of what is still open; the date given by the notice stays until the end."""
        found = {line.code: line.date for line in self._running_deadlines()}
        if self.date_pay_before:
            found['pay_before'] = self.date_pay_before
        return found

    # === STATED === #

    def _stated(self, stated):
        """The facts a person may state, parsed; anything else is refused."""
        self._check_statable(stated, proceedings.STATED)
        facts = {}
        for name, value in stated.items():
            if value:
                facts[name] = getattr(self, f'_parse_{proceedings.STATED[name]}')(name, value)
        if 'received_on' in facts and self.date_notice:
            facts.setdefault('sent_on', self.date_notice)
        return facts

    def _parse_days(self, name, value):
        return value

    def _parse_flag(self, name, value):
        return value is True or value in (1, '1', 'true', 'True')
