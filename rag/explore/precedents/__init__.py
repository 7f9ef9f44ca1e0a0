"""Which cases are like a situation that somebody describes."""
