# SPDX-License-Identifier: LGPL-3.0-only
"""The statistics of the add-on's engine, for the scripts that compute without Odoo.

The engine as a package asks for a library of holidays that its statistics do without: here it becomes importable one
module at a time, so that these scripts need nothing but Python.
"""

import sys
from pathlib import Path
from types import ModuleType

if "engine" not in sys.modules:
    _package = ModuleType("engine")
    _package.__path__ = [str(Path(__file__).resolve().parents[1] / "recouvrement_plus" / "engine")]
    sys.modules["engine"] = _package

from engine.backtest import measure  # noqa: E402  the path must be there first
from engine.calibration import probability  # noqa: E402
from engine.replay import Entry, is_late, replay  # noqa: E402

__all__ = ["Entry", "is_late", "measure", "probability", "replay"]
