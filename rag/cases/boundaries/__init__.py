"""Where a case begins and ends: numbered series, repeated templates, parallel openings, members of a report."""
