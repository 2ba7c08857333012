"""From recognised lines to reading order: letterhead columns, tables, fragments of a row."""
