"""Whose message is it: an address of the customer, a colleague's at the same domain, or a stranger's?"""

# Domains that belong to nobody's company: two addresses there have nothing in common.
_PROVIDERS = frozenset((
    "gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.com", "live.fr", "msn.com",
    "yahoo.com", "yahoo.fr", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "aol.fr", "gmx.com", "gmx.fr", "gmx.de",
    "gmx.net", "web.de", "mail.com", "proton.me", "protonmail.com", "pm.me", "zoho.com", "yandex.com", "yopmail.com",
    "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr", "9online.fr", "numericable.fr",
    "noos.fr", "bbox.fr", "laposte.net", "aliceadsl.fr", "alice.fr", "tiscali.fr", "voila.fr", "netcourrier.com", "mailo.com",
    "lagoon.nc", "nordnet.fr", "ovh.fr", "skynet.be", "telenet.be", "proximus.be", "bluewin.ch", "libero.it", "t-online.de",
    "pt.lu",
))


def company_domain(address):
    """The domain of an address, '' when it is that of a public mail provider.

    >>> company_domain("Paul@Client.example"), company_domain("paul@gmail.com")
    ('client.example', '')
    """
    domain = address.rpartition("@")[2].strip().lower()
    return "" if domain in _PROVIDERS else domain


def is_of(sender, addresses):
    """Whether an address is one of ``addresses``, or of a colleague of theirs."""
    sender = sender.lower()
    known = {address.lower() for address in addresses}
    domain = company_domain(sender)
    return sender in known or bool(domain) and domain in {company_domain(address) for address in known}


def writer(sender, ours, customer):
    """Say for whom an address writes: one of ``WRITERS``. Only a ``colleague`` pauses nothing; only a ``customer`` announces
    payments; when in doubt it is a stranger.

    :param sender: the normalized address
    :param ours: addresses of our own people and mailboxes
    :param customer: addresses of the customer's contacts, and those that were written to
    """
    if sender in customer:
        return "customer"
    if sender in ours:
        return "colleague"
    own_domains = {company_domain(address) for address in customer} - {company_domain(address) for address in ours} - {""}
    return "customer" if sender and company_domain(sender) in own_domains else "stranger"
