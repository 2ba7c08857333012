"""What a plan sets: deadlines, rewards, thresholds, parties, dossiers."""
