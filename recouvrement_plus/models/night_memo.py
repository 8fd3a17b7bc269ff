"""What several steps of one night ask and none of them changes: it is read once and kept until the night is over."""

KEY = 'recouvrement_night'


def for_a_night(records):
    """The same records, in whose environment `once` keeps what it read; what was asked to begin the night is kept too."""
    return records.with_context(**{KEY: records.env.context.get(KEY) or {}})


def afresh(records):
    """The same records, for which everything is read again: what the night itself has changed counts."""
    return records.with_context(**{KEY: None})


def once(records, question, read):
    """The answer of `read`, asked once in a night; outside of a night it is asked each time.

    :param question: what identifies it, hashable
    :param read: called without arguments; gives plain values, since records do not outlive a commit
    """
    known = records.env.context.get(KEY)
    if known is None:
        return read()
    if question not in known:
        known[question] = read()
    return known[question]
