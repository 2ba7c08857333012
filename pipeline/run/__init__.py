"""Runs: one file or a whole archive through all stages; workers, what is done again, results, status, reports."""
