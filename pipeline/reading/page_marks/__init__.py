"""What stands on a page and is no text of it: stamps, handwriting, signatures, footnotes."""
