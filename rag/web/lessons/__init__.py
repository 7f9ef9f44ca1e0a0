"""What didn't work: barriers and lessons."""
