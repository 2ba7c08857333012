"""From recognised lines to reading order: letterhead columns, tables, segments of a row."""
