"""Penalty documents stay out of electronic invoicing: no invoice in the sense of VAT, whatever module is installed.

Electronic invoicing comes with modules that this one does not depend on and that may be loaded after it, so that an
ordinary override could be passed by. Their questions are answered here on the finished classes, and only those that exist
(as base_automation does for its own hooks).
"""
import functools

from odoo import models

#: Ways of sending that are no electronic invoicing.
PLAIN_METHODS = {'email', 'manual', 'snailmail'}


def _is_penalty(move):
    return any(move.sudo().mapped('recouvrement_penalty_id'))


def _never(origin, self, *args, **kwargs):
    """Asked on the document itself: no."""
    return False if _is_penalty(self) else origin(self, *args, **kwargs)


def _nothing(value):
    """Asked about a document: `value()`."""
    def answer(origin, self, move, *args, **kwargs):
        return value() if _is_penalty(move) else origin(self, move, *args, **kwargs)
    return answer


def _plain_method(origin, self, method, move, **move_data):
    if method not in PLAIN_METHODS and _is_penalty(move):
        return False
    return origin(self, method, move, **move_data)


def _plain_methods(origin, self, move):
    """Asked before `origin`: one of the modules looks the customer up on a network to answer."""
    if not _is_penalty(move):
        return origin(self, move)
    method = move.commercial_partner_id.with_company(move.company_id).invoice_sending_method
    return {method if method in PLAIN_METHODS else 'email'}


#: {model: {method: answer}}. Models and methods of modules that are not installed are passed over.
ANSWERS = {
    'account.move': {'_need_ubl_cii_xml': _never},
    'account.move.send': {
        '_is_applicable_to_move': _plain_method,
        '_get_default_sending_methods': _plain_methods,
        '_get_default_invoice_edi_format': _nothing(bool),
        '_get_default_extra_edis': _nothing(set),
        '_hook_invoice_document_before_pdf_report_render': _nothing(lambda: None),
        '_hook_invoice_document_after_pdf_report_render': _nothing(lambda: None),
    },
    'account.edi.format': {'_get_move_applicability': _nothing(lambda: None)},
}


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _register_hook(self):
        super()._register_hook()
        for model, answers in ANSWERS.items():
            for name, answer in answers.items():
                if model in self.env.registry:
                    self._recouvrement_answer(self.env.registry[model], name, answer)

    def _recouvrement_answer(self, model_class, name, answer):
        """Put `answer` before the method of the finished class, once."""
        origin = getattr(model_class, name, None)
        if origin is None or getattr(origin, 'recouvrement_answer', False):
            return

        @functools.wraps(origin)
        def answered(records, *args, **kwargs):
            return answer(origin, records, *args, **kwargs)

        answered.recouvrement_answer = True
        setattr(model_class, name, answered)
