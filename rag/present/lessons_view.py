"""What got in the way and what was learnt, over the whole library."""

from __future__ import annotations


def lessons_html() -> str:
    """The frame of the view; its script fills it."""
    return '<h2 tabindex="-1">What didn’t work</h2>'
