{
    'name': "Recouvrement+: orders",
    'summary': "Orders to invoice count in the exposure of a customer",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Recouvrement+ contributors",
    'license': 'LGPL-3',
    'depends': ['recouvrement_plus', 'sale'],
    'auto_install': True,
}
