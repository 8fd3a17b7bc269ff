"""bin/odoo: Odoo's command line with the configuration of this checkout, and `bin/odoo psql -d NAME`."""

import sys

import cache
import workshop

USAGE = """usage: bin/odoo [COMMAND] [OPTIONS]     Odoo's own commands, with this checkout's add-ons
       bin/odoo psql -d NAME              PostgreSQL's client on the same server

examples: bin/odoo shell -d recouvrement_demo
          bin/odoo -d NAME -i recouvrement_plus --stop-after-init
          bin/odoo -d recouvrement_demo --http-port 8069
          bin/odoo --help-odoo            Odoo's own help
"""


def main(arguments):
    """Run Odoo with `arguments`; returns its exit code."""
    if not arguments or arguments[0] in ('-h', '--help'):
        sys.stdout.write(USAGE)
        return 0
    if arguments[0] == '--help-odoo':
        arguments = ['--help']
    with workshop.open_workshop() as shop:
        if arguments[0] == 'psql':
            return workshop.run_in_front([shop.server.tools / 'psql', *arguments[1:]], env=shop.server.environment())
        return workshop.run_in_front(shop.odoo(*arguments), env=shop.variables(), cwd=cache.CHECKOUT)
