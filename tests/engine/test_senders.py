# SPDX-License-Identifier: LGPL-3.0-only
"""Who may speak for a customer."""

import pytest

from engine.senders import company_domain, is_of

KNOWN = ("Compta@Blanc.example", "blanc@orange.fr")


@pytest.mark.parametrize(("sender", "expected"), [
    ("compta@blanc.example", True),
    ("dupont@BLANC.example", True),  # a colleague
    ("blanc@orange.fr", True),
    ("somebody@orange.fr", False),  # the provider of both, the company of none
    ("dupont@blanc.example.net", False),
    ("dupont@else.example", False),
    ("", False),
])
def test_whose_address(sender, expected):
    assert is_of(sender, KNOWN) == expected


def test_a_public_provider_is_no_company():
    assert [company_domain(address) for address in ("a@gmail.com", "a@Blanc.example", "")] == ["", "blanc.example", ""]
