"""The library at a glance: map, topics and people, years."""
