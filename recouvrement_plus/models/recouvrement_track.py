"""What a legal proceeding and insolvency proceedings share: a table of steps that persons take, facts stated, deadlines.

Screen: `recouvrement_track_screen`; history: `recouvrement_track_event`; windows: `wizard/recouvrement_track_step`.
"""
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class RecouvrementTrack(models.AbstractModel):
    """For records that have `case_id`, `company_id`, `state`, `event_ids` and `deadline_ids`."""

    _name = 'recouvrement.track'
    _inherit = 'recouvrement.stated.facts'
    _description = "Track of legal steps"

    #: Engine module of the table: ROWS, STATED, ALWAYS, available, apply.
    _rules = None
    #: Field of events, deadlines and windows that leads to the record.
    _link = ''
    #: {fact: [(code, label)]} of what is chosen in a list.
    _choices = {}
    #: {fact or condition: its words, translated when they are read}.
    _words = {}
    #: Type of the tasks of its deadlines.
    _deadline_activity = ''

    date_next = fields.Date(string="Next deadline", compute='_compute_date_next', store=True, index='btree_not_null')

    @api.depends('deadline_ids.date', 'deadline_ids.state')
    def _compute_date_next(self):
        for record in self:
            record.date_next = min(record._running_deadlines().mapped('date'), default=False)

    # === STEPS === #

    def _facts(self, stated):
        """What is true now, from the records, with what the person states added."""
        raise NotImplementedError

    def available_transitions(self):
        """What can be done now, and what is missing for the rest.

        :return: [{action, target, allowed, missing: [codes], who, source, asks: [facts to state], may_ask,
            from_date (first day on which a wait is over, or ''), override: [missing conditions that a reason may set
            aside], confirmed: whether the text of the rule was read}]
        :raises AccessError: when the user is no collection officer or the company is not his
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        return self._steps()

    def _steps(self):
        return [{
            'action': step.action, 'target': step.target, 'allowed': step.allowed, 'missing': list(step.missing),
            'who': step.who, 'source': step.source, 'asks': list(step.asks), 'may_ask': list(step.may_ask),
            'from_date': fields.Date.to_string(step.from_date) if step.from_date else '', 'override': list(step.override),
            'confirmed': step.confirmed,
        } for step in self._rules.available(self.state, self.sudo()._facts({}))]

    def apply_transition(self, action, facts=None):
        """Take one step. A person takes each; none is taken by machine.

        :param action: code of the step, as `available_transitions` gives it
        :param facts: {name: value} of what the step asks for and may be told, every other fact is read from the records: days
            as 'YYYY-MM-DD', amounts as text, contacts as ids; any step takes `professional`, `reference`, `cost`, `next_on`,
            `next_label`, `document` ({filename, datas in base64}); one of a proceeding also `cost_recoverable`, and
            `override_reason`, which sets aside the conditions that the table lets set aside
        :return: {state, deadlines: [{code, date, source}]}
        :raises AccessError: without the role that the step asks for
        :raises UserError: when the step does not exist in this state, or facts are missing
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        row = self._rules.ROWS.get((self.state, str(action)))
        if row:
            self._check_role(row.who, self.company_id)
        return self.sudo()._take_step(str(action), facts or {})

    def _take_step(self, action, stated):
        """Check the step with the engine, write it and what it entails; same answer as `apply_transition`."""
        raise NotImplementedError

    @api.model
    def _check_role(self, who, company):
        """The role of the table; the legal role may take a manager's step.

        :raises AccessError: without it
        """
        legal = who == 'manager' and self.env.user.has_group('recouvrement_plus.recouvrement_plus_group_legal')
        self.env['recouvrement.run']._check_user('legal' if legal else who, company)

    def _check_facts_asked(self, origin, action, stated):
        """A fact that the step has no use for is an error of the caller, not a detail to swallow."""
        row = self._rules.ROWS[origin, action]
        extra = sorted(
            {name for name, value in stated.items() if value} - {*row.asks, *row.may_ask, *self._rules.ALWAYS, 'reason'})
        if extra:
            raise UserError(self.env._("This step does not ask for: %(facts)s.", facts=", ".join(map(self._fact_label, extra))))

    # === DEADLINES === #

    def _running_deadlines(self):
        return self.deadline_ids.filtered(lambda line: line.state == 'open')

    def _add_deadline(self, line, note):
        """Record a deadline that a step sets, with a task on the day and one before it."""
        deadline = self.env['recouvrement.proceeding.deadline'].create({
            self._link: self.id, 'company_id': self.company_id.id, 'code': line.code, 'date': line.date,
            'source': line.source, 'wait': line.wait, 'sanction': line.sanction or False, 'confirmed': line.confirmed,
            'note': note})
        days = [line.date]
        early = line.date - timedelta(days=line.warn)
        if line.warn and early > self.company_id._recouvrement_today():
            days.insert(0, early)
        for day in days:
            deadline.activity_ids |= self.activity_schedule(
                self._deadline_activity, date_deadline=day, summary=deadline._summary(),
                user_id=(self.case_id.user_id or self.env.user).id)

    @api.model
    def _deadlines_text(self, deadlines):
        """The deadlines that a step set, in plain data."""
        return [{'code': line.code, 'date': fields.Date.to_string(line.date), 'source': line.source} for line in deadlines]

    # === DOCUMENTS === #

    def _keep_document(self, document):
        """The document that a person gave with the step."""
        if not document:
            return self.env['ir.attachment']
        return self.env['ir.attachment'].create({
            'name': document['filename'], 'datas': document['datas'], 'res_model': self._name, 'res_id': self.id})

    def _french(self):
        """Papers for a French court are in French whenever the language is installed."""
        return 'fr_FR' if self.env['res.lang']._get_code('fr_FR') else self.env.lang

    # === WORDS === #

    def _fact_choices(self, name):
        return self._choices[name]

    def _fact_label(self, name):
        """The words of a fact, a condition or a wait."""
        kind, _sep, code = name.partition('_')
        deadlines = dict(self.env['recouvrement.proceeding.deadline']._fields['code']._description_selection(self.env))
        if kind in ('after', 'before') and code in deadlines:
            return self._wait_label(kind, code, deadlines[code])
        label = self._words.get(name)
        return label._translate(self.env.lang or '') if label else name

    def _wait_label(self, kind, code, label):
        if kind == 'before':
            return self.env._("too late: %(deadline)s", deadline=label)
        day = self._open_deadlines().get(code) if self else None
        if not day:
            return self.env._("waits for: %(deadline)s", deadline=label)
        return self.env._("waits for: %(deadline)s (%(day)s)", deadline=label, day=format_date(self.env, day))

    @api.model
    def _action_labels(self):
        return dict(self.env[f'{self._name}.event']._fields['action']._description_selection(self.env))

    def _refusal_text(self, action, error):
        """Why the engine refused a step, in words."""
        labels = self._action_labels()
        label = labels.get(action, action)
        missing = error.params.get('missing') or ()
        if error.params.get('what') == 'before_act':
            return self._order_text(label, labels, error.params)
        if missing:
            return self.env._("“%(action)s” is not possible yet: %(missing)s.", action=label,
                              missing=", ".join(self._fact_label(name) for name in missing))
        return self.env._("“%(action)s” is not possible in this state (%(code)s).", action=label, code=error.code)

    def _text_of_facts(self, row, facts):
        """What a person stated, as it is kept with the event: codes, names and ISO dates as text.

        :param row: row of the table; without one, what any step may be told
        """
        names = {*row.asks, *row.may_ask, *self._rules.ALWAYS, 'reason'} if row else set(self._rules.STATED)
        return {name: self._text_of_fact(value) for name, value in facts.items() if name in names - {'document'} and value}

    @api.model
    def _text_of_fact(self, value):
        if isinstance(value, models.BaseModel):
            return value.display_name
        return fields.Date.to_string(value) if hasattr(value, 'year') else str(value)
