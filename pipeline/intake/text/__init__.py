"""Text files and text dumps: encodings, pages, long lines."""
