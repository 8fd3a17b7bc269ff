from . import test_as_of
from . import test_demo_cast
from . import test_demo_ledger
from . import test_item
from . import test_netting
from . import test_night
from . import test_reply
from . import test_sync
