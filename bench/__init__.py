"""Timings of the add-on as ratios to what PostgreSQL alone takes for the same work: see `bin/bench --help`."""
