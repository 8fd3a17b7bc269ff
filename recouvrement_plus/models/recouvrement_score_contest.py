"""A customer says that the score is wrong: what was said, what was answered. Meanwhile nothing is proposed from it."""
import base64
from types import SimpleNamespace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

RESULTS = [('open', "To answer"), ('corrected', "Corrected"), ('kept', "Kept as it is"), ('set_aside', "Set aside")]


class RecouvrementScoreContest(models.Model):
    _name = 'recouvrement.score.contest'
    _description = "Contested score"
    _order = 'date desc, id desc'

    case_id = fields.Many2one('recouvrement.case', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one('res.users', string="Recorded by", required=True, readonly=True)
    text = fields.Char(string="What the customer says", required=True, readonly=True)
    result = fields.Selection(
        RESULTS, default='open', required=True, readonly=True,
        help="Corrected: the entries were put right. Set aside: the score is not used for this customer any more.")
    answer = fields.Char(readonly=True)
    answered_on = fields.Date(readonly=True)
    answered_by_id = fields.Many2one('res.users', string="Answered by", readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ever(self):
        raise UserError(self.env._("What a customer said of its score stays in the file."))

    def answer_contest(self, result, answer):
        """Answer: by a person, with reasons. An answer given stays.

        :param result: `corrected`, `kept` or `set_aside`
        :return: [{id, result}]
        :raises AccessError: without the manager role or for another company
        :raises UserError: for another result or without reasons
        """
        self.env['recouvrement.run']._check_user('manager', self.company_id)
        self.check_access('read')
        if result not in dict(RESULTS) or result == 'open' or not (answer or '').strip():
            raise UserError(self.env._("Answer corrected, kept or set_aside, with the reasons."))
        for contest in self.sudo().filtered(lambda one: one.result == 'open'):
            contest.write({
                'result': result, 'answer': answer.strip(), 'answered_by_id': self.env.uid,
                'answered_on': contest.company_id._recouvrement_today()})
        return [{'id': contest.id, 'result': contest.result} for contest in self]


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    score_contest_ids = fields.One2many('recouvrement.score.contest', 'case_id', string="Contested", readonly=True)
    score_contested = fields.Boolean(
        compute='_compute_score_contested', help="A contest waits for its answer, or the score was set aside.")
    natural_person = fields.Boolean(related='partner_id.recouvrement_natural_person')

    @api.depends('score_contest_ids.result')
    def _compute_score_contested(self):
        for case in self:
            case.score_contested = any(contest.result in ('open', 'set_aside') for contest in case.score_contest_ids)

    def contest_score(self, text):
        """Record that the customer contests its score: until a manager answers, nothing is proposed from it.

        :param text: what the customer says
        :return: {contest_id, result}
        :raises AccessError: without the officer role or for another company
        :raises UserError: without a text
        """
        self.ensure_one()
        self.env['recouvrement.run']._check_user('officer', self.company_id)
        self.check_access('read')
        text = (text or '').strip()
        if not text:
            raise UserError(self.env._("Write what the customer says of its score."))
        contests = self.sudo().score_contest_ids.filtered(lambda one: one.result == 'open' and one.text == text)
        contest = contests[:1] or self.env['recouvrement.score.contest'].sudo().create({
            'case_id': self.id, 'date': self.company_id._recouvrement_today(), 'user_id': self.env.uid, 'text': text})
        self.sudo().suggestion_ids.filtered(lambda one: one.state == 'proposed')._withdraw()
        return {'contest_id': contest.id, 'result': contest.result}

    def score_explanation_pdf(self, as_of=None):
        """The score of one customer explained on one page, in its language: {filename, content}, base64.

        Points, what each comes from, what the score is for and is not, how it is contested (GDPR art. 13 to 15, 16, 22).

        :param as_of: day, today when left out
        :raises AccessError: without the officer role or for another company
        """
        breakdown = self.score_breakdown(as_of or self.company_id._recouvrement_today())
        lang = self.partner_id.lang or self.env.lang or 'fr_FR'
        case, day = self.sudo().with_context(lang=lang), as_of or self.company_id._recouvrement_today()
        content = self.env['recouvrement.letter'].sudo()._pdf(
            'recouvrement_plus.score_explanation', 'case', self.sudo(), lang, breakdown=breakdown,
            rows=case._explained_rows(fields.Date.to_date(day)),
            percent=round(100 * float(breakdown['probability_late'])), day=fields.Date.to_date(day))
        return {'filename': self.env._("Score %(customer)s %(day)s.pdf", customer=self.partner_id.name,
                                       day=format_date(self.env, day, date_format='yyyy-MM-dd')),
                'content': base64.b64encode(content).decode()}

    def _explained_rows(self, day):
        """The factors of the score of a day in words, in the language of the context."""
        scores, _basis = self.env['recouvrement.engine'].sudo()._score_on(self.company_id, day, self.partner_id.ids)
        found = scores[self.partner_id.id]
        row = SimpleNamespace(factors=self._factors(found.score), known_count=found.score.n_known)
        behind = self._behind(found)
        return [self._factor_row(factor, row, behind) | {'amount': float(factor['points'])} for factor in row.factors]

    def action_print_score(self):
        """The explanation, downloaded."""
        result = self.score_explanation_pdf()
        attachment = self.env['ir.attachment'].sudo().create({
            'name': result['filename'], 'raw': base64.b64decode(result['content']), 'res_model': self._name, 'res_id': self.id})
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{attachment.id}?download=true', 'target': 'self'}

    def action_contest_score(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'name': self.env._("The customer contests its score"), 'target': 'new',
                'res_model': 'recouvrement.contest.step', 'view_mode': 'form', 'context': {'default_case_id': self.id}}
