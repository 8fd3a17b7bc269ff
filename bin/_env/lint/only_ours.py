"""A pytest plugin: Odoo's own `test_lint` looks at the add-ons of this checkout only, not at all of Odoo.

`RECOUVREMENT_LINT` names them, separated by commas. The tests that look at the registry (indexes, signatures, routes)
see what is installed, as always.
"""

import os

import odoo.modules
from odoo.modules import Manifest

OURS = os.environ['RECOUVREMENT_LINT'].split(',')

Manifest.all_addon_manifests = staticmethod(lambda: [Manifest.for_addon(name) for name in OURS])
odoo.modules.get_modules = lambda: list(OURS)
