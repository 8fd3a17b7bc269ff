from odoo.addons.recouvrement_plus.tests.common import NOW, TODAY, RecouvrementCommon, day
from odoo.fields import Command
from odoo.tests import freeze_time, tagged


@tagged('post_install', '-at_install')
@freeze_time(NOW)
class TestExposureOfOrders(RecouvrementCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref('sales_team.group_sale_manager')

    def test_an_order_counts_from_its_confirmation_until_its_invoice(self):
        self._make_invoice(day(10), 600.0)
        self._sync()
        case = self._case()
        self.env['recouvrement.solvency.fact'].create({
            'case_id': case.id, 'kind': 'credit_limit', 'date': TODAY, 'amount': 1000.0})
        product = self.env['product.product'].create({'name': "Work", 'invoice_policy': 'order', 'taxes_id': False})
        order = self.env['sale.order'].create({
            'partner_id': self.debtor.id, 'company_id': self.company.id, 'order_line': [Command.create({
                'product_id': product.id, 'product_uom_qty': 1, 'price_unit': 500.0, 'tax_ids': False})]})
        self.assertEqual(case.exposure_total, 600.0)
        order.action_confirm()
        case.invalidate_recordset()
        self.assertEqual((case.exposure_orders, case.exposure_total, case.exposure_excess), (500.0, 1100.0, 100.0))
        self.assertEqual(order.state, 'sale', "the order of a customer over its limit is not blocked")
        order._create_invoices().action_post()
        case.invalidate_recordset()
        self.assertEqual((case.exposure_orders, case.exposure_total), (0.0, 1100.0))
