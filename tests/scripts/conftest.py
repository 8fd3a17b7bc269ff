# SPDX-License-Identifier: LGPL-3.0-only
"""The scripts are plain files, not a package: put their folder on the path. No Odoo, no server."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
