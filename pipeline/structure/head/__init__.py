"""The letterhead and the title."""
