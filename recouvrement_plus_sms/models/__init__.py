from . import recouvrement_plan_level
from . import recouvrement_reminder
from . import res_partner
from . import sms_tracker
