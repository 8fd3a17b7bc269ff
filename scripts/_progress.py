# SPDX-License-Identifier: LGPL-3.0-only
"""A progress bar on the error output: one moving line on a terminal, a line every tenth in a log file."""

import sys
import time


class Progress:
    """Call it with the number of things just done: ``progress(100)``. `total` 0 shows nothing."""

    WIDTH = 30

    def __init__(self, label, total, stream=None):
        self.label, self.total, self.done = label, total, 0
        self.stream = stream or sys.stderr
        self.start = time.monotonic()
        self.shown = -1

    def __call__(self, count=1):
        self.done = min(self.done + count, self.total)
        if not self.total:
            return
        share = self.done / self.total
        if self.stream.isatty():
            bar = "#" * round(share * self.WIDTH)
            end = "\n" if self.done == self.total else ""
            self.stream.write(f"\r{self.label} [{bar:<{self.WIDTH}}] {self.done}/{self.total}{self._left(share)}{end}")
        elif int(share * 10) > self.shown:
            self.shown = int(share * 10)
            self.stream.write(f"{self.label} {self.done}/{self.total}{self._left(share)}\n")
        self.stream.flush()

    def _left(self, share):
        spent = time.monotonic() - self.start
        return f" {spent:5.0f} s" if share == 1 else f" about {spent / share * (1 - share):3.0f} s left"
