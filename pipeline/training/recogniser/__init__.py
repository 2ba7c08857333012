"""Trains the line recogniser on pages that it prints and damages itself; `python -m pipeline.training.recogniser`."""
