"""Where documents come from: folders, additions, fetched web pages, and what has changed since they were read."""
