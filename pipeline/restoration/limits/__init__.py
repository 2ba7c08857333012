"""What keeps restoration bounded: batches, and text that is no language."""
