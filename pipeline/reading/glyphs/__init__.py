"""Looks at the ink of single characters: numerals, stops, dashes, quotation marks, digits."""
