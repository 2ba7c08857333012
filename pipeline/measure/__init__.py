"""Measures the pipeline: scores against gold, benchmarks with their baselines, faults."""
