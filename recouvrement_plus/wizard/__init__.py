from . import base_partner_merge
from . import recouvrement_penalty_step
from . import recouvrement_proceeding_step
from . import recouvrement_withdraw
from . import recouvrement_statement
from . import recouvrement_activation
