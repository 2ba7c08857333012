"""Processes that do the work, and what they hand over."""
