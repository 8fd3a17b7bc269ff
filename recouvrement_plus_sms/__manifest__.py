{
    'name': "Recouvrement+ SMS",
    'summary': "Reminders by SMS, through Odoo's own",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Recouvrement+ contributors",
    'license': 'LGPL-3',
    'depends': ['recouvrement_plus', 'sms'],
    'data': [
        'data/ir_cron_data.xml',
        'views/recouvrement_plan_level_views.xml',
    ],
    'auto_install': True,
}
