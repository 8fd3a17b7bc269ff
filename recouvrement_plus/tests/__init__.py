from . import test_access
from . import test_as_of
from . import test_codes
from . import test_company
from . import test_demo_cast
from . import test_demo_ledger
from . import test_item
from . import test_language
from . import test_merge
from . import test_mirror
from . import test_netting
from . import test_night
from . import test_penalty
<<<<<<< HEAD
from . import test_proceeding
=======
from . import test_rate
from . import test_rate_look_up
from . import test_rate_semester
from . import test_rate_watch
>>>>>>> 1c5cada (ECB rates looked up and proposed, confirmed by a person; history, warnings, rates by half-year)
from . import test_reply
from . import test_score
from . import test_screens
from . import test_sync
from . import test_tours
