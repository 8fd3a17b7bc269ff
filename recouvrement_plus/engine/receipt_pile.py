"""Which receipts may be whose, without comparing each with each."""

from bisect import bisect_right

from .receipt_words import plain, references, squeezed, telling_words, tells


class Pile:
    """Receipts arranged by what may tell whose they are: thousands are not compared with thousands of customers."""

    def __init__(self, receipts):
        self.by_partner, self.by_account, self.by_reference, self.by_word = ({} for _index in range(4))
        self.ends, self.labels = [], ""
        self._arrange(receipts)

    def _arrange(self, receipts):
        labels, end = [], 0
        for place, receipt in enumerate(receipts):
            _add(self.by_partner, place, [receipt.partner])
            _add(self.by_account, place, [squeezed(receipt.account)])
            _add(self.by_reference, place, references(receipt.label))
            _add(self.by_word, place, set(plain(f"{receipt.label} {receipt.name}").split()))
            labels.append(squeezed(receipt.label))
            end += len(labels[-1]) + 1
            self.ends.append(end)
        self.labels = "\n".join(labels)

    def candidates(self, debtor):
        """Places of the receipts that may be this debtor's, in order."""
        return sorted(self._found(debtor))

    def _found(self, debtor):
        found = set(self.by_partner.get(debtor.key, ()))
        for account in debtor.accounts:
            found.update(self.by_account.get(squeezed(account), ()))
        for debt in debtor.debts:
            for quoted in debt.references:
                found.update(self.by_reference.get(quoted, ()))
            found.update(self._naming(debt.number), self._naming(debt.words))
        words = telling_words(debtor.name)
        if words:
            found.update(set.intersection(*(set(self.by_word.get(word, ())) for word in words)))
        return found

    def _naming(self, number):
        """Places of the receipts whose label contains a number, whatever stands around it."""
        compact = squeezed(number)
        place = self.labels.find(compact) if tells(compact) else -1
        while place >= 0:
            yield bisect_right(self.ends, place)
            place = self.labels.find(compact, place + 1)


def _add(index, place, keys):
    for key in keys:
        if key:
            index.setdefault(key, []).append(place)
