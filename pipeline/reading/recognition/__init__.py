"""Lines through the engines, and the choice between their hypotheses."""
