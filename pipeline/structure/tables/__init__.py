"""Tables: their frames, columns and cells."""
