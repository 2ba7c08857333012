"""Benchmarks with their baselines, and the pages and archives they are run on; not part of what users install."""
