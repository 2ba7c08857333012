"""What an engine makes of a word: candidates for what was printed, each with its price."""
