"""Trains the reader of what is written by pen into a letterhead's slots (models/pen.md)."""
