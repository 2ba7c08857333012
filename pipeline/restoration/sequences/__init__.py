"""Repairs that a sequence tells: numerals, item letters, half signs."""
