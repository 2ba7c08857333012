"""Printed lines as paragraphs."""
