"""Why a publication could not be used, as closed codes: the model owns the sentences."""

REASONS = (
    'bad_address', 'unreachable', 'too_slow', 'too_large', 'redirect', 'http_status', 'truncated', 'unreadable', 'hostile',
    'other_series', 'implausible', 'internal',
)


class FetchError(Exception):
    """The publication was not read. `reason` is one of `REASONS`, `detail` a technical word for the journal."""

    def __init__(self, reason, detail=''):
        super().__init__(reason, detail)
        self.reason, self.detail = reason, str(detail)[:200]
