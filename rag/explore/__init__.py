"""Beyond single questions: precedents of a situation, lessons, the library at a glance, what it lacks."""
