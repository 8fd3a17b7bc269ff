"""The closed lists of codes that leave the engine. Selection fields and translations are tested against them."""

REGIMES = ("b2b", "b2c", "public")

SERIES = ("ecb_mro", "legal_professional", "legal_consumer")

DECISIONS = ("remind", "hold", "nothing")

# In order of precedence: when several reasons hold the same thing, the first of this list is the one given.
HOLD_REASONS = (
    "insolvency",
    "proceeding",
    "doubtful",
    "no_followup",
    "agreement",
    "promise",
    "announced",
    "dispute",
    "replied",
    "snoozed",
    "payment_in_process",
    "probable_receipt",
    "stale_bank",
    "regime_unknown",
    "rate_unknown",
    "sensitive_period",
    "no_plan",
    "broken_text",
    "no_contact",
    "net_credit",
    "below_threshold",
    "closed_day",
    "recent_contact",
)

# In order of precedence for the summary of a customer of whom nothing is asked.
NOTHING_REASONS = ("listed", "already_reminded", "last_level", "not_due", "paid")

# Why the figures of a penalty statement deserve a look.
STATEMENT_WARNINGS = (
    "contract_rate_below_floor",
    "contract_rate_ignored",
    "rate_unconfirmed",
    "no_formal_notice",
    "disputed_part",
    "interest_stopped_by_insolvency",
    "penalties_suspended_by_court",
    "penalties_suspended_by_agreement",
    "indemnity_barred_by_insolvency",
    "indemnity_other_currency",
    "interest_compounded",
    "overpaid",
)

# On which ground the rate of an interest slice stands.
RATE_BASES = ("ecb_plus_10", "ecb_plus_8", "contract", "contract_floor", "legal_rate", "legal_rate_plus_5")

SCORE_FACTORS = ("base", "history", "overdue", "disputes", "correction_cap", "score_cap", "average_days_late")
# The factors that the learned weights add, for a customer and for one instalment (engine/forecast.py).
FORECAST_FACTORS = (
    *("recent", "delay", "evidence", "moment", "level"),
    *("term", "usual_term", "payment_days", "amount", "weekday", "month_day"),
    "portfolio_rate",
)

GRADES = ("A", "B", "C", "D", "E")

ROLES = ("officer", "manager", "legal")

# Payment terms: how an end-of-month clause counts, kinds of public bodies, from where a cap runs.
END_OF_MONTH_METHODS = ("A", "B")
PUBLIC_BODIES = ("authority", "health", "company")
TERM_STARTS = ("issue", "delivery", "delivery_decade_end", "delivery_month_end")

# By which rule the due date of an invoice was judged.
TERM_RULES = (
    "no_cap",
    "nothing_agreed_30",
    "agreed_60",
    "end_of_month_45",
    "periodic_45",
    "sector",
    "export_90",
    "public_30",
    "public_50",
    "public_60",
    "public_interrupted",
)
TERM_WARNINGS = ("rule_unconfirmed", "interruption_too_late")

# What an invoice says about late payment.
MENTIONS = (
    "legal_rate",
    "contract_rate",
    "contract_floor",
    "contract_fallback",
    "public_rate",
    "indemnity",
    "discount",
)

# The payment-delay table of the management report: options, reference terms, tranches of days late.
DELAY_OPTIONS = ("unpaid", "paid_late")
DELAY_REFERENCES = ("contractual", "legal")
DELAY_TRANCHES = ("on_time", "1_30", "31_60", "61_90", "91_more")

# Limitation: why a recorded event did not move a clock, and what to look at.
LIMITATION_IGNORED = ("no_legal_effect", "void", "before_start", "after_expiry", "arguable_only", "superseded")
LIMITATION_WARNINGS = (
    "performance_date_unknown",
    "rule_unconfirmed",
    "title_keeps_claim_period",
    "title_unconfirmed",
)

# Who wrote a message that came back and for whom, and why a receipt that nobody matched is probably a customer's, strongest first.
REPLY_KINDS = ("human", "out_of_office", "ticket", "receipt", "automatic")
WRITERS = ("customer", "colleague", "stranger")
RECEIPT_GROUNDS = ("reference", "invoice_number", "partner", "account", "name_and_amount")
