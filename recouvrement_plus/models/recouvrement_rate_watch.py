"""What the scheduled actions do for the rates: look the publication up, and warn before a half-year begins without its rates."""
import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models

from ..ecb import download, sdmx
from ..ecb.errors import FetchError
from ..engine.rate_watch import differences
from ..engine.rates import semester_end, semester_start

_logger = logging.getLogger(__name__)

ADDRESS_PARAMETER = 'recouvrement_plus.rate_address'
# What a half-year needs: nothing is computed with the rate of private creditors.
NEEDED = ('ecb_mro', 'legal_professional')
# A publication that contradicts more rows than this is not taken for a correction.
MAX_CHANGES = 3
ACTIVITY_MISSING = 'recouvrement_plus.mail_activity_type_rate'
ACTIVITY_FETCH = 'recouvrement_plus.mail_activity_type_rate_fetch'


class RecouvrementRate(models.Model):
    _inherit = 'recouvrement.rate'

    # === LOOK UP === #

    @api.model
    def look_up(self):
        """Read the ECB's publication now and propose what differs. Nothing is used before a person confirms it.

        :return: {proposals: [id], error: reason code or ''}
        """
        self.env['recouvrement.run']._check_user('manager')
        return self._look_up(self.env.company._recouvrement_today())

    def action_look_up(self):
        """The button of `look_up`: look up, then show what waits."""
        self.look_up()
        return self.env['ir.actions.act_window']._for_xml_id('recouvrement_plus.recouvrement_rate_proposal_action')

    @api.model
    def _cron_look_up(self):
        """The scheduled look-up: whatever goes wrong is in the journal of the rates and a task of the managers."""
        self._look_up(self.env['res.company'].sudo().search([], limit=1)._recouvrement_today())

    @api.model
    def _look_up(self, as_of):
        self = self.sudo()
        address = self.env['ir.config_parameter'].get_param(ADDRESS_PARAMETER) or ''
        try:
            with self.env.cr.savepoint():
                proposals = self._propose_published(sdmx.parse(download.fetch(address), as_of), as_of, address)
        except FetchError as error:
            return self._look_up_failed(error.reason, f"{error.detail} {address}".strip())
        except Exception as error:
            # A look-up must never cost the night: the trace is in the log, the task on the managers' desk.
            _logger.warning("The look-up of the ECB rate failed", exc_info=True)
            return self._look_up_failed('internal', type(error).__name__)
        self._log('fetched', note=address)
        self._close_activities(ACTIVITY_FETCH)
        return {'proposals': proposals.ids, 'error': ''}

    @api.model
    def _propose_published(self, points, as_of, address):
        known = [period for period in self.env['recouvrement.engine']._rate_book().periods if period.series == 'ecb_mro']
        found = differences(known, points, as_of)
        if sum(one.kind == 'change' for one in found) > MAX_CHANGES:
            raise FetchError('other_series', "contradicts the known rates")
        source = f"{address} ({as_of})"
        return self.env['recouvrement.rate.proposal']._propose('ecb_mro', found, source)

    @api.model
    def _look_up_failed(self, reason, note):
        event = self._log('fetch_error', error=reason, note=note)
        if not self._open_activities(ACTIVITY_FETCH):
            self._tell_managers(ACTIVITY_FETCH, self._latest('ecb_mro'), event.date.date(), lambda env: (
                env._("The ECB's rate could not be looked up"), event.with_env(env)._fields['error'].convert_to_export(
                    event.error, event.with_env(env))))
        return {'proposals': [], 'error': reason}

    # === WARN === #

    @api.model
    def _cron_warn(self):
        """Each day: warn once a month before a half-year that lacks rates, and once when it has begun without them."""
        self.sudo()._warn(self.env['res.company'].sudo().search([], limit=1)._recouvrement_today())

    @api.model
    def _warn(self, as_of):
        following = semester_end(as_of) + timedelta(days=1)
        self._warn_semester('warned_missing', semester_start(as_of), as_of)
        if as_of >= following - relativedelta(months=1):
            self._warn_semester('warned_ahead', following, as_of)

    @api.model
    def _warn_semester(self, kind, start, as_of):
        missing = self._missing_on(start)
        given = [('kind', '=', kind), ('semester', '=', start)]
        if not missing or self.env['recouvrement.rate.event'].search_count(given, limit=1):
            return
        self._log(kind, semester=start, note=", ".join(missing))
        self._tell_managers(
            ACTIVITY_MISSING, self._latest(missing[0]), max(start, as_of), lambda env: self._missing_text(env, missing, start))

    @api.model
    def _missing_on(self, start):
        """Codes of the rates that the half-year beginning on a day lacks."""
        return [code for code in NEEDED if not self.search_count([
            ('code', '=', code), ('date_from', '<=', start), ('date_to', '>=', start)], limit=1)]

    @api.model
    def _missing_text(self, env, missing, start):
        labels = dict(self.with_env(env)._fields['code']._description_selection(env))
        return (
            env._("Rates of the half-year of %(day)s", day=start),
            env._("Not known for %(day)s: %(rates)s. Without them penalties are left out from that day on and formal notices "
                  "wait; the principal is still claimed. Enter them under Collections / Configuration / Legal rates. The ECB "
                  "rate is the one in force on that day; the legal interest rate is published shortly before.",
                  day=start, rates=", ".join(labels[code] for code in missing)))

    @api.model
    def _latest(self, code):
        return self.search([('code', '=', code)], order='date_from desc', limit=1)

    # === TASKS === #

    @api.model
    def _tell_managers(self, activity_type, rate, deadline, words):
        """A task for each manager, in his language. `words` makes (summary, note) with an environment."""
        managers = self.env.ref('recouvrement_plus.recouvrement_plus_group_manager').all_user_ids
        for user in managers.filtered(lambda user: user.active and not user.share):
            summary, note = words(self.with_context(lang=user.lang).env)
            rate.activity_schedule(activity_type, deadline, summary=summary, note=note, user_id=user.id)

    @api.model
    def _open_activities(self, activity_type):
        return self.env['mail.activity'].sudo().search([
            ('res_model', '=', self._name), ('activity_type_id', '=', self.env.ref(activity_type).id)])

    @api.model
    def _close_activities(self, activity_type):
        self._open_activities(activity_type).unlink()

    @api.model
    def _close_warnings(self):
        """The tasks go when the half-years they speak of have their rates."""
        if not self.env.ref(ACTIVITY_MISSING, raise_if_not_found=False) or not self._open_activities(ACTIVITY_MISSING):
            return
        warned = self.env['recouvrement.rate.event'].sudo().search([('semester', '!=', False)], order='semester desc', limit=2)
        if not any(self.sudo()._missing_on(start) for start in warned.mapped('semester')):
            self._close_activities(ACTIVITY_MISSING)
