"""PDF: its text layer, its pictures, its drawn lines, what is cut off."""
