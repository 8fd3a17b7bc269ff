"""Put ``recouvrement_plus/`` on the path so that ``engine`` is importable alone: the add-on itself imports Odoo."""

import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2] / "recouvrement_plus"
sys.path.insert(0, str(ADDON))


@pytest.fixture(scope="session")
def book():
    """The rates that the add-on ships."""
    from engine_tables import shipped_book

    return shipped_book()
