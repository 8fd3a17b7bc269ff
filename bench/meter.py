"""Measures a block of work: CPU of Python and of its PostgreSQL backend, wall time, queries, memory."""

import contextlib
import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Reading:
    """Seconds of CPU (`cpu`: Python and PostgreSQL together), seconds of `wall`, queries, MB added to the peak."""

    cpu: float = 0.0
    wall: float = 0.0
    queries: int = 0
    peak_mb: float = 0.0
    number: int = 0


class Meter:
    """Meter of one environment; where the processes of the server cannot be seen, CPU is that of Python alone."""

    def __init__(self, env):
        self.cr = env.cr
        self.cr.execute('SELECT pg_backend_pid(), inet_server_addr() IS NULL')
        pid, local = self.cr.fetchone()
        stat = Path(f'/proc/{pid}/stat')
        self.stat = stat if local and stat.exists() else None
        # parallel workers are other processes: what they do would be seen by no clock, in the floor and in the work
        self.cr.execute('SET max_parallel_workers_per_gather = 0')

    @contextlib.contextmanager
    def measure(self):
        """Give a Reading that is filled when the block ends."""
        reading = Reading()
        before = self._now()
        yield reading
        after = self._now()
        reading.cpu, reading.wall, reading.queries, reading.peak_mb = (
            b - a for a, b in zip(before, after, strict=True)
        )

    def _now(self):
        return (
            time.process_time() + self._backend(),
            time.perf_counter(),
            self.cr.sql_log_count,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )

    def _backend(self):
        """CPU seconds of the backend so far (user and system, columns 14 and 15 of proc(5)'s stat)."""
        if not self.stat:
            return 0.0
        ticks = self.stat.read_text().rpartition(')')[2].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf('SC_CLK_TCK')

    def average(self, work, seconds=0.5):
        """Reading of one call: ``work`` runs for ``seconds`` of CPU, as the backend's clock ticks every 10 ms."""
        work()
        count, total = 0, Reading()
        while total.cpu < seconds and count < 200:
            with self.measure() as reading:
                work()
            count += 1
            total.cpu, total.wall, total.queries = (
                total.cpu + reading.cpu,
                total.wall + reading.wall,
                total.queries + reading.queries,
            )
        return Reading(total.cpu / count, total.wall / count, total.queries // count)
