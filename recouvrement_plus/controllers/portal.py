"""The customer's own page of an invoice: contest it, or say that it was paid. Core decides who may see the page."""
from odoo import http
from odoo.addons.account.controllers.portal import PortalAccount
from odoo.exceptions import AccessError, UserError
from odoo.http import request

#: Words of the form, kept when something in them is refused.
ENTERED = ('reason', 'amount', 'note', 'day')


class RecouvrementPortal(PortalAccount):

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        values = super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
        if invoice._recouvrement_is_of(request.env.user):
            values['contest'] = invoice._recouvrement_portal_values()
            values['contest_done'] = kwargs.get('recouvrement')
        return values

    @http.route('/my/invoices/<int:invoice_id>/contest', type='http', auth='user', methods=['POST'], website=True)
    def portal_invoice_contest(self, invoice_id, access_token=None, **entered):
        """A dispute of this invoice, or of a part of it.

        :raises AccessError: for an invoice that is not one of the customer's
        """
        files = request.httprequest.files.getlist('documents')
        return self._recouvrement_state(invoice_id, access_token, entered, lambda invoice: invoice._recouvrement_contest(
            entered.get('reason'), entered.get('amount'), entered.get('note'), files), 'contested')

    @http.route('/my/invoices/<int:invoice_id>/paid', type='http', auth='user', methods=['POST'], website=True)
    def portal_invoice_paid(self, invoice_id, access_token=None, **entered):
        """The payment of this invoice has left.

        :raises AccessError: for an invoice that is not one of the customer's
        """
        return self._recouvrement_state(
            invoice_id, access_token, entered, lambda invoice: invoice._recouvrement_say_paid(entered.get('day')), 'announced')

    def _recouvrement_state(self, invoice_id, access_token, entered, step, done):
        """Record what the customer states; what is refused is shown on the page, with his words."""
        shown = self._document_check_access('account.move', invoice_id, access_token)
        # The page may be read with its link alone; a statement is the customer's own.
        if not shown._recouvrement_is_of(request.env.user):
            raise AccessError(request.env._("This invoice is not one of yours."))
        try:
            with request.env.cr.savepoint():
                step(request.env['account.move'].sudo().browse(invoice_id))
        except UserError as error:
            values = self._invoice_get_page_view_values(shown, access_token)
            values |= {'contest_error': str(error), 'contest_entered': {name: entered.get(name) for name in ENTERED}}
            return request.render('account.portal_invoice_page', values, status=422)
        return request.redirect(shown.get_portal_url(query_string=f'&recouvrement={done}', anchor='contest'))
