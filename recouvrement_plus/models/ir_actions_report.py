"""QR codes on a server whose reportlab has no renderer: drawn by `qrcode`, which Odoo requires anyway."""
import io
import logging

import qrcode
from PIL import Image

from odoo import api, models

_logger = logging.getLogger(__name__)

LEVELS = {
    'L': qrcode.constants.ERROR_CORRECT_L, 'M': qrcode.constants.ERROR_CORRECT_M,
    'Q': qrcode.constants.ERROR_CORRECT_Q, 'H': qrcode.constants.ERROR_CORRECT_H}


class IrActionsReport(models.Model):
    _inherit = 'ir.actions.report'

    @api.model
    def barcode(self, barcode_type, value, **kwargs):
        """Core's picture of a code. reportlab needs rlPyCairo for it, which Odoo does not ask for: without it, a plain QR
        code is drawn here, so that e-mails and invoices have theirs on every server."""
        try:
            return super().barcode(barcode_type, value, **kwargs)
        except ValueError:
            raise
        except Exception:  # which one says that the renderer is missing depends on the version of reportlab
            if barcode_type != 'QR' or kwargs.get('mask'):
                raise
            _logger.info("reportlab cannot draw pictures on this server: the QR code is drawn by qrcode")
            return self._drawn_qr(value, **kwargs)

    @api.model
    def _drawn_qr(self, value, width=600, height=100, barLevel='L', quiet=True, **_others):
        """A QR code as PNG, at the size that core was asked for."""
        code = qrcode.QRCode(error_correction=LEVELS.get(barLevel, LEVELS['L']), border=4 if int(quiet) else 0, box_size=8)
        code.add_data(value)
        picture, stream = code.make_image().get_image().convert('L'), io.BytesIO()
        picture.resize((int(width), int(height)), Image.Resampling.NEAREST).save(stream, format='PNG')
        return stream.getvalue()
