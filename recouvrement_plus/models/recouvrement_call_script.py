"""What to say on the phone: scripts by tone and situation, answers to objections. Data of the user, translated."""
import re

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, formatLang

TONES = [('courteous', "Courteous"), ('neutral', "Neutral"), ('firm', "Firm"), ('last', "Last")]
SITUATIONS = [
    ('late', "Late"),
    ('predue', "Before the due date"),
    ('promise_broken', "Promise not kept"),
    ('announced', "Announced payment not arrived"),
    ('dispute', "Disputed in part"),
]
PLACES = ('customer', 'contact', 'company', 'collector', 'amount', 'count', 'days', 'invoices', 'promise', 'penalties')
#: Left out when there is nothing to say, instead of the dots that ask the caller to fill in.
SILENT = ('penalties',)
PLACE = re.compile(r'\{(\w*)\}')


class RecouvrementCallScript(models.Model):
    _name = 'recouvrement.call.script'
    _description = "Call script"
    _order = 'situation, tone, sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    tone = fields.Selection(TONES, help="Empty: any tone.")
    situation = fields.Selection(SITUATIONS, help="Empty: any situation.")
    body = fields.Text(
        string="What to say", required=True, translate=True,
        help="A blank line makes a paragraph. Replaced when the screen opens: {customer}, {contact}, {company}, {collector}, "
             "{amount} overdue, {count} of late invoices, {days} of the oldest, {invoices}, {promise}, {penalties} (a sentence, "
             "never to a consumer).")

    @api.constrains('body')
    def _check_body(self):
        for script in self:
            unknown = sorted(set(PLACE.findall(script.body)) - set(PLACES))
            if unknown:
                raise ValidationError(self.env._(
                    "Script “%(script)s”: {%(name)s} is not known; there are: %(known)s.", script=script.name, name=unknown[0],
                    known=", ".join(f"{{{place}}}" for place in PLACES)))

    @api.model
    def _for(self, tone, situation):
        """The script that fits best: of the tone and the situation, else of the situation, else of the tone, else any."""
        scripts = self.search([('tone', 'in', (tone, False)), ('situation', 'in', (situation, False))])

        def fit(script):
            return not script.situation, not script.tone, script.sequence, script.id

        return scripts.sorted(fit)[:1]

    def _say(self, words):
        """The script with the words of a case, as paragraphs."""
        text = PLACE.sub(
            lambda found: str(words.get(found.group(1)) or ('' if found.group(1) in SILENT else '…')), self.body or '')
        return Markup().join(
            Markup("<p>%s</p>") % Markup("<br/>").join(escape(line) for line in part.rstrip().splitlines())
            for part in re.split(r'\n\s*\n', text.strip()))


class RecouvrementCallObjection(models.Model):
    _name = 'recouvrement.call.objection'
    _description = "Objection and answer"
    _order = 'sequence, id'

    name = fields.Char(string="What the customer says", required=True, translate=True)
    answer = fields.Text(string="What to answer", required=True, translate=True)
    between_professionals = fields.Boolean(
        help="What the law gives between professionals: not shown for a consumer, a public body or a customer to classify.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class RecouvrementCase(models.Model):
    _inherit = 'recouvrement.case'

    def _call_situation(self):
        """Code of `SITUATIONS`: what the call is about."""
        today = self.company_id._recouvrement_today()
        holds = self.hold_ids
        if self.promise_ids[:1].state == 'broken':
            return 'promise_broken'
        if any(hold.kind == 'announced' and hold.date_to and hold.date_to < today for hold in holds[:1]):
            return 'announced'
        overdue = self.open_item_ids.filtered(lambda item: item.date_maturity < today)
        if not overdue:
            return 'predue'
        active = holds.filtered(lambda hold: hold.kind == 'dispute' and (not hold.date_to or hold.date_to >= today))
        return 'dispute' if active else 'late'

    def _call_tone(self):
        """That of the phone reminder that waits, else of the highest level reached, else courteous."""
        waiting = self.reminder_ids.filtered(
            lambda reminder: reminder.channel == 'phone' and reminder.state in ('approved', 'queued'))
        if waiting:
            return waiting[0].tone
        sent = self.reminder_ids.filtered(lambda reminder: reminder.state == 'sent' and reminder.item_ids & self.open_item_ids)
        order = [tone for tone, _label in TONES]
        return max(sent.mapped('tone'), key=order.index, default='courteous')

    def _call_penalties(self):
        """What is said of penalties: nothing to a consumer, of whom no costs are asked (C. conso. L121-21, CPCE L111-8)."""
        if self.partner_id.recouvrement_regime not in ('b2b', 'public') or self.penalty_use == 'none':
            return ''
        return self.env._("Interest for late payment runs on them, and the fixed indemnity for collection costs is due for each.")

    def _call_words(self, contact, asked):
        """Values of the places of a script: of what may be asked for (:class:`Asked`), not of all that is open."""
        today = self.company_id._recouvrement_today()
        items = asked.items.sorted('date_maturity')
        overdue = items.filtered(lambda item: item.date_maturity < today)
        totals = [formatLang(self.env, amount, currency_obj=currency) for currency, amount in asked.amounts.items()]
        promise = self.promise_ids[:1]
        return {
            'customer': self.partner_id.name, 'contact': contact.name if contact != self.partner_id else '',
            'company': self.company_id.name, 'collector': self.env.user.name, 'amount': " + ".join(totals),
            'count': len(items.move_id), 'days': max(((today - item.date_maturity).days for item in overdue), default=0),
            'invoices': ", ".join(items.move_id.mapped('name')), 'penalties': self._call_penalties() if overdue else '',
            'promise': promise and self.env._("%(amount)s by %(day)s", day=format_date(self.env, promise.date_promised),
                                              amount=formatLang(self.env, promise.amount, currency_obj=promise.currency_id))}
