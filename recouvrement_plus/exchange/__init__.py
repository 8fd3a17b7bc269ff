"""Files that leave and come back: written without traces of the machine, read without trust. Nothing of Odoo in here."""
