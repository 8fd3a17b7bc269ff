"""Put ``recouvrement_plus/`` on the path so that ``engine`` is importable alone: the add-on itself imports Odoo."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ADDON = Path(__file__).resolve().parents[2] / "recouvrement_plus"
sys.path.insert(0, str(ADDON))

# The same few examples on every run; `pytest tests/engine --hypothesis-profile=thorough` looks for new ones.
COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=20, derandomize=True, database=None, **COMMON)
settings.register_profile("thorough", max_examples=1500, **COMMON)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def book():
    """The rates that the add-on ships."""
    from engine_tables import shipped_book

    return shipped_book()
