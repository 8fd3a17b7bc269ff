"""What the engine refuses, as codes: the caller owns the sentence shown to the user."""


class EngineError(Exception):
    """A refusal. ``code`` is stable and translatable, ``params`` are the values of the message."""

    code = "engine_error"

    def __init__(self, **params):
        super().__init__(self.code, params)
        self.params = params

    def __str__(self):
        details = ", ".join(f"{name}={value}" for name, value in sorted(self.params.items()))
        return f"{self.code}({details})"

    def __reduce__(self):
        return _rebuild, (type(self), self.params)


def _rebuild(kind, params):
    """Make a pickled error again: the default protocol would pass the parameters by position."""
    return kind(**params)


class MissingRate(EngineError):
    """No known rate covers the day asked for. The last known one is never used instead. Params: series, day."""

    code = "rate_unknown"


class UnknownRegime(EngineError):
    """The debtor is not classified (``b2b``, ``b2c``, ``public``): no penalty can be computed. Params: regime."""

    code = "regime_unknown"


class InconsistentInput(EngineError):
    """The facts contradict each other or have the wrong type. Params: what, and the offending values."""

    code = "inconsistent_input"


class IllegalTransition(EngineError):
    """The action does not exist in this state, or a condition is missing. Params: state, action, missing."""

    code = "illegal_transition"


class MissingFact(EngineError):
    """A fact without which the rule cannot be applied is unknown; it is never assumed. Params: fact, rule."""

    code = "fact_unknown"


class MissingRule(EngineError):
    """No known rule covers this case on this day; another one never takes its place. Params: rule, day."""

    code = "rule_unknown"


class UnconfirmedRule(EngineError):
    """The only rule found was not read in its own text, and the caller did not accept that. Params: rule, source."""

    code = "rule_unconfirmed"
