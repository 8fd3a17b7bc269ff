{
    'name': "Recouvrement+ Snailmail",
    'summary': "Letters to the post, through Odoo's own",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Recouvrement+ contributors",
    'license': 'LGPL-3',
    'depends': ['recouvrement_plus', 'snailmail'],
    'data': [
        'views/res_config_settings_views.xml',
    ],
    'auto_install': True,
}
