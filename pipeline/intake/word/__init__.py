"""Word files: paragraphs as Word shows them, tables, list numbers, old fonts."""
