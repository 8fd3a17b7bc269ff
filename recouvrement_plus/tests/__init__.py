from . import test_demo_cast
from . import test_demo_ledger
from . import test_item
from . import test_reply
from . import test_sync
