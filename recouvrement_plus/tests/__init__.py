from . import test_demo_cast, test_demo_ledger
