"""The bridge to the limitation engine: facts and events of many instalments, read together."""
from collections import defaultdict

from odoo import api, models

from ..engine.errors import EngineError
from ..engine.limitation import limitation
from ..engine.limitation_facts import LimitationEvent, LimitationFacts

# Kinds that state a fact of the claim; every other kind is an event of the engine's table.
FACT_KINDS = ('performance', 'title')


class RecouvrementEngine(models.AbstractModel):
    _inherit = 'recouvrement.engine'

    @api.model
    def _limitations(self, company, line_ids=None, move_ids=None):
        """Until when each instalment may be sued on: {journal item id: Limitation, or the EngineError that refused it}.

        Of journal items or of invoices of one company, by due date; a handful of queries whatever their number. The
        `proof` of an engine event is the id of its record.
        """
        self = self.sudo()
        rows = self.env['recouvrement.ledger']._claim_dates(company, line_ids, move_ids)
        events = self._limitation_events(rows)
        known = {}  # many instalments share their dates: each combination is computed once
        result = {}
        for line_id, move_id, _debtor, *dates in rows:
            own = [*events[move_id, None], *events[move_id, line_id]]
            key = None if own else tuple(dates)
            if key is None or key not in known:
                known[key] = self._limitation_or_error(company, dates, own)
            result[line_id] = known[key]
        return result

    @api.model
    def _limitation_events(self, rows):
        """{(move id, journal item id, or None for the whole invoice): events, oldest first} that count or wait."""
        events = self.env['recouvrement.limitation.event'].search(
            [('move_id', 'in', list({row[1] for row in rows})), ('state', 'in', ('proposed', 'recorded'))], order='date, id')
        result = defaultdict(list)
        for event in events:
            # the event of an instalment that left the books moves no other one
            result[event.move_id.id, event.item_id.move_line_id.id if event.item_id else None].append(event)
        return result

    @api.model
    def _limitation_or_error(self, company, dates, records):
        regime, issued, due, delivered = dates
        facts = {
            record.kind: record for record in sorted(records, key=lambda record: record.date)
            if record.kind in FACT_KINDS and record.state == 'recorded'}
        nature = company.recouvrement_limitation_nature
        clause = company.recouvrement_limitation_years if regime == 'b2b' and nature != 'insurance' else 0
        title = facts.get('title')
        try:
            return limitation(LimitationFacts(
                regime or '', issued, due, facts['performance'].date if 'performance' in facts else delivered, nature,
                contract_years=clause or None, title=title.title if title else None, title_date=title.date if title else None,
            ), [self._limitation_event(record) for record in records if record.kind not in FACT_KINDS])
        except EngineError as error:
            return error

    @api.model
    def _limitation_event(self, record):
        return LimitationEvent(
            record.kind, record.date, recorded=record.state == 'recorded', proof=str(record.id),
            ended_on=record.date_end or None, void=record.void)
