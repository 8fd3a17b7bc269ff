"""Who receives (lessons 12 to 16) and by which channel when the first has no address."""

import pytest

from engine.recipients import Contact, recipients, route, unreached

MAIL, POST = frozenset({"email", "address"}), frozenset({"address"})
COMPANY = Contact(1, "company", has=MAIL)
BILLING, OTHER_BILLING = Contact(2, billing=True, has=MAIL), Contact(3, billing=True, has=MAIL)
REMINDER, BOSS, SOMEBODY = Contact(4, "reminder", has=MAIL), Contact(5, "manager", has=MAIL), Contact(6, has=MAIL)
ROBOT = Contact(2, "robot", billing=True, has=MAIL)


@pytest.mark.parametrize(
    ("contacts", "ladder", "keys"),
    [
        ((COMPANY, BILLING, REMINDER, BOSS), "ladder", (4,)),
        ((COMPANY, BILLING, BOSS), "ladder", (2,)),
        ((COMPANY, BOSS, SOMEBODY), "ladder", (5,)),
        ((COMPANY, SOMEBODY), "ladder", (1,)),
        ((COMPANY, Contact(2, billing=True, has=POST)), "ladder", (1,)),  # lesson 13: no e-mail there, use the parent
        ((COMPANY, BILLING, REMINDER, BOSS), "manager", (5,)),
        ((COMPANY, BILLING, OTHER_BILLING, BOSS), "all_billing", (2, 3)),  # lesson 16
        ((COMPANY, BOSS), "all_billing", (5,)),
        ((COMPANY, ROBOT), "ladder", (1,)),  # lesson 14
        ((ROBOT,), "ladder", ()),
        ((Contact(1, "company"),), "ladder", ()),
    ],
)
def test_lessons_12_to_16_the_ladder_of_contacts(contacts, ladder, keys):
    """lesson 12, 13, 14, 16: reminder contact, accounting, manager, company; all billing contacts; never a robot."""
    assert recipients(contacts, ladder, "email") == keys
    assert recipients(tuple(reversed(contacts)), ladder, "email") == keys


@pytest.mark.parametrize(
    ("has", "channel", "taken"),
    [
        ({"email"}, "email", "email"),
        ({"address"}, "email", "letter"),
        (set(), "email", "activity"),
        ({"email"}, "sms", "email"),
        ({"email"}, "letter", "activity"),
        ({"address"}, "registered", "registered"),
        ({"phone"}, "phone", "phone"),
        ({"email"}, "phone", "activity"),
        (set(), "activity", "activity"),
    ],
)
def test_the_fallback_chain(has, channel, taken):
    available = ("email", "letter", "registered", "phone", "activity")
    assert route((Contact(1, "company", has=frozenset(has)),), channel, "ladder", available)[0] == taken


@pytest.mark.parametrize(
    ("contacts", "channels"),
    [
        ((Contact(1, "company", has=frozenset({"email"})),), ""),
        ((Contact(1, "company", has=POST),), ""),
        ((Contact(1, "company"),), "email letter registered phone sms"),
        ((Contact(1, "company", has=frozenset({"phone"})),), "email letter registered sms"),
        ((Contact(1, "company", has=frozenset({"phone", "mobile"})),), "email letter registered"),
        ((Contact(1, "company"), ROBOT), "email letter registered phone sms"),
        ((Contact(1, "company"), SOMEBODY), "email letter registered phone sms"),
        ((), "email letter registered phone sms"),
    ],
)
def test_a_level_that_finds_nobody(contacts, channels):
    """A call takes a telephone, a visit nothing; a robot, or a contact without a role, is nobody to write to."""
    assert unreached(contacts) == frozenset(channels.split())
