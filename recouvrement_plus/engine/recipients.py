"""Who receives a message and by which channel, when the first choice has no address."""

from dataclasses import dataclass

CONTACT_ROLES = ("reminder", "accounting", "manager", "robot")
LADDERS = ("ladder", "manager", "all_billing")
# From the first asked to the last.
STEPS = {
    "ladder": ("reminder", "accounting", "manager", "company"),
    "manager": ("manager", "reminder", "accounting", "company"),
    "all_billing": ("reminder", "accounting", "manager", "company"),
}
CHANNELS = ("email", "letter", "registered", "phone", "sms", "activity")
# Without what it takes, the next one; a task for the collector always works.
FALLBACKS = {
    "email": ("email", "letter", "activity"),
    "sms": ("sms", "email", "letter", "activity"),
    "letter": ("letter", "activity"),
    "registered": ("registered", "activity"),
    "phone": ("phone", "activity"),
    "activity": ("activity",),
}
NEEDS = {"email": "email", "sms": "mobile", "letter": "address", "registered": "address", "phone": "phone"}


@dataclass(frozen=True)
class Contact:
    """``role``: of ``CONTACT_ROLES``, ``company`` for the customer itself, '' for anybody else; ``has``: of ``NEEDS``.

    ``billing``: a contact of type invoice; it counts as accounting unless a role says otherwise.
    """

    key: object
    role: str = ""
    billing: bool = False
    has: frozenset = frozenset()

    @property
    def step(self):
        """Its step in the ladder."""
        return self.role or ("accounting" if self.billing else "")


def needs(channel: str, available=CHANNELS) -> frozenset:
    """What a contact may have that some step of the fallback chain of a channel takes."""
    return frozenset(NEEDS[step] for step in FALLBACKS[channel] if step in NEEDS and step in available)


def recipients(contacts, ladder: str, need: str) -> tuple:
    """Keys of who receives, in order; empty when nobody can. Robots never do.

    One contact, the first of the ladder that has ``need`` (an e-mail, an address …); with ``all_billing`` every
    reminder and accounting contact that has it, else as by the ladder.
    """
    able = sorted((one for one in contacts if one.role != "robot" and need in one.has), key=lambda one: str(one.key).zfill(12))
    if ladder == "all_billing":
        everyone = [one.key for step in ("reminder", "accounting") for one in able if one.step == step]
        if everyone:
            return tuple(everyone)
    for step in STEPS[ladder]:
        for one in able:
            if one.step == step:
                return (one.key,)
    return ()


def route(contacts, channel: str, ladder: str, available=CHANNELS) -> tuple:
    """``(channel, keys)``: the first channel of the fallback chain that reaches somebody.

    :param available: channels that this database can use (SMS takes a module of its own)
    """
    for candidate in FALLBACKS[channel]:
        if candidate == "activity":
            break
        keys = recipients(contacts, ladder, NEEDS[candidate]) if candidate in available else ()
        if keys:
            return candidate, keys
    return "activity", ()


def reached(contacts, channel: str, available=CHANNELS) -> bool:
    """Whether a message of a level of this channel finds somebody, whatever its ladder: all of them ask the same steps.

    A visit takes nothing but a person. At the end of a chain there is a task, to find the number or the postal address
    that is missing: it takes somebody who can be written to.
    """
    if channel == "activity" or route(contacts, channel, "ladder", available)[1]:
        return True
    return any(recipients(contacts, "ladder", need) for need in ("email", "address"))


def unreached(contacts, available=CHANNELS) -> frozenset:
    """Channels whose levels find nobody among these contacts."""
    return frozenset(channel for channel in CHANNELS if not reached(contacts, channel, available))
