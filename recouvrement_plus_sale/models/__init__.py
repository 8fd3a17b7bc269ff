from . import recouvrement_case
