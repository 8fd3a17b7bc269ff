from . import recouvrement_reminder
from . import res_company
from . import snailmail_letter
