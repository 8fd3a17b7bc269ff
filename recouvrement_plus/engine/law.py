"""Which text says it, on which day: citations are dated data because articles are renumbered."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LegalText:
    """A citation that holds for the days ``date_from .. date_to`` (None: still in force)."""

    rule: str
    citation: str
    date_from: date
    date_to: date | None = None


LEGAL_TEXTS = (
    LegalText("b2b_interest", "C. com. art. L441-6 I", date(2009, 1, 1), date(2019, 4, 25)),
    LegalText("b2b_interest", "C. com. art. L441-10 II", date(2019, 4, 26), date(2026, 12, 31)),
    LegalText("b2b_interest", "C. com. art. L441-10 II (ord. 2026-671)", date(2027, 1, 1)),
    LegalText("b2b_indemnity", "Décret 2012-1115", date(2013, 1, 1), date(2021, 2, 26)),
    LegalText("b2b_indemnity", "C. com. art. D441-5", date(2021, 2, 27)),
    LegalText("public_interest", "Décret 2013-269", date(2013, 7, 1), date(2019, 3, 31)),
    LegalText("public_interest", "CCP art. R2192-31", date(2019, 4, 1)),
    LegalText("public_indemnity", "Décret 2013-269", date(2013, 7, 1), date(2019, 3, 31)),
    LegalText("public_indemnity", "CCP art. D2192-35", date(2019, 4, 1)),
    LegalText("b2c_interest", "C. civ. art. 1153", date(1804, 3, 21), date(2016, 9, 30)),
    LegalText("b2c_interest", "C. civ. art. 1231-6", date(2016, 10, 1)),
    LegalText("interest_first", "C. civ. art. 1254", date(1804, 3, 21), date(2016, 9, 30)),
    LegalText("interest_first", "C. civ. art. 1343-1", date(2016, 10, 1)),
    LegalText("judgment_surcharge", "CMF art. L313-3", date(2001, 1, 1)),
    LegalText("court_delay", "C. civ. art. 1244-2", date(1991, 8, 1), date(2016, 9, 30)),
    LegalText("court_delay", "C. civ. art. 1343-5", date(2016, 10, 1)),
    LegalText("insolvency_stop", "C. com. art. L622-28", date(2006, 1, 1)),
    LegalText("compounding", "C. civ. art. 1154", date(1804, 3, 21), date(2016, 9, 30)),
    LegalText("compounding", "C. civ. art. 1343-2", date(2016, 10, 1)),
    LegalText("formal_notice", "C. civ. art. 1344", date(2016, 10, 1)),
    LegalText("term_general", "C. com. art. L441-6 I", date(2009, 1, 1), date(2019, 4, 25)),
    LegalText("term_general", "C. com. art. L441-10 I", date(2019, 4, 26), date(2026, 12, 31)),
    LegalText("term_general", "C. com. art. L441-10 I (ord. 2026-671)", date(2027, 1, 1)),
    LegalText("term_export_90", "C. com. art. L441-12", date(2019, 4, 26)),
    LegalText("term_public_30", "CCP art. R2192-10", date(2019, 4, 1)),
    LegalText("term_public_50", "CCP art. R2192-11", date(2019, 4, 1)),
    LegalText("term_public_60", "CCP art. R2192-11", date(2019, 4, 1)),
    LegalText("term_public_interrupted", "CCP art. R2192-27 à R2192-29", date(2019, 4, 1)),
    LegalText("term_public_30", "Décret 2013-269", date(2013, 5, 1), date(2019, 3, 31)),
    LegalText("term_public_50", "Décret 2013-269", date(2013, 5, 1), date(2019, 3, 31)),
    LegalText("term_public_60", "Décret 2013-269", date(2013, 5, 1), date(2019, 3, 31)),
    LegalText("term_public_interrupted", "Décret 2013-269", date(2013, 5, 1), date(2019, 3, 31)),
)


def citation(rule: str, day: date) -> str:
    """Return the text that states ``rule`` on ``day``, or an empty string when none is recorded for that day."""
    for text in LEGAL_TEXTS:
        if text.rule == rule and text.date_from <= day and (text.date_to is None or day <= text.date_to):
            return text.citation
    return ""
