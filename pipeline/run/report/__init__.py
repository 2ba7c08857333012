"""What a run says of itself: progress, status, tally, report."""
