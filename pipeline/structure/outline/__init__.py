"""Headings, their roles and the tree of sections."""
