"""The demo ledger: a pure generator (``ledger``, ``cast``) and the only file here that knows Odoo (``loader``).

This package is not imported by the add-on: it is imported by ``bin/demo``, the tests and the bench.
"""
