"""Who exactly is the debtor: checked by a person before a letter is printed or a court is seised, and shown as checked."""
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.debtors import digits, siren_of

OFFICER = 'recouvrement_plus.recouvrement_plus_group_officer'
COURTS = [
    ('commercial', "Commercial court"), ('tae', "Tribunal des activités économiques"), ('judicial', "Tribunal judiciaire"),
    ('jcp', "Juge des contentieux de la protection"), ('administrative', "Administrative court")]


class ResPartner(models.Model):
    _inherit = 'res.partner'

    recouvrement_legal_form = fields.Char(string="Legal form", groups=OFFICER, help="SAS, SARL, EURL, SCI, association …")
    recouvrement_court_kind = fields.Selection(
        COURTS, string="Competent court", groups=OFFICER,
        help="For a payment order: the court of the debtor's registered office or home, whatever a clause says "
             "(CPC art. 1406). Stated by a person.")
    recouvrement_court = fields.Char(string="Seat of the court", groups=OFFICER)
    recouvrement_merchant = fields.Selection(
        [('yes', "Merchant"), ('no', "Not a merchant")], string="Merchant", groups=OFFICER,
        help="Commercial companies and registered traders; not liberal professions, civil companies, associations.")
    recouvrement_identity_date = fields.Date(string="Identity checked on", readonly=True, copy=False, groups=OFFICER)
    recouvrement_identity_user_id = fields.Many2one(
        'res.users', string="Identity checked by", readonly=True, copy=False, groups=OFFICER)
    recouvrement_identity_print = fields.Char(readonly=True, copy=False, groups=OFFICER)
    recouvrement_identity_missing = fields.Char(
        string="Missing in the identity", compute='_compute_recouvrement_identity_missing', groups=OFFICER)
    recouvrement_identity_checked = fields.Boolean(
        string="Identity checked", compute='_compute_recouvrement_identity_missing', groups=OFFICER)

    @api.depends('name', 'street', 'zip', 'city', 'company_registry', 'country_id', 'recouvrement_regime',
                 'recouvrement_legal_form', 'recouvrement_court_kind', 'recouvrement_court', 'recouvrement_identity_print')
    @api.depends_context('lang')
    def _compute_recouvrement_identity_missing(self):
        for partner in self:
            labels = partner._recouvrement_identity_gaps()
            partner.recouvrement_identity_missing = ", ".join(labels) or False
            partner.recouvrement_identity_checked = partner._recouvrement_identity_is_checked()

    def _recouvrement_identity_gaps(self):
        """What is not there, in words; the SIREN is asked of French companies and public bodies."""
        partner, gaps = self.commercial_partner_id, []
        french = not partner.country_id or partner.country_id.code == 'FR'
        if partner.recouvrement_regime in ('b2b', 'public') and french and not siren_of(partner.company_registry or ''):
            gaps.append(self.env._("valid SIREN or SIRET"))
        if not (partner.name or '').strip():
            gaps.append(self.env._("exact name"))
        if partner.recouvrement_regime == 'b2b' and not partner.recouvrement_legal_form:
            gaps.append(self.env._("legal form"))
        if not (partner.street and partner.zip and partner.city):
            gaps.append(self.env._("address of the registered office"))
        if not (partner.recouvrement_court_kind and partner.recouvrement_court):
            gaps.append(self.env._("competent court"))
        return gaps

    def _recouvrement_court_name(self):
        """“Tribunal de commerce de Lyon”: a French court has its French name; in another language its seat in brackets."""
        kind = dict(self._fields['recouvrement_court_kind']._description_selection(self.env)).get(self.recouvrement_court_kind)
        seat = (self.recouvrement_court or '').strip()
        if not kind or not seat or seat.lower().startswith('tribunal'):
            return seat if kind else ''
        if not (self.env.lang or '').startswith('fr'):
            return f"{kind} ({seat})"
        for article, joined in (("Le ", "du "), ("Les ", "des ")):
            if seat.startswith(article):
                return f"{kind} {joined}{seat.removeprefix(article)}"
        return f"{kind} d'{seat}" if seat[0] in "AEIOUYÀÂÉÈÊÎÔ" else f"{kind} de {seat}"

    def _recouvrement_registry_label(self):
        """SIREN for nine digits, SIRET for fourteen; a number of another register has no such name."""
        french = not self.country_code or self.country_code in self.env['account.account']._french_countries()
        names = {9: 'SIREN', 14: 'SIRET'} if french else {}
        return names.get(len(digits(self.company_registry or ''))) or self.env._("registration number")

    def _recouvrement_identity_snapshot(self):
        """What was checked, as a digest: a change makes the check void."""
        partner = self.commercial_partner_id
        values = [partner[name] or '' for name in (
            'name', 'company_registry', 'recouvrement_legal_form', 'street', 'street2', 'zip', 'city',
            'recouvrement_court_kind', 'recouvrement_court')]
        return hashlib.sha256('\x1f'.join((*values, partner.country_id.code or '')).encode()).hexdigest()

    def _recouvrement_identity_is_checked(self):
        partner = self.commercial_partner_id
        stamp = partner.recouvrement_identity_print
        return bool(stamp) and stamp == partner._recouvrement_identity_snapshot() and not partner._recouvrement_identity_gaps()

    def recouvrement_check_identity(self):
        """State that SIREN, exact name, legal form, registered office and court were compared with an official source.

        :return: {checked: number of customers}
        :raises AccessError: without the officer role
        :raises UserError: when something is missing, naming it
        """
        self.env['recouvrement.run']._check_user('officer')
        self.check_access('read')
        for partner in self.sudo().commercial_partner_id:
            gaps = partner._recouvrement_identity_gaps()
            if gaps:
                raise UserError(self.env._("%(customer)s: missing before the identity can be checked: %(gaps)s.",
                                           customer=partner.display_name, gaps=", ".join(gaps)))
            partner.write({
                'recouvrement_identity_print': partner._recouvrement_identity_snapshot(),
                'recouvrement_identity_date': self.env.company._recouvrement_today(),
                'recouvrement_identity_user_id': self.env.uid})
        return {'checked': len(self.commercial_partner_id)}

    def action_recouvrement_check_identity(self):
        self.recouvrement_check_identity()
        return self._recouvrement_notice(self.env._("Identity checked."))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._recouvrement_without_stamp(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._recouvrement_without_stamp(vals))

    @api.model
    def _recouvrement_without_stamp(self, vals):
        """Who checked and when is written by the check alone."""
        if self.env.su:
            return vals
        return {name: value for name, value in vals.items() if not name.startswith('recouvrement_identity_')}
