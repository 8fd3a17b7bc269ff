"""A proceeding stayed by an opening judgment, and resumed when that judgment no longer stands.

Law: what is stayed is in C. com. art. L622-21. What becomes of the time limits that ran meanwhile was not read: the dates stay
those that the acts had set (the cautious reading), each to be verified by counsel.
"""
from odoo import fields, models

from ..engine.proceeding_deadlines import Deadline
from .recouvrement_proceeding_codes import RESUME_ACTIVITY

#: Appointments, and the life of a title, which no stay ends.
KEPT = ('hearing', 'next_step', 'title_expiry')
WARN_DAYS = 7


class RecouvrementProceedingDeadline(models.Model):
    _inherit = 'recouvrement.proceeding.deadline'

    stayed = fields.Boolean(readonly=True, help="Nothing is to be done by it while the proceeding is stayed.")

    def _as_resumed(self):
        """The same date, for the engine."""
        return Deadline(self.code, self.date, self.source or '', wait=self.wait, warn=WARN_DAYS, sanction=self.sanction or '',
                        confirmed=False)


class RecouvrementProceeding(models.Model):
    _inherit = 'recouvrement.proceeding'

    def _track_facts(self):
        """Where a stayed proceeding stood, and what ran then."""
        stay = self.event_ids.filtered(lambda event: event.action == 'stay_by_insolvency').sorted('id')[-1:]
        stayed = self.state == 'insolvency'
        return {
            **super()._track_facts(), 'stayed_from': stay.state_from if stayed else False,
            'stayed_deadlines': tuple(line._as_resumed() for line in self.deadline_ids.filtered('stayed').sorted('date'))}

    def _set_deadlines(self, facts, applied):
        if applied.target == 'insolvency' != self.state:
            running = self._running_deadlines().filtered(lambda line: line.code not in KEPT)
            running.stayed = True
            running._close()
        return super()._set_deadlines(facts, applied)

    def _effect_resume(self, facts, applied):
        """The dates are running again; the task that asked for this is done."""
        self.deadline_ids.filtered('stayed').stayed = False
        self.activity_unlink([RESUME_ACTIVITY])
